"""An earlier state of the service: said on every page, ended by a leader with their password when all is settled."""

import html
import json
import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.signing import tell_refusal
from core.access import Role
from core.audit.growth import DIFFERENT, SMALLER, Refused
from core.audit.models import AuditEntry
from core.organisation import Organisation
from core.restored import RestoredCopy, restored
from identity.models import User
from identity.passwords import hashed
from incidents.jobs import tick
from incidents.models import Exclusion, Incident
from incidents.restoring import Found, begin
from notifications.channels.delivery import announce_due
from notifications.claims import claim
from notifications.models import OutboxMessage
from notifications.outbox import enqueue
from tests.fixtures.mailing import CASE, REFERENCE, person, put_letters, states
from tests.fixtures.receiver import Receiver
from tests.fixtures.world import World
from tests.incidents.reporting import reported as enter
from tests.incidents.suppliers import Supplier
from tests.notifications.test_channel_delivery import settings_of

PASSWORD = "en lång fras om gäss i Nordhamn"
BANNER = "Det här är ett tidigare läge av tjänsten"


def earlier(world: World, people: int = 3, as_of: datetime | None = None) -> None:
    put_letters(world, map(person, range(people)), since=world.now)
    with world.change() as session:
        session.execute(update(User).values(password_hash=hashed(PASSWORD)))
        enqueue(session, "test", to="anna@nordhamn.example", language="sv", once="alert", now=world.now)
        begin(session, Found("restore", as_of), world.now)


def test_everybody_who_is_signed_in_is_told_and_no_mail_is_given_out(world: World) -> None:
    earlier(world)
    for role in (Role.MANAGER, Role.AUDITOR, Role.EMPLOYEE, Role.ADMIN, Role.COMMISSIONER):
        home = world.client(role).get("/report/mine")
        assert BANNER in home.text, role
    assert world.client().get("/health/ready").json()["earlier_state"] == "yes"
    assert states(world) == {"uncertain": 3}
    with world.change() as session:
        assert claim(session, "worker", world.later(hours=1)) == []
        alert = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "test")).one()
        assert alert.state == "queued"


LOST = "Det som skickades eller gjordes här mellan sön 22 nov 2026 13:35 CET och sön 22 nov 2026 14:05 CET kan saknas."
PHONE = "0920-01 00 00"
AGAIN = f"Det du skickar nu tas emot som vanligt. Skickade du något då: ring {PHONE} eller skicka det igen."
CODE_GONE = f"Hittas inte din kod: ring {PHONE} eller skicka dina uppgifter igen."


def outside(world: World) -> dict[str, str]:
    """What is said on the pages that need no account, and to whom."""
    token = Supplier(world).link()
    return {
        "/r/nordhamn": AGAIN,
        "/r/another-code": AGAIN,
        "/status": CODE_GONE,
        f"/tell/{token}": AGAIN,
        f"/tell/{token}/told": CODE_GONE,
        "/tell/never-made": AGAIN,
        "/sign-in": "Kan du inte logga in: be en administratör om en ny länk.",
        f"/notice/{REFERENCE}": f"Nyare brev kan saknas. Hittas inte orden i ditt brev: ring {PHONE}.",
    }


def test_who_has_no_account_is_told_what_may_be_missing_and_what_to_do(world: World) -> None:
    said = outside(world)
    for path in said:
        assert BANNER not in world.client().get(path).text, path
    earlier(world, as_of=world.now - timedelta(minutes=30))
    set_phone(world, PHONE)
    for path, words in said.items():
        page = words_of(world.client().get(path).text)
        assert BANNER in page, path
        assert words in page, path
        assert (LOST in page) is not path.startswith("/notice"), path
    refused = world.client().post("/status", data={"code": "A" * 26})
    assert (refused.status_code, CODE_GONE in words_of(refused.text)) == (422, True)
    english = words_of(world.client().get("/status?lang=en").text)
    assert f"If your code is not found, call {PHONE} or send what you told us again." in english
    with world.change() as session:
        session.execute(update(RestoredCopy).values(ended_at=world.now))
    assert BANNER not in world.client().get("/status").text


