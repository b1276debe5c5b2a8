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
    from core.audit.anchoring import Standing
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
    from core.audit.anchoring import standing
    from core.audit.rechecking import unproven
    from core.audit.verify import verify as check
    from core.settings import load_settings

    kept, settings = read_note(note) if note else None, load_settings()
    database = open_database(settings)
    with database.reading() as session:
        verdict, missing = check(session, kept=kept), unproven(session, settings)
        found = standing(session, without=missing)
    database.dispose()
    for kind, fault in missing.items():
        click.echo(f"What the {kind} should hold is not there: {fault}. It does not count.", err=True)
    answer = as_document(verdict, found)
    click.echo(json.dumps(answer) if as_json else in_words(answer))
    raise SystemExit(1 if verdict.result == "bad" else 0)


def as_document(verdict: "Verdict", standing: "Standing") -> dict[str, object]:
    """The shape of interface.md. A sound log that nobody outside holds is `unanchored`, never `ok`. Of a bad one only
    what stands before the first bad entry is vouched for."""
    sound = verdict.result == "ok"
    result, kind = ("ok", None) if standing.anchored_size else ("unanchored", "unanchored")
    return {
        "size": verdict.size,
        "root": verdict.root,
        "anchored_size": standing.anchored_size if sound else min(standing.anchored_size, verdict.first_bad or 0),
        "result": result if sound else "bad",
        "first_bad": verdict.first_bad,
        "kind": kind if sound else verdict.kind,
    }


def in_words(answer: dict[str, object]) -> str:
    if answer["result"] == "bad":
        place = "" if answer["first_bad"] is None else f" First bad entry: {answer['first_bad']}."
        return f"The log does not match: {answer['kind']}.{place} Change nothing; copy the database first."
    anchored = int(str(answer["anchored_size"]))
    left = int(str(answer["size"])) - anchored
    held = f"Anchored up to entry {anchored - 1}; unanchored: {left}." if anchored else "No anchor outside yet."
    return f"{answer['size']} entries, the log is whole. {held} Root {answer['root']}"


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
@click.option("--case", "reference", metavar="REF", help="Only this case: proved to belong to the log, no other shown.")
def export(file: Path | None, reference: str | None) -> None:
    """Write the log as a zip that an outsider can check with vaka-verify.

    FILE is vaka-log.zip, or REF-log.zip for one case, when it is not given; - is standard output.
    """
    from app.commands.exporting import export_case, export_log
    from app.commands.opening import open_database

    database = open_database()
    target = file or Path(f"{reference.upper()}-log.zip" if reference else "vaka-log.zip")
    with _opened(target) as output:
        size = export_case(database, reference, output) if reference else export_log(database, output, target.name)
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
