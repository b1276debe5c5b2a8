"""P8: the pages that show the whole (dashboard, risks, controls, queue) over many rows against an empty one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.archive import archive
from bench.checked import checked_controls, risks
from bench.ground import company, ground, sign_in
from bench.load import Request, drive
from bench.measure import Outcome, in_turn
from bench.serving import vaka
from core.access import Role
from core.db import Database
from core.moment import now
from tests.fixtures.postgres import postgresql

PAGES = {"dashboard": "/dashboard", "register of risks": "/risks", "controls": "/controls", "queue": "/incidents"}
BAR = 1.5


@dataclass(frozen=True, slots=True)
class Size:
    cases: int
    risks: int
    own_controls: int
    pairs: int
    each: int


SMALL = Size(2_000, 100, 15, 3, 4)
USUAL = Size(10_000, 500, 175, 7, 15)  # with the catalogue's 25 controls that makes 200


def run(*, small: bool) -> list[Outcome]:
    return [line for name in ("SQLite", "PostgreSQL") for line in _run(name, SMALL if small else USUAL)]


def founded(folder: Path, url: str, size: Size) -> Database:
    """A company with so many cases and risks, and its controls kept for a year."""
    database, at = company(folder, url), now()
    archive(database, size.cases, at)
    checked_controls(database, at, size.own_controls)
    risks(database, size.risks, at)
    return database


def _run(name: str, size: Size) -> list[Outcome]:
    with ground() as folder, _urls(name) as urls:
        many, none = founded(folder / "many", urls[0], size), company(folder / "none", urls[1])
        lines = _compare(name, folder, many, none, size)
        for one in (many, none):
            one.dispose()
    return lines


@contextmanager
def _urls(name: str) -> Iterator[tuple[str, str]]:
    if name == "SQLite":
        yield "", ""
        return
    with postgresql() as server:
        yield server.create("many"), server.create("none")


def _compare(name: str, folder: Path, many: Database, none: Database, size: Size) -> list[Outcome]:
    cookies = [{"cookie": sign_in(one, Role.MANAGER)} for one in (many, none)]
    what = f"with {size.cases:,} cases, {size.risks} risks, {size.own_controls} own controls against none, {name}"
    lines = []
    with vaka(folder / "many", many.url) as full, vaka(folder / "none", none.url) as empty:
        for title, path in PAGES.items():
            ours, yardstick = (
                partial(_p50, port, Request("GET", path, cookie), size.each)
                for port, cookie in zip((full.port, empty.port), cookies, strict=True)
            )
            ours(), yardstick()  # both have read their templates
            lines.append(Outcome("P8", f"{title} {what}", "ms", in_turn(ours, yardstick, size.pairs), bar=BAR))
    return lines


def _p50(port: int, request: Request, each: int) -> float:
    return drive(port, request, 1, each).p50 * 1000
