"""What somebody with SQL alone can do to the rows of the log, many times over: the service finds and places each."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from core.access import SYSTEM
from core.audit import reading, record
from core.audit.verify import verify
from tests.core.test_audit import tamper
from tests.fixtures.world import World

SIZE = 40
COLUMNS = ("seq", "entry", "leaf", "at", "actor", "action", "object", "case_id")
Row = dict[str, Any]
times = pytest.mark.parametrize("share", [0.02, pytest.param(1, marks=pytest.mark.long)])


@pytest.fixture
def logged(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A log of a few blocks, whose triggers somebody has taken away."""
    monkeypatch.setattr(reading, "HEIGHT", 3)
    with world.change() as session:
        for number in range(SIZE):
            record(
                session, SYSTEM, "test:ran", f"objekt-å{number}", world.now, facts={"number": number, "roles": ["x"]}
            )
    tamper(world)
    return world


def rows(world: World) -> list[Row]:
    with world.database.reader.connect() as connection:
        found = connection.execute(text(f"SELECT {', '.join(COLUMNS)} FROM audit_entry ORDER BY seq"))
        return [dict(row._mapping) for row in found]


def lay(world: World, these: list[Row]) -> None:
    """The table holds these rows and no other."""
    with world.database.writer.begin() as connection:
        connection.execute(text("DELETE FROM audit_entry"))
        names = ", ".join(f":{name}" for name in COLUMNS)
        if not these:
            return
        connection.execute(text(f"INSERT INTO audit_entry ({', '.join(COLUMNS)}) VALUES ({names})"), these)


def found(world: World) -> tuple[str, int | None, str | None]:
    with world.look() as session:
        verdict = verify(session)
    return verdict.result, verdict.first_bad, verdict.kind


def flipped(value: Any, dice: random.Random) -> Any:
    """Another value in one place; text stays text, because PostgreSQL takes nothing else."""
    if isinstance(value, str):
        place = dice.randrange(len(value) + 1)
        return f"{value[:place]}x{value[place + 1 :]}"
    place = dice.randrange(len(value))
    return value[:place] + bytes([value[place] ^ dice.randrange(1, 256)]) + value[place + 1 :]


@contextmanager
def altered(world: World, seq: int, column: str, value: Any, back: Any) -> Iterator[None]:
    change = text(f"UPDATE audit_entry SET {column} = :value WHERE seq = {seq}")
    for step in (value, back):
        with world.database.writer.begin() as connection:
            connection.execute(change, {"value": step})
        if step is value:
            yield


@times
def test_each_flipped_byte_of_a_row_is_found_at_its_entry(logged: World, share: float) -> None:
    """L1: 1,000 of 1,000 in the long run."""
    dice, good = random.Random("rows"), rows(logged)
    for _ in range(round(1000 * share)):
        seq, column = (
            dice.randrange(SIZE),
            dice.choice(("entry", "entry", "leaf", "actor", "action", "object", "case_id")),
        )
        with altered(logged, seq, column, flipped(good[seq][column], dice), good[seq][column]):
            assert found(logged) == ("bad", seq, "edited"), column
    assert found(logged) == ("ok", None, None)


def cut(these: list[Row], at: int, dice: random.Random) -> list[Row]:
    return these[:at]


def deleted(these: list[Row], at: int, dice: random.Random) -> list[Row]:
    return these[:at] + these[at + 1 :]


def swapped(these: list[Row], at: int, dice: random.Random) -> list[Row]:
    other = dice.randrange(at + 1, SIZE)
    return [{**row, "seq": {at: other, other: at}.get(row["seq"], row["seq"])} for row in these]


def copied_over(these: list[Row], at: int, dice: random.Random) -> list[Row]:
    """Another entry once more, in the place of this one."""
    other = (at + dice.randrange(1, SIZE)) % SIZE
    return [{**these[other], "seq": at} if row["seq"] == at else row for row in these]


def replayed(these: list[Row], at: int, dice: random.Random) -> list[Row]:
    return [*these, {**these[at], "seq": SIZE}]


def put_between(these: list[Row], at: int, dice: random.Random) -> list[Row]:
    """All after it move up by one."""
    return [*these[:at], {**these[at], "seq": at}, *({**row, "seq": row["seq"] + 1} for row in these[at:])]


FORGERIES: dict[Callable[[list[Row], int, random.Random], list[Row]], tuple[str, Callable[[int], int]]] = {
    cut: ("truncated", lambda at: at),
    deleted: ("deleted", lambda at: at),
    swapped: ("reordered", lambda at: at),
    copied_over: ("reordered", lambda at: at),
    replayed: ("inserted", lambda _: SIZE),
    put_between: ("reordered", lambda at: at + 1),
}


@times
@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_rows_cut_off_deleted_swapped_copied_or_put_in_are_found_and_named(
    logged: World, forge: Callable[[list[Row], int, random.Random], list[Row]], share: float
) -> None:
    """L3: 200 of each in the long run."""
    dice, good, (kind, place) = random.Random(forge.__name__), rows(logged), FORGERIES[forge]
    for _ in range(round(200 * share)):
        at = dice.randrange(SIZE - 1)
        lay(logged, forge(good, at, dice))
        assert found(logged) == ("bad", place(at), kind)
    lay(logged, good)
    assert found(logged) == ("ok", None, None)
