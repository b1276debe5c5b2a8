"""`vaka backup`, `vaka restore` and `vaka drill`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from core.settings import WrongSettings, load_settings

FAILED, WRONG_INPUT, MISSING = 1, 2, 3
FILE = click.Path(dir_okay=False, path_type=Path)
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)
NO_PUBLIC_KEY = ("Set VAKA_BACKUP_PUBLIC_KEY first: vaka key backup FILE makes a pair and prints the public half. Keep "
                 "FILE, the private half, on another machine.")  # fmt: skip
NO_KEY = "VAKA_BACKUP_PUBLIC_KEY is not set."
OPENS_ALL = ("It holds data.key: whoever has the private half of the backup key reads everything in it. Keep that half "
             "off this machine, and in two places: without it this file opens for nobody.")  # fmt: skip
NEEDS_KEY = "It holds no keys: to restore it, data.key of this day is needed too. Keep a copy of it elsewhere."


@click.command()
@click.argument("file", type=FILE)
@click.option("--without-keys", is_flag=True, help="Leave the keys out; a restore then asks for data.key.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def backup(file: Path, without_keys: bool, as_json: bool) -> None:
    """Write an encrypted backup to FILE, while the service runs. FILE must not be there."""
    from app.backing_up import back_up, report_failure
    from app.commands.opening import open_database
    from core.moment import now

    settings = load_settings()
    with _clear():
        try:
            database = open_database(settings)
        except WrongSettings:
            if not settings.backup_public_key:
                _end(MISSING, NO_PUBLIC_KEY)
            raise
        try:
            if not settings.backup_public_key:
                report_failure(settings, database, WrongSettings(NO_KEY), now)
                _end(MISSING, NO_PUBLIC_KEY)
            made = back_up(settings, database, file, now, with_keys=not without_keys)
        except Exception as trouble:
            report_failure(settings, database, trouble, now)
            raise
        finally:
            database.dispose()
    if as_json:
        click.echo(json.dumps({"file": str(made.file), "bytes": made.size, "entries": made.entries,
                               "with_keys": made.with_keys}))  # fmt: skip
        return
    click.echo(f"{made.file}: {made.size} bytes, the log up to entry {made.entries}.")
    click.echo(OPENS_ALL if made.with_keys else NEEDS_KEY)


@click.command()
@click.argument("file", type=THERE)
@click.option("--key", "private", type=THERE, required=True, help="File with the private half of the backup key.")
@click.option("--data-key", type=THERE, help="data.key of the installation, for a backup without keys.")
def restore(file: Path, private: Path, data_key: Path | None) -> None:
    """Bring the backup FILE back into an empty installation. It mails nobody until a person has settled what may have
    left since."""
    from app.restoring import restore as bring_back
    from core.moment import now

    settings = load_settings()
    with _clear():
        done = bring_back(settings, file, private.read_text(errors="replace"), now(), data_key)
    click.echo(f"Restored as of {done.as_of:%Y-%m-%d %H:%M:%S} UTC, the log up to entry {done.entries}.")
    click.echo(f"No mail leaves. {done.doubtful} messages may have left since and are uncertain. Start the service, "
               "log in, open /restored and settle them there.")  # fmt: skip


@click.command()
@click.argument("file", type=THERE)
@click.option("--key", "private", type=THERE, required=True, help="File with the private half of the backup key.")
@click.option("--anchor", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Folder with checkpoints that somebody else keeps.")  # fmt: skip
@click.option("--log-key", help="The key that signs the log, as it is pinned (vaka log key show).")
@click.option("--data-key", type=THERE, help="data.key of the installation, for a backup without keys.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def drill(
    file: Path, private: Path, anchor: Path | None, log_key: str | None, data_key: Path | None, as_json: bool
) -> None:
    """Try to restore FILE: bring it back to a place of its own, check it, read a sample, and throw it away. Exit 1 when
    something is wrong."""
    from app.drilling import Step
    from app.drilling import drill as run
    from core.audit.note_keys import BadNote, parse_vkey
    from core.backup.envelope import Damaged
    from core.moment import now, steady

    settings, begun, steps = load_settings(), steady(), list[Step]()
    with _clear():
        try:
            pinned = parse_vkey(log_key) if log_key else None
        except BadNote as wrong:
            raise WrongSettings(f"--log-key: {wrong}") from None
        try:
            for step in run(settings, file, private.read_text(errors="replace"), now(), anchor, pinned, data_key):
                steps.append(step)
                if not as_json:
                    click.echo(f"{'fine ' if step.well else 'WRONG'} {step.name:<9} {step.text}")
        except Damaged as damaged:
            steps.append(Step("backup", False, str(damaged)))
            if not as_json:
                raise
    well, took = all(step.well for step in steps), round(steady() - begun, 1)
    if as_json:
        told = [{"step": step.name, "ok": step.well, "text": step.text} for step in steps]
        click.echo(json.dumps({"ok": well, "seconds": took, "steps": told}))
    else:
        click.echo(f"{'The backup can be restored' if well else 'The drill has failed'}: {took} seconds.")
    raise SystemExit(0 if well else FAILED)


@contextmanager
def _clear() -> Iterator[None]:
    """Every way this can go wrong is one sentence and its exit code."""
    from core.backup.databases import Missing
    from core.backup.envelope import Damaged, WrongPrivateKey, WrongPublicKey

    try:
        yield
    except (WrongSettings, WrongPrivateKey, WrongPublicKey) as wrong:
        _end(WRONG_INPUT, str(wrong))
    except Damaged as damaged:
        _end(FAILED, str(damaged))
    except Missing as missing:
        _end(MISSING, str(missing))


def _end(code: int, sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(code)
