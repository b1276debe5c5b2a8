"""`vaka incidents import`: records of another register become history."""

import json
from pathlib import Path

import click

from app.commands.opening import open_database
from core.moment import now
from incidents.exchange.importing import Account, take_in
from incidents.exchange.records import read_records


@click.group()
def incidents() -> None:
    """Take in incidents from other registers."""


@incidents.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", type=click.Choice(["veris"]), required=True, expose_value=False, help="VERIS 1.3 or 1.4.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def import_(file: Path, as_json: bool) -> None:
    """Import FILE. Imported cases are history: no clock starts and no mail leaves. A second run imports nothing."""
    database = open_database()
    with file.open("rb") as handle:
        account = take_in(database, read_records(handle), now())
    database.dispose()
    if as_json:
        click.echo(json.dumps(_document(account), ensure_ascii=False))
    else:
        _tell(account)
    if account.refused:
        raise SystemExit(1)


def _document(account: Account) -> dict[str, object]:
    refused = [{"place": bad.place, "incident_id": bad.incident_id, "why": bad.why} for bad in account.refused]
    return {
        "read": account.read,
        "imported": account.imported,
        "already_there": account.already_there,
        "refused": refused,
    }


def _tell(account: Account) -> None:
    click.echo(
        f"{account.read} records: {len(account.imported)} imported, {len(account.already_there)} already there, "
        f"{len(account.refused)} refused."
    )
    for bad in account.refused:
        click.echo(f"record {bad.place} {bad.incident_id}: {bad.why}", err=True)
