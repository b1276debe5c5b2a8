"""The company's own causes beside the shipped ones (pure): a card as it is kept, its code, and the two put together."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from pydantic import BaseModel, Field

from core.catalogue import Words
from incidents.causes import CARDS, SHIPPED
from incidents.causes.cards import Cause
from incidents.causes.known import Catalogue
from incidents.classification import CauseClass


class OwnCause(BaseModel, frozen=True, extra="forbid"):
    """A card of the company. `clause` is empty when the company's policy has no clause of its own for it."""

    code: str
    cause_class: CauseClass
    sv: str
    en: str
    hint_sv: str = ""
    hint_en: str = ""
    clause: str = ""
    words: tuple[str, ...] = Field(default=())

    @property
    def cause(self) -> Cause:
        return Cause(
            code=self.code,
            cause_class=self.cause_class,
            clause=self.clause or CARDS[self.cause_class].clause,
            origin="policy" if self.clause else "company",
            label=Words(sv=self.sv, en=self.en),
            hint=Words(sv=self.hint_sv, en=self.hint_en),
            words=self.words,
        )


def code_of(kind: CauseClass, words: str) -> str:
    """`accidental.own_wrong_envelope`. "own" keeps it apart from whatever a later version of Vaka ships."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().casefold()
    slug = "_".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("_")
    return f"{kind}.own_{slug}" if slug else ""


def together(cards: Iterable[Mapping[str, object]], retired: Iterable[str], version: int) -> Catalogue:
    """The shipped causes and the company's: version 2026.1+3 is the third the company published, over Vaka's 2026.1."""
    own = [OwnCause.model_validate(card).cause for card in cards]
    return SHIPPED.model_copy(
        update={
            "version": f"{SHIPPED.version}+{version}",
            "causes": {**SHIPPED.causes, **{cause.code: cause for cause in own}},
            "retired": frozenset(retired),
        }
    )
