"""The twelve answers in words, numbered: for the check page, for the supplier who comes back, and for who handles the
case. One order and one wording, so that both can speak of "question 7"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.errors import N_
from core.i18n import grouped, translate
from incidents.suppliers.forms import PAGE_OF, SupplierAnswers
from incidents.suppliers.moments import in_words
from incidents.suppliers.questions import DATA, GROUPS, HITS, NOT_KNOWN, QUESTIONS, WHAT, YES_NO


@dataclass(frozen=True, slots=True)
class Line:
    """One answer. `page` is where it is asked, `changed` whether it differs from what was told before."""

    number: int
    question: str
    answer: str
    page: int
    changed: bool = False


def lines(told: SupplierAnswers, at: datetime, lang: str, zone: str) -> list[Line]:
    """Each question with its answer, as told at the moment `at`."""
    said = _Words(told, at, lang, zone).answers()
    return [
        Line(number, translate(lang, question), answer, page)
        for number, (question, answer, page) in enumerate(zip(QUESTIONS, said, PAGE_OF, strict=True), start=1)
    ]


@dataclass(frozen=True, slots=True)
class _Words:
    told: SupplierAnswers
    at: datetime
    lang: str
    zone: str

    def answers(self) -> tuple[str, ...]:
        told = self.told
        return (
            f"{self.say(WHAT[told.what_happened_kind])}\n{told.what_happened_text}",
            self.say(YES_NO[told.still_going_on]),
            self.parts({N_("It began"): self.moment("began_at"), N_("It ended"): self.moment("ended_at")}),
            self.moment("noticed_at"),
            self.parts({N_("Services or systems"): told.systems, N_("Where"): told.places}),
            self.each(DATA, told.data_kinds),
            self.parts({
                N_("Whose"): self.each(GROUPS, told.subject_groups),
                N_("People"): self.count(told.people),
                N_("Records"): self.count(told.records),
            }),
            self.each(HITS, told.hits),
            told.consequences or self.say(NOT_KNOWN),
            self.parts({N_("Done so far"): told.done, N_("Planned"): told.planned}),
            "\n".join(filter(None, (self.say(YES_NO[told.others]), told.others_who))),
            self.reach(),
        )  # fmt: skip

    def say(self, word: str) -> str:
        return translate(self.lang, word)

    def each(self, labels: Mapping[str, str], codes: Iterable[str]) -> str:
        return "; ".join(self.say(labels[code]) for code in codes) or self.say(NOT_KNOWN)

    def moment(self, name: str) -> str:
        return in_words(self.told, name, self.at, self.lang, self.zone)

    def count(self, number: int | None) -> str:
        return "" if number is None else grouped(number)

    def parts(self, parts: Mapping[str, str]) -> str:
        """Several answers to one question, each with its word; nothing of it known is one "not known yet"."""
        unknown = self.say(NOT_KNOWN)
        if not any(text and text != unknown for text in parts.values()):
            return unknown
        return "\n".join(f"{self.say(word)}: {text or unknown}" for word, text in parts.items())

    def reach(self) -> str:
        told = self.told
        contact = [told.contact_name, told.contact_phone or "", told.contact_email or ""]
        return "\n".join(filter(None, (told.own_reference, ", ".join(filter(None, contact))))) or self.say(NOT_GIVEN)


NOT_GIVEN = N_("Not given")
