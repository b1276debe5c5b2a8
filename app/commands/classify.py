"""`vaka classify`: causes that the words of a report point to, without a database. It suggests; people choose."""

import json
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from incidents.suggesting import Answer


@click.command()
@click.argument("text", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option(
    "--lines", is_flag=True, help='Read JSON Lines {"id", "text"} from standard input, answer each with a line.'
)
def classify(text: str | None, as_json: bool, lines: bool) -> None:
    """Suggest causes for TEXT, or for standard input, with the words that led to them."""
    from incidents.suggesting import suggest

    if lines:
        raise SystemExit(_answer_lines())
    given = text if text is not None else _standard_input().read()
    if not given.strip():
        click.echo("There is no text to classify.", err=True)
        raise SystemExit(2)
    answer = suggest(given)
    click.echo(json.dumps(as_document(answer), ensure_ascii=False) if as_json else in_words(answer))


def _standard_input() -> IO[str]:
    return click.open_file("-", encoding="utf-8")


def _answer_lines() -> int:
    """One answer a line, in the order of the questions; 1 when a line could not be answered."""
    failed = 0
    for answer in _lines():
        failed |= "error" in answer
        click.echo(json.dumps(answer, ensure_ascii=False))
    return failed


def _lines() -> Iterator[dict[str, object]]:
    from incidents.suggesting import suggest

    for line in _standard_input():
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
        except json.JSONDecodeError as wrong:
            yield {"id": None, "error": f"That is no JSON: {wrong}"}
            continue
        if isinstance(asked, dict) and set(asked) == {"id", "text"} and isinstance(asked["text"], str):
            yield {"id": asked["id"], **as_document(suggest(asked["text"]))}
        else:
            key = asked.get("id") if isinstance(asked, dict) else None
            yield {"id": key, "error": 'a line is {"id": ..., "text": "..."}'}


def as_document(answer: "Answer") -> dict[str, object]:
    """The shape of the interface: suggestions, best first, and the class they add up to."""
    return {
        "suggestions": [
            {"class": found.cause_class, "code": found.code, "confidence": found.confidence,
             "because": list(found.because)}
            for found in answer.suggestions
        ],
        "answer": answer.answer,
    }  # fmt: skip


def in_words(answer: "Answer") -> str:
    """For people at a terminal, in English."""
    from incidents.causes import CAUSES

    lines = [f"{answer.answer}"]
    for found in answer.suggestions:
        words = ", ".join(f"“{word}”" for word in found.because)
        lines.append(f"  {found.confidence:.0%}  {CAUSES[found.code].label.en} ({found.code}), because of {words}")
    return "\n".join([*lines, "A suggestion. A person chooses the cause."])
