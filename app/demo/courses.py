"""Two courses, one that runs out every year and one that holds for ever. Somebody is missing, somebody's runs out soon,
somebody's has run out."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from app.demo.stage import Stage, Story
from identity.training.keeping import CourseForm, RecordForm, add_course, enter
from identity.training.models import Course
from identity.training.reminding import ask_due

YEARLY = CourseForm(title="Dataskydd i vardagen", valid_days=300)
ONCE = CourseForm(title="Så rapporterar du", valid_days=0)
UNITS = {
    "Kundtjänst": ("employee", "writer", "approver", "second_member", "substitute", "member"),
    "IT": ("admin", "control_owner", "second_owner"),
    "Ekonomi": ("chair", "auditor"),
}
NEVER, RUN_OUT, SOON = "substitute", ("employee",), ("approver", "control_owner")
CERTIFICATE = ("intyg.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n")
WITH_CERTIFICATE = {"manager", "employee"}


def place_in_units(stage: Stage) -> None:
    """Where people work, from the start."""
    for unit, keys in UNITS.items():
        for key in keys:
            stage.people[key].unit = unit


def taught(stage: Stage) -> Story:
    """Entered in the order of time, with the reminders that the worker would have sent."""
    others = [key for key in stage.people if key not in {NEVER, *RUN_OUT, *SOON}]
    yield stage.present - timedelta(days=345)
    yearly, once = (add_course(stage.session, stage.actor("manager"), form, stage.moment) for form in (YEARLY, ONCE))
    yield stage.present - timedelta(days=340)
    _enter(stage, yearly, RUN_OUT)
    yield stage.present - timedelta(days=285)
    _enter(stage, yearly, SOON)
    for days in (70, 47, 40):
        yield stage.present - timedelta(days=days)
        ask_due(stage.session, stage.moment)
    yield stage.present - timedelta(days=33)
    _enter(stage, yearly, others)
    _enter(stage, once, [*others, *RUN_OUT, *SOON])
    yield stage.present
    ask_due(stage.session, stage.moment)


def _enter(stage: Stage, course: Course, keys: Iterable[str]) -> None:
    taken_on = (stage.moment - timedelta(days=1)).astimezone(ZoneInfo(stage.zone)).date()
    for place, key in enumerate(keys):
        form = RecordForm(person=stage.people[key].id, taken_on=taken_on, score=100 - place * 3)
        file = CERTIFICATE if key in WITH_CERTIFICATE else None
        enter(stage.session, stage.actor("manager"), course, form, stage.moment, file)
