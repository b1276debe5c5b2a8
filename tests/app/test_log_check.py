"""The check of the log: by itself once a night, with progress when it is long, and never “ok” for what was not read."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app import log_check_jobs
from app.checking.storage import log as checked_by_command
from app.log_check import keep_answer, last_answer, last_check
from app.log_check_jobs import LEASE, MOST_TRIES, check_log
from app.pages import log as pages
from core.access import SYSTEM, Role
from core.audit import reading, record
from core.audit.check_models import LogCheck
from core.audit.models import AuditEntry
from core.audit.signer import Signer
from core.audit.verify import verify
from core.db import Database
from core.moment import utc
from core.organisation import organisation
from notifications.mail import written
from notifications.models import ChannelMessage, OutboxMessage
from notifications.opening import open_message
from tests.core.test_audit import tamper, tamper_again
from tests.core.test_audit_forged_entries import forge
from tests.fixtures.world import World

FORGED = "UPDATE audit_entry SET actor = 'nobody' WHERE seq = 7"
MENDED = "UPDATE audit_entry SET actor = 'system' WHERE seq = 7"


@pytest.fixture
def logged(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A log of a few batches."""
    monkeypatch.setattr(reading, "HEIGHT", 3)
    monkeypatch.setattr(log_check_jobs, "EVERY", 0.0)
    with world.change() as session:
        for number in range(45):
            record(session, SYSTEM, "test:ran", f"n{number}", world.now)
    return world


def knock(world: World, stop: Callable[[], bool] = lambda: False) -> int:
    return check_log(world.database, lambda: world.now, stop)


def checks(world: World) -> list[LogCheck]:
    with world.look() as session:
        return list(session.scalars(select(LogCheck).order_by(LogCheck.asked_at, LogCheck.id)))


def alarms(world: World) -> list[OutboxMessage]:
    kinds = ("log_broken", "log_unread", "log_whole_again")
    with world.look() as session:
        return list(session.scalars(select(OutboxMessage).where(OutboxMessage.kind.in_(kinds))))


def english(world: World, role: Role) -> TestClient:
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client


def test_it_is_made_once_a_night_however_many_workers_knock_and_also_after_a_pause(logged: World) -> None:
    logged.now = utc(2026, 11, 24, 0, 59)  # 01:59 in Stockholm
    assert knock(logged) == 0
    logged.later(minutes=1)
    assert [knock(logged), knock(logged)] == [1, 0]
    other = Database(logged.database.url, logged.database.keyring)
    assert check_log(other, lambda: logged.now) == 0
    other.dispose()
    logged.later(days=3, hours=9)  # nobody worked at night
    assert [knock(logged), knock(logged)] == [1, 0]
    assert [(one.night, one.result, one.size) for one in checks(logged)] == [
        ("2026-11-24", "ok", 45),
        ("2026-11-27", "ok", 46),
    ]
    with logged.look() as session:
        said = session.scalars(select(AuditEntry).where(AuditEntry.action == "log:verified")).all()
    assert {entry.actor for entry in said} == {SYSTEM.id}
    assert alarms(logged) == []


def test_a_long_log_is_checked_by_the_worker_and_the_page_says_how_far_it_has_come(
    logged: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "AT_ONCE", 45)
    auditor = english(logged, Role.AUDITOR)
    assert auditor.post("/log/verify?group=log").headers["location"] == "/log?group=log"
    auditor.post("/log/verify")  # a second wish is the same check
    assert len(checks(logged)) == 1
    assert "Checking the log, 0 percent" in auditor.get("/log?group=log").text
    seen = []

    def looking() -> bool:
        part = auditor.get("/log/check?said=0", headers={"hx-request": "true", "hx-request-type": "partial"})
        seen.append(part.text)
        return False

    assert knock(logged, looking) == 2  # the one that was asked for, and the one of the night
    assert "16 of 47 entries read." in seen[2]
    assert 'value="16" max="47"' in seen[2]
    assert "hx-trigger" in seen[2]
    assert 'id="sr-status"' in seen[2]
    assert "48 entries, the log is whole" in auditor.get("/log/check").text


def test_a_worker_that_stops_or_dies_never_leaves_an_ok_for_what_it_has_not_read(logged: World) -> None:
    answers = iter([False, False, False, True])
    assert knock(logged, lambda: next(answers)) == 0
    (check,) = checks(logged)
    assert (check.at_seq, check.result, check.ended_at, check.leased_until) == (24, "", None, None)
    tamper(logged, FORGED.replace("7", "25"))  # behind the place that was read

    def dies() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        knock(logged, dies)
    assert knock(logged) == 0  # its lease still runs
    logged.later(seconds=LEASE.total_seconds() + 1)
    assert knock(logged) == 1
    (check,) = checks(logged)
    assert (check.result, check.first_bad, check.kind) == ("bad", 25, "edited")


def test_a_worker_that_was_overtaken_writes_nothing(logged: World) -> None:
    def overtaken() -> bool:
        logged.later(seconds=LEASE.total_seconds() + 1)
        assert check_log(logged.database, lambda: logged.now) == 1
        return False

    assert knock(logged, overtaken) == 0
    (check,) = checks(logged)
    assert (check.fence, check.result) == (2, "ok")
    with logged.look() as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "log:verified")).all()) == 1