def test_without_a_moment_or_a_telephone_it_is_said_all_the_same(small_world: World) -> None:
    earlier(small_world)
    set_phone(small_world, "")
    page = words_of(small_world.client().get("/status").text)
    assert "Det som skickades eller gjordes här tiden före sön 22 nov 2026 14:05 CET kan saknas." in page
    assert "Hittas inte din kod: skicka dina uppgifter igen." in page


def words_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def set_phone(world: World, phone: str) -> None:
    with world.change() as session:
        session.execute(update(Organisation).values(phone=phone))


def test_the_end_waits_until_all_is_settled_and_is_signed(world: World) -> None:
    earlier(world)
    manager = world.client(Role.MANAGER)
    page = manager.get("/restored")
    assert REFERENCE in page.text
    assert "/restored/end" not in page.text
    answer = manager.post("/restored/end", data={"password": PASSWORD})
    assert (answer.status_code, "Reda ut dem först" in answer.text) == (422, True)
    with world.change() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.state == "uncertain").values(state="decided"))
    assert "/restored/end" in manager.get("/restored").text
    assert manager.post("/restored/end", data={"password": "fel"}).status_code == 422
    with world.look() as session:
        assert restored(session)
    assert manager.post("/restored/end", data={"password": PASSWORD}).status_code == 303
    assert BANNER not in manager.get("/report/mine").text
    assert "Anna Berg avslutade det" in manager.get("/restored").text
    with world.change() as session:
        assert restored(session) is None
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
        assert (last.action, last.actor) == ("log:restored", world.users[Role.MANAGER].id)
        assert b'"seen_entries":' in last.entry
        assert len(claim(session, "worker", world.later(hours=1))) == 1


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DPO, Role.AUDITOR, Role.EMPLOYEE])
def test_only_leaders_end_it(small_world: World, role: Role) -> None:
    earlier(small_world)
    assert small_world.client(role).post("/restored/end", data={"password": PASSWORD}).status_code in {403, 404}
    assert small_world.client(role).get("/restored").status_code in {403, 404}
    with small_world.look() as session:
        assert restored(session)


def test_who_is_involved_sees_no_trace_of_the_case(small_world: World) -> None:
    earlier(small_world)
    with small_world.change() as session:
        deputy, head = small_world.users[Role.DEPUTY].id, small_world.users[Role.HEAD].id
        session.add(Exclusion(incident_id=CASE, user_id=deputy, by_id=head, at=small_world.now))
    page = small_world.client(Role.DEPUTY).get("/restored").text
    assert REFERENCE not in page
    assert REFERENCE in small_world.client(Role.MANAGER).get("/restored").text


def test_a_rewritten_log_stops_mails_and_never_the_alarms_of_deadlines(world: World, receiver: Receiver) -> None:
    """Whoever can write by SQL can begin this; what they cannot do by it is keep a deadline from being told."""
    enter(world)
    assert tell_refusal(world.database, Refused(DIFFERENT, 9, 9), world.now)
    assert BANNER in world.client(Role.EMPLOYEE).get("/report/mine").text
    tick(world.database, world.later(hours=73))
    with world.change() as session:
        assert claim(session, "worker", world.now) == []
        waiting = session.scalars(select(OutboxMessage.kind).where(OutboxMessage.state == "queued")).all()
    assert any(kind.startswith("level") for kind in waiting)
    channel = settings_of(world, receiver)
    assert announce_due(world.database, channel, lambda: world.now) >= 2
    events = {json.loads(one.body)["type"] for one in receiver.arrived}
    assert {"service.log_refused", "clock.level"} <= events


def test_what_the_signer_finds_shorter_begins_it_once(world: World) -> None:
    put_letters(world, map(person, range(2)), since=world.now)
    assert tell_refusal(world.database, Refused(SMALLER, 1234, 5), world.now)
    assert states(world) == {"uncertain": 2}
    with world.look() as session:
        copy = restored(session)
        assert copy
        assert (copy.found_by, copy.seen_size, copy.doubtful) == ("signer", 1234, 2)
        assert session.get_one(Incident, CASE)
    tell_refusal(world.database, Refused(SMALLER, 1235, 6), world.now)
    with world.look() as session:
        again = restored(session)
        assert again
        assert again.id == copy.id
