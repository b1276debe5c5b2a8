"""`vaka assess`: how severe a breach is and what the law asks for, without a database. It proposes; people decide."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from risk.duties import Duties, Reason
    from risk.severity import Severity


@click.command()
@click.argument("facts", default="-", type=click.File(encoding="utf-8"), metavar="[FACTS.json]")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the facts and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--lines", is_flag=True, help='Read JSON Lines {"id", "facts"} and answer each with a line.')
def assess(facts: TextIO, schema: bool, as_json: bool, lines: bool) -> None:
    """Say how severe a breach is, what Art. 33 and 34 ask for, and why. Facts that cannot be exit with 2."""
    from risk.duties import duties
    from risk.facts_form import FactsForm, WrongFacts, read_facts

    if schema:
        click.echo(json.dumps(FactsForm.model_json_schema(), indent=2))
        return
    if lines:
        raise SystemExit(_answer_lines(facts))
    try:
        answer = duties(read_facts(json.load(facts)))
    except (WrongFacts, json.JSONDecodeError, UnicodeDecodeError) as wrong:
        click.echo(str(wrong) if isinstance(wrong, WrongFacts) else f"That is no JSON: {wrong}", err=True)
        raise SystemExit(2) from None
    click.echo(json.dumps(as_document(answer), ensure_ascii=False) if as_json else in_words(answer))


def _answer_lines(source: TextIO) -> int:
    """One answer a line, in the order of the questions; 1 when a line could not be answered."""
    failed = 0
    for answer in _lines(source):
        failed |= "error" in answer
        click.echo(json.dumps(answer, ensure_ascii=False))
    return failed


def _lines(source: TextIO) -> Iterator[dict[str, object]]:
    from risk.duties import duties
    from risk.facts_form import WrongFacts, read_facts

    for line in source:
        if not line.strip():
            continue
        asked: object = None
        try:
            asked = json.loads(line)
            if not isinstance(asked, dict) or set(asked) != {"id", "facts"}:
                raise WrongFacts('a line is {"id": ..., "facts": {...}}')
            yield {"id": asked["id"], **as_document(duties(read_facts(asked["facts"])))}
        except (WrongFacts, json.JSONDecodeError) as wrong:
            yield {"id": asked.get("id") if isinstance(asked, dict) else None, "error": str(wrong)}


def as_document(answer: "Duties") -> dict[str, object]:
    """The shape of the interface: severity, duties, reasons in both languages."""
    return {
        "severity": _severity(answer.severity),
        "duties": {
            "document": answer.document,
            "notify_authority": answer.notify_authority,
            "inform_people": answer.inform_people,
            "public_communication": answer.public_communication,
        },
        "reasons": [_reason(reason) for reason in answer.reasons],
        "would_change": list(answer.would_change),
        "differs_from_score": answer.differs_from_score,
    }


def _severity(found: "Severity") -> dict[str, object]:
    return {
        "dpc": found.dpc,
        "ei": float(found.ei),
        "cb": float(found.cb),
        "score": float(found.score),
        "band": found.band,
        "flags": list(found.flags),
        "near_edge": found.near_edge,
        "sum": found.written_out,
    }


def _reason(reason: "Reason") -> dict[str, object]:
    from risk.words import told

    return {"rule": reason.rule, "effect": reason.effect, "text": {lang: told(reason, lang) for lang in ("sv", "en")}}


def in_words(answer: "Duties") -> str:
    """For people at a terminal, in English."""
    from risk.words import told

    yes = {True: "yes", False: "no"}
    found = answer.severity
    lines = [
        f"Severity {found.written_out}, {found.band}" + (f" (close to {found.near_edge})" if found.near_edge else ""),
        f"Tell the authority: {yes[answer.notify_authority]}",
        f"Tell the people: {yes[answer.inform_people]}",
        *(["Tell the public: yes"] if answer.public_communication else []),
        *(f"  {reason.rule}  {told(reason, 'en')}" for reason in answer.reasons),
        *([f"Would change the answer: {', '.join(answer.would_change)}"] if answer.would_change else []),
        "A proposal. The commission decides.",
    ]
    return "\n".join(lines)
