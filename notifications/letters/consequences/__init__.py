"""What a breach can mean for a person (Art. 34(2)): reviewed sentences by kind of data, a start for the writer.

Adding `card_cloned.toml` adds one. Weight 1 is the gravest; the kind `any` fits every letter.
"""

from collections.abc import Collection

from pydantic import BaseModel

from core.catalogue import load
from notifications.letters.languages import InEach

MOST = 3


class Consequence(BaseModel, frozen=True, extra="forbid"):
    kinds: tuple[str, ...]
    weight: int
    say: InEach


CONSEQUENCES: dict[str, Consequence] = load(__name__, Consequence)


def consequences(kinds: Collection[str], lang: str, most: int = MOST) -> str:
    """The gravest for these kinds of data first, at most three sentences, fewer when `most` says so."""
    fitting = [one for one in CONSEQUENCES.values() if "any" in one.kinds or set(one.kinds) & set(kinds)]
    return "\n".join(one.say[lang] for one in sorted(fitting, key=lambda one: one.weight)[: min(most, MOST)])
