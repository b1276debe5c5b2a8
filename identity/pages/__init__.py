"""Pages about people: coming in, the own profile, and the list of people."""

from fastapi import APIRouter

from identity.pages.absence import router as absence
from identity.pages.confirming import router as confirming
from identity.pages.profile import router as profile
from identity.pages.rules import router as rules
from identity.pages.signing_in import router as signing_in
from identity.pages.training import router as training
from identity.pages.users import router as users

router = APIRouter()
for part in (signing_in, confirming, profile, absence, rules, training, users):
    router.include_router(part)
