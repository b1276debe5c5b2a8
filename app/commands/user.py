"""`vaka user`: the way in when nobody can sign in, and a list for operators."""

import json
import sys
from typing import NoReturn

import click

from app.commands.opening import open_database
from core.access import SYSTEM, Role
from core.errors import Conflict, Invalid
from core.i18n import translate
from core.moment import now
from core.settings import load_settings
from core.web import TypedForm
from identity import invitations, service
from identity.forms import InvitationForm
from identity.models import User


@click.group()
def user() -> None:
    """People with an account."""


@user.command()
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", required=True, help="The person's name.")
@click.option("--language", default="sv", show_default=True, type=click.Choice(["sv", "en"]))
def add(email: str, roles: tuple[str, ...], name: str, language: str) -> None:
    """Invite a person and print the one-time link."""
    settings = load_settings()
    database = open_database(settings)
    try:
        form = _form(email, roles, name, language)
        with database.transaction() as session:
            _, path = invitations.invite(session, SYSTEM, form, now())
    except Invalid as wrong:
        _refuse(" ".join(translate("en", sentence) for sentence in wrong.fields.values()))
    finally:
        database.dispose()
    click.echo(f"{settings.base_url}{path}")


@user.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a new one-time link for a person who is here already, such as one who lost the password."""
    settings = load_settings()
    database = open_database(settings)
    try:
        with database.transaction() as session:
            found = session.query(User).filter_by(email=email.strip().lower()).one_or_none()
            if found is None:
                _refuse("Nobody has this e-mail address.")
            path = invitations.invite_again(session, SYSTEM, found, now())
    except Conflict as trouble:
        _refuse(translate("en", trouble.message))
    finally:
        database.dispose()
    click.echo(f"{settings.base_url}{path}")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def everybody(as_json: bool) -> None:
    """Everybody with an account, their roles and whether it is in use."""
    database = open_database()
    with database.reading() as session:
        rows = [_row(found) for found in service.everybody(session)]
    database.dispose()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['email']:40} {row['state']:8} {', '.join(row['roles']):40} {row['name']}")


def _form(email: str, roles: tuple[str, ...], name: str, language: str) -> InvitationForm:
    """Through the same door as the page's form, so that both refuse alike."""
    typed = TypedForm({"email": email, "name": name, "language": language})
    typed.data = type(typed.data)([*typed.data.multi_items(), *(("roles", role) for role in roles)])
    return typed.read(InvitationForm)


def _row(found: User) -> dict[str, list[str] | str]:
    state = "closed" if found.disabled_at else "joined" if found.joined_at else "invited"
    return {"email": found.email, "name": found.name, "roles": sorted(found.roles), "state": state}


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(2)
