"""Lists of people leave in blocks while they are read: no writer waits for them, and the log knows of them first."""

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import event, select

from core.access import Role
from core.audit.models import AuditEntry
from incidents.informing import taking_out
from notifications.models import OutboxMessage
from tests.fixtures.plans import recorded
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import REFERENCE, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people"
NUMBER = 5
HEADS = "Namn;E-post;Språk;Postadress;Telefon\n"
BY_POST = HEADS + "".join(f"Person {n};;sv;Vägen {n};\n" for n in range(NUMBER))
BY_CALL = HEADS + "".join(f"Person {n};;sv;;070-174060{n}\n" for n in range(NUMBER))
FILES = [
    ("proof.csv", BY_POST, "mailing:proof_exported"),
    ("not-reached.csv", BY_POST, "mailing:exported"),
    ("calls.csv", BY_CALL, "mailing:exported"),
]


@pytest.fixture
def letters(world: World, postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> Letters:
    monkeypatch.setattr(taking_out, "BLOCK", 2)
    return letters_of(world, postbox)


def entries(world: World, action: str) -> list[dict[str, object]]:
    with world.look() as session:
        return [json.loads(one)["facts"] for one in session.scalars(
            select(AuditEntry.entry).where(AuditEntry.action == action))]  # fmt: skip


@pytest.mark.parametrize(("file", "people", "action"), FILES)
def test_people_leave_in_blocks_and_never_by_the_writer(
    letters: Letters, file: str, people: str, action: str
) -> None:  # fmt: skip
    letters.import_list(people)
    letters.write()
    client = letters.world.client(Role.MANAGER)
    client.get(HERE)
    with by_the_writer(letters.world) as written, recorded(letters.world, ["recipient"]) as said:
        lines = client.get(f"{HERE}/{file}").text.splitlines()
    assert [f"Person {n}" in line for n, line in enumerate(lines[1:])] == [True] * NUMBER
    blocks = [one for one, _ in said if "fields_sealed" in one and "ORDER BY recipient." in one and "LIMIT" in one]
    assert len(blocks) >= 3, "two rows each and one that ends them"
    assert not [one for one in written if "recipient" in one or "mailing" in one]
    assert entries(letters.world, action) == [{"rows": NUMBER}]


@pytest.mark.parametrize(("file", "people", "action"), FILES)
def test_the_log_knows_before_the_first_of_them_leaves(
    letters: Letters, monkeypatch: pytest.MonkeyPatch, file: str, people: str, action: str
) -> None:  # fmt: skip
    letters.import_list(people)
    letters.write()
    known: list[int] = []
    whole = taking_out.in_blocks

    def watched(*asked: Any) -> Iterator[Any]:
        known.append(len(entries(letters.world, action)))
        yield from whole(*asked)

    for place in ("informing.proving", "pages.people.recipients", "pages.people.by_hand"):
        monkeypatch.setattr(import_module(f"incidents.{place}"), "in_blocks", watched)
    letters.world.client(Role.MANAGER).get(f"{HERE}/{file}")
    assert known == [1]


def test_what_is_uncertain_is_asked_about_in_blocks_too(letters: Letters) -> None:
    letters.import_list("Namn;E-post;Språk\n" + "".join(f"P {n};p{n}@kund.example.com;sv\n" for n in range(NUMBER)))
    letters.write()
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    with letters.world.change() as session:
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.mailing_id == letters.mailing.id)).all()
        for mail in mails:
            mail.state = "uncertain"
    with recorded(letters.world, ["outbox_message"]) as said:
        lines = letters.world.client(Role.WRITER).get(f"{HERE}/uncertain.csv").text.splitlines()
    assert lines[1:] == [f"{one},unknown" for one in sorted(mail.message_id for mail in mails)]
    assert len([one for one, _ in said if "ORDER BY outbox_message.message_id" in one and "LIMIT" in one]) == 3


class by_the_writer:  # noqa: N801 - reads as a sentence
    """What the writing connection says meanwhile."""

    def __init__(self, world: World) -> None:
        self.engine, self.said = world.database.writer, list[str]()
        self.note: Callable[..., None] = lambda _line, _cursor, statement, *_: self.said.append(statement)

    def __enter__(self) -> list[str]:
        event.listen(self.engine, "before_cursor_execute", self.note)
        return self.said

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self.note)
