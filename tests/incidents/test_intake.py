"""The verb `report`: one row, its clocks, its entry and its mails; a retry finds them and makes no second."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.access import ANONYMOUS, Operation, Role
from core.audit.models import AuditEntry
from core.errors import Invalid, NotFound
from core.keys import unseal
from identity.models import User
from incidents import reported
from incidents.commission_models import PanelSeat
from incidents.forms import PhoneReport
from incidents.intake import Receipt, report, report_by_phone
from incidents.models import Incident
from incidents.noticed import noticed
from incidents.queries import find, visible
from incidents.receipt import hashed, parse
from notifications.models import OutboxMessage
from tests.fixtures.world import World
from tests.incidents.reporting import CLIENT_UUID, STORY, answers, form


def send(world: World, actor: str = "", **changes: object) -> Receipt:
    with world.change() as session:
        return report(session, world.actor(actor) if actor else ANONYMOUS, form(**changes), world.now)


def mails(session: Session) -> list[tuple[str, str]]:
    """(kind, address) of every message queued."""
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at, OutboxMessage.id))
    return sorted(
        (row.kind, unseal(session, row.case_id, f"outbox_message.to:{row.id}", row.to_sealed)) for row in rows
    )


def test_a_report_becomes_one_case_with_its_clocks(world: World) -> None:
    receipt = send(world)
    assert re.fullmatch(r"PUI-2026-[0-9A-HJKMNP-TV-Z]{4}", receipt.reference)
    with world.look() as session:
        incident = session.scalars(select(Incident)).one()
        assert (incident.state, incident.kind, incident.source) == ("reported", "sent_wrong", "form")
        assert (incident.title, incident.language) == ("Skickat till fel mottagare", "sv")
        assert (incident.reported_at, incident.detected_at, incident.aware_at) == (world.now, world.now, None)
        assert incident.receipt_hash == hashed(receipt.code)
        due = {clock.duty: (clock.started_at, clock.ends_at - world.now, clock.next_at) for clock in incident.clocks}
        half_hour, deadline = timedelta(minutes=30), timedelta(hours=72)
        assert due["acknowledge"] == (world.now, half_hour, world.now + half_hour)
        assert due["notify_authority"] == (world.now, deadline, world.now + timedelta(hours=48))


def test_the_story_and_who_told_it_lie_sealed_and_apart(world: World) -> None:
    send(world, reporter_name="Rut Rapportör", recipient_who="Bok & Bläck AB", unit="Lager")
    with world.look() as session:
        incident = session.scalars(select(Incident)).one()
        assert reported.narrative(session, incident) == STORY
        assert reported.details(session, incident) == {"recipient_who": "Bok & Bläck AB"}
        who = reported.reporter(session, incident)
        assert (who.email, who.reporter_name, who.unit) == ("rapportör@example.com", "Rut Rapportör", "Lager")
        everything = "".join(str(row) for table in ("incident", "audit_entry", "audit_value", "outbox_message")
                             for row in session.execute(text(f"SELECT * FROM {table}")))  # fmt: skip
    for canary in ("Öberg", "Rapportör", "rapportör@", "Bläck", "Lager", CLIENT_UUID):
        assert canary not in everything


def test_manager_and_deputy_are_alerted_and_the_reporter_is_thanked(world: World) -> None:
    receipt = send(world)
    with world.look() as session:
        assert mails(session) == [
            ("new_report", "deputy@nordhamn.example"),
            ("new_report", "manager@nordhamn.example"),
            ("report_received", "rapportör@example.com"),
        ]
        for row in session.scalars(select(OutboxMessage)):
            facts = unseal(session, row.case_id, f"outbox_message.facts:{row.id}", row.facts_sealed)
            assert receipt.reference in facts
            assert receipt.code not in facts
            assert STORY not in facts


def test_without_an_address_nobody_is_thanked_by_mail(world: World) -> None:
    send(world, contact_choice="code", contact_value="left@over.example")
    with world.look() as session:
        assert [kind for kind, _ in mails(session)] == ["new_report", "new_report"]
        incident = session.scalars(select(Incident)).one()
        assert reported.reporter(session, incident) == reported.Reporter()


def test_the_log_says_that_a_report_came_and_never_from_whom(world: World) -> None:
    send(world, Role.EMPLOYEE)
    with world.look() as session:
        entry = json.loads(session.scalars(select(AuditEntry.entry)).one())
        assert (entry["action"], entry["actor"]) == ("incident:reported", "anonymous")
        assert entry["facts"] == {"clocks": 2, "kind": "sent_wrong", "source": "form"}
        assert set(entry["changes"]) == {"narrative"}
        incident = find(session, world.actor(Role.EMPLOYEE), entry["object"], Operation.LIST_OWN_REPORTS)
        assert incident.reporter_id == world.users[Role.EMPLOYEE].id


def test_a_retry_finds_the_first_report_and_the_same_code(world: World) -> None:
    first = send(world)
    world.later(minutes=2)
    second = send(world, what_happened_text="Ändrat efter att det redan var skickat.")
    assert (second.reference, second.code, second.again) == (first.reference, first.code, True)
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1
        assert len(mails(session)) == 3
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_two_posts_at_once_make_one_report(world: World) -> None:
    together = Barrier(6)

    def post(_: int) -> Receipt:
        together.wait()
        return send(world)

    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(post, range(6)))
    assert len({(receipt.reference, receipt.code) for receipt in receipts}) == 1
    assert [receipt.again for receipt in receipts].count(False) == 1
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1
        assert len(mails(session)) == 3


def test_codes_are_long_and_differ_and_another_key_cannot_make_them(world: World) -> None:
    one, other = send(world), send(world, client_uuid="7d444840-9dc0-11d1-b245-5ffdce74fad2")
    assert one.code != other.code
    assert parse(one.code) == one.code
    assert len(one.code) == 26


def test_who_is_involved_sees_nothing_and_is_skipped(world: World) -> None:
    receipt = send(world, involved=["manager"])
    with world.look() as session:
        assert mails(session) == [
            ("involved_person", "head@nordhamn.example"),
            ("new_report", "deputy@nordhamn.example"),
            ("report_received", "rapportör@example.com"),
        ]
        with pytest.raises(NotFound):
            find(session, world.actor(Role.MANAGER), receipt.reference)
        assert session.scalars(visible(world.actor(Role.MANAGER))).all() == []
        assert find(session, world.actor(Role.DEPUTY), receipt.reference)


def test_the_chair_is_told_when_it_is_the_head(world: World) -> None:
    with world.change() as session:
        session.add(PanelSeat(user_id=world.users[Role.COMMISSIONER].id, seat="chair"))
    send(world, involved=["head"])
    with world.look() as session:
        assert ("involved_person", "commissioner@nordhamn.example") in mails(session)
        assert not any(address.startswith("head@") for _, address in mails(session))


def test_somebody_else_gets_the_report_when_manager_and_deputy_are_involved(world: World) -> None:
    send(world, involved=["manager", "deputy"])
    with world.look() as session:
        assert [address for kind, address in mails(session) if kind == "new_report"] == ["head@nordhamn.example"]


def test_a_disabled_manager_gets_no_mail(world: World) -> None:
    with world.change() as session:
        session.get_one(User, world.users[Role.MANAGER].id).disabled_at = world.now
    send(world)
    with world.look() as session:
        assert ("new_report", "manager@nordhamn.example") not in mails(session)


def test_a_call_counts_from_the_call(world: World) -> None:
    spoken = PhoneReport.model_validate(
        answers(reported_by_phone_at_date="2026-11-22", reported_by_phone_at_time="13:05", noticed_at_choice="today")
    )
    with world.change() as session:
        receipt = report_by_phone(session, world.actor(Role.MANAGER), spoken, world.now)
        assert receipt.incident.taken_by_phone
        assert receipt.incident.reported_at == world.now - timedelta(hours=1)
        clocks = {clock.duty: clock for clock in receipt.incident.clocks}
        assert clocks["acknowledge"].next_at == world.now - timedelta(minutes=30)


def test_a_call_cannot_come_from_the_future(world: World) -> None:
    spoken = PhoneReport.model_validate(
        answers(reported_by_phone_at_date="2026-11-23", reported_by_phone_at_time="08:00")
    )
    with pytest.raises(Invalid, match="not come yet"), world.change() as session:
        report_by_phone(session, world.actor(Role.MANAGER), spoken, world.now)


@pytest.mark.zone
@pytest.mark.parametrize(
    ("told", "moment", "precision"),
    [
        ({"noticed_at_choice": "now"}, "2026-11-22T13:05", "exact"),
        ({"noticed_at_choice": "today"}, "2026-11-21T23:00", "unknown"),
        ({"noticed_at_choice": "today", "noticed_time": "09:30"}, "2026-11-22T08:30", "about"),
        ({"noticed_at_choice": "today", "noticed_time": "14:08"}, "2026-11-22T13:05", "about"),
        ({"noticed_at_choice": "today", "noticed_date": "2026-11-30", "noticed_time": "09:30"},
         "2026-11-22T08:30", "about"),
        ({"noticed_at_choice": "now", "noticed_date": "i går", "noticed_time": "snart"}, "2026-11-22T13:05", "exact"),
        ({"noticed_at_choice": "yesterday"}, "2026-11-20T23:00", "unknown"),
        ({"noticed_at_choice": "other", "noticed_date": "2026-07-01", "noticed_time": "12:00"},
         "2026-07-01T10:00", "about"),
        ({"noticed_at_choice": "other", "noticed_date": "2020-01-01", "noticed_long_ago": "yes"},
         "2019-12-31T23:00", "unknown"),
    ],
)  # fmt: skip
def test_easy_answers_become_a_moment(small_world: World, told: dict[str, str], moment: str, precision: str) -> None:
    found, sure = noticed(form(**told), small_world.now, "Europe/Stockholm")
    assert (found.strftime("%Y-%m-%dT%H:%M"), sure) == (moment, precision)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"noticed_at_choice": "today", "noticed_time": "14:11"}, "noticed_time"),
        ({"noticed_at_choice": "other", "noticed_date": "2026-11-23"}, "noticed_date"),
        ({"noticed_at_choice": "other", "noticed_date": "2024-11-01"}, "noticed_long_ago"),
    ],
)
def test_moments_that_cannot_be_are_asked_about(small_world: World, told: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        noticed(form(**told), small_world.now, "Europe/Stockholm")
    assert set(wrong.value.fields) == {field}


def test_the_log_tells_in_clear_neither_who_is_involved_nor_who_reports(world: World) -> None:
    send(world, involved=["manager"])
    with world.look() as session:
        entries = select(AuditEntry).where(AuditEntry.action == "incident:excluded")
        entry = session.scalars(entries).one()
    assert world.users[Role.MANAGER].id not in entry.entry.decode() + entry.actor + entry.object
