"""A company after ten years: a million cases in the tables' real shape, and words of which some are rare."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from bench.ground import THREE_DAYS, fill
from bench.pouring import Row, indexed_afterwards, pour
from core.access import Role
from core.db import Database
from identity.models import User, UserRole
from incidents.commission_models import Commission, CommissionSeat
from incidents.models import Exclusion, Incident, IncidentClock

YEARS = timedelta(days=3_652)
OPEN_EVERY, EXCLUDED_EVERY, SEATS = 10, 1_000, 40
WHAT = ("Lista skickad till fel mottagare", "Dator borttappad", "Telefon stulen", "Lösenord delat", "Brev i fel kuvert",
        "Mapp öppen för alla", "Utskick med synliga adresser", "Misstänkt intrång", "Lista på fel skrivare",
        "Nätfiske mot kollega")  # fmt: skip
WHERE = ("Malmö", "Göteborg", "Umeå", "Åre", "Örebro", "Luleå", "Visby", "Kalmar", "Växjö", "Gävle", "Falun")
CAUSES = ("accidental.misrouting", "accidental.data_media", "intentional.intrusion", "intentional.theft", "")
RARE, SOME, OLD = "kolibri", "papegoja", "dinosaurie"  # one case; one in a thousand; the oldest fifth, none since
CASE = ("id", "reference", "state", "title", "search", "cause_code", "systems", "owner_id", "reported_at", "closed_at")
CLOCK = ("id", "incident_id", "started_at", "due_at", "next_at", "stopped_at")


@dataclass(frozen=True, slots=True)
class People:
    manager: str
    deputy: str
    commissioner: str


def archive(database: Database, count: int, at: datetime) -> None:
    """`count` cases, the latest reported just now, one in ten open; some exclude the deputy, some have a commission."""
    fill(database, 1, at)
    with database.transaction() as session:
        people = _people(session, at)
    with indexed_afterwards(database, "incident", "incident_clock"), database.transaction() as session:
        _copy(session, "incident", CASE, _cases(count, at, people))
        _copy(session, "incident_clock", CLOCK, _clocks(count, at))
        _forget_the_first(session)
        session.execute(insert(Exclusion), [{"incident_id": case_id(number), "user_id": people.deputy, "by_id": "x",
                                             "at": at} for number in range(0, count, EXCLUDED_EVERY)])  # fmt: skip
        _commissions(session, count, at, people)
    with database.transaction() as session:
        session.execute(text("ANALYZE"))


def case_id(number: int) -> str:
    """The id of the case that was reported as the `number`th from the end."""
    return md5(f"case {number}".encode(), usedforsecurity=False).hexdigest()


def reference(number: int) -> str:
    return f"PUI-A-{number:07d}"


def reported_at(number: int, count: int, at: datetime) -> datetime:
    return at - timedelta(minutes=1) - YEARS * (number / count)


def is_open(number: int) -> bool:
    return number % OPEN_EVERY == 0


def _people(session: Session, at: datetime) -> People:
    held = set(session.scalars(select(UserRole.role)))
    for role in {Role.COMMISSIONER, Role.AUDITOR} - held:
        user = User(email=f"{role}@nordhamn.example", name=role.title(), language="sv", created_at=at, joined_at=at)
        user.held_roles = [UserRole(role=role)]
        session.add(user)
    session.flush()
    ids = dict(iter(session.execute(select(UserRole.role, UserRole.user_id))))
    return People(ids[Role.MANAGER], ids[Role.DEPUTY], ids[Role.COMMISSIONER])


def _cases(count: int, at: datetime, people: People) -> Iterator[Row]:
    """The oldest first, as they came."""
    owners = (None, people.manager, people.deputy)
    for number in range(count - 1, -1, -1):
        when, system = reported_at(number, count, at), f"system{number % 197}"
        words = [WHAT[number * 7 % len(WHAT)], WHERE[number % len(WHERE)], *_marks(number, count)]
        title = " ".join(words)
        open_ = is_open(number)
        yield (
            case_id(number), reference(number), "under_review" if open_ else "closed", title,
            f"pui a {number:07d} {title} {system}".casefold(), CAUSES[number % len(CAUSES)], system,
            owners[number // OPEN_EVERY % 3] if open_ else people.manager, when, None if open_ else when + THREE_DAYS,
        )  # fmt: skip


def _marks(number: int, count: int) -> Iterator[str]:
    if number == count // 2:
        yield RARE
    if number % 1_000 == 10:
        yield SOME
    if number >= count * 4 // 5:
        yield OLD


def _clocks(count: int, at: datetime) -> Iterator[Row]:
    for number in range(count - 1, -1, -1):
        when, stopped = reported_at(number, count, at), None if is_open(number) else at
        yield f"k{number}", case_id(number), when, when + THREE_DAYS, None, stopped


def _forget_the_first(session: Session) -> None:
    """The case that all others are copies of."""
    first = Incident.reference.startswith("PUI-B-")
    session.execute(delete(IncidentClock).where(IncidentClock.incident_id.in_(select(Incident.id).where(first))),
                    execution_options={"synchronize_session": False})  # fmt: skip
    session.execute(delete(Incident).where(first), execution_options={"synchronize_session": False})


def _commissions(session: Session, count: int, at: datetime, people: People) -> None:
    """The commissioner sits over some of the open cases."""
    for number in range(0, min(count, SEATS * OPEN_EVERY), OPEN_EVERY):
        called = Commission(
            incident_id=case_id(number), convened_by=people.manager, convened_at=at, due_at=at, quorum=2
        )
        session.add(called)
        session.flush()
        session.add(CommissionSeat(commission_id=called.id, user_id=people.commissioner, seat="member"))


def _copy(session: Session, table: str, names: tuple[str, ...], rows: Iterator[Row]) -> None:
    """Rows like the one that is there, but for the columns named."""
    columns = ", ".join(names)
    session.execute(text(f"CREATE TEMPORARY TABLE poured AS SELECT {columns} FROM {table} WHERE false"))  # noqa: S608
    pour(session, "poured", names, rows)
    every = [column.name for column in Incident.metadata.tables[table].columns]
    values = [f"poured.{name}" if name in names else f"first.{name}" for name in every]
    session.execute(text(f"INSERT INTO {table} ({', '.join(every)}) SELECT {', '.join(values)} "  # noqa: S608
                         f"FROM poured CROSS JOIN (SELECT * FROM {table} LIMIT 1) AS first"))  # fmt: skip
    session.execute(text("DROP TABLE poured"))
