"""The laws beside the GDPR as a case shows them: whom each binds, what was answered, and which clocks it starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from identity.people import names
from incidents.clock import Deadline, Regime, Stage, clocks_to_come, open_clocks
from incidents.clock_choices import reason_of
from incidents.clock_opening import choices_of, company_regimes, events_of, given_lengths, moments_of
from incidents.clock_words import explain_stage
from incidents.models import Incident, RegimeChoice
from incidents.regime_choice import (
    MOMENT_WORDS,
    MOMENTS,
    STANDING_LABELS,
    Standing,
    by_contract,
    recorded_by_hand,
    standing,
)
from incidents.regimes import REGIMES

LOOKS = {
    Standing.ALWAYS: ("ok", "check"),
    Standing.CONFIRMED: ("ok", "check"),
    Standing.PROPOSED: ("soon", "triangle"),
    Standing.REFUSED: ("none", "cross"),
    Standing.AVAILABLE: ("none", "ring"),
}


@dataclass(frozen=True, slots=True)
class RegimeRow:
    """One law. `starts` are the deadlines it has, or would have, in this case; `to_come` explains those that wait for a
    later event; `said` is who answered when."""

    code: str
    title: str
    law: str
    applies_to: str
    standing: Standing
    word: str
    level: str
    shape: str
    said: str
    reason: str
    href: str
    starts: list[tuple[str, str]]
    to_come: list[str]


@dataclass(frozen=True, slots=True)
class MomentRow:
    """A moment that the law counts from: the question, and what is known."""

    anchor: str
    question: str
    word: str
    known: datetime | None


def regime_rows(session: Session, incident: Incident, lang: str, *, open_texts: bool) -> list[RegimeRow]:
    """The laws somebody answers for, those that run first. `open_texts`: whether this reader may see the reasons."""
    choices = choices_of(session, incident)
    people = names(session, [choice.by_id for choice in choices.values()])
    rows = [
        _row(session, incident, regime, choices.get(code), people, lang, open_texts)
        for code, regime in REGIMES.items() if not regime.everywhere
    ]  # fmt: skip
    order = [Standing.PROPOSED, Standing.CONFIRMED, Standing.AVAILABLE, Standing.REFUSED]
    return sorted(rows, key=lambda row: order.index(row.standing))


def regime_row(session: Session, incident: Incident, regime: Regime, lang: str, *, open_texts: bool) -> RegimeRow:
    choice = choices_of(session, incident).get(regime.code)
    people = names(session, [choice.by_id] if choice else [])
    return _row(session, incident, regime, choice, people, lang, open_texts)


def moment_rows(session: Session, incident: Incident, regime: Regime, lang: str) -> list[MomentRow]:
    events = events_of(session, incident)
    return [
        MomentRow(anchor, translate(lang, MOMENTS[anchor]), translate(lang, MOMENT_WORDS[anchor]), events.get(anchor))
        for anchor in recorded_by_hand(regime.stages)
    ]


def agreed_hours(session: Session, incident: Incident, regime: Regime) -> int | None:
    """The hours a contract gives, as far as somebody wrote them down."""
    choice = choices_of(session, incident).get(regime.code)
    kept = [choice.given.get(stage.duty, {}) for stage in by_contract(regime.stages)] if choice else []
    return next((one["hours"] for one in kept if one.get("hours")), None)


def would_start(session: Session, incident: Incident, regime: Regime) -> tuple[list[Deadline], list[Stage]]:
    """The clocks of this law in this case by what is known now, and the stages that wait for more."""
    company, choice = organisation(session), choices_of(session, incident).get(regime.code)
    given = given_lengths(company, choice)
    moments = moments_of(incident, events_of(session, incident), regime.code)
    running = open_clocks(regime, moments, company.zone, given=given)
    return running, clocks_to_come(regime, moments, company.zone, given=given)


def _row(
    session: Session, incident: Incident, regime: Regime, choice: RegimeChoice | None, people: Mapping[str, str],
    lang: str, open_texts: bool,
) -> RegimeRow:  # fmt: skip
    company = organisation(session)
    found = standing(regime, company_regimes(company), choice.applies if choice else None)
    level, shape = LOOKS[found]
    running, waiting = would_start(session, incident, regime)
    by = translate(lang, N_("{who}, {moment}"), who=people.get(choice.by_id, ""),
                   moment=absolute(choice.at, lang, company.zone)) if choice else ""  # fmt: skip
    return RegimeRow(
        regime.code,
        translate(lang, regime.title),
        translate(lang, regime.law),
        translate(lang, regime.applies_to),
        found,
        translate(lang, STANDING_LABELS[found]),
        level,
        shape,
        by,
        reason_of(session, choice) if choice and open_texts else "",
        f"{incident.path}/regimes/{regime.code}",
        [(translate(lang, one.stage.title), _end(one, lang, company.zone)) for one in running],
        [explain_stage(regime.code, stage, lang, company.zone) for stage in waiting],
    )


def _end(deadline: Deadline, lang: str, zone: str) -> str:
    if deadline.due_at is None:
        return translate(lang, N_("as soon as possible"))
    return absolute(deadline.due_at, lang, zone)
