"""E24: auditors hear of a week in which something happened, each of what they may see; and once a quarter its proof."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.log_check_jobs import check_log
from app.log_digest import tell_auditors
from core.access import SYSTEM, Role
from core.audit import record
from core.db import Database
from core.moment import utc
from core.organisation import organisation
from incidents.models import Exclusion, Incident
from notifications.mail import written
from notifications.models import OutboxMessage
from notifications.opening import open_message
from notifications.service_state import remember
from tests.fixtures.world import World

CASE = "PUI-2026-7K3Q"
MONDAY = utc(2026, 11, 23, 6)  # 07:00 in Stockholm, the first morning of week 48


@pytest.fixture
def busy(world: World) -> World:
    """Something happened in week 47: a case and a control."""
    world.now = utc(2026, 11, 18, 12)
    anna = world.actor(Role.MANAGER)
    with world.change() as session:
        session.add(Incident(id="a" * 32, reference=CASE, reported_at=world.now))
    with world.change() as session:
        record(session, anna, "incident:aware_set", CASE, world.now, case="a" * 32)
        record(session, anna, "incident:taken", CASE, world.now, case="a" * 32)
        record(session, SYSTEM, "control:late", "backup", world.now)
    world.now = MONDAY
    return world


def mails(world: World) -> list[tuple[str, str, str]]:
    """To whom, the subject and the text of each mail about the log."""
    with world.look() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind.in_(("log_week", "log_quarter"))))
        opened = [open_message(session, row) for row in rows]
        company = organisation(session)
    return [(each.to, *written(each, company, world.settings)) for each in opened]


def test_a_week_with_entries_is_told_once_with_counts_and_sensitive_acts(busy: World) -> None:
    check_log(busy.database, lambda: busy.now)
    other = Database(busy.database.url, busy.database.keyring)
    assert [tell_auditors(busy.database, busy.now), tell_auditors(other, busy.now)] == [1, 0]
    other.dispose()
    ((to, subject, text),) = mails(busy)
    assert to == "auditor@nordhamn.example"
    assert subject == "Granskningslogg v. 47: 3 poster, loggen hel"
    for words in ("- Ärenden: 2", "- Kontroller: 1", f"- 0: Ändrade vetskapstid, {CASE}, ons 18 nov 2026 13:00 CET",
                  "/log?since=2026-11-16&until=2026-11-22"):  # fmt: skip
        assert words in text
    assert "Anna" not in text


def test_a_silent_week_is_not_told_and_a_week_of_checks_is_a_silent_one(busy: World) -> None:
    tell_auditors(busy.database, busy.now)
    for _ in range(7):
        busy.later(days=1)
        check_log(busy.database, lambda: busy.now)
    assert tell_auditors(busy.database, busy.now) == 0
    assert len(mails(busy)) == 1


def test_it_waits_for_the_morning_and_comes_also_after_a_pause(busy: World) -> None:
    assert tell_auditors(busy.database, busy.now - timedelta(hours=2)) == 0
    assert tell_auditors(busy.database, busy.now + timedelta(days=4)) == 1


def test_weeks_in_which_no_worker_ran_are_told_together(busy: World) -> None:
    with busy.change() as session:
        remember(session, "log_digest", {"week": "2026-11-09", "quarter": "2026-10-01"}, utc(2026, 11, 9, 6))
    assert tell_auditors(busy.database, busy.now) == 1
    ((_, subject, text),) = mails(busy)
    assert subject.startswith("Granskningslogg v. 46–47: 3 poster")
    assert "/log?since=2026-11-09&until=2026-11-22" in text


def test_a_case_that_the_auditor_is_involved_in_is_in_no_count(busy: World) -> None:
    with busy.change() as session:
        session.add(Exclusion(incident_id="a" * 32, user_id=busy.users[Role.AUDITOR].id, by_id="x", at=busy.now))
    assert tell_auditors(busy.database, busy.now) == 1
    ((_, subject, text),) = mails(busy)
    assert ": 1 poster" in subject
    assert CASE not in text
    assert "Ärenden" not in text


def test_a_quarter_in_which_the_log_was_checked_is_proven(busy: World) -> None:
    busy.now = utc(2026, 12, 30, 6)
    for _ in range(3):
        check_log(busy.database, lambda: busy.now)
        busy.later(days=1)
    busy.now = utc(2027, 1, 1, 6)
    tell_auditors(busy.database, busy.now)
    told = [mail for mail in mails(busy) if "kvartalet" in mail[1]]
    assert [subject for _, subject, _ in told] == ["Loggens bevis för kvartalet: 2026 Q4"]
    assert "kontrollerades 2 gånger utan fel" in told[0][2]
