"""When a question of the template is asked: conditions as data, read from the card and weighed without any I/O."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Values = tuple[str, ...]
YES = "yes"


class WrongCondition(ValueError):
    """A condition of the card that says nothing, or something nobody knows."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition is weighed on: answers by number, what the service knows outside the form, when it is sent."""

    answers: Mapping[int, Values]
    contexts: frozenset[str] = field(default_factory=frozenset)
    at: datetime | None = None


class Condition(ABC):
    """`mentions` are the questions it looks at, each with a value it wants or an empty one; `contexts` what it asks of
    the service."""

    mentions: frozenset[tuple[int, str]]
    contexts: frozenset[str] = frozenset()

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(number for number, _ in self.mentions)

    @abstractmethod
    def holds(self, facts: Facts) -> bool: ...


@dataclass(frozen=True)
class OneOf(Condition):
    """The answer is one of these; of several answers one is enough."""

    number: int
    values: frozenset[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "mentions", frozenset((self.number, value) for value in self.values))

    def holds(self, facts: Facts) -> bool:
        return bool(self.values & set(facts.answers.get(self.number, ())))


@dataclass(frozen=True)
class Answered(Condition):
    number: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "mentions", frozenset({(self.number, "")}))

    def holds(self, facts: Facts) -> bool:
        return bool(facts.answers.get(self.number))


@dataclass(frozen=True)
class OlderThan(Condition):
    """The moment in the answer lies longer back than this when the notice is sent; elapsed hours, as the law counts."""

    number: int
    span: timedelta

    def __post_init__(self) -> None:
        object.__setattr__(self, "mentions", frozenset({(self.number, "")}))

    def holds(self, facts: Facts) -> bool:
        moment = _moment(facts.answers.get(self.number, ()))
        return moment is not None and facts.at is not None and facts.at - moment > self.span


@dataclass(frozen=True)
class Known(Condition):
    """Something the service knows outside the form."""

    context: str
    mentions = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "contexts", frozenset({self.context}))

    def holds(self, facts: Facts) -> bool:
        return self.context in facts.contexts


@dataclass(frozen=True)
class Joined(Condition):
    """Several conditions: all of them, any, or (with `negate`) not the one."""

    parts: tuple[Condition, ...]
    join: Callable[[Iterable[bool]], bool]
    negated: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "mentions", frozenset().union(*(part.mentions for part in self.parts)))
        object.__setattr__(self, "contexts", frozenset().union(*(part.contexts for part in self.parts)))

    def holds(self, facts: Facts) -> bool:
        return self.join(part.holds(facts) for part in self.parts) is not self.negated


def condition(told: object) -> Condition:
    """Read a condition from a card.

    Raises:
        WrongCondition: it does not say one thing that can be weighed.
    """
    match told:
        case {"all": [_, *_] as parts, **rest} if not rest:
            return Joined(tuple(map(condition, parts)), all)
        case {"any": [_, *_] as parts, **rest} if not rest:
            return Joined(tuple(map(condition, parts)), any)
        case {"not": part, **rest} if not rest:
            return Joined((condition(part),), all, negated=True)
        case {"context": str(name), **rest} if not rest:
            return Known(name)
        case {"field": int(number), **rest} if len(rest) == 1:
            return _of_one(number, *next(iter(rest.items())))
    raise WrongCondition(f"no condition: {told!r}")


def _moment(said: Values) -> datetime | None:
    """None while nobody can read it; that the answer is wrong is told at its own question."""
    try:
        moment = datetime.fromisoformat("".join(said))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _of_one(number: int, operator: object, wanted: object) -> Condition:
    match operator, wanted:
        case "equals", True:
            return OneOf(number, frozenset({YES}))
        case (("equals" | "includes"), str(value)):
            return OneOf(number, frozenset({value}))
        case "in", [_, *_] as values if all(isinstance(value, str) for value in values):
            return OneOf(number, frozenset(map(str, values)))
        case "answered", True:
            return Answered(number)
        case "older_than_hours", int(hours) if hours > 0:
            return OlderThan(number, timedelta(hours=hours))
    raise WrongCondition(f"field {number}: {operator} = {wanted!r} is no condition")
