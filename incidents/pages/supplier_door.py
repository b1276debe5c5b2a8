"""From the token of a link to the supplier, and from a code to what it told before; slowed for who guesses."""

from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from core.db import whatever_happens
from core.errors import Invalid
from identity.middleware import address_of
from identity.throttle import check, note
from incidents.pages.codes import GUESSES
from incidents.suppliers.links import link_of
from incidents.suppliers.models import SupplierLink, SupplierTelling
from incidents.suppliers.telling import WRONG_CODE, told_with


def open_link(request: Request, session: Session, token: str, now: datetime) -> SupplierLink | None:
    """The link of a token; unknown, ended and taken back are alike.

    Raises:
        Throttled: too many wrong links have been tried from this address.
    """
    key = f"supplier:{address_of(request)}"
    check(session, key, now, GUESSES)
    link = link_of(session, token, now)
    if link is None:
        whatever_happens(session, lambda later: note(later, key, now))
    return link


def told_before(
    request: Request, session: Session, link: SupplierLink, code: str, now: datetime
) -> list[SupplierTelling]:
    """What the supplier of this link told under a code, the first first.

    Raises:
        Invalid: nothing.
        Throttled: too many wrong codes have come from this address.
    """
    key = f"receipt:{address_of(request)}"
    check(session, key, now, GUESSES)
    found = told_with(session, link, code)
    if not found:
        whatever_happens(session, lambda later: note(later, key, now))
        raise Invalid({"code": WRONG_CODE})
    return found
