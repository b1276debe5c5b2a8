"""A row of the log that claims what only the service says of itself, in a shape that it never has, silences nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from core.access import SYSTEM
from core.audit import record
from core.audit.checkpoints import known_keys
from core.audit.head import canonical
from core.audit.models import AuditEntry
from core.audit.signer import Signer
from core.audit.told import CANNOT_BE_READ, altered, told
from core.audit.tree import leaf_hash
from core.audit.verify import verify
from tests.core.test_audit import tamper
from tests.fixtures.world import World

PUT = text("UPDATE audit_entry SET entry = :entry, leaf = :leaf, action = :action WHERE seq = :seq")


@pytest.fixture
def signed(world: World) -> World:
    with world.change() as session:
        for number in range(9):
            record(session, SYSTEM, "test:ran", f"object-{number}", world.now, facts={"number": number})
    Signer.of(world.database, world.settings).look(world.now)
    tamper(world)
    return world


def forge(world: World, seq: int, **altered_to: Any) -> None:
    """One row written anew with its hash and its columns, as somebody does who has read this code."""
    with world.look() as session:
        entry = json.loads(session.scalar(select(AuditEntry.entry).where(AuditEntry.seq == seq)) or b"")
    entry |= altered_to
    raw = canonical(entry)
    with world.database.writer.begin() as connection:
        connection.execute(PUT, {"entry": raw, "leaf": leaf_hash(raw), "action": entry["action"], "seq": seq})


FORGED: dict[str, dict[str, Any]] = {
    "no key at all": {"facts": {}},
    "a key that is none": {"facts": {"old_key": "nobody", "new_key": "vaka+00000000+AA=="}},
    "a key that is a list": {"facts": {"old_key": ["x"], "new_key": 7}},
    "facts that are a list": {"facts": ["old_key"]},
    "facts that are deep": {"facts": {"old_key": {"a": [[[{}]]]}}},
}


@pytest.mark.parametrize("action", ["log:key_changed", "log:line_begun"])
@pytest.mark.parametrize("name", FORGED)
def test_an_entry_that_only_claims_to_name_a_key_is_found(signed: World, name: str, action: str) -> None:
    forge(signed, 3, action=action, **FORGED[name])
    with signed.look() as session:
        verdict = verify(session)
        assert len(known_keys(session)) == 1
    assert (verdict.result, verdict.first_bad, verdict.kind) == ("bad", 0, "rewritten")


def test_whatever_a_row_makes_the_reading_of_it_raise_is_a_fault_of_the_log(
    signed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def falls(*_: object) -> Callable[..., Any]:
        raise KeyError("old_key")

    monkeypatch.setattr("core.audit.marks.known_keys", falls)
    forge(signed, 3, object="another")
    with signed.look() as session:
        verdict = verify(session)
    assert (verdict.result, verdict.first_bad) == ("bad", 3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL takes nothing else in these columns
@pytest.mark.parametrize("put", ["'many', root, note", "size, x'00ff', note", "size + 1, root, x'00ff'"])
def test_a_mark_that_is_none_is_named(signed: World, put: str) -> None:
    with signed.database.writer.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_checkpoint (at, key, why, size, root, note)"
                f" SELECT at, key, why, {put} FROM audit_checkpoint"
            )
        )
    with signed.look() as session:
        verdict = verify(session)
    assert (verdict.result, verdict.first_bad) == ("bad", None)


@pytest.mark.parametrize(
    "entry",
    [b"", b"\xff{", b"[]", b"7", b"null", b"{}", b"[" * 100_000, b'{"facts":1e999}', "text", None,
     b'{"seq":1,"actor":7,"roles":[],"action":"a","object":"o","case":"","facts":{},"changes":{}}',
     b'{"seq":1,"actor":"\\ud800","roles":[],"action":"a","object":"o","case":"","facts":{},"changes":{}}',
     b'{"seq":1,"actor":"\\u0000","roles":[],"action":"a","object":"o","case":"","facts":{},"changes":{}}',
     b'{"seq":1,"actor":"x","roles":[],"action":"a","object":"o","case":"","facts":{"a":{}},"changes":{}}',
     b'{"seq":1,"actor":"x","roles":[],"action":"a","object":"o","case":"","facts":{},"changes":{"a":{}}}'],
)  # fmt: skip
def test_what_is_not_as_we_write_it_is_read_as_an_altered_entry(entry: object) -> None:
    assert altered(told(entry))
    assert CANNOT_BE_READ


def test_what_we_write_is_read_as_it_is(signed: World) -> None:
    with signed.look() as session:
        for entry in session.scalars(select(AuditEntry.entry)):
            assert told(entry) == json.loads(entry)
