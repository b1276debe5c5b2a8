"""Controls that the company adds itself: a card as in the catalogue, written in a form and kept in the row."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.catalogue import Words
from core.errors import N_, Conflict, Invalid
from core.organisation import organisation
from risk.control_status import first_due
from risk.controls.cards import ControlCard, Group, Question
from risk.controls.clauses import CLAUSES
from risk.controls.handing import taken_up
from risk.controls.pausing import CHANGED
from risk.models import OWN, Control
from risk.service import move_due, require_keepers

MOST_QUESTIONS = 8
LONGEST_QUESTION = 200
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


class OwnForm(BaseModel):
    """A control as it was typed; each line of `questions` is one question."""

    title: Annotated[str, Field(min_length=3, max_length=100)]
    todo: Annotated[str, Field(min_length=3, max_length=2000)]
    clause: str = ""
    why: Annotated[str, Field(max_length=2000)] = ""
    proof: Annotated[str, Field(min_length=3, max_length=2000)]
    questions: Annotated[str, Field(max_length=2000)] = ""
    group: Group
    interval_days: Annotated[int, Field(ge=1, le=366)]
    grace_days: Annotated[int, Field(ge=0, le=365)]
    owner: str = ""
    deputy: str = ""
    version: int = 0

    @property
    def asked(self) -> list[str]:
        return list(dict.fromkeys(line.strip() for line in self.questions.splitlines() if line.strip()))


def add(session: Session, actor: Actor, form: OwnForm, now: datetime) -> Control:
    """Write the row with its card; like those of the catalogue it is due first within a month.

    Raises:
        Invalid: see the fields.
    """
    _require_sense(session, form)
    zone, interval = organisation(session).zone, timedelta(days=form.interval_days)
    control = Control(
        code=OWN + secrets.token_hex(5),
        own_card=_card(form, {}),
        owner_id=form.owner or None,
        deputy_id=form.deputy or None,
        interval_days=form.interval_days,
        grace_days=form.grace_days,
        started_at=now,
        next_due_at=first_due(now.astimezone(ZoneInfo(zone)).date(), interval, zone),
    )
    session.add(control)
    session.flush()
    changes = {field: (None, after) for field, after in _told(control).items() if after}
    record(session, actor, "control:added", control.code, now, facts={"clause": form.clause}, changes=changes)
    return control


def edit(session: Session, actor: Actor, control: Control, form: OwnForm, now: datetime) -> None:
    """Change the card, how often it is due, and who keeps it. A question keeps its code while its words stay the same.

    Raises:
        Conflict: somebody else has changed the control since the page was read.
        Invalid: see the fields.
    """
    if form.version != control.version:
        raise Conflict(CHANGED)
    _require_sense(session, form)
    before = _told(control)
    move_due(control, form.interval_days)
    control.own_card = _card(form, control.own_card["asked"])
    control.interval_days, control.grace_days = form.interval_days, form.grace_days
    control.owner_id, control.deputy_id = form.owner or None, form.deputy or None
    if control.owner_id:
        taken_up(control)
    after = _told(control)
    changes = {field: (before[field], after[field]) for field in before if before[field] != after[field]}
    record(session, actor, "control:edited", control.code, now, facts={"clause": form.clause}, changes=changes)


def typed_again(control: Control) -> dict[str, Any]:
    """The card as the form shows it."""
    card = control.card
    words = {field: getattr(card, field).in_("sv") for field in ("title", "todo", "why", "proof")}
    questions = "\n".join(question.text.in_("sv") for question in card.question)
    return words | {"clause": card.clause, "group": card.group.value, "questions": questions}


def _card(form: OwnForm, asked: dict[str, str]) -> dict[str, Any]:
    codes = {text: code for code, text in asked.items()}
    for text in form.asked:
        codes.setdefault(text, _code(len(codes)))
    card = ControlCard(
        clause=form.clause,
        group=form.group,
        title=_words(form.title),
        todo=_words(form.todo),
        why=_words(form.why),
        proof=_words(form.proof),
        interval_days=form.interval_days,
        grace_days=form.grace_days,
        question=tuple(Question(code=codes[text], text=_words(text)) for text in form.asked),
    )
    return {"card": card.model_dump(mode="json"), "asked": {code: text for text, code in codes.items()}}


def _code(number: int) -> str:
    """q_a, q_b, ... q_ba: letters only, as in the catalogue."""
    tail = ALPHABET[number % 26]
    return f"q_{ALPHABET[number // 26] if number >= 26 else ''}{tail}"


def _words(text: str) -> Words:
    """A company writes its own controls in one language; everybody reads them as they were written."""
    return Words(sv=text, en=text)


def _told(control: Control) -> dict[str, str | None]:
    """What the log keeps of a control, by field."""
    kept = {key: str(value) for key, value in typed_again(control).items()}
    days = {"interval_days": str(control.interval_days), "grace_days": str(control.grace_days)}
    return {**kept, **days, "owner": control.owner_id, "deputy": control.deputy_id}


def _require_sense(session: Session, form: OwnForm) -> None:
    wrong = {}
    if form.clause and form.clause not in CLAUSES:
        wrong["clause"] = N_("Choose a clause of the rules, or none.")
    if not form.clause and not form.why:
        wrong["why"] = N_("Choose a clause above, or say in your own words why.")
    if form.grace_days >= form.interval_days:
        wrong["grace_days"] = N_("The days of grace must be fewer than the days between two checks.")
    if len(form.asked) > MOST_QUESTIONS or any(len(text) > LONGEST_QUESTION for text in form.asked):
        wrong["questions"] = N_("At most eight questions of 200 letters each.")
    if wrong:
        raise Invalid(wrong)
    require_keepers(session, form.owner, form.deputy)
