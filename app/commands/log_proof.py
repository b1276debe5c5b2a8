"""`vaka log checkpoint` and `vaka log key`: sign the log now, show the public key to pin, change the key."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from core.audit.signer import Signer


@click.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the note here, not on the screen.")
def checkpoint(out: Path | None) -> None:
    """Sign the log as it is now and print the checkpoint, a signed note that an outsider can keep."""
    from app.signing import sign_now
    from core.audit.occasions import ASKED
    from core.moment import now

    with signer() as ours:
        made = sign_now(ours, now(), ASKED)
    if made is None:
        click.echo("The log is empty: there is nothing to sign yet.", err=True)
        raise SystemExit(3)
    if out is None:
        click.echo(made.note, nl=False)
    else:
        _write(out, made.note)
        click.echo(f"The checkpoint of {made.size} entries is in {out}.", err=True)


@click.group(invoke_without_command=True)
@click.pass_context
def key(context: click.Context) -> None:
    """Print the origin of the log and the public key to pin."""
    if context.invoked_subcommand is not None:
        return
    from app.commands.opening import open_database
    from core.audit.checkpoints import instance

    database = open_database()
    with database.reading() as session:
        vkey = instance(session).vkey
    database.dispose()
    if not vkey:
        click.echo("The log has not been signed yet: start the worker, or run vaka log checkpoint.", err=True)
        raise SystemExit(3)
    click.echo(f"origin {vkey.partition('+')[0]}\nkey    {vkey}")


@key.command()
def rotate() -> None:
    """Change the key that signs: the old key signs an entry that names the new one, then the new key signs."""
    from core.access import SYSTEM
    from core.moment import now

    with signer() as ours:
        vkey = ours.change_key(SYSTEM, now())
    click.echo(f"The log is signed with a new key. Pin it beside the old one:\nkey    {vkey}")


@key.command()
@click.option("--because", required=True, help="Why the log goes on although it is not the one that was signed.")
def new(because: str) -> None:
    """Begin a new line of signatures: a key or memory is lost, an old copy was restored, or the head was altered.

    A head that somebody has altered is made anew from the entries as they lie, and the log says so. Whoever holds an
    older checkpoint sees the break: entries that were signed and are gone stay missing.
    """
    from core.access import SYSTEM
    from core.moment import now

    if len(because.strip()) < 10:
        click.echo('Say why in a few words: --because "..."', err=True)
        raise SystemExit(2)
    with signer() as ours:
        made = ours.begin_line(SYSTEM, because.strip(), now())
    if made:
        origin = made.note.partition("\n")[0]
        click.echo(f"A new line of signatures begins with {made.size} entries.\norigin {origin}")


@contextmanager
def signer() -> Iterator["Signer"]:
    """The signer of this host; what keeps it from signing is one sentence and an exit code."""
    from app.commands.opening import open_database
    from app.signing import said
    from core.audit.growth import Refused
    from core.audit.signer import CannotSign, Signer
    from core.settings import load_settings

    settings = load_settings()
    database = open_database(settings)
    try:
        yield Signer.of(database, settings)
    except CannotSign as why:
        click.echo(str(why), err=True)
        raise SystemExit(3) from None
    except Refused as refused:
        click.echo(said(refused), err=True)
        raise SystemExit(1) from None
    finally:
        database.dispose()


def _write(out: Path, note: str) -> None:
    try:
        with out.open("x", encoding="utf-8", newline="") as file:
            file.write(note)
    except OSError as trouble:
        click.echo(f"{out} cannot be written: {trouble.strerror}.", err=True)
        raise SystemExit(2) from None
