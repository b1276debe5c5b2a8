"""D10 and C7: a mountain of letters delays no alert, and with mail down for 80 hours every level is seen elsewhere."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from app.main import create_app
from app.troubles import UNSENT
from core.access import Role
from core.i18n import translate
from core.keys import seal
from core.settings import Settings
from identity.sessions import open_session
from notifications.claims import ALERTS
from notifications.models import OutboxMessage
from tests.fixtures.ledger import assert_all_fired_once, due_levels, letters_waiting, open_cases
from tests.fixtures.passing import let_pass
from tests.fixtures.receiver import SECRET, Receiver
from tests.fixtures.shifted import Shift, shifted, until, workers
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import START, World

LETTER = {"subject": "Om dina uppgifter", "text": "Hej Åsa.\n"}
MANAGER = "manager@nordhamn.example"
PRODUCT = 3_600.0  # no faster knocks than the product's own


def test_thousands_of_letters_delay_no_alert(small_world: World, tmp_path: Path, postbox: Postbox) -> None:
    postbox.delay = 0.01  # or they were gone before the alert came
    alert_past_letters(small_world, tmp_path, postbox, letters=3_000, alerts=1)


@pytest.mark.long
def test_a_hundred_thousand_letters_delay_no_alert(world: World, tmp_path: Path, postbox: Postbox) -> None:
    alert_past_letters(world, tmp_path, postbox, letters=100_000, alerts=10)


def alert_past_letters(world: World, folder: Path, postbox: Postbox, letters: int, alerts: int) -> None:
    """Deadlines come near while one worker with its own intervals sends letters; each alert arrives in 30 seconds."""
    queue_letters(world, letters)
    shift = shifted(folder, START)
    settings = world.settings.model_copy(update={"smtp_url": SecretStr(postbox.url)})
    waits = []
    with workers(settings, shift, folder, every=PRODUCT) as pool:
        pool.start()
        until(lambda: len(postbox.letters) > letters // 100, "letters leave", seconds=300)
        for number in range(alerts):
            open_cases(world, 1, shift.now() - timedelta(minutes=30), timedelta(), prefix=f"A{number}")
            began = time.monotonic()
            until(lambda: len(alerts_in(postbox)) > number, "the alert arrives", seconds=120)  # noqa: B023
            waits.append(time.monotonic() - began)
        left = letters_waiting(world)
    print(f"{alerts} alerts past {left} letters, at most {max(waits):.1f} s")  # noqa: T201
    assert left > letters // 10, "the letters were gone before the alerts came"
    assert max(waits) <= 30


def queue_letters(world: World, count: int) -> None:
    """Letters as a mailing leaves them, written in bulk."""
    for start in range(0, count, 5_000):
        with world.change() as session:
            rows = [
                {
                    "id": (name := f"{number:032x}"),
                    "idem_key": name,
                    "message_id": f"<{name}@vaka.invalid>",
                    "message_class": "reconcile",
                    "priority": 9,
                    "kind": "letter",
                    "language": "sv",
                    "to_sealed": seal(session, "", f"outbox_message.to:{name}", f"p{number}@kund.example"),
                    "facts_sealed": seal(session, "", f"outbox_message.facts:{name}", json.dumps(LETTER)),
                    "created_at": START,
                    "due_at": START,
                }
                for number in range(start, min(start + 5_000, count))
            ]
            session.execute(insert(OutboxMessage), rows)


def alerts_in(postbox: Postbox) -> list[str]:
    """The people of the company who got a mail, in the order of the mails."""
    everybody = [recipient for letter in list(postbox.letters) for recipient in letter.recipients]
    return [recipient for recipient in everybody if recipient.endswith("@nordhamn.example")]


@pytest.mark.long
def test_mail_down_for_80_hours(small_world: World, tmp_path: Path, postbox: Postbox, receiver: Receiver) -> None:
    without_mail_for_80_hours(small_world, tmp_path, postbox, receiver, cases=1, apart=timedelta(), watched=12, back=30)


@pytest.mark.long
def test_mail_down_for_80_hours_with_many_cases(
    world: World, tmp_path: Path, postbox: Postbox, receiver: Receiver
) -> None:
    without_mail_for_80_hours(
        world, tmp_path, postbox, receiver, cases=12, apart=timedelta(minutes=7), watched=4, back=10
    )


def without_mail_for_80_hours(
    world: World, folder: Path, postbox: Postbox, receiver: Receiver,
    cases: int, apart: timedelta, watched: float, back: float,
) -> None:  # fmt: skip
    """Each level is seen in the second channel, on the page and in the log within a minute; then all mail leaves."""
    settings = with_channel(world.settings, postbox, receiver)
    shift = shifted(folder, START)
    open_cases(world, cases, START, apart)
    postbox.stop()
    with workers(settings, shift, folder, every=0.2) as pool, pages(world, settings, shift) as page:
        pool.start()
        outage = Outage(world, shift, receiver, page)
        for span in sorted(set(due_levels(world).values())):
            let_pass(pool, [span], speed=2)
            outage.seen_everywhere(watched)
        shift.skip(timedelta(hours=80) - (shift.now() - START))
        fired = assert_all_fired_once(world)
        queued = outage.queued()
        postbox.start()
        returned = shift.now()
        shift.run(back)
        until(lambda: not letters_waiting(world), "all mail has left", seconds=90)
        assert shift.now() - returned <= timedelta(minutes=10)
    assert len(fired) == 5 * cases
    assert {letter.message["Message-ID"] for letter in postbox.letters} >= queued.keys(), "none is lost"
    due = [queued[name] for letter in postbox.letters if (name := str(letter.message["Message-ID"])) in queued]
    assert due == sorted(due), "the oldest deadline first"
    print(f"{len(queued)} mails in order; a level was seen after at most {max(outage.waits):.0f} s")  # noqa: T201
    assert max(outage.waits) <= 60


def with_channel(settings: Settings, postbox: Postbox, receiver: Receiver) -> Settings:
    """The settings of a company with a relay and a webhook as its second channel."""
    return settings.model_copy(
        update={
            "smtp_url": SecretStr(postbox.url),
            "alert_webhook_url": SecretStr(receiver.url),
            "alert_webhook_secret": SecretStr(SECRET),
            "alert_webhook_private": True,
        }
    )


@contextmanager
def pages(world: World, settings: Settings, shift: Shift) -> Iterator[TestClient]:
    """A manager at the service, which lives in the shifted time as well."""
    app = create_app(settings, clock=shift.now, database=world.database)
    client = TestClient(app, base_url=settings.base_url, headers={"sec-fetch-site": "same-origin"})
    yield client


class Outage:
    """What can be seen while no mail leaves. `waits` are the seconds from each level to the sight of it."""

    def __init__(self, world: World, shift: Shift, receiver: Receiver, page: TestClient) -> None:
        self.world, self.shift, self.receiver, self.page = world, shift, receiver, page
        self.waits: list[float] = []

    def seen_everywhere(self, speed: float) -> None:
        """Every level that is due by now has come by the webhook, signed; the page says that mail does not leave."""
        self.shift.run(speed)
        due = {fall: at for fall, at in due_levels(self.world).items() if at <= self.shift.now()}
        until(lambda: self._seen() >= len(due), "the second channel tells of every level", seconds=40)
        self.waits.append((self.shift.now() - max(due.values())).total_seconds())
        until(self._banner, "the page says that an alarm has not left", seconds=40)
        self.waits.append((self.shift.now() - max(due.values())).total_seconds())

    def queued(self) -> dict[str, datetime]:
        """The alerts that wait, and the deadline that each is about. Other mails leave by a lane of their own."""
        with self.world.look() as session:
            alerts = select(OutboxMessage.message_id, OutboxMessage.due_at).where(OutboxMessage.priority.in_(ALERTS))
            rows = session.execute(alerts.order_by(OutboxMessage.due_at))
            return {row.message_id: row.due_at for row in rows}

    def _seen(self) -> int:
        told = [json.loads(one.body) for one in list(self.receiver.arrived) if one.signed]
        levels = [one["data"] for one in told if one["type"] == "clock.level"]
        return len({(one["reference"], one["duty"], one["level"]) for one in levels})

    def _banner(self) -> bool:
        with self.world.change() as session:
            manager = self.world.users[Role.MANAGER]
            self.page.cookies.set("vaka", open_session(session, manager, self.shift.now()))
        return translate("sv", UNSENT[0]) in self.page.get("/incidents").text
