"""`/incidents/{reference}/severity`: the facts, what they come to, and the form to state them, the tables beside it."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_, Conflict, Invalid
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, page, redirect, require
from incidents import stating
from incidents.case_view import case_view
from incidents.models import Incident
from incidents.pages.showing import again
from incidents.queries import find, find_to_change
from incidents.sealed import ANSWER_FIRST, sealed_from
from incidents.severity_form import NONE, SeverityForm, answers_of
from incidents.severity_proposal import proposed_answers
from incidents.severity_view import severity_view
from risk.severity import BASE, number
from risk.tables import BANDS, CIRCUMSTANCES, DATA, IDENTIFIES, LOWERS, MALICIOUS, RAISES
from risk.words import ANSWERS, QUESTIONS, YES_NO, figure
from risk.words import BANDS as BAND_WORDS

router = APIRouter(prefix="/incidents/{reference}/severity")
Reader = Annotated[Actor, Depends(require(Operation.READ_COMMISSION))]
Stater = Annotated[Actor, Depends(require(Operation.STATE_SEVERITY))]


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    incident = find(session, actor, reference, Operation.READ_COMMISSION)
    return _page(request, session, actor, incident, now)


@router.post("")
def state(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Stater) -> Response:
    incident = find_to_change(session, actor, reference, Operation.STATE_SEVERITY)
    if sealed_from(session, actor, incident):
        raise Conflict(ANSWER_FIRST)
    try:
        stating.state(session, actor, incident, typed.read(SeverityForm), now)
    except (Invalid, Conflict) as wrong:
        return again(_page, request, session, actor, incident, now, typed, wrong)
    return redirect(f"{incident.path}/severity")


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    case = case_view(session, actor, incident, now, lang)
    if sealed_from(session, actor, incident):
        return page(request, "severity/show.html", status, case=case, sealed=True, **context)
    stated = stating.latest(session, incident)
    return page(
        request, "severity/show.html", status,
        case=case, sealed=False,
        view=severity_view(session, incident, lang),
        states=actor.may(Operation.STATE_SEVERITY) and not case.ended,
        answers=answers_of(stating.form_of(session, stated)) if stated else proposed_answers(incident),
        version=stated.version if stated else 0,
        ask={name: translate(lang, question) for name, question in QUESTIONS.items()},
        options=_options(lang), kinds=_kinds(lang), bands=_bands(lang),
        raises=[translate(lang, text) for text in RAISES], lowers=[translate(lang, text) for text in LOWERS],
        **context,
    )  # fmt: skip


def _options(lang: str) -> dict[str, list[tuple[str, ...]]]:
    """The answers of every question but the kinds of data, each with what the table says about it."""
    found: dict[str, list[tuple[str, ...]]] = {
        name: [(str(code), translate(lang, word)) for code, word in answers.items()]
        for name, answers in ANSWERS.items()
    }
    found["yes_no"] = [(code, translate(lang, YES_NO[code == "yes"])) for code in ("yes", "no")]
    found["malicious"] = [
        (code, translate(lang, YES_NO[code == "yes"]), translate(lang, MALICIOUS[code == "yes"]))
        for code in ("yes", "no")
    ]
    found["identifiability"] = [
        (number(value), f"{figure(value, lang)}: {translate(lang, about.word)}", translate(lang, about.example))
        for value, about in IDENTIFIES.items()
    ]
    return found | {name: _element(values, lang) for name, values in CIRCUMSTANCES.items()}


def _element(values: Mapping[Fraction, str], lang: str) -> list[tuple[str, ...]]:
    return [(number(value), translate(lang, text), f"+ {figure(value, lang)}") for value, text in values.items()]


def _kinds(lang: str) -> list[dict[str, Any]]:
    """The categories of data with the example of each weight; where one starts is said."""
    found = []
    for category, about in DATA.items():
        base = BASE[category]
        usual, other = N_("weight {weight} of 4, as usual"), N_("weight {weight} of 4")
        weights = [
            (str(weight), translate(lang, text), translate(lang, usual if weight == base else other, weight=weight))
            for weight, text in about.weights.items()
        ]
        found.append({
            "code": str(category), "name": translate(lang, about.name), "holds": translate(lang, about.holds),
            "options": [(NONE, translate(lang, N_("Not affected"))), *weights],
            "steps": [str(weight) for weight in about.weights if weight != base],
        })  # fmt: skip
    return found


def _bands(lang: str) -> list[tuple[str, ...]]:
    return [
        (translate(lang, BAND_WORDS[band]), *(translate(lang, text) for text in (about.span, about.people,
                                                                                 about.practice)))
        for band, about in BANDS.items()
    ]  # fmt: skip
