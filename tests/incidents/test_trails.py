"""The three trails of a case beside each other: the same minute in the same row, and nothing that a mail says."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit import record
from incidents import trails
from incidents.models import Exclusion, Incident
from notifications.outbox import enqueue
from tests.app.test_log import CASE, english, logged, table
from tests.fixtures.world import World

__all__ = ["logged"]
PATH = f"/incidents/{CASE}/trails"
SECRET = "hemlig.person@kund.example"


def case_of(world: World) -> Incident:
    with world.look() as session:
        return session.scalars(select(Incident).where(Incident.reference == CASE)).one()


def mail(world: World, once: str, kind: str = "letter", **more: str) -> None:
    with world.change() as session:
        enqueue(session, kind, to=SECRET, language="sv", once=once, now=world.now, case=case_of(world).id,
                facts={"subject": "Rubrik", "text": "Brevets text."}, **more)  # type: ignore[arg-type]  # fmt: skip


def rows(text: str) -> list[list[str]]:
    """The cells of each row, first row first."""
    trails = text[text.index('id="trails"') :]
    return [row.split("<td ")[0:4] for row in table(trails).split('<tr role="row">')[1:]]


def test_what_happened_in_a_minute_stands_in_one_row_and_no_mail_says_what_or_to_whom(logged: World) -> None:
    for number in range(3):
        mail(logged, f"letter {number}", message_class="reconcile")
    text = english(logged, Role.AUDITOR).get(PATH).text
    assert "Brevets text" not in text
    assert SECRET not in text
    first, last = rows(text)[0], rows(text)[-1]
    assert "set the moment of awareness" in first[1]
    assert "Changed the moment of awareness" in first[2]
    assert "Letter, waits for its turn" in first[3]
    assert "3 messages" in first[3]
    assert "Sent a report" in last[2]
    assert "–" in last[3]


def test_who_reads_page_after_page_in_a_minute_is_one_line(logged: World) -> None:
    logged.later(minutes=5)
    for number in range(6):
        with logged.change() as session:
            who = logged.actor(Role.AUDITOR if number else Role.MANAGER)
            record(session, who, "incident:read", CASE, logged.now, case=case_of(logged).id)
    cell = rows(english(logged, Role.MANAGER).get(PATH).text)[0][2]
    assert cell.count("Read the case") == 2
    assert cell.count("<p>") == 2
    assert cell.count('class="num"') == 3 + 1
    assert "and 2 more: Read the case" in cell


def test_pages_hold_every_entry_and_message_once(logged: World) -> None:
    anna = logged.actor(Role.MANAGER)
    for number in range(130):
        logged.later(minutes=1)
        with logged.change() as session:
            record(session, anna, "incident:noted", CASE, logged.now, case=case_of(logged).id)
        if number % 50 == 0:
            mail(logged, f"mail {number}")
    manager = english(logged, Role.MANAGER)
    newer = manager.get(PATH).text
    older = manager.get(newer.split('rel="next" href="')[1].split('"')[0]).text
    assert newer.count("Added an event") + older.count("Added an event") == 130
    assert newer.count("Alert, waits") + older.count("Alert, waits") == 3
    assert older.count("Sent a report") == 1


def test_who_is_involved_or_not_told_sees_neither_page_nor_message(logged: World) -> None:
    mail(logged, "about the manager", hidden_from=logged.users[Role.MANAGER].id)
    assert "waits for its turn" not in english(logged, Role.MANAGER).get(PATH).text
    assert "waits for its turn" in english(logged, Role.DPO).get(PATH).text
    assert logged.client(Role.WRITER).get(PATH).status_code == 404
    with logged.change() as session:
        session.add(
            Exclusion(incident_id=case_of(logged).id, user_id=logged.users[Role.DPO].id, by_id="x", at=logged.now)
        )
    assert logged.client(Role.DPO).get(PATH).status_code == 404


def test_thousands_of_letters_of_one_moment_are_one_line_and_cut_nothing_off(
    logged: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trails, "MOST", 10)
    for number in range(25):
        mail(logged, f"letter {number}", message_class="reconcile")
    text = english(logged, Role.AUDITOR).get(PATH).text
    assert "25 messages" in rows(text)[0][3]
    assert "There are more messages in this time" not in text
