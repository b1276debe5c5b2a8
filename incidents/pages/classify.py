"""`/incidents/{reference}/classify`: the facts, prefilled from the report as proposals, never saved unseen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import N_, Conflict, Invalid
from core.i18n import translate
from core.organisation import organisation
from core.web import Now, Read, Tx, Typed, TypedForm, redirect, require
from incidents.activities.chosen import Chosen, chosen, chosen_cards, chosen_lines
from incidents.activities.filling import fields_of, fill, take_back
from incidents.activities.keeping import Line, lines
from incidents.activities.known import beside as beside_registers
from incidents.activities.known import known
from incidents.catalogue import catalogue
from incidents.cause_choices import Question, choices, question, unanswered, with_clause
from incidents.causes.known import Catalogue
from incidents.classification import (
    BREACH_LABELS,
    DATA_LABELS,
    GROUP_LABELS,
    REPORTABLE,
    CauseClass,
)
from incidents.classified_words import differences
from incidents.classifying import CHANGED, ClassifyForm, apply, classify
from incidents.instants import Instants
from incidents.models import Incident
from incidents.pages.case import reads_texts
from incidents.pages.showing import local, moment, sentences, show
from incidents.proposals import proposal
from incidents.queries import find, find_to_change
from incidents.questions import BANDS, DATA_KINDS, KINDS
from incidents.reported import narrative
from incidents.similar import similar
from incidents.suggesting import suggest
from incidents.suppliers.beside import beside
from incidents.suppliers.keeping import Card, cards

router = APIRouter()
SUGGESTED = 3
ASKED = {
    "data_categories": N_("Which data?"),
    "subject_groups": N_("Whose data?"),
    "people": N_("How many people?"),
    "systems": N_("Systems"),
    "countries": N_("Countries"),
}
Classifier = Annotated[Actor, Depends(require(Operation.CLASSIFY_CASE))]


@router.get("/incidents/{reference}/classify")
def classify_page(reference: str, request: Request, session: Read, actor: Classifier, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.CLASSIFY_CASE)
    return _page(request, session, actor, incident, now, 200)


@router.post("/incidents/{reference}/classify", response_model=None)
def save(
    reference: str, request: Request, session: Tx, actor: Classifier, typed: Typed, now: Now
) -> HTMLResponse | RedirectResponse:
    incident = find_to_change(session, actor, reference, Operation.CLASSIFY_CASE)
    times, ended_at, form = Instants(), None, None
    try:
        times, ended_at = _times(session, typed)
        form = _read(typed, incident, catalogue(session))
        classify(session, actor, incident, form, times, ended_at, now)
    except Invalid as wrong:
        refuse(session)
        faults = sentences(request, wrong)
        return _page(request, session, actor, incident, now, 422, typed=typed, wrong=faults)
    except Conflict as conflict:
        if conflict.message != CHANGED or form is None:
            raise
        refuse(session)
        rows = _compare(request, session, incident, form, times, ended_at)
        return _page(request, session, actor, incident, now, 409, typed=typed, differences=rows)
    return redirect(incident.path)


@router.post("/incidents/{reference}/classify/fill")
def fill_in(reference: str, request: Request, session: Read, actor: Classifier, typed: Typed, now: Now) -> HTMLResponse:
    """The form again, filled in from the registers, or with that taken back. Nothing is saved."""
    incident = find(session, actor, reference, Operation.CLASSIFY_CASE)
    marks = typed.all("filled")
    if typed.get("go") == "take_back":
        made = take_back(_answers(typed), marks)
    else:
        made = fill(_answers(typed), known(session, _chosen(typed)), marks)
    again = typed.replaced({**made.answers, "filled": list(made.marks)})
    return _page(request, session, actor, incident, now, 200, typed=again, took_back=typed.get("go") == "take_back",
                 fresh=len(made.marks) > len(marks))  # fmt: skip


def _answers(typed: TypedForm) -> dict[str, list[str]]:
    return {name: typed.all(name) for name in ClassifyForm.model_fields}


def _chosen(typed: TypedForm) -> Chosen:
    return Chosen(tuple(typed.all("activities")), tuple(typed.all("processors")))


def _times(session: Session, typed: TypedForm) -> tuple[Instants, datetime | None]:
    occurred_at = moment(session, typed, "occurred_at")
    detected_at = moment(session, typed, "detected_at")
    return Instants(occurred_at=occurred_at, detected_at=detected_at), moment(session, typed, "ended_at")


def _read(typed: TypedForm, incident: Incident, causes: Catalogue) -> ClassifyForm:
    """The form, with the answer to the question its cause asks in place of the cause.

    Raises:
        Invalid: what cannot be read, and the question while it has not been answered, both at once.
    """
    cause, answer = typed.get("cause"), typed.get("cause_sure")
    faults = unanswered(causes, cause, answer, incident)
    try:
        form = typed.read(ClassifyForm)
    except Invalid as wrong:
        raise Invalid(wrong.fields | faults, **wrong.params) from None
    if faults:
        raise Invalid(faults)
    asked = causes.asked_about(cause) and cause != incident.cause_code
    return form.model_copy(update={"cause": answer}) if asked else form


def _asked(session: Session, typed: TypedForm | None, wrong: dict[str, str] | None, lang: str) -> Question | None:
    """The question of a cause that stands in several places: while it is open, and with its answer from then on."""
    if typed is None or not (typed.get("cause_sure") or "cause_sure" in (wrong or {})):
        return None
    return question(catalogue(session), typed.get("cause"), lang)


def _compare(
    request: Request, session: Session, incident: Incident, form: ClassifyForm, times: Instants,
    ended_at: datetime | None,
) -> list[tuple[str, str, str]]:  # fmt: skip
    mine = Incident(reference="", cause_text="")
    causes = catalogue(session)
    apply(mine, form, causes, times, ended_at)
    return differences(mine, incident, causes, request.state.lang, organisation(session).zone)


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: Now, status: int, **context: Any
) -> HTMLResponse:
    lang, typed = request.state.lang, context.get("typed")
    picked = _chosen(typed) if typed else chosen(session, incident)
    marks = fields_of(typed.all("filled")) if typed else {}
    registered = beside_registers(known(session, picked), lang)
    return show(
        request, session, actor, incident, now, "classify.html", status,
        **{"typed": None, "wrong": None, "differences": [], "fresh": False, "took_back": False} | context,
        values=_values(session, incident),
        proposed=incident.classified_at is None,
        causes=choices(catalogue(session), incident, lang),
        breaches=_options(BREACH_LABELS, lang), kinds=_options(DATA_LABELS, lang), groups=_options(GROUP_LABELS, lang),
        further_data=_has_further(context.get("typed"), incident),
        said=_said(incident, lang),
        beside=_beside(beside(session, incident, lang), registered),
        registered=registered,
        filled=[translate(lang, ASKED[name]) for name in marks],
        activities=_entries(lines(session), chosen_lines(session, picked)),
        processors=_entries(cards(session, at_work=True), chosen_cards(session, picked)),
        picked=picked,
        pointers=_pointers(session, actor, incident, lang),
        stamp=incident.cause_catalogue,
        sure=_asked(session, context.get("typed"), context.get("wrong"), lang),
        similar=similar(session, actor, incident, lang),
    )  # fmt: skip


def _beside(said: dict[str, str], registered: dict[str, str]) -> dict[str, str]:
    """What suppliers told and what the registers know, beside the same field."""
    return {name: " ".join(filter(None, (said.get(name), registered.get(name)))) for name in {*said, *registered}}


def _entries(offered: Sequence[Line | Card], picked: Sequence[Line | Card]) -> list[tuple[str, str]]:
    """What can be chosen, and what is chosen already though it is archived by now."""
    every = {one.id: one.name for one in (*offered, *picked)}
    return sorted(every.items(), key=lambda one: (one[1].casefold(), one[0]))


def _values(session: Session, incident: Incident) -> dict[str, Any]:
    """What the form starts with: what was saved, or the proposal while nothing was."""
    shared = {
        "title": incident.title,
        "moments": {
            name: local(session, getattr(incident, name)) for name in ("occurred_at", "ended_at", "detected_at")
        },
    }
    if incident.classified_at is not None:
        unknown = "" if incident.cause_class != CauseClass.UNKNOWN else str(CauseClass.UNKNOWN)
        return shared | {
            "cause": incident.cause_code or unknown,
            "breach_types": incident.breach_types,
            "data_categories": incident.data_categories,
            "people": (incident.people_min, incident.people_max),
        }
    causes = catalogue(session)
    proposed = proposal(incident, {code for code in causes.causes if causes.offers(code)})
    return shared | {
        "cause": proposed.cause,
        "breach_types": proposed.breach_types,
        "data_categories": proposed.data_categories,
        "people": (proposed.people.least, proposed.people.most),
    }


def _said(incident: Incident, lang: str) -> dict[str, str]:
    """The reporter's answers beside the fields they belong to."""
    kinds = ", ".join(translate(lang, DATA_KINDS[kind]) for kind in incident.data_kinds if kind in DATA_KINDS)
    return {
        "kind": translate(lang, KINDS[incident.kind]) if incident.kind in KINDS else "",
        "data": kinds,
        "people": translate(lang, BANDS[incident.people_band]) if incident.people_band in BANDS else "",
    }


def _pointers(session: Session, actor: Actor, incident: Incident, lang: str) -> list[tuple[str, str]]:
    """Causes that the reporter's words point to, and those words; beside the field, never filled in."""
    if not reads_texts(session, actor, incident):
        return []
    causes = catalogue(session)
    found = suggest(narrative(session, incident), causes).suggestions[:SUGGESTED]
    quoted = [(one.code, ", ".join(f"“{word}”" for word in one.because)) for one in found]
    return [(with_clause(causes.causes[code], lang), words) for code, words in quoted]


def _has_further(typed: TypedForm | None, incident: Incident) -> bool:
    """Whether a kind of data is chosen that is folded away."""
    chosen = typed.all("data_categories") if typed else incident.data_categories
    return bool(set(chosen) - {str(code) for code in REPORTABLE})


def _options(labels: Any, lang: str) -> list[tuple[str, str]]:
    return [(str(code), translate(lang, label)) for code, label in labels.items()]
