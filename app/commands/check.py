"""`vaka check`: is this installation ready, and if not, what to do? One line for each thing, with its remedy."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from app.checking.finding import Finding, Result
from app.commands.terminal import language
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from core.db import Database


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--try", "trying", is_flag=True, help="Send a test through the second channel.")
def check(as_json: bool, trying: bool) -> None:
    """Look at everything the service stands on. Exits with 1 when something is wrong."""
    from app.anchoring.configured import require_anchors
    from notifications.channels.configured import require_channels
    from notifications.relay import require_relay

    settings = load_settings()
    require_relay(settings)
    require_channels(settings)
    require_anchors(settings)
    findings = list(look(settings, trying))
    well = all(found.result is not Result.FAILED for found in findings)
    if as_json:
        document = {"ok": well, "checks": [found.as_document() for found in findings]}
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        click.echo("\n".join(found.in_words(language()) for found in findings))
    raise SystemExit(0 if well else 1)


def look(settings: Settings, trying: bool) -> Iterator[Finding]:
    """From the ground up; what stands on something that is missing is not asked."""
    from app.checking import storage

    opened = storage.open_without_making(settings)
    try:
        for ask in (storage.database, storage.schema, storage.keys):
            found = ask(settings, opened)
            yield found
            if found.result is Result.FAILED:
                return
        yield from _ways_out(settings, opened, trying)
        yield from _running(settings, opened)
    finally:
        opened.dispose()


def _ways_out(settings: Settings, opened: "Database", trying: bool) -> Iterator[Finding]:
    from app.checking import ways_out
    from core.moment import now

    with opened.reading() as session:
        yield ways_out.relay(session, settings)
    yield from ways_out.second_channels(opened, settings, now(), trying)


def _running(settings: Settings, opened: "Database") -> Iterator[Finding]:
    from app.checking import anchors, copies, filing, running, signing, storage, ways_out
    from core.moment import now

    with opened.reading() as session:
        yield running.worker(session, now())
        yield running.alarms(session, now())
        yield running.clock(session)
        yield ways_out.heartbeat(session, settings)
        yield storage.log(session)
        yield storage.erasing(session)
        yield signing.signer(session, settings, now())
        yield anchors.anchors(session, settings, now())
        yield copies.backups(session, settings, now())
        yield copies.earlier_state(session)
        yield filing.authority(session, now())
