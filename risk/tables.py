"""ENISA's tables in words (v1.0, December 2013): what each value of DPC, EI and CB means, with the examples of the
method, so that whoever states a fact sees what it is measured against. Nothing here reckons (`risk/severity.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.errors import N_
from risk.severity import Band, Category

QUARTER, HALF, THREE_QUARTERS, ONE = (Fraction(number, 4) for number in (1, 2, 3, 4))


@dataclass(frozen=True, slots=True)
class Kind:
    """A category of data: what belongs to it, and what it weighs in the end, from 1 to 4, each with an example."""

    name: str
    holds: str
    weights: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a table: its word and its examples."""

    word: str
    example: str


@dataclass(frozen=True, slots=True)
class Reach:
    """A band: its range, what people meet, and the practice for Art. 33 and 34, which only presumes."""

    span: str
    people: str
    practice: str


DATA: Mapping[Category, Kind] = {
    Category.SIMPLE: Kind(
        N_("Simple data"),
        N_("Contact details, biography, education, family, working life."),
        {
            1: N_("A plain list, such as the customers of a supermarket"),
            2: N_("Volume or kind of company lets one guess a profile or wealth: a luxury shop"),
            3: N_("Lets one guess health, sex life, politics or faith: an adult book shop"),
            4: N_("Critical to the safety of vulnerable people or minors: undercover officers"),
        },
    ),
    Category.BEHAVIOURAL: Kind(
        N_("Behavioural data"),
        N_("Location, traffic, habits, preferences."),
        {
            1: N_("No real insight, or public anyway: calls to a help desk"),
            2: N_("A week of calls, or purchases with a loyalty card"),
            3: N_("A detailed profile of a life: a year of calls or travel"),
            4: N_("A profile built on sensitive data: calls to a crisis line, purchases at a pharmacy"),
        },
    ),
    Category.FINANCIAL: Kind(
        N_("Financial data"),
        N_("Income, statements, cards, invoices, benefits."),
        {
            1: N_("Only that one is a customer of a bank, or a card that expired long ago"),
            2: N_("Some data without insight: a bare account number, a single day"),
            3: N_("The balances of a month"),
            4: N_("Enough for fraud or a full profile: a complete card, a year of statements"),
        },
    ),
    Category.SENSITIVE: Kind(
        N_("Sensitive data"),
        N_("Health, origin, belief, union, sex life, genes and crimes (Art. 9 and 10)."),
        {
            1: N_("Nothing is really revealed: that a general check-up took place"),
            2: N_("A general assumption: a visit to an emergency room for a blood test"),
            3: N_("An assumption about the sensitive fact: a test for a named disease"),
            4: N_("The fact itself: a result, an opinion, an orientation"),
        },
    ),
}
RAISES = (
    N_("much about each person, in time or content"),
    N_("the special field of the company"),
    N_("vulnerable people"),
)
LOWERS = (
    N_("invalid or old data"),
    N_("publicly available"),
    N_("data that by its nature says little"),
)
IDENTIFIES: Mapping[Fraction, Value] = {
    QUARTER: Value(N_("Negligible"), N_("A name that many share, a blurred picture, a code that cannot be linked.")),
    HALF: Value(N_("Limited"), N_("A name that few in the whole country share.")),
    THREE_QUARTERS: Value(
        N_("Significant"), N_("A name that few in town share, an e-mail address that identifies, a code that speaks.")
    ),
    ONE: Value(
        N_("Maximum"),
        N_("An identity number, a name with birth date and e-mail, a clear picture, a code with its key."),
    ),
}
CIRCUMSTANCES: Mapping[str, Mapping[Fraction, str]] = {
    "confidentiality": {
        Fraction(0): N_("Nobody saw it, or no sign of misuse: a laptop or paper lost on the way"),
        QUARTER: N_("Known recipients: a mail to wrong but known people, users who see each other"),
        HALF: N_("An unknown number of people: published, sold, an open site"),
    },
    "integrity": {
        Fraction(0): N_("Not changed, or not used wrongly and the original is restored"),
        QUARTER: N_("Changed and possibly used wrongly, but recoverable"),
        HALF: N_("Changed and possibly used wrongly, and not recoverable"),
    },
    "availability": {
        Fraction(0): N_("Never away, or a copy is at hand"),
        QUARTER: N_("Away for a time, can be rebuilt with work or asked for again"),
        HALF: N_("Gone for good"),
    },
}
MALICIOUS = {
    True: N_("Theft, hacking, selling, or harm to the company or to people"),
    False: N_("An accident, negligence or an unforeseen event"),
}
BANDS: Mapping[Band, Reach] = {
    Band.LOW: Reach(
        N_("under 2"),
        N_("People meet a few inconveniences at most."),
        N_("Document it. The authority usually is not told; write down why a risk is unlikely."),
    ),
    Band.MEDIUM: Reach(
        N_("2 to under 3"),
        N_("People meet significant inconveniences that they can overcome."),
        N_("Document it and tell the authority. Tell people case by case."),
    ),
    Band.HIGH: Reach(
        N_("3 to under 4"),
        N_("People meet significant consequences that are hard to overcome."),
        N_("Document it, tell the authority, tell the people."),
    ),
    Band.VERY_HIGH: Reach(
        N_("4 or more"),
        N_("People meet significant or even irreversible consequences."),
        N_("The same at once. Also the police, somebody for the press, and a call to the authority."),
    ),
}
