"""P4: pages of the queue and of the log, searches and an export over many rows against few, on both databases."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import select

from app.migrations import upgrade
from bench.archive import OLD, OPEN_EVERY, RARE, SOME, archive, case_id
from bench.exporting import exported, raw
from bench.ground import company, ground, sign_in
from bench.load import Request, drive
from bench.long_log import long_log
from bench.measure import Outcome, in_turn
from bench.serving import vaka
from core.access import Actor, Role
from core.db import Database
from core.key_file import load_keyring
from core.moment import now
from identity.models import User, UserRole
from incidents.models import IncidentClock
from incidents.queue import Cursor, listed
from incidents.queue_filters import Filter
from tests.fixtures.postgres import postgresql

DATABASES = ("SQLite", "PostgreSQL")
FEW, DEEP = 1_000, 0.9
BUILT = "built"
SEARCHES = {"a rare word": RARE, "one in a thousand": SOME, "a common word": "lista", "two common words": "fel mott",
            "a word of old cases": OLD}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    cases: int
    entries: int
    rows: int  # of an export
    pairs: int
    each: int


SMALL = Size(5_000, 5_000, 5_000, 3, 6)
USUAL = Size(50_000, 100_000, 100_000, 5, 20)
MILLION = Size(1_000_000, 10_000_000, 1_000_000, 5, 25)


@dataclass(frozen=True, slots=True)
class Company:
    """A company, how many cases it has, and how a manager's browser asks it."""

    folder: Path
    url: str
    database: Database
    cases: int
    cookie: dict[str, str]
    manager: Actor

    def get(self, path: str, **query: object) -> Request:
        return Request("GET", f"{path}?{urlencode(query)}" if query else path, self.cookie)


def run(*, small: bool) -> list[Outcome]:
    return [line for name in DATABASES for line in _run(name, SMALL if small else USUAL)]


def million(
    *,
    small: bool,  # noqa: ARG001 - there is no small million
    keep: Path | None = None,
    names: Sequence[str] = DATABASES,
) -> list[Outcome]:
    """What was built into a folder to `keep` is measured again without being built again. PostgreSQL keeps its own in
    the server that TEST_DATABASE_URL names."""
    kept = [(name, keep and keep / name.lower()) for name in names]
    return [line for name, folder in kept for line in _run(name, MILLION, folder)]


def _run(name: str, size: Size, kept: Path | None = None) -> list[Outcome]:
    with ground(kept) as folder, _urls(name, kept) as urls:
        big = founded(folder / "many", urls[0], size.cases, size.entries)
        little = founded(folder / "few", urls[1], FEW, FEW * 10)
        lines = compare(name, big, little, size)
        for one in (big, little):
            one.database.dispose()
    return lines


@contextmanager
def _urls(name: str, kept: Path | None = None) -> Iterator[tuple[str, str]]:
    if name == "SQLite":
        yield "", ""
        return
    with postgresql() as server:
        there = {which for which in ("many", "few") if kept and (kept / which / BUILT).exists()}
        many, few = (server.address(which) if which in there else server.create(which) for which in ("many", "few"))
        yield many, few


def founded(folder: Path, url: str, cases: int, entries: int) -> Company:
    """A company that is built now, or was built here before."""
    url = url or f"sqlite:///{folder / 'vaka.db'}"
    if (folder / BUILT).exists():
        upgrade(url)
        return opened(folder, Database(url, load_keyring(folder / "data.key")), cases)
    database, at = company(folder, url), now()
    archive(database, cases, at)
    long_log(database, entries, cases, at)
    (folder / BUILT).touch()
    return opened(folder, database, cases)


def opened(folder: Path, database: Database, cases: int) -> Company:
    """A company that is there already."""
    cookie = {"cookie": sign_in(database, Role.MANAGER)}
    with database.reading() as session:
        manager = session.scalars(select(User).join(UserRole).where(UserRole.role == Role.MANAGER)).one().actor
    return Company(folder, database.url, database, cases, cookie, manager)


