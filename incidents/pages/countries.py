"""`/incidents/{reference}/countries`: where the people live, how many in each country, and which authorities follow."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, Conflict, Invalid
from core.web import Now, Read, Tx, Typed, TypedForm, page, redirect, require
from incidents.case_view import case_view
from incidents.countries import set_countries
from incidents.countries_view import competence_view, countries_view
from incidents.models import Incident
from incidents.pages.showing import again
from incidents.queries import find, find_to_change

router = APIRouter(prefix="/incidents/{reference}/countries")
Reader = Annotated[Actor, Depends(require(Operation.READ_NOTICE))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_NOTICE))]
NEW = ("new_1", "new_2", "new_3")
MOST = 2_000_000_000
NO_NUMBER = N_("Write a whole number, for example 214.")


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    return _page(request, session, actor, find(session, actor, reference, Operation.READ_NOTICE), now)


@router.post("")
def save(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    incident = find_to_change(session, actor, reference, Operation.WRITE_NOTICE)
    try:
        version = int(typed.get("version")) if typed.get("version").isdecimal() else -1
        set_countries(session, actor, incident, _people(typed), typed.all("lands"), version, now)
    except (Invalid, Conflict) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/countries")


def _people(typed: TypedForm) -> dict[str, int | None]:
    """The rows of the form: those that stood there and are not taken away, then the new ones.

    Raises:
        Invalid: what is no number, and a number without a country.
    """
    found, wrong = dict[str, int | None](), dict[str, str]()
    kept = [(code, f"people_{code}") for code in typed.all("country") if code not in typed.all("gone")]
    added = [(typed.get(name), f"people_{name}") for name in NEW]
    for code, field in [*kept, *added]:
        number = typed.get(field).strip().replace(" ", "").replace("\u00a0", "")
        if number and not (number.isascii() and number.isdigit() and int(number[:12]) <= MOST):
            wrong[field] = NO_NUMBER
        elif number and not code:
            wrong[field.removeprefix("people_")] = N_("Choose the country.")
        elif code:
            found[code] = int(number) if number else None
    if wrong:
        raise Invalid(wrong)
    return found


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang, typed = request.state.lang, context.get("typed")
    view = countries_view(incident, typed.all("country") if typed else (), lang)
    return page(
        request,
        "authority/countries.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        view=view,
        competence=competence_view(session, incident, lang),
        version=incident.version,
        new=NEW,
        labels={f"people_{row.code}": row.name for row in view.rows},
        **context,
    )
