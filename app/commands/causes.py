"""`vaka causes`: the catalogue of causes as it stands, the company's own and the retired ones among them."""

import json
from collections.abc import Iterator

import click

from app.commands.opening import open_database
from incidents.catalogue import catalogue
from incidents.causes.known import Catalogue


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def causes(as_json: bool) -> None:
    """Print the causes that a case can be classified by, with clause, class and version."""
    database = open_database()
    with database.reading() as session:
        known = catalogue(session)
    database.dispose()
    if as_json:
        click.echo(json.dumps({"version": known.version, "causes": list(as_documents(known))}, ensure_ascii=False))
        return
    click.echo(f"Version {known.version}")
    for one in as_documents(known):
        click.echo(f"  {one['clause']}  {one['code']}: {one['en']}{' (retired)' if one['retired'] else ''}")


def as_documents(known: Catalogue) -> Iterator[dict[str, object]]:
    for cause in known.causes.values():
        yield {
            "code": cause.code, "class": cause.cause_class, "clause": cause.clause, "origin": cause.origin,
            "sv": cause.label.sv, "en": cause.label.en, "retired": not known.offers(cause.code),
        }  # fmt: skip
