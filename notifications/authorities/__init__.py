"""The supervisory authorities as cards: how each is reached, and its form in its own order.

Every fact says how certain it is: A read in a source, B well known, C uncertain. Nothing here was read live, so each
channel is checked before the first filing. The lead authority follows the main establishment (Art. 56), so a company
chooses its authority; nothing here assumes one.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, EmailStr, Field, HttpUrl, field_validator, model_validator

from core.catalogue import Words, load
from core.errors import N_
from core.i18n import translate
from notifications.edpb.card import template
from notifications.letters.languages import InEach

Certainty = Literal["A", "B", "C"]
Days = Annotated[int, Field(gt=0)]
DEFAULT_SUPPLEMENT_DAYS = 28
LEAD = 114  # the question whose answers are all authorities of the EEA
FORMERLY = N_("formerly {name}")


class Channel(BaseModel, frozen=True, extra="forbid"):
    """One way in. `fallback` is for the day the usual one is down; questions-only channels take no notice. An e-mail
    channel that wants a signature or a secure mail of its own is not `plain`: no ordinary mail will do there."""

    kind: Literal["portal", "email", "post", "phone"]
    use: Literal["notice", "supplement", "fallback", "questions", "first_word"]
    what: Words
    url: HttpUrl | None = None
    value: str = ""
    eid: Words | None = None
    role: Words | None = None
    note: Words | None = None
    plain: bool = True
    certainty: Certainty
    seen: str


class Question(BaseModel, frozen=True, extra="forbid"):
    """One question of the authority's form, and which questions of the template answer it."""

    number: str = ""
    label: Words
    fields: tuple[int, ...]
    certainty: Certainty

    @field_validator("fields")
    @classmethod
    def asks_only_for_items_we_have(cls, fields: tuple[int, ...]) -> tuple[int, ...]:
        unknown = [str(number) for number in fields if number not in template().questions]
        if unknown:
            raise ValueError(f"the template has no question {', '.join(unknown)}")
        return fields


class Former(BaseModel, frozen=True, extra="forbid"):
    name: str
    until: str = ""


class Authority(BaseModel, frozen=True, extra="forbid"):
    """Everything a person needs to file a notice by hand, in one place. `in_letters`: its name in letters to people."""

    name: str
    short: str
    title: Words
    in_letters: InEach
    former: tuple[Former, ...] = ()
    aliases: tuple[str, ...] = ()
    mixed_up_with: Words | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    land: str = ""
    zone: str
    regime: str
    languages: tuple[str, ...]
    email: EmailStr
    email_certainty: Certainty
    phone: str
    phone_certainty: Certainty
    address: tuple[str, ...]
    address_certainty: Certainty
    public_record: Words | None = None
    cross_border: Words | None = None
    supplement_days: Days | None = None
    supplement: Words
    form_complete: bool
    form_source: Words
    not_verified: Words
    channel: tuple[Channel, ...]
    question: tuple[Question, ...]

    @model_validator(mode="after")
    def is_one_the_template_knows(self) -> "Authority":
        if self.code not in {choice.code for choice in template().questions[LEAD].choices}:
            raise ValueError(f"the template knows no authority {self.code!r}")
        return self

    @property
    def code(self) -> str:
        """What the template calls it: by its country, and where each Land has its own, by that."""
        return self.land or self.country

    def channels(self, *uses: str) -> tuple[Channel, ...]:
        return tuple(channel for channel in self.channel if channel.use in uses)

    def mail_way(self, phase: int) -> Channel | None:
        """The channel that takes this phase as an ordinary e-mail, if any; the usual one before the fallback."""
        for use in ("notice" if phase == 1 else "supplement", "fallback"):
            for channel in self.channels(use):
                if channel.kind == "email" and channel.plain and channel.value:
                    return channel
        return None

    def certainty_of(self, channel: Channel) -> Certainty:
        """How certain the address of an e-mail channel is: no more than the card is of the same address."""
        known: list[Certainty] = [channel.certainty, *([self.email_certainty] if channel.value == self.email else [])]
        return max(known)

    def supplement_due(self, filed_at: datetime) -> datetime:
        """When the rest is expected: the authority's own period, else 28 days. The law says: without further delay."""
        return filed_at + timedelta(days=self.supplement_days or DEFAULT_SUPPLEMENT_DAYS)

    @property
    def other_names(self) -> tuple[str, ...]:
        """What people may still call it, former names first; a word of its present name is no other name."""
        present = " ".join((self.name, self.short, self.title.sv, self.title.en)).casefold()
        known = (*(former.name for former in self.former), *self.aliases)
        return tuple(name for name in known if name.casefold() not in present)

    @property
    def names(self) -> frozenset[str]:
        """Every name it goes or went by, for search."""
        former = [former.name for former in self.former]
        known = (self.name, self.short, self.title.sv, self.title.en, *former, *self.aliases)
        return frozenset(name.casefold() for name in known)


AUTHORITIES: dict[str, Authority] = load(__name__, Authority)


def card_of(code: str) -> str | None:
    """Our card of an authority by its code in the template; None when there is none yet."""
    return next((key for key, card in AUTHORITIES.items() if card.code == code), None)


def authority_name(code: str, lang: str) -> str:
    """The authority of a code in the template, with its country."""
    choice = template().questions[LEAD].choice(code)
    return choice.label.in_(lang) if choice else code


def choices(lang: str) -> list[tuple[str, str]]:
    """Code and name of each, to choose from; a name it had before stands beside it."""
    return [(code, _with_former(card.title.in_(lang), card, lang)) for code, card in AUTHORITIES.items()]


def other_names(lang: str) -> list[tuple[str, str]]:
    """The name of each and what else it is called, for whoever knows it by another name."""
    return [(card.title.in_(lang), ", ".join(card.other_names)) for card in AUTHORITIES.values() if card.other_names]


def _with_former(name: str, card: Authority, lang: str) -> str:
    return f"{name}, {translate(lang, FORMERLY, name=card.former[0].name)}" if card.former else name


def named(text: str) -> list[str]:
    """Codes of the authorities with exactly this name, today or once."""
    return [code for code, card in AUTHORITIES.items() if text.strip().casefold() in card.names]


def find(text: str, country: str | None = None) -> list[str]:
    """Codes of the authorities whose present or former name holds `text`. Namesakes are told apart by country."""
    wanted = text.strip().casefold()
    return [
        code
        for code, card in AUTHORITIES.items()
        if wanted and (country is None or card.country == country) and any(wanted in name for name in card.names)
    ]
