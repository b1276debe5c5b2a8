"""In some cases the controls that failed are named, and the unit; in one of them the unit is too small for numbers."""

from datetime import timedelta

from app.demo.stage import Stage, Story
from incidents.failing.keeping import FailingForm, name_failed

FAILED = {
    "late_leaver": (["leaver_access"], "Kundtjänst"),
    "shared_till_login": (["own_password_only", "password_change"], "Kundtjänst"),
    "test_system_staff": (["test_apart_from_production"], "IT"),
    "backup_open": (["network_protection", "backup_copies"], ""),
}


def learnt(stage: Stage) -> Story:
    """Named by the manager on the last morning."""
    for place, (code, (controls, unit)) in enumerate(FAILED.items()):
        yield stage.present - timedelta(minutes=50 - place)
        form = FailingForm(controls=controls, unit=unit)
        name_failed(stage.session, stage.actor("manager"), stage.cases[code], form, stage.moment)
