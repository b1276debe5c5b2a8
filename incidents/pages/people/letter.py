"""Writing the letter in every language that the list needs, with its faults named while one writes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.web import Now, Read, Tx, Typed, TypedForm, fragment, page, require
from incidents import informing
from incidents.case_view import case_view
from incidents.informing.form import CHOICES, LIMITS
from incidents.informing.letter_view import letter_page, looked_through
from incidents.informing.writing import Unfit
from incidents.models import Incident
from incidents.pages.people.common import PREFIX, attempt
from incidents.queries import find
from notifications.letters.languages import LANGUAGES

router = APIRouter(prefix=f"{PREFIX}/letter")
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]
FIELDS = ("template", *CHOICES, *(f"{name}_{lang}" for name in LIMITS for lang in LANGUAGES))


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Writer, template: str = "") -> Response:
    incident = find(session, actor, reference, Operation.WRITE_MAILING)
    return _page(request, session, actor, incident, now, template=template)


@router.post("")
def save(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    settings = request.app.state.settings

    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.WRITE_MAILING)
        return _page(request, session, actor, incident, now, status, typed=typed, **context)

    def write(incident: Incident) -> None:
        languages = informing.needed(session, informing.mailing_of(session, incident))
        informing.write(session, actor, incident, informing.letter_form(fields(typed), languages), settings, now)

    return attempt(request, session, actor, reference, Operation.WRITE_MAILING, write, shown)


@router.post("/check")
def check(request: Request, reference: str, session: Read, typed: Typed, actor: Writer) -> Response:
    """What is wrong with the letter as it is typed now; nothing is saved."""
    incident = find(session, actor, reference, Operation.WRITE_MAILING)
    look = looked_through(session, incident, fields(typed), request.app.state.settings, request.state.lang)
    return fragment(request, "people/letter.html", "faults", look=look,
                    check_href=f"{incident.path}/people/letter/check")  # fmt: skip


def fields(typed: TypedForm) -> Mapping[str, object]:
    """The form as it was typed."""
    return {**{name: typed.get(name) for name in FIELDS}, "absent": tuple(typed.all("absent"))}


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200, *,
    template: str = "", typed: TypedForm | None = None, refusal: Exception | None = None, **context: Any,
) -> Response:  # fmt: skip
    lang, settings = request.state.lang, request.app.state.settings
    written = fields(typed) if typed else None
    problems = refusal.problems if isinstance(refusal, Unfit) else None
    view = letter_page(session, incident, settings, lang, template=template, typed=written, refused=problems)
    return page(request, "people/letter.html", status, case=case_view(session, actor, incident, now, lang),
                view=view, look=view.look, check_href=f"{incident.path}/people/letter/check",
                typed=typed, **context)  # fmt: skip
