"""What `vaka log export` writes: the whole log, or what proves one case."""

from typing import IO

import click
from sqlalchemy import select

from app.commands.terminal import language
from app.log_bundle import write_bundle
from core.access import SYSTEM
from core.audit import record
from core.db import Database
from core.i18n import translate
from core.moment import now
from incidents.case_proof import NoProof, write_case_bundle
from incidents.models import Incident

NOTHING_YET, WRONG_INPUT = 3, 2


def export_log(database: Database, output: IO[bytes], name: str) -> int:
    at = now()
    with database.transaction() as session:
        record(session, SYSTEM, "log:exported", "log", at, facts={"bundle": True})
    with database.reading() as session:
        return write_bundle(session, output, at, name)


def export_case(database: Database, reference: str, output: IO[bytes]) -> int:
    """Every entry of the case: who has this machine has the database."""
    at = now()
    with database.reading() as session:
        incident = session.scalar(select(Incident).where(Incident.reference == reference.upper()))
        if incident is None:
            click.echo("There is no such case.", err=True)
            raise SystemExit(WRONG_INPUT)
        try:
            count = write_case_bundle(session, incident, output, at)
        except NoProof as why:
            click.echo(translate(language(), why.message), err=True)
            raise SystemExit(NOTHING_YET) from None
    with database.transaction() as session:
        record(session, SYSTEM, "log:exported", incident.reference, at, case=incident.id, facts={"bundle": True})
    return count
