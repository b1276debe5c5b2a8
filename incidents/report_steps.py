"""The walk through the report form (ux.md 2.1): four pages and the check page."""

from contextlib import suppress
from datetime import datetime

from pydantic import BaseModel

from core.errors import Invalid
from incidents.forms import FREE_TEXTS, PAGES, HowToReach, ReportForm, WhenNoticed
from incidents.noticed import happened, happened_twice, noticed, noticed_twice
from incidents.steps import Answers, Step, Walk


def _moments(read: BaseModel, now: datetime, zone: str) -> None:
    if isinstance(read, WhenNoticed):
        noticed(read, now, zone)
    if isinstance(read, HowToReach):
        happened(read, now, zone)


REPORT = Walk(PAGES, FREE_TEXTS, _moments)


def whole(typed: Answers, now: datetime, zone: str) -> ReportForm | Step:
    """The report to send, or the first page on which something is missing."""
    return REPORT.missing(typed, now, zone) or typed.read(ReportForm)


def doubtful(typed: Answers, now: datetime, zone: str) -> dict[str, datetime]:
    """The questions whose time occurs twice because the clocks are put back, and the moment that is used."""
    found: dict[str, datetime | None] = {}
    with suppress(Invalid):
        found["noticed_at_choice"] = noticed_twice(typed.read(WhenNoticed), now, zone)
    with suppress(Invalid):
        found["happened_at"] = happened_twice(typed.read(HowToReach), now, zone)
    return {question: at for question, at in found.items() if at}
