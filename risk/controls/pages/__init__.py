"""Pages of controls. The readable addresses stand before those that carry a code."""

from fastapi import APIRouter

from risk.controls.pages import failing, handing, listing, own, pausing, showing

router = APIRouter()
for part in (listing, own, pausing, failing, handing, showing):
    router.include_router(part.router)
