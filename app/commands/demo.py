"""`vaka demo`: a fictitious company with a year behind it, to look at and to try things on."""

import sys
from typing import NoReturn

import click

from app.commands.opening import open_database
from core.errors import Conflict
from core.moment import now
from core.settings import Environment, load_settings

WRONG_INPUT = 2


@click.command()
def demo() -> None:
    """Fill an EMPTY installation with a fictitious company, its people, its controls and 39 incidents."""
    from app.demo.filling import Filled, fill, require_empty

    settings = load_settings()
    if settings.environment is Environment.PRODUCTION:
        _refuse("vaka demo does not run in production.")
    database = open_database(settings)
    try:
        with database.reading() as session:
            require_empty(session)
        click.echo("Playing a year. This takes up to a minute.", err=True)
        filled: Filled = fill(database, settings, now())
    except Conflict as trouble:
        _refuse(trouble.message)
    finally:
        database.dispose()
    click.echo(f"Nordhamn Verktyg AB is ready at {settings.base_url}: start it with `make run` and sign in.")
    for user in filled.people.values():
        click.echo(f"  {user.email:34} {user.name:18} {', '.join(sorted(user.roles))}")
    click.echo(f"Everybody's password: {filled.password}")
    if settings.environment is not Environment.DEMO:
        click.echo("Set VAKA_ENVIRONMENT=demo in .env, and every page says that it is a demonstration.")


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(WRONG_INPUT)
