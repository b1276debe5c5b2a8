"""The log: what is recorded can be checked, and what is altered is found and placed."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.access import SYSTEM, Role
from core.audit import record
from core.audit.models import AuditEntry, AuditHidden
from core.audit.signer import Signer
from core.audit.tree import append, grow, leaf_hash, node_hash, root
from core.audit.values import written
from core.audit.verify import verify
from notifications.models import ServiceState
from tests.fixtures.world import World


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1 word for word, as the second opinion."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(plain_root(leaves[:split]), plain_root(leaves[split:]))


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70))
def test_the_frontier_gives_the_root_that_rfc_6962_defines(entries: list[bytes]) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    assert root(grow(leaves)) == plain_root(leaves)


def test_appending_keeps_one_subtree_for_each_set_bit_of_the_size() -> None:
    frontier: tuple[bytes, ...] = ()
    for size in range(130):
        frontier = append(frontier, size, leaf_hash(bytes([size])))
        assert len(frontier) == (size + 1).bit_count()


@pytest.fixture
def logged(world: World) -> World:
    for number in range(9):
        with world.change() as session:
            record(session, SYSTEM, "test:ran", f"object-{number}", world.now, facts={"number": number})
    return world


@pytest.mark.parametrize("number", [1, 3, 40])
def test_few_and_many_entries_are_written_alike(world: World, number: int) -> None:
    """On PostgreSQL a few go in one statement with the head, many do not."""
    manager = world.users[Role.MANAGER].id
    with world.change() as session:
        for one in range(number):
            record(session, SYSTEM, "test:ran", f"object-{one}", world.now, facts={"number": one},
                   changes={"value": ("before", f"åäö {one}")}, hidden_from=manager)  # fmt: skip
    with world.look() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()[-number:]
        assert [(entry.object, entry.at, json.loads(entry.entry)["seq"]) for entry in entries] == [
            (f"object-{one}", world.now, entries[0].seq + one) for one in range(number)
        ]
        assert [written(session, entry, "value") for entry in entries] == [f"åäö {one}" for one in range(number)]
        hidden = session.scalars(select(AuditHidden.seq).where(AuditHidden.user_id == manager)).all()
        assert sorted(hidden) == [entry.seq for entry in entries]
        assert verify(session).result == "ok"


def test_writers_at_once_never_fork_the_tree(world: World) -> None:
    def write(name: str) -> None:
        for number in range(10):
            with world.change() as session:
                session.add(ServiceState(name=f"{name}-{number}", value={}, at=world.now))
                record(session, SYSTEM, "test:ran", name, world.now, case=name, changes={"value": (None, str(number))})

    with ThreadPoolExecutor(5) as pool:
        for done in [pool.submit(write, f"writer-{number}") for number in range(5)]:
            done.result()
    with world.look() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
        assert [entry.seq for entry in entries] == list(range(50))
        for name in {entry.object for entry in entries}:
            assert [written(session, entry, "value") for entry in entries if entry.object == name] == list("0123456789")
        assert verify(session).result == "ok"


def tamper(world: World, *statements: str) -> None:
    with world.database.writer.begin() as connection:
        if world.database.url.startswith("sqlite"):
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}"))
        else:
            connection.execute(text("DROP TRIGGER audit_entry_only_grows ON audit_entry"))
        for statement in statements:
            connection.execute(text(statement))


def tamper_again(world: World, *statements: str) -> None:
    with world.database.writer.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


APPENDED = (
    "INSERT INTO audit_entry (seq, entry, leaf, at, actor, action, object, case_id) "
    "SELECT 9, entry, leaf, at, actor, action, object, case_id FROM audit_entry WHERE seq = 1"
)
FORGERIES = {
    "a flipped byte": (["UPDATE audit_entry SET leaf = entry WHERE seq = 3"], 3, "edited"),
    "a column that differs from its bytes": (["UPDATE audit_entry SET actor = 'nobody' WHERE seq = 5"], 5, "edited"),
    "text where bytes were": (["UPDATE audit_entry SET entry = 'xx' WHERE seq = 4"], 4, "edited"),
    "a time that is none": (["UPDATE audit_entry SET at = 'infinity' WHERE seq = 6"], 6, "edited"),
    "a deleted row": (["DELETE FROM audit_entry WHERE seq = 4"], 4, "deleted"),
    "the tail cut off": (["DELETE FROM audit_entry WHERE seq >= 7"], 7, "truncated"),
    "two rows swapped": (
        [
            "UPDATE audit_entry SET seq = 100 WHERE seq = 2",
            "UPDATE audit_entry SET seq = 2 WHERE seq = 6",
            "UPDATE audit_entry SET seq = 6 WHERE seq = 100",
        ],
        2,
        "reordered",
    ),
    "a row appended": (
        [APPENDED],
        9,
        "inserted",
    ),
    "a head made smaller with its rows": (
        ["DELETE FROM audit_entry WHERE seq = 8", "UPDATE audit_head SET size = 8"], None, "rewritten"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_change_made_by_sql_is_found_and_placed(logged: World, name: str) -> None:
    statements, first_bad, kind = FORGERIES[name]
    tamper(logged, *statements)
    with logged.look() as session:
        verdict = verify(session)
    assert (verdict.result, verdict.first_bad, verdict.kind) == ("bad", first_bad, kind)


def test_a_whole_log_is_called_ok(logged: World) -> None:
    with logged.look() as session:
        verdict = verify(session)
    assert (verdict.result, verdict.size) == ("ok", 9)


@pytest.mark.parametrize("verb", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_to_change_an_entry(logged: World, verb: str) -> None:
    with pytest.raises(Exception, match="only grows"), logged.database.writer.begin() as connection:
        connection.execute(text(verb))


def test_a_change_that_fails_leaves_no_entry(world: World) -> None:
    def failing() -> None:
        with world.change() as session:
            record(session, SYSTEM, "test:ran", "object", world.now)
            raise RuntimeError("the business transaction failed")

    with pytest.raises(RuntimeError):
        failing()
    with world.look() as session:
        assert verify(session).size == 0


def note(world: World, name: str = "after") -> None:
    with world.change() as session:
        record(session, SYSTEM, "test:ran", name, world.now, changes={"value": (None, "new")})


def verdict(world: World) -> tuple[str, int | None, str | None]:
    with world.look() as session:
        found = verify(session)
    return found.result, found.first_bad, found.kind


def test_a_row_forged_at_the_next_number_stops_nobody_and_is_named(logged: World) -> None:
    tamper(logged, APPENDED, APPENDED.replace("SELECT 9", "SELECT 10"))
    note(logged)
    note(logged)
    assert verdict(logged) == ("bad", 9, "inserted")
    with logged.look() as session:
        entries = session.scalars(select(AuditEntry.entry).where(AuditEntry.seq > 10).order_by(AuditEntry.seq)).all()
    assert [json.loads(entry).get("skipped") for entry in entries] == [[9, 10], None]
    tamper_again(logged, "DELETE FROM audit_entry WHERE seq IN (9, 10)")
    assert verdict(logged) == ("ok", None, None)


def test_an_entry_of_ours_after_a_forged_row_is_guarded_as_ever(logged: World) -> None:
    tamper(logged, APPENDED)
    note(logged)
    tamper_again(logged, "DELETE FROM audit_entry WHERE seq = 9", "UPDATE audit_entry SET actor = 'x' WHERE seq = 10")
    assert verdict(logged) == ("bad", 10, "edited")


def test_a_value_forged_beside_the_next_number_stops_nobody_and_is_named(logged: World) -> None:
    tamper(logged, "INSERT INTO audit_value (seq, field, side, sealed) VALUES (9, 'value', 'after', 'x')")
    note(logged)
    assert verdict(logged) == ("bad", 9, "inserted")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_head",
        "UPDATE audit_head SET size = 7",
        "UPDATE audit_head SET size = 15",
        "UPDATE audit_head SET frontier = '[\"xy\", 1]'",
        "UPDATE audit_head SET mac = ''",
        "UPDATE audit_head SET skipped = '[3]'",
        "UPDATE audit_entry SET entry = leaf WHERE seq = 8",
    ],
)
def test_writing_goes_on_whatever_was_altered_and_the_log_stays_bad(logged: World, statement: str) -> None:
    tamper(logged, statement)
    for _ in range(3):
        note(logged)
        assert verdict(logged)[0] == "bad"
    with logged.look() as session:
        assert len(session.scalars(select(AuditEntry.seq).where(AuditEntry.object == "after")).all()) == 3


@pytest.mark.parametrize("what", ["size = 'x'", "frontier = 'no list ['", "frontier = x'ff00'", "skipped = '{'"])
def test_what_only_sqlite_takes_in_the_head_stops_nobody_either(logged: World, what: str) -> None:
    if not logged.database.url.startswith("sqlite"):
        with pytest.raises(DBAPIError):
            tamper(logged, f"UPDATE audit_head SET {what}")
        return
    tamper(logged, f"UPDATE audit_head SET {what}")
    assert verdict(logged)[0] == "bad"
    note(logged)
    assert verdict(logged)[0] == "bad"


def test_rows_cut_off_with_a_smaller_head_are_not_forgotten_by_the_next_entry(logged: World) -> None:
    tamper(logged, *FORGERIES["a head made smaller with its rows"][0])
    note(logged)
    assert verdict(logged)[0] == "bad"


@pytest.mark.parametrize("number", ["'x'", "x'01'", "-3"])
def test_a_value_whose_number_no_entry_could_have_stops_nobody_and_is_named(logged: World, number: str) -> None:
    forged = f"INSERT INTO audit_value (seq, field, side, sealed) VALUES ({number}, 'value', 'after', 'x')"
    if number != "-3" and not logged.database.url.startswith("sqlite"):
        with pytest.raises(DBAPIError):
            tamper(logged, forged)
        return
    tamper(logged, APPENDED, forged)
    note(logged)
    tamper_again(logged, "DELETE FROM audit_entry WHERE seq = 9")
    assert verdict(logged) == ("bad", None, "inserted")


@pytest.mark.parametrize("column", ["action", "actor", "object", "case_id", "at"])
def test_a_column_of_bytes_that_no_filter_would_find_is_named(logged: World, column: str) -> None:
    if logged.database.url.startswith("sqlite"):
        tamper(logged, f"UPDATE audit_entry SET {column} = CAST({column} AS BLOB) WHERE seq = 5")
        assert verdict(logged) == ("bad", 5, "edited")


def test_a_head_that_tells_of_more_entries_than_could_ever_be_is_named_at_once(logged: World) -> None:
    largest = 2**63 - 1 if logged.database.url.startswith("sqlite") else 2**31 - 1
    tamper(logged, f"UPDATE audit_head SET size = {largest}")
    assert verdict(logged) == ("bad", 9, "truncated")


@pytest.mark.parametrize("what", ["size = 'x'", "size = x'00'", "root = x'00'"])
def test_what_only_sqlite_takes_in_a_checkpoint_is_named(logged: World, what: str) -> None:
    if logged.database.url.startswith("sqlite"):
        Signer.of(logged.database, logged.settings).look(logged.now)
        tamper(logged, "DROP TRIGGER audit_checkpoint_no_update", f"UPDATE audit_checkpoint SET {what}")
        assert verdict(logged) == ("bad", None, "bad_signature")
