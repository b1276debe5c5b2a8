"""How `vaka clock` answers: for programs in the shape of the stable interface, for people with the deadline first."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.clock_count import Answer
from core.errors import N_
from core.i18n import LANGUAGES, absolute, translate
from incidents.clock import Deadline, Stage
from incidents.clock_words import explain_stage
from incidents.local_time import WARNINGS
from incidents.regimes import REGIMES


def as_document(answer: Answer) -> dict[str, object]:
    """The shape of the stable interface. Seconds are cut, never rounded up."""
    document: dict[str, object] = {
        "aware_at": _utc(answer.aware_at),
        "zone": answer.zone,
        "clocks": [_clock(code, deadline, answer.zone) for code, deadline in answer.running],
        "follows": [_waiting(code, stage, answer.zone) for code, stage in answer.follows],
    }
    return document | ({"warnings": list(answer.warnings)} if answer.warnings else {})


def _clock(code: str, deadline: Deadline, zone: str) -> dict[str, object]:
    due_at, latest = deadline.due_at, deadline.latest_arguable_at
    return {
        "regime": code,
        "duty": str(deadline.duty),
        "due_at": _utc(due_at),
        "due_local": due_at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if due_at else None,
        "latest_arguable_at": _utc(latest),
        "basis": deadline.basis,
        "explanation": _in_both(code, deadline.stage, zone),
    }


def _waiting(code: str, stage: Stage, zone: str) -> dict[str, object]:
    return {
        "regime": code,
        "duty": str(stage.duty),
        "counts_from": str(stage.rule.anchor),
        "basis": stage.rule.basis,
        "explanation": _in_both(code, stage, zone),
    }


def _in_both(code: str, stage: Stage, zone: str) -> dict[str, str]:
    return {lang: explain_stage(code, stage, lang, zone) for lang in LANGUAGES}


def _utc(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment is not None else None


def in_words(answer: Answer, lang: str) -> str:
    """For people: the deadline first, then why."""
    return "\n".join(_lines(answer, lang))


def _lines(answer: Answer, lang: str) -> Iterator[str]:
    at_once, later = translate(lang, N_("As soon as possible")), translate(lang, N_("When its moment comes"))
    yield translate(lang, N_("Aware: {moment}"), moment=absolute(answer.aware_at, lang, answer.zone))
    for warning in answer.warnings:
        yield translate(lang, WARNINGS[warning])
    for code in dict.fromkeys(code for code, _ in (*answer.running, *answer.follows)):
        yield ""
        yield translate(lang, REGIMES[code].title)
        for _, deadline in (pair for pair in answer.running if pair[0] == code):
            yield f"  {absolute(deadline.due_at, lang, answer.zone) if deadline.due_at else at_once}"
            yield f"    {explain_stage(code, deadline.stage, lang, answer.zone)}"
        for _, stage in (pair for pair in answer.follows if pair[0] == code):
            yield f"  {later}"
            yield f"    {explain_stage(code, stage, lang, answer.zone)}"
