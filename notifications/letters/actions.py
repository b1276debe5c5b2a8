"""What people can do to protect themselves (recital 86): a reviewed library, keyed to the kind of data."""

from collections.abc import Collection, Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from core.catalogue import load
from notifications.letters.languages import LANGUAGES, InEach

MOST = 5


class Action(BaseModel, frozen=True, extra="forbid"):
    """One thing to do. Urgency 1 comes first; `minutes` is said so that nobody puts it off."""

    code: str
    kinds: tuple[str, ...]
    urgency: Annotated[int, Field(ge=1, le=9)]
    minutes: Annotated[int, Field(gt=0)]
    do: InEach
    why: InEach

    def sentence(self, lang: str) -> str:
        time = LANGUAGES[lang].minutes.format(minutes=self.minutes)
        return f"{self.do[lang]} {time} {self.why[lang]}"


class Library(BaseModel, frozen=True, extra="forbid"):
    action: tuple[Action, ...]


ACTIONS: tuple[Action, ...] = load("notifications.letters", Library)["actions"].action


def actions_for(kinds: Collection[str], most: int = MOST) -> tuple[Action, ...]:
    """The most urgent actions for these kinds of data, at most five. `any` fits every letter and fills up."""
    fitting = [action for action in ACTIONS if "any" in action.kinds or set(action.kinds) & set(kinds)]
    return tuple(sorted(fitting, key=lambda action: action.urgency)[:most])


def advice(actions: Iterable[Action], lang: str) -> str:
    """A numbered list for the letter, most urgent first."""
    return "\n".join(f"{number}. {action.sentence(lang)}" for number, action in enumerate(actions, start=1))
