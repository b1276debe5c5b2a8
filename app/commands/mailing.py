"""`vaka mailing status`, `reconcile` and `bounces`: where the letters stand, settling doubt, and what came back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, NoReturn

import click
from sqlalchemy import select

from app.commands.opening import open_database
from core.access import SYSTEM
from core.db import Database
from core.errors import Invalid
from core.i18n import translate
from core.moment import now
from core.settings import load_settings
from incidents.informing.coming_back import NOT_A_BOUNCE, take_in
from incidents.models import Incident
from notifications.bounce_reading import mails_in
from notifications.bouncing import Effect
from notifications.evidence import read_evidence
from notifications.reconcile import count_by_state
from notifications.reconcile import reconcile as settle

WRONG_INPUT = 2


@click.group()
def mailing() -> None:
    """Letters to the people affected by an incident."""


@mailing.command()
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def status(reference: str, as_json: bool) -> None:
    """Count the letters of incident REFERENCE by state."""
    with _opened(reference) as (database, incident), database.reading() as session:
        states = count_by_state(session, incident.id)
    if as_json:
        click.echo(json.dumps({"reference": incident.reference, "total": sum(states.values()), "states": states}))
        return
    for state, count in sorted(states.items()) or [("no letters", 0)]:
        click.echo(f"{count:>7}  {state}")


@mailing.command()
@click.argument("reference")
@click.option(
    "--evidence",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="CSV with message_id,status (accepted, not_accepted, unknown), or lines of a Postfix log.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def reconcile(reference: str, evidence: Path, as_json: bool) -> None:
    """Settle uncertain deliveries of incident REFERENCE from the relay's log; exit 1 when doubt remains."""
    source = evidence.read_bytes()
    try:
        verdicts = read_evidence(source.decode("utf-8", "replace"))
    except Invalid as wrong:
        _refuse(translate("en", wrong.message, **wrong.params))
    with _opened(reference) as (database, incident), database.transaction() as session:
        result = settle(session, SYSTEM, incident.id, incident.reference, verdicts, now(), source)
    shown = {"reference": incident.reference} | asdict(result)
    click.echo(json.dumps(shown) if as_json else "\n".join(f"{name}: {value}" for name, value in shown.items()))
    raise SystemExit(1 if result.still_uncertain else 0)


@mailing.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def bounces(file: BinaryIO, as_json: bool) -> None:
    """Take in mails that came back to VAKA_BOUNCE_ADDRESS: FILE is an mbox or one mail, - is standard input.

    Exit 1 when some must be taken in again later, because their letters are just being sent.
    """
    settings = load_settings()
    if not settings.bounce_address:
        _refuse("Set VAKA_BOUNCE_ADDRESS first: the address that mails come back to.")
    database, effects = open_database(settings), dict.fromkeys((*Effect, NOT_A_BOUNCE), 0)
    for mail in mails_in(file.read()):
        with database.transaction() as session:
            effects[take_in(session, settings, mail, now())] += 1
    database.dispose()
    shown = {str(name): count for name, count in effects.items()}
    click.echo(json.dumps(shown) if as_json else "\n".join(f"{count:>7}  {name}" for name, count in shown.items()))
    raise SystemExit(1 if effects[Effect.EARLY] else 0)


@contextmanager
def _opened(reference: str) -> Iterator[tuple[Database, Incident]]:
    database = open_database()
    try:
        with database.reading() as session:
            incident = session.scalar(select(Incident).where(Incident.reference == reference.upper()))
        if incident is None:
            _refuse(f"There is no incident {reference.upper()}.")
        yield database, incident
    finally:
        database.dispose()


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(WRONG_INPUT)
