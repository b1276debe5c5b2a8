"""The messages page: words for the relay, no address in clear, no trace of a case one is involved in."""

import re
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import update

from app.channel_view import waiting_alarms
from app.outbox_view import GROUPS, PAGE, counts, masked
from core import bounded
from core.access import Actor, Role
from core.db import new_id
from core.settings import Environment
from incidents.models import Exclusion, Incident
from notifications.breaker import trip
from notifications.delivery import deliver_due
from notifications.handover import Outage
from notifications.models import ChannelMessage, OutboxMessage
from notifications.outbox import enqueue
from tests.fixtures.plans import plans
from tests.fixtures.world import World

SOMEBODY = Actor("somebody", "Somebody", frozenset({Role.HEAD}))
REFERENCE = "PUI-2026-7K3Q"


def mail(world: World, name: str, state: str = "queued", case: str = "", kind: str = "resend") -> None:
    with world.change() as session:
        facts = {"subject": f"Ämne {name}", "text": f"Hej {name}."}
        message = enqueue(session, "letter", to=f"{name}@kundbolaget.example", language="sv", once=name, now=world.now,
                          case=case, message_class=kind, facts=facts)  # fmt: skip
        assert message is not None
        session.flush()
        session.execute(update(OutboxMessage).where(OutboxMessage.id == message.id).values(state=state))


def an_incident(world: World) -> str:
    with world.change() as session:
        incident = Incident(reference=REFERENCE, reported_at=world.now)
        session.add(incident)
        session.flush()
        return incident.id


@pytest.mark.parametrize(
    ("address", "shown"),
    [("asa.oberg@kundbolaget.example", "a…@k….example"), ("å@localhost", "å…@…localhost"), ("", "…@…")],
)
def test_an_address_is_shortened(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_the_page_shows_what_waits_without_an_address_in_clear(world: World) -> None:
    mail(world, "asa", case=an_incident(world))
    shown = world.client(Role.MANAGER).get("/outbox").text
    assert "a…@k….example" in shown
    assert "kundbolaget" not in shown
    assert REFERENCE in shown


def test_a_relay_that_is_down_is_said_in_words(world: World) -> None:
    mail(world, "asa")
    mail(world, "bo", state="deferred")
    with world.change() as session:
        trip(session, Outage("unreachable"), world.now)
    shown = world.client(Role.ADMIN).get("/outbox").text
    assert "Mejlservern har inte svarat sedan sön 22 nov 2026 14:05 CET." in shown
    assert "2 meddelanden väntar. Inget går förlorat." in shown
    english = world.client(Role.ADMIN).get("/outbox?lang=en").text
    assert "The mail server has not answered since Sun 22 Nov 2026 14:05 CET." in english


@pytest.mark.parametrize(
    ("chosen", "state", "word"),
    [
        ("uncertain", "uncertain", "Oklart"),
        ("failed", "failed", "Nekat för gott"),
        ("failed", "dead", "Uppgivet efter många försök"),
    ],
)
def test_doubt_and_failure_have_lists_of_their_own(world: World, chosen: str, state: str, word: str) -> None:
    mail(world, "asa", state=state, kind="reconcile")
    client = world.client(Role.HEAD)
    assert word in client.get(f"/outbox?list={chosen}").text
    assert "a…@k….example" not in client.get("/outbox").text


def test_an_empty_page_says_so(small_world: World) -> None:
    assert "Inget meddelande väntar." in small_world.client(Role.MANAGER).get("/outbox?list=nonsense").text


def test_who_is_involved_finds_no_written_mail_of_the_case(small_world: World) -> None:
    world = small_world
    case = an_incident(world)
    with world.change() as session:
        user = world.users[Role.DEPUTY].id
        session.add(Exclusion(incident_id=case, user_id=user, by_id="someone", at=world.now))
    mail(world, "asa", case=case)
    deliver_due(world.database, world.settings, lambda: world.now, "worker")
    (file,) = (world.settings.var_dir / "mail").glob("*.eml")
    for role, status in ((Role.MANAGER, 200), (Role.DEPUTY, 404)):
        assert world.client(role).get(f"/development/mail/{file.stem}").status_code == status
        assert ("Ämne asa" in world.client(role).get("/development/mail").text) == (status == 200)


def test_who_is_involved_in_a_case_sees_no_trace_of_its_mails(world: World) -> None:
    """Not in the list, not in a number: the page is byte for byte what it was before."""
    case = an_incident(world)
    with world.change() as session:
        user = world.users[Role.DEPUTY].id
        session.add(Exclusion(incident_id=case, user_id=user, by_id="someone", at=world.now))
    client = world.client(Role.DEPUTY)
    before = client.get("/outbox").text
    mail(world, "asa", case=case)
    assert client.get("/outbox").text == before
    assert "a…@k….example" in world.client(Role.MANAGER).get("/outbox").text


def test_the_administrator_sees_the_mail_but_not_whose_case_it_is(world: World) -> None:
    mail(world, "asa", case=an_incident(world))
    shown = world.client(Role.ADMIN).get("/outbox").text
    assert "a…@k….example" in shown
    assert REFERENCE not in shown


def test_others_find_no_such_page(small_world: World) -> None:
    for role in (Role.EMPLOYEE, Role.AUDITOR, Role.DPO):
        assert small_world.client(role).get("/outbox").status_code == 404
        assert small_world.client(role).get("/development/mail").status_code == 404


def test_written_mails_can_be_read_until_a_relay_is_set(small_world: World, tmp_path: Path) -> None:
    world = small_world
    mail(world, "åsa")
    deliver_due(world.database, world.settings, lambda: world.now, "worker")
    client = world.client(Role.ADMIN)
    assert "Ämne åsa" in client.get("/development/mail").text
    (file,) = (world.settings.var_dir / "mail").glob("*.eml")
    assert "Hej åsa." in client.get(f"/development/mail/{file.stem}").text
    for other in ("..%2f..%2fdata", "nothing", "../secret"):
        assert client.get(f"/development/mail/{other}").status_code == 404
    world.app.state.settings = world.settings.model_copy(update={"environment": Environment.PRODUCTION})
    assert client.get("/development/mail").status_code == 404


def test_a_long_list_goes_on_by_key_to_its_end(world: World) -> None:
    for number in range(PAGE + 3):
        mail(world, f"person{number}", state="queued" if number % 2 else "deferred")
    client = world.client(Role.HEAD)
    first = client.get("/outbox").text
    assert first.count("@k….example") == PAGE
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    last = client.get(unescape(following[1])).text
    assert last.count("@k….example") == 3
    assert 'rel="next"' not in last
    assert client.get("/outbox?list=waiting&after=9.x.y").text.count("@k….example") == PAGE


def test_every_group_but_the_one_that_grows_is_counted_along_an_index(world: World) -> None:
    with world.look() as session:
        found = plans(world, lambda: counts(session, SOMEBODY), ("outbox_message",))
    read = {plan.statement: plan for plan in found if "ix_outbox_message_" not in plan.steps}
    assert len(found) >= len(GROUPS)
    assert len(read) <= 1, "\n".join(map(str, read.values()))


def test_alarms_that_wait_are_counted_up_to_a_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.change() as session:
        for number in range(5):
            session.add(ChannelMessage(id=new_id(), idem_key=str(number), event="service.test", facts={}, taken=[],
                                       created_at=world.now, due_at=world.now))  # fmt: skip
    with world.look() as session:
        assert waiting_alarms(session, SOMEBODY) == 5
        monkeypatch.setattr(bounded.bounded, "__defaults__", (3,))
        assert waiting_alarms(session, SOMEBODY) == 4