def test_a_check_that_never_comes_to_its_end_says_that_it_does_not_know(logged: World) -> None:
    for _ in range(MOST_TRIES):
        assert knock(logged, lambda: True) == 0
    assert knock(logged) == 1
    assert checks(logged)[0].result == "unread"
    assert "could not be finished" in english(logged, Role.AUDITOR).get("/log").text
    assert logged.client().get("/health/ready").json()["log"] == "unread"
    for role in (Role.ADMIN, Role.AUDITOR, Role.MANAGER):
        assert "Loggen kunde inte kontrolleras" in logged.client(role).get("/profile").text
    assert "Loggen kunde inte kontrolleras" not in logged.client(Role.EMPLOYEE).get("/profile").text
    told = letters(logged, alarms(logged))
    assert set(told) == {f"{role}@nordhamn.example" for role in (Role.AUDITOR, Role.DPO, Role.ADMIN)}
    subject, text = told["dpo@nordhamn.example"]
    assert subject == "Loggen kunde inte kontrolleras"
    assert "Rör inget." in text
    with logged.look() as session:
        assert [one.facts["kind"] for one in session.scalars(select(ChannelMessage))] == ["unread"]
    logged.later(days=1)
    knock(logged)
    assert [mail.kind for mail in alarms(logged)].count("log_whole_again") == 3


def test_a_fault_that_was_found_stands_when_the_next_check_gives_up(logged: World) -> None:
    tamper(logged, FORGED)
    knock(logged)
    logged.later(days=1)
    for _ in range(MOST_TRIES + 1):
        knock(logged, lambda: True)
    with logged.look() as session:
        assert last_answer(session).result == "bad"
    assert {mail.kind for mail in alarms(logged)} == {"log_broken"}


def test_a_forged_change_of_key_leaves_the_check_its_alarm(logged: World) -> None:
    Signer.of(logged.database, logged.settings).look(logged.now)
    tamper(logged)
    forge(logged, 3, action="log:key_changed", facts={})
    assert knock(logged) == 1
    assert {mail.kind for mail in alarms(logged)} == {"log_broken"}
    auditor = english(logged, Role.AUDITOR)
    assert auditor.post("/log/verify").status_code == 303
    assert "The log does not match" in auditor.get("/profile").text


def test_a_fault_is_told_once_for_each_change_to_auditors_the_dpo_and_administrators(logged: World) -> None:
    anybody = logged.client()
    assert anybody.get("/health/ready").json()["log"] == "unchecked"
    knock(logged)
    assert anybody.get("/health/ready").json()["log"] == "ok"
    tamper(logged, FORGED)
    for _ in range(3):
        logged.later(days=1)
        assert knock(logged) == 1
    (told,) = {mail.kind for mail in alarms(logged)}
    assert len(alarms(logged)) == 3
    assert told == "log_broken"
    _reads_well(logged, alarms(logged))
    assert anybody.get("/health/ready").json()["log"] == "bad"
    with logged.look() as session:
        assert checked_by_command(session).result == "failed"
        assert [one.facts["first_bad"] for one in session.scalars(select(ChannelMessage))] == [7]
    for role in (Role.ADMIN, Role.AUDITOR, Role.MANAGER):
        assert "Loggen stämmer inte" in logged.client(role).get("/profile").text
    assert "Loggen stämmer inte" not in logged.client(Role.EMPLOYEE).get("/profile").text
    tamper_again(logged, MENDED)
    logged.later(days=1)
    knock(logged)
    assert [mail.kind for mail in alarms(logged)].count("log_whole_again") == 3
    with logged.look() as session:
        assert last_answer(session).result == "ok"


def letters(world: World, mails: list[OutboxMessage]) -> dict[str, tuple[str, str]]:
    with world.look() as session:
        opened = [open_message(session, session.get_one(OutboxMessage, mail.id)) for mail in mails]
        company = organisation(session)
    return {letter.to: written(letter, company, world.settings) for letter in opened}


def _reads_well(world: World, mails: list[OutboxMessage]) -> None:
    told = letters(world, mails)
    assert set(told) == {f"{role}@nordhamn.example" for role in (Role.AUDITOR, Role.DPO, Role.ADMIN)}
    subject, text = told["dpo@nordhamn.example"]
    assert subject == "Loggen stämmer inte: post 7"
    for words in (
        "Rör inget.",
        "Dess innehåll har ändrats.",
        "- Disa Ombud",
        "- Nordhamn Verktyg AB, 031-390 06 42",
        "/log",
    ):
        assert words in text


def test_a_check_of_a_worker_that_was_taken_over_is_not_kept_twice(logged: World) -> None:
    with logged.look() as session:
        verdict = verify(session)
    stranger = LogCheck(id="gone", asked_by=SYSTEM.id, asked_at=logged.now, fence=1)
    assert not keep_answer(logged.database, verdict, 1, logged.now, check=stranger)
    with logged.look() as session:
        assert last_check(session) is None
    assert keep_answer(logged.database, verdict, 1, logged.now + timedelta(seconds=1), logged.actor(Role.DPO))
    with logged.look() as session:
        kept = session.scalars(select(AuditEntry).where(AuditEntry.action == "log:verified")).one()
    assert json.loads(kept.entry)["facts"]["size"] == 45
