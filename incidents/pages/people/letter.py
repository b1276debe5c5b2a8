"""Writing the letter, in Swedish and English side by side, with its faults named while one writes."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, fragment, page, require
from incidents import informing
from incidents.case_view import case_view
from incidents.informing.writing import (
    LETTER_LANGUAGES,
    LetterForm,
    fields_of,
    letter_of,
    names_other_data,
    problems_of,
    proposed,
)
from incidents.models import Incident
from incidents.pages.people.common import PREFIX, attempt
from incidents.queries import find
from notifications.letters.placeholders import ALLOWED
from notifications.letters.templates import TEMPLATES
from notifications.letters.wording import Problem, lix, words

router = APIRouter(prefix=f"{PREFIX}/letter")
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Writer, template: str = "") -> Response:
    incident = find(session, actor, reference, Operation.WRITE_MAILING)
    written = None if template else letter_of(session, informing.mailing_of(session, incident))
    fields = fields_of(written) if written else proposed(session, incident, template)
    return _page(request, session, actor, incident, now, fields=fields)


@router.post("")
def save(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    settings = request.app.state.settings

    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.WRITE_MAILING)
        fields = proposed(session, incident, typed.get("template"))
        problems = _said(getattr(context["refusal"], "problems", {}), request.state.lang)
        return _page(
            request, session, actor, incident, now, status, fields=fields, typed=typed, problems=problems, **context
        )

    return attempt(
        request, session, actor, reference, Operation.WRITE_MAILING,
        lambda incident: informing.write(session, actor, incident, typed.read(LetterForm), settings, now), shown,
    )  # fmt: skip


@router.post("/check")
def check(request: Request, reference: str, session: Read, typed: Typed, actor: Writer) -> Response:
    """What is wrong with the letter as it is typed now; nothing is saved."""
    incident = find(session, actor, reference, Operation.WRITE_MAILING)
    try:
        found = problems_of(session, incident, typed.read(LetterForm), request.app.state.settings)
    except Invalid:
        found = {}
    return fragment(request, "people/letter.html", "faults", problems=_said(found, request.state.lang),
                    sizes=_sizes(typed), checked=True, check_href=f"{incident.path}/people/letter/check")  # fmt: skip


def _said(problems: Any, lang: str) -> list[tuple[str, str, bool]]:
    """(language, sentence, whether it stops) for each problem."""
    found: dict[str, list[Problem]] = dict(problems)
    return [
        (code, translate(lang, one.message, **one.params), one.stops) for code, each in found.items() for one in each
    ]


def _sizes(typed: TypedForm) -> list[tuple[str, int, int]]:
    texts = {code: typed.get(f"text_{code}") for code in LETTER_LANGUAGES}
    return [(code, len(words(text)), lix(text)) for code, text in texts.items()]


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    templates = [(code, card.title.in_(lang)) for code, card in TEMPLATES.items()]
    check_href = f"{incident.path}/people/letter/check"
    extra = {"problems": [], "sizes": [], "checked": False, "check_href": check_href} | context
    return page(request, "people/letter.html", status, case=case_view(session, actor, incident, now, lang),
                templates=templates, languages=LETTER_LANGUAGES, placeholders=ALLOWED,
                other_data=names_other_data(incident), **extra)  # fmt: skip
