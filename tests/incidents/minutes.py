"""Reading the minutes of a bench, for the tests of the verbs and of the pages."""

import json

from sqlalchemy import select

from core.audit.models import AuditEntry
from core.document import Document, texts
from incidents.assessing.minutes import document_in, pdf_in, versions
from incidents.minutes_models import Minutes
from tests.incidents.bench import Bench


def rows(bench: Bench) -> list[Minutes]:
    """Every version, the newest first."""
    with bench.world.look() as session:
        return versions(session, bench._incident(session))


def newest(bench: Bench) -> Document:
    with bench.world.look() as session:
        return document_in(session, versions(session, bench._incident(session))[0])


def words(bench: Bench) -> str:
    """Everything a reader of the newest minutes meets."""
    return "\n".join(texts(newest(bench)))


def file(bench: Bench) -> bytes:
    with bench.world.look() as session:
        return pdf_in(session, versions(session, bench._incident(session))[0])


def logged(bench: Bench) -> list[dict[str, object]]:
    """The facts of the log's entries about minutes, oldest first."""
    with bench.world.look() as session:
        query = select(AuditEntry.entry).where(AuditEntry.action == "minutes:written").order_by(AuditEntry.seq)
        return [json.loads(entry)["facts"] for entry in session.scalars(query)]
