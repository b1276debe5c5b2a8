"""Whether as many people are told as the case says are affected (GDPR Art. 34(1); Art. 33(3)(a) gives the number).

One rule, asked when the list is read in, when the letters are approved, when they are marked as done, and at the end of
the case. It warns and asks for words; it never holds back the letters to those who are known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.audit.entries import Fact
from core.errors import N_
from core.i18n import grouped, translate
from incidents.models import Incident
from incidents.people_count import PEOPLE_BANDS, PeopleCount


class Side(StrEnum):
    """On which side of the case's number the people told are."""

    FEWER = "fewer"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Difference:
    """The case says one number, and another number of people is told, or is on the list to be told."""

    side: Side
    affected: PeopleCount
    told: int

    @property
    def fewer(self) -> bool:
        return self.side is Side.FEWER

    @property
    def facts(self) -> dict[str, Fact]:
        """Both numbers for the log."""
        return {"affected_least": self.affected.least, "affected_most": self.affected.most, "told": self.told}


def difference(affected: PeopleCount, told: int) -> Difference | None:
    """Any number within the range fits; where no number is known there is nothing to compare."""
    if affected.least is None:
        return None
    if told < affected.least:
        return Difference(Side.FEWER, affected, told)
    if affected.most is not None and told > affected.most:
        return Difference(Side.MORE, affected, told)
    return None


def explained(incident: Incident, said_at: datetime | None) -> bool:
    """A reason for the difference counts until the case's number is saved anew."""
    return said_at is not None and (incident.classified_at is None or said_at >= incident.classified_at)


def affected(incident: Incident) -> PeopleCount:
    """How many people are affected: as classified, else as the reporter guessed."""
    count = PeopleCount(incident.people_min, incident.people_max)
    return count if count.known else PEOPLE_BANDS.get(incident.people_band, PeopleCount())


def people_label(incident: Incident, lang: str) -> str:
    return in_words(affected(incident), lang)


def in_words(count: PeopleCount, lang: str) -> str:
    text, numbers = count.label
    return translate(lang, text, **{name: grouped(number) for name, number in numbers.items()})


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A heading, a sentence with both numbers and what to do, as templates/people/difference.html shows them."""

    fewer: bool
    heading: str
    sentence: str
    advice: str


LIST_HEADINGS = {
    Side.FEWER: N_("Fewer people on the list than the case says"),
    Side.MORE: N_("More people on the list than the case says"),
}
TOLD_HEADINGS = {
    Side.FEWER: N_("Fewer people are told than the case says"),
    Side.MORE: N_("More people are told than the case says"),
}
LIST_ADVICE = {
    Side.FEWER: N_("Is the list whole? These letters may leave first. Tell the others later or in another way."),
    Side.MORE: N_("Correct the number in the case, and tell the authority if it has the old one."),
}
TOLD_ADVICE = {
    Side.FEWER: N_("Tell the others, correct the number in the case, or write why."),
    Side.MORE: N_("Correct the number in the case and tell the authority, or write why."),
}
EXPLAINED = N_("The reason is written in the story of the case.")
ON_LIST = N_("Affected according to the case: {affected}. On the list: {number}.")
TOLD = N_("Affected according to the case: {affected}. Told: {number}.")


def on_list(found: Difference | None, lang: str) -> DifferenceView | None:
    """In words, about people who are to be told."""
    return _view(found, LIST_HEADINGS, ON_LIST, LIST_ADVICE[found.side], lang) if found else None


def when_told(found: Difference | None, lang: str, *, explained: bool = False) -> DifferenceView | None:
    """In words, about people who have been told."""
    if found is None:
        return None
    return _view(found, TOLD_HEADINGS, TOLD, EXPLAINED if explained else TOLD_ADVICE[found.side], lang)


def _view(found: Difference, headings: Mapping[Side, str], numbers: str, advice: str, lang: str) -> DifferenceView:
    sentence = translate(lang, numbers, affected=in_words(found.affected, lang), number=grouped(found.told))
    return DifferenceView(found.fewer, translate(lang, headings[found.side]), sentence, translate(lang, advice))
