"""A year of checks: some controls are well kept, some are due soon, late, missed, or were found not in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.demo.stage import Stage, Story
from risk.control_status import FIRST_WITHIN, Result
from risk.controls.cards import CONTROLS
from risk.jobs import remind_due
from risk.models import Control
from risk.service import AssignForm, TickForm, Upload, adopt, assign, tick_control

DONE = "Gjort enligt planen. Inget att anmärka."
FOUND = "Två stationer i Varberg hade inte fått uppdateringen. Driften åtgärdar före nästa vecka."
PROOF = "Logg (påhittad): alla jobb klara, inga fel.\n"
ANSWERS = {
    "backup_copies": {
        "what": "Operativsystem, databaser och ritningar.",
        "how": "Hela systemet varje natt, ändringar varje timme.",
        "where": "I datorrummet och hos värden i Luleå.",
        "last_copy": "I natt 02:10.",
        "last_restore_test": "Före sommaren, allt gick att läsa.",
    },
    "restore_test": {"copy": "Fredagens.", "duration": "41 minuter.", "readable": "Ja, alla tre databaserna."},
}
REMAINS = {"backup_copies": 5, "network_protection": -5, "restore_test": -20, "no_shared_folders": 9}
FAILED = "antivirus"
SKIPPED = ("password_change", "leaver_access")


@dataclass(frozen=True, slots=True)
class Round:
    """One time a control is done."""

    at: datetime
    result: Result = Result.PASS


def begin(stage: Stage) -> None:
    """Adopt the catalogue and give each control an owner and a deputy (clause 3.8)."""
    adopt(stage.session, stage.moment)
    stage.session.flush()
    keys = ("control_owner", "second_owner")
    for place, code in enumerate(CONTROLS):
        control = stage.session.get_one(Control, code)
        owner, deputy = (stage.people[keys[(place + turn) % 2]].id for turn in (0, 1))
        form = AssignForm(owner=owner, deputy=deputy, interval_days=control.interval_days, version=control.version)
        assign(stage.session, stage.actor("head"), control, form, stage.moment)
        stage.session.flush()


def kept(stage: Stage, code: str) -> Story:
    """One control through the year."""
    for done in rounds(stage, code):
        yield done.at
        control = stage.session.get_one(Control, code)
        files = [Upload("logg.txt", PROOF.encode())] if code in {"backup_copies", "restore_test"} else []
        day = done.at.astimezone(ZoneInfo(stage.zone)).date()
        form = TickForm(result=done.result, done_on=day, note=FOUND if done.result is Result.FAIL else DONE,
                        answers=ANSWERS.get(code, {}))  # fmt: skip
        keeper = next((key for key in stage.people if stage.people[key].id == control.owner_id), "manager")
        tick_control(stage.session, stage.actor(keeper), control, form, files, done.at)


def reminded(stage: Stage) -> Story:
    """What the worker would have said, once a week, and at the end."""
    moment = stage.moment + timedelta(days=7)
    while moment < stage.present:
        yield moment
        remind_due(stage.session, moment)
        moment += timedelta(days=7)
    yield stage.present
    remind_due(stage.session, stage.present)


def rounds(stage: Stage, code: str) -> list[Round]:
    """Every check of the year, the first one within a month of adoption."""
    interval = timedelta(days=CONTROLS[code].interval_days)
    last = _last(stage, code, interval)
    found = [Round(last, Result.FAIL if code == FAILED else Result.PASS)]
    first = stage.moment + FIRST_WITHIN - timedelta(days=4)
    found += [Round(at) for at in _before(last, interval, first)]
    if code in SKIPPED and len(found) > 3:
        del found[len(found) // 2]
    if found[-1].at > first + timedelta(days=5):
        found.append(Round(first))
    return sorted(found, key=lambda one: one.at)


def _last(stage: Stage, code: str, interval: timedelta) -> datetime:
    """The latest check, so that the control stands today as wanted."""
    remains = REMAINS.get(code, interval.days * 3 // 5)
    ago = timedelta(days=2) if code == FAILED else interval - timedelta(days=remains)
    day = (stage.present - ago).astimezone(ZoneInfo(stage.zone)).date()
    at = datetime.combine(day, time(9, 30), ZoneInfo(stage.zone)).astimezone(stage.present.tzinfo)
    return min(at, stage.present - timedelta(hours=1))


def _before(last: datetime, interval: timedelta, first: datetime) -> Iterator[datetime]:
    """Backwards in steps a little shorter than the interval: people do it before the day."""
    at = last - interval + timedelta(days=1)
    while at > first:
        yield at
        at -= interval - timedelta(days=1)
