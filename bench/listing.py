"""P4: a page of the queue over many cases against the same page over few, at the top and deep down."""

from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from bench.ground import company, fill, ground, sign_in
from bench.load import Request, drive
from bench.measure import Outcome, in_turn
from bench.serving import vaka
from core.access import Role
from core.db import Database
from core.moment import now
from incidents.models import IncidentClock
from incidents.queue import Cursor

FEW, OPEN_SHARE, DEEP = 1_000, 0.1, 0.9


def run(*, small: bool) -> list[Outcome]:
    many, pairs, each = (5_000, 3, 8) if small else (20_000, 5, 25)
    at = now()
    with ground() as folder:
        folders = {many: folder / "many", FEW: folder / "few"}
        pages = {count: _pages(company(place), count, at) for count, place in folders.items()}
        with vaka(folders[many]) as big, vaka(folders[FEW]) as little:
            yardstick = partial(_p50, little.port, pages[FEW][0], each)
            yardstick()
            lines = []
            for where, page in zip(("first page", "deep page"), pages[many], strict=True):
                times = in_turn(partial(_p50, big.port, page, each), yardstick, pairs)
                what = f"queue, {where} of {many:,} against first of {FEW:,}"
                lines.append(Outcome("P4", what, "ms", times, bar=2))
    return lines


def _pages(database: Database, count: int, at: datetime) -> tuple[Request, Request]:
    """The first page of the open cases, and one after nine tenths of them."""
    fill(database, count, at, open_share=OPEN_SHARE)
    cookie = {"cookie": sign_in(database, Role.MANAGER)}
    with database.reading() as session:
        clocks = session.query(IncidentClock).filter(IncidentClock.stopped_at.is_(None))
        found = clocks.order_by(IncidentClock.due_at, IncidentClock.incident_id).offset(int(count * OPEN_SHARE * DEEP))
        row = found.limit(1).one()
        after = urlencode({"after": Cursor(True, row.ends_at, row.incident_id)})
    database.dispose()
    return Request("GET", "/incidents", cookie), Request("GET", f"/incidents?{after}", cookie)


def _p50(port: int, request: Request, each: int) -> float:
    return drive(port, request, 1, each).p50 * 1000
