"""The rules of a panel or a commission in words, the same on every page and in the order document."""

from core.errors import N_
from core.i18n import translate
from incidents.commission import MAJORITY_LABELS, TIE_LABELS, Majority, Tie

QUORUM, MAJORITY, TIE = N_("Quorum"), N_("To deny a risk it takes"), N_("When votes are equal")
SHORT, ALARM = N_("Short procedure"), N_("Alarm when answers are missing")
OF_SEATS = N_("{quorum} of {seats} must answer")
ALL, BOTH = N_("All {seats} must answer"), N_("Both must answer")
SMALL = N_("Up to {people} people affected: the chair and one member, and both must answer")
SMALL_MORE = N_("Up to {people} people affected: the chair and {others} members, and all must answer")
NOT_USED = N_("Not used")
BEFORE = N_("{hours} h before the deadline")


def quorum_in_words(quorum: int, seats: int, lang: str) -> str:
    if quorum < seats:
        return translate(lang, OF_SEATS, quorum=quorum, seats=seats)
    return translate(lang, BOTH if seats == 2 else ALL, seats=seats)


def short_in_words(people: int | None, members: int, lang: str) -> str:
    if people is None:
        return translate(lang, NOT_USED)
    sentence = SMALL if members == 2 else SMALL_MORE
    return translate(lang, sentence, people=people, others=members - 1)


def counting_in_words(quorum: int, seats: int, majority: str, tie: str, lang: str) -> list[tuple[str, str]]:
    """Quorum, majority and tie, each with its word."""
    rows = [(MAJORITY, MAJORITY_LABELS[Majority(majority)]), (TIE, TIE_LABELS[Tie(tie)])]
    said = [(translate(lang, label), translate(lang, value)) for label, value in rows]
    return [(translate(lang, QUORUM), quorum_in_words(quorum, seats, lang)), *said]


def alarm_in_words(hours: int, lang: str) -> tuple[str, str]:
    return translate(lang, ALARM), translate(lang, BEFORE, hours=hours)