def compare(name: str, big: Company, little: Company, size: Size) -> list[Outcome]:
    with vaka(big.folder, big.url) as many, vaka(little.folder, little.url) as few:
        lines = _pages(name, big, many.port, little, few.port, size)
    return lines + _queries(name, big, little, size) + _export(name, big, size)


def _pages(name: str, big: Company, port: int, little: Company, other: int, size: Size) -> list[Outcome]:
    """As a browser sees them, through HTTP."""
    lines = []

    def line(what: str, ours: Request, yardstick: Request, *, bar: float, same: bool = False) -> None:
        where = port if same else other
        times = in_turn(partial(_p50, port, ours, size.each), partial(_p50, where, yardstick, size.each), size.pairs)
        lines.append(Outcome("P4", f"{what}, {name}", "ms", times, bar=bar))

    first, log = little.get("/incidents"), little.get("/log")
    against = f"of {big.cases:,} against first of {FEW:,}"
    _p50(other, first, size.each)
    line(f"queue, first page {against}", big.get("/incidents"), first, bar=2)
    line(f"queue, deep page {against}", big.get("/incidents", after=_deep(big)), first, bar=2)
    for what, words in SEARCHES.items():
        line(f"search for {what} against a plain page", big.get("/incidents", q=words), big.get("/incidents"),
             bar=4, same=True)  # fmt: skip
    against = f"of {size.entries:,} against first of {FEW * 10:,}"
    line(f"log, first page {against}", big.get("/log"), log, bar=2)
    line(f"log, deep page {against}", big.get("/log", before=size.entries // 10), log, bar=2)
    line(f"log, one person {against}", big.get("/log", person=big.manager.id), log, bar=2)
    return lines


def _queries(name: str, big: Company, little: Company, size: Size) -> list[Outcome]:
    """The queries of a page alone, without the page."""
    first = partial(_listed, little, "", None, size.each)
    lines = []
    for where, cursor in (("first", None), ("deep", _deep(big))):
        times = in_turn(partial(_listed, big, "", cursor, size.each), first, size.pairs)
        lines.append(Outcome("P4", f"queries of the queue's {where} page alone, {name}", "ms", times, bar=2))
    return lines


def _export(name: str, big: Company, size: Size) -> list[Outcome]:
    target, few = big.folder / "raw.csv", max(size.rows // 100, 2_000)
    pace = in_turn(lambda: exported(big.folder, big.url, size.rows)["rate"],
                   lambda: raw(big.url, target, size.rows), min(size.pairs, 3))  # fmt: skip
    memory = in_turn(lambda: exported(big.folder, big.url, size.rows)["peak"],
                     lambda: exported(big.folder, big.url, few)["peak"], 1)  # fmt: skip
    return [
        Outcome("P4", f"log as CSV, {size.rows:,} rows against a raw loop, {name}", "/s", pace, bar=0.3, more=True),
        Outcome("P4", f"memory of that export against one of {few:,}, {name}", "MiB", memory, bar=1.25),
    ]


def _deep(where: Company) -> Cursor:
    """After nine tenths of the open cases: the oldest burn first."""
    number = round(where.cases * (1 - DEEP)) // OPEN_EVERY * OPEN_EVERY
    clock = select(IncidentClock.due_at).where(IncidentClock.incident_id == case_id(number))
    with where.database.reading() as session:
        due_at = session.scalars(clock).one()
    assert due_at is not None
    return Cursor(True, due_at, case_id(number))


def _listed(where: Company, asked: str, cursor: Cursor | None, each: int) -> float:
    times = []
    for _ in range(each):
        with where.database.reading() as session:
            started = time.perf_counter()
            shown = listed(session, where.manager, Filter.OPEN, asked, cursor, now())
            times.append(time.perf_counter() - started)
        assert shown.incidents
    return median(times) * 1000


def _p50(port: int, request: Request, each: int) -> float:
    return drive(port, request, 1, each).p50 * 1000
