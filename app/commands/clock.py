"""`vaka clock`: the deadlines that follow from a moment of awareness, without a database or a web framework."""

import json

import click

from app.clock_answer import as_document, in_words
from app.clock_count import count
from app.commands.terminal import language, refuse
from core.errors import Invalid


@click.command()
@click.option("--aware-at", required=True, metavar="ISO", help="Date and time, as 2026-11-23T09:17 or with an offset.")
@click.option("--zone", metavar="Z", help="Time zone of that time, as Europe/Stockholm.")
@click.option("--regime", "regimes", multiple=True, metavar="R", help="Law to count by; several may follow.  [gdpr]")
@click.option("--authority", metavar="CODE", help="Whose days for a supplement and whose holidays: imy.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.argument("more", nargs=-1, metavar="")
def clock(
    aware_at: str,
    zone: str | None,
    regimes: tuple[str, ...],
    authority: str | None,
    as_json: bool,
    more: tuple[str, ...],
) -> None:
    """Count every deadline from the moment of awareness. Without a time zone the time needs an offset."""
    if more and not regimes:
        raise click.UsageError(f"Got unexpected extra arguments ({' '.join(more)})")
    try:
        answer = count(aware_at, zone, [*regimes, *more] or ["gdpr"], authority)
    except Invalid as wrong:
        raise refuse(wrong) from None
    click.echo(json.dumps(as_document(answer), ensure_ascii=False) if as_json else in_words(answer, language()))
