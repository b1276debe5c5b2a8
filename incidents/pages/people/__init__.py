"""The letters to the people affected: overview, list, letter, preview, approval, letters in doubt."""

from fastapi import APIRouter

from incidents.pages.people.approval import router as approval
from incidents.pages.people.by_hand import router as by_hand
from incidents.pages.people.doubt import router as doubt
from incidents.pages.people.importing import router as importing
from incidents.pages.people.letter import router as letter
from incidents.pages.people.long_import import router as long_import
from incidents.pages.people.overview import router as overview
from incidents.pages.people.preview import router as preview
from incidents.pages.people.public import router as public
from incidents.pages.people.recipients import router as recipients

router = APIRouter()
for part in (overview, importing, long_import, letter, approval, preview, recipients, by_hand, public, doubt):
    router.include_router(part)
