"""P3-list: a long list read by the worker and taken, its memory and time a row against those of a short one.

`python -m bench.importing 100000 [xlsx]` prints the figures of one such list, in a process of its own.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from bench.ground import company, ground
from bench.measure import Outcome, in_turn
from core.access import Actor, Role
from core.db import Database, new_id
from core.moment import now
from identity.models import User
from incidents import informing
from incidents.informing import list_look
from incidents.informing.list_jobs import read_lists
from incidents.models import Incident

HEADS = ("Namn", "E-post", "Språk", "Uppgifter", "Postadress")
COLUMNS = ["name", "email", "language", "data", "address"]


def run(*, small: bool) -> list[Outcome]:
    long, pairs = (20_000, 1) if small else (200_000, 3)
    memory = in_turn(partial(_child, long, "mib"), partial(_child, 2_000, "mib"), pairs)
    pace = in_turn(partial(_child, long, "us_a_row"), partial(_child, 2_000, "us_a_row"), pairs)
    return [
        Outcome("P3-list", f"memory at {long:,} rows of a list against 2,000", "MiB", memory, bar=1.25),
        Outcome("P3-list", f"a row read of {long:,} against one of 2,000", "us", pace, bar=1.5),
    ]


def _child(rows: int, figure: str) -> float:
    line = [sys.executable, "-m", "bench.importing", str(rows)]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout)[figure])


def _people(rows: int) -> Iterator[tuple[str, ...]]:
    """Invented people; one in a hundred comes again."""
    yield HEADS
    for number in range(rows):
        one = number - 50 if number % 100 == 99 else number
        yield (f"Åsa Påhitt{one}", f"asa.{one}@kund.example.com", "sv", "adress, lön", f"Påhittsvägen {one}")


def _written(folder: Path, rows: int, kind: str) -> Path:
    path = folder / f"list.{kind}"
    if kind == "xlsx":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Kunder")
        for row in _people(rows):
            sheet.append(row)
        book.save(path)
    else:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{';'.join(row)}\n" for row in _people(rows))
    return path


def _case(database: Database) -> Incident:
    with database.transaction() as session:
        case = Incident(id=new_id(), reference="PUI-B-1", state="in_remedy", reported_at=now())
        session.add(case)
    return case


def _measured(rows: int, kind: str) -> dict[str, float]:
    list_look.AT_ONCE_ROWS = 0
    with ground() as folder:
        database = company(folder)
        path, case = _written(folder, rows, kind), _case(database)
        with database.reading() as session:
            actor = session.scalars(select(User).where(User.email == f"{Role.MANAGER}@nordhamn.example")).one().actor
        with path.open("rb") as file:
            sent = _timed(partial(_send, database, actor, case.id, file))
        read = _timed(partial(read_lists, database, now))
        taken = _timed(partial(_take, database, actor, case.id))
        database.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "sent_s": sent, "read_s": read, "taken_s": taken, "us_a_row": read / rows * 1e6, "mib": peak}


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _send(database: Database, actor: Actor, case: str, file: BinaryIO) -> None:
    look = informing.look_through(file)
    with database.transaction() as session:
        informing.send_in(session, actor, session.get_one(Incident, case), look, now())
    with database.transaction() as session:
        informing.ask_reading(session, actor, session.get_one(Incident, case), COLUMNS, now())


def _take(database: Database, actor: Actor, case: str) -> None:
    with database.transaction() as session:
        informing.take(session, actor, session.get_one(Incident, case), now(), with_faults=False)


if __name__ == "__main__":
    print(json.dumps(_measured(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "csv")))
