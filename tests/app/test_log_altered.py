"""One altered row: log, copies and a running case stay readable and say so in words, and the check names the row."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, text
from starlette.testclient import TestClient

from core.access import Role
from core.audit import record
from core.audit.models import AuditEntry
from core.audit.verify import verify
from incidents.models import Incident
from tests.core.test_audit import tamper, tamper_again
from tests.fixtures.demo import copied
from tests.fixtures.world import World

MARKED = "This entry was altered afterwards; it cannot be read"
OF_A_CASE = ("", "/log", "/trails", "/clocks", "/minutes", "/people", "/lanes")
COPIES = ("/log/export.csv", "/log/export.json", "/log/export.jsonl")
SHAPES: dict[str, Callable[[bytes], bytes | str]] = {
    "nothing": lambda _: b"",
    "no text": lambda _: b"\xff\xfe{not json",
    "a number": lambda _: b"7",
    "a list": lambda _: b'["seq",1]',
    "no fields": lambda _: b"{}",
    "no facts": lambda entry: _with(entry, facts=None),
    "facts that are a list": lambda entry: _with(entry, facts=["a"]),
    "deep facts": lambda entry: _with(entry, facts={"level": {"a": 1}}),
    "other facts": lambda entry: _with(entry, facts={"duty": ["x"], "round": ["y"], "level": ["z"], "due_at": "soon"}),
    "moments out of all time": lambda entry: _with(
        entry, facts={"happened_at": "0001-01-01T00:00:00+14:00", "due_at": "9999-12-31T23:59:59-14:00"}
    ),
    "no changes": lambda entry: _with(entry, changes=[]),
    "roles that are a text": lambda entry: _with(entry, roles="manager"),
    "an actor that is none": lambda entry: _with(entry, actor=None),
    "half a character": lambda entry: entry.replace(b'"facts":{', b'"facts":{"x":"\\ud800",', 1),
    "an end of text": lambda entry: entry.replace(b'"facts":{', b'"facts":{"x":"\\u0000",', 1),
    "too deep": lambda _: b"[" * 50_000,
}


def _with(entry: bytes, **put: object) -> bytes:
    return json.dumps(json.loads(entry) | put, ensure_ascii=False).encode()


@pytest.fixture
def company(demo_world: World, tmp_path: Path) -> Iterator[World]:
    """The demonstration company, and somebody with SQL alone."""
    world = copied(demo_world, tmp_path)
    tamper(world)
    yield world
    world.database.dispose()


@contextmanager
def altered(world: World, seq: int, change: Callable[[bytes], bytes | str]) -> Iterator[None]:
    put = text("UPDATE audit_entry SET entry = :entry WHERE seq = :seq")
    with world.look() as session:
        good = session.get_one(AuditEntry, seq).entry
    with world.database.writer.begin() as connection:
        connection.execute(put, {"entry": change(good), "seq": seq})
    yield
    with world.database.writer.begin() as connection:
        connection.execute(put, {"entry": good, "seq": seq})


def of_a_long_case(world: World) -> tuple[str, list[int]]:
    """The case with the most kinds of entries, and one entry of each kind."""
    with world.look() as session:
        rows = session.execute(
            select(Incident.reference, AuditEntry.action, AuditEntry.seq).join(
                Incident, (Incident.id == AuditEntry.case_id) & (Incident.reference == AuditEntry.object)
            )
        ).all()
    kinds: dict[str, dict[str, int]] = {}
    for reference, action, seq in rows:
        kinds.setdefault(reference, {})[action] = seq
    reference = max(kinds, key=lambda one: len(kinds[one]))
    return reference, sorted(kinds[reference].values())


def everything_answers(client: TestClient, world: World, reference: str, seq: int, why: object) -> None:
    for path in (
        "/log",
        f"/log?about={reference}",
        f"/log/{seq}",
        *(f"/incidents/{reference}{one}" for one in OF_A_CASE),
    ):
        assert client.get(path).status_code in ({200, 404} if path.endswith(OF_A_CASE[3:]) else {200}), (path, why)
    for path in COPIES:
        copy = client.get(f"{path}?about={reference}")
        assert copy.status_code == 200, (path, why)
        assert str(seq) in copy.text, (path, why)
    with world.look() as session:
        verdict = verify(session)
    assert (verdict.result, verdict.first_bad, verdict.kind) == ("bad", seq, "edited"), why


def reader(world: World) -> TestClient:
    client = world.client(Role.AUDITOR)
    client.cookies.set("lang", "en")
    return client


@pytest.mark.parametrize("share", [8, pytest.param(200, marks=pytest.mark.long)])
def test_one_bit_anywhere_in_an_entry_stops_nothing(company: World, share: int) -> None:
    dice = random.Random(7)
    reference, numbers = of_a_long_case(company)
    client = reader(company)
    for _ in range(share):
        seq = dice.choice(numbers)

        def flip(entry: bytes) -> bytes:
            at = dice.randrange(len(entry))
            return entry[:at] + bytes([entry[at] ^ (1 << dice.randrange(8))]) + entry[at + 1 :]

        with altered(company, seq, flip):
            with company.look() as session:
                lies = session.get_one(AuditEntry, seq).entry
            everything_answers(client, company, reference, seq, lies)


@pytest.mark.parametrize("share", [1, pytest.param(6, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", SHAPES)
def test_an_entry_of_another_shape_stops_nothing(company: World, name: str, share: int) -> None:
    reference, numbers = of_a_long_case(company)
    client = reader(company)
    for seq in random.Random(name).sample(numbers, share):
        with altered(company, seq, SHAPES[name]):
            everything_answers(client, company, reference, seq, name)


def test_what_cannot_be_read_is_marked_wherever_it_is_told(company: World) -> None:
    reference, numbers = of_a_long_case(company)
    client = reader(company)
    seq = numbers[-1]
    with altered(company, seq, lambda _: b"\xff{"):
        for path in (
            f"/log?about={reference}",
            f"/log/{seq}",
            f"/incidents/{reference}",
            f"/incidents/{reference}/log",
        ):
            assert MARKED in client.get(path).text, path
        assert MARKED in client.get(f"/log/export.csv?about={reference}").text
        lines = [json.loads(line) for line in client.get(f"/log/export.jsonl?about={reference}").text.splitlines()]
        (marked,) = [line for line in lines if line.get("altered")]
        assert (marked["seq"], marked["entry"]) == (seq, None)
        client.cookies.set("lang", "sv")
        assert "Posten har ändrats i efterhand och kan inte läsas" in client.get(f"/log/{seq}").text


@pytest.mark.parametrize("name", ["no text", "a list", "deep facts", "an end of text"])
def test_the_pages_of_the_log_answer_on_both_databases(world: World, name: str) -> None:
    with world.change() as session:
        for number in range(4):
            record(session, world.actor(Role.MANAGER), "control:checked", "antivirus", world.now,
                   facts={"result": "pass"}, changes={"note": (None, f"x{number}")})  # fmt: skip
    tamper(world)
    client = reader(world)
    with altered(world, 2, SHAPES[name]):
        for path in ("/log", "/log/2", *COPIES, "/log/export.pdf"):
            assert client.get(path).status_code == 200, path
        page = client.get("/log/2").text
        assert MARKED in page
        assert "What this entry changed cannot be read any more." in page
        assert "What was signed and is held outside is what stood here before." in page
        assert "This entry changed no value." not in page
        assert "Not signed yet." not in page


@pytest.mark.parametrize("at", ["infinity", "-infinity", "0044-03-15 00:00:00+00 BC"])
def test_a_moment_that_is_none_stops_nothing(world: World, at: str) -> None:
    with world.change() as session:
        for number in range(4):
            record(session, world.actor(Role.MANAGER), "control:checked", f"n{number}", world.now)
    tamper(world, f"UPDATE audit_entry SET at = '{at}' WHERE seq = 2")
    client = reader(world)
    for path in ("/log", "/log?about=n2", "/log/2", *COPIES, "/log/export.pdf"):
        found = client.get(path)
        assert found.status_code == 200, path
        assert "n2" in found.text or path.endswith("pdf"), path
    with world.look() as session:
        verdict = verify(session)
    assert (verdict.result, verdict.first_bad, verdict.kind) == ("bad", 2, "edited")


def test_a_moment_that_is_none_lets_a_case_open(company: World) -> None:
    reference, numbers = of_a_long_case(company)
    client = reader(company)
    for at in ("infinity", "x", ""):
        tamper_again(company, f"UPDATE audit_entry SET at = '{at}' WHERE seq = {numbers[2]}")
        everything_answers(client, company, reference, numbers[2], at)


def test_text_where_bytes_were_is_marked(company: World) -> None:
    reference, numbers = of_a_long_case(company)
    with altered(company, numbers[1], lambda entry: entry.decode()[:-1]):
        everything_answers(reader(company), company, reference, numbers[1], "text")
