"""`vaka log verify` and `vaka log export`: the log without a browser, and without a web framework."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from app.commands.log_proof import checkpoint, key

if TYPE_CHECKING:
    from core.audit.verify import Verdict


@click.group()
def log() -> None:
    """Check the audit log, or take a copy that an outsider can check."""


log.add_command(checkpoint)
log.add_command(key)


@log.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--checkpoint", "note", type=click.Path(dir_okay=False, path_type=Path),
              help="A checkpoint that was kept elsewhere: the log must begin with what it vouches for.")  # fmt: skip
def verify(as_json: bool, note: Path | None) -> None:
    """Hash every entry again and hold it against the head and all that was signed. A log that differs exits with 1."""
    from app.commands.opening import open_database
    from core.audit.verify import verify as check

    kept = read_note(note) if note else None
    database = open_database()
    with database.reading() as session:
        verdict = check(session, kept=kept)
    database.dispose()
    answer = as_document(verdict)
    click.echo(json.dumps(answer) if as_json else in_words(answer))
    raise SystemExit(1 if verdict.result == "bad" else 0)


def as_document(verdict: "Verdict") -> dict[str, object]:
    """The shape of interface.md. Nothing is anchored outside yet, so a sound log is `unanchored`, never `ok`."""
    sound = verdict.result == "ok"
    return {
        "size": verdict.size,
        "root": verdict.root,
        "anchored_size": 0,
        "result": "unanchored" if sound else "bad",
        "first_bad": verdict.first_bad,
        "kind": "unanchored" if sound else verdict.kind,
    }


def in_words(answer: dict[str, object]) -> str:
    if answer["result"] == "bad":
        place = "" if answer["first_bad"] is None else f" First bad entry: {answer['first_bad']}."
        return f"The log does not match: {answer['kind']}.{place} Change nothing; copy the database first."
    return f"{answer['size']} entries, the log is whole. No anchor outside yet. Root {answer['root']}"


def read_note(file: Path) -> str:
    """The text of a checkpoint; a file that is none is wrong input, whoever has signed it."""
    from core.audit.note import unverified
    from core.audit.note_keys import BadNote

    try:
        unverified(text := file.read_bytes().decode())
    except (OSError, UnicodeDecodeError, BadNote) as trouble:
        why = trouble.strerror if isinstance(trouble, OSError) else "it is no checkpoint"
        click.echo(f"{file} cannot be read: {why}.", err=True)
        raise SystemExit(2) from None
    return text


@log.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path), metavar="[FILE]")
def export(file: Path | None) -> None:
    """Write the log as a zip that an outsider can check (default: vaka-log.zip; - for standard output)."""
    from app.commands.opening import open_database
    from app.log_bundle import write_bundle
    from core.access import SYSTEM
    from core.audit import record
    from core.moment import now

    target, at = file or Path("vaka-log.zip"), now()
    with _opened(target) as output:
        database = open_database()
        with database.transaction() as session:
            record(session, SYSTEM, "log:exported", "log", at, facts={"bundle": True})
        with database.reading() as session:
            size = write_bundle(session, output, at)
        database.dispose()
    click.echo(f"{size} entries written to {target}.", err=True)


@contextmanager
def _opened(target: Path) -> Iterator[IO[bytes]]:
    """Where the bundle goes: never over a file that is there, and nothing half-written stays."""
    if str(target) == "-":
        yield sys.stdout.buffer
        return
    try:
        output = target.open("xb")
    except OSError as trouble:
        click.echo(f"{target} cannot be written: {trouble.strerror}.", err=True)
        raise SystemExit(2) from None
    try:
        with output:
            yield output
    except BaseException:
        target.unlink()
        raise
