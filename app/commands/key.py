"""`vaka key`: the key that wraps every case's key, and how another takes over from it."""

import json
from pathlib import Path

import click

from app.commands.opening import open_database
from core.settings import load_settings


@click.group()
def key() -> None:
    """The key file: what it holds, and a new key while people work."""


@key.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def status(as_json: bool) -> None:
    """Which key is in use, and how many data keys are wrapped under each; exit 1 when a change is not finished."""
    from core.key_file import read_key_file
    from core.key_rotation import wrapped_under

    settings = load_settings()
    database = open_database(settings)
    keys = read_key_file(settings.data_key)
    with database.reading() as session:
        counts = wrapped_under(session)
    database.dispose()
    unfinished = bool(keys.next or keys.old)
    shown = {"current": keys.current[0], "wrapped": counts, "finished": not unfinished}
    if as_json:
        click.echo(json.dumps(shown))
    else:
        for name, count in counts.items():
            click.echo(f"{count:>9}  {name}{'  (in use)' if name == keys.current[0] else ''}")
        if unfinished:
            click.echo("A change of key is not finished: run vaka key rotate.")
    raise SystemExit(1 if unfinished else 0)


@key.command()
@click.option("--prepare", "only_prepare", is_flag=True, help="Only make the next key known in the file, and stop.")
def rotate(only_prepare: bool) -> None:
    """Wrap every case's key under a new key, while the service runs.

    A process on this machine sees the new key by itself. It can be killed at any point: call it again and it goes on.
    Where web and worker run on several machines, each with a key file of its own: --prepare, copy the file to each,
    run it, copy the file again.
    """
    from core.crypto import CannotOpen
    from core.key_file import alone_with
    from core.key_rotation import prepare
    from core.key_rotation import rotate as change
    from core.moment import now

    settings = load_settings()
    database = open_database(settings)
    try:
        with alone_with(settings.data_key):
            if only_prepare:
                prepare(database, settings.data_key)
                click.echo(f"The next key is in {settings.data_key}. Copy the file to every machine, then rotate.")
                return
            for step in change(database, settings.data_key, now):
                click.echo(f"{step.left:>9} left", err=True)
    except CannotOpen as broken:
        click.echo(f"{broken} Nothing of it was changed. Run vaka check.", err=True)
        raise SystemExit(1) from None
    finally:
        database.dispose()
    click.echo(f"Every data key is wrapped under {step.current}. The old key opens nothing of this database any more; "
               f"copies of it open older backups. Keep a new copy of {settings.data_key} offline.")  # fmt: skip


@key.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Make a pair of keys for backups: the private half once into FILE, the public half on standard output."""
    from core.backup.envelope import new_pair
    from core.settings import write_secret

    public, private = new_pair()
    try:
        write_secret(file, f"# opens backups of Vaka made for {public}\n{private}")
    except OSError as wrong:
        click.echo(f"{file} cannot be made: {wrong.strerror}.", err=True)
        raise SystemExit(2) from None
    click.echo(f"VAKA_BACKUP_PUBLIC_KEY={public}")
    click.echo(f"Move {file} off this machine and keep it in two places: it is in no backup, and nothing else opens "
               "one.", err=True)  # fmt: skip
