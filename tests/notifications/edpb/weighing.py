"""Answers that make the conditions of a form hold, or fail by a hair: read from its card, as a reader would."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files
from typing import Any

from core.moment import utc
from notifications.edpb.card import CARDS, template
from notifications.edpb.conditions import Facts

SENT = utc(2026, 11, 25, 13, 5)
Case = tuple[Mapping[int, tuple[str, ...]], set[str]]


class Form:
    """One card: as its author wrote it (`raw`), and as it was read."""

    def __init__(self, card: str) -> None:
        self.text = files("notifications.edpb").joinpath(CARDS[card]).read_text("utf-8")
        self.raw: dict[int, dict[str, Any]] = {field["number"]: field for field in tomllib.loads(self.text)["field"]}
        self.template = template(card)

    @property
    def conditional(self) -> list[int]:
        return [number for number, field in self.raw.items() if "condition" in field]

    def facts(self, case: Case) -> Facts:
        answers, contexts = case
        return Facts(answers, frozenset(contexts), SENT)

    def asked(self, case: Case) -> set[int]:
        return {question.number for question in self.template.asked(self.facts(case))}

    def satisfying(self, told: Mapping[str, Any]) -> Case:
        """Answers that make a condition true by its words, with those that make its questions asked at all."""
        match told:
            case {"all": parts}:
                return joined([self.satisfying(part) for part in parts])
            case {"any": parts}:
                return self.satisfying(parts[0])
            case {"not": part}:
                return self.failing(part)[0]
            case {"context": name}:
                return {}, {name}
            case {"field": number, "older_than_hours": hours}:
                return self.with_parents(number, ((SENT - timedelta(hours=hours, minutes=1)).isoformat(),))
            case {"field": number, "answered": True}:
                return self.with_parents(number, ("something",))
            case {"field": number, "in": values}:
                return self.with_parents(number, (values[-1],))
            case {"field": number, "equals": True}:
                return self.with_parents(number, ("yes",))
            case {"field": number, **rest}:
                return self.with_parents(number, (next(iter(rest.values())),))
        raise AssertionError(told)

    def failing(self, told: Mapping[str, Any]) -> list[Case]:
        """Answers that come near and still make it false; of several conditions each fails in turn, the others hold."""
        match told:
            case {"all": parts}:
                return [
                    joined([*(self.satisfying(other) for other in parts if other is not part), case])
                    for part in parts
                    for case in self.failing(part)
                ]
            case {"any": parts}:
                return [joined([self.failing(part)[0] for part in parts])]
            case {"not": part}:
                return [self.satisfying(part)]
            case {"field": number, "older_than_hours": hours}:
                return [self.with_parents(number, ((SENT - timedelta(hours=hours)).isoformat(),))]
            case {"field": number, "answered": True} | {"field": number, "equals": True}:
                return [({number: ()}, set())]
            case {"field": number, **rest}:
                wanted = next(iter(rest.values()))
                wanted = {wanted} if isinstance(wanted, str) else set(wanted)
                others = [
                    choice.code for choice in self.template.questions[number].choices if choice.code not in wanted
                ]
                return [self.with_parents(number, (other,)) for other in others]
        return [({}, set())]

    def with_parents(self, number: int, values: tuple[str, ...]) -> Case:
        parent = self.raw[number].get("condition")
        return joined([self.satisfying(parent) if parent else ({}, set()), ({number: values}, set())])


def joined(cases: list[Case]) -> Case:
    answers: dict[int, tuple[str, ...]] = {}
    contexts: set[str] = set()
    for said, known in cases:
        answers |= said
        contexts |= known
    return answers, contexts
