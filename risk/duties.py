"""What Art. 33 and 34 of the GDPR ask for, from the facts of a breach, each duty with its rule and its reason.

The score is a presumption: low, then no risk; medium, then a risk; high, then a high risk. Legal rules override it in
both directions. An unknown fact counts as the worse one and is listed where it would change the answer. It is a
proposal, and the commission decides (EDPB Guidelines 9/2022 and 01/2021; rules numbered as in the notes on the law).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from core.errors import N_
from risk.facts import Copy, Enables, Facts, Returned, Taken, Unreadable
from risk.severity import MANY, Band, Severity

LARGE_SCALE = 10_000  # the law names no number; a house choice, written in the reason


class Risk(IntEnum):
    """How likely and how grave it is for people: the three answers of Art. 33(1) and 34(1)."""

    UNLIKELY = 0
    RISK = 1
    HIGH = 2


PRESUMED = {Band.LOW: Risk.UNLIKELY, Band.MEDIUM: Risk.RISK, Band.HIGH: Risk.HIGH, Band.VERY_HIGH: Risk.HIGH}


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that spoke: what it leads to, and the sentence for people."""

    rule: str
    effect: str
    text: str
    params: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Duties:
    """The proposal. `would_change` names the unknown facts that could turn it."""

    severity: Severity
    risk: Risk
    notify_authority: bool
    inform_people: bool
    public_communication: bool
    reasons: tuple[Reason, ...]
    would_change: tuple[str, ...] = ()
    document: bool = True

    @property
    def answer(self) -> tuple[bool, bool, bool]:
        return self.notify_authority, self.inform_people, self.public_communication

    @property
    def differs_from_score(self) -> bool:
        presumed = PRESUMED[self.severity.band]
        told = self.inform_people or self.public_communication
        return (self.notify_authority, told) != (presumed >= Risk.RISK, presumed is Risk.HIGH)


@dataclass(frozen=True, slots=True)
class Raises:
    """A legal rule that asks for at least this risk where its facts hold, whatever the score says."""

    risk: Risk
    holds: Callable[[Facts], bool]
    text: str


def _of_people(facts: Facts, number: int) -> bool:
    return facts.people is None or facts.people > number


def _readable(facts: Facts) -> bool:
    return facts.seen and not facts.safe_hands


RAISES = (
    Raises(Risk.RISK, lambda f: _readable(f) and f.special_category and not f.harmless,
           N_("Special categories of data or data about crimes were seen by somebody who should not (Art. 9, 10).")),
    Raises(Risk.HIGH, lambda f: _readable(f) and f.special_category and f.in_the_open,
           N_("Special categories of data reached people nobody knows.")),
    Raises(Risk.RISK, lambda f: (_readable(f) or f.missed or f.changed) and f.vulnerable_people,
           N_("Children or other vulnerable people are affected.")),
    Raises(Risk.HIGH, lambda f: _readable(f) and f.vulnerable_people and f.in_the_open and f.graves,
           N_("Vulnerable people are affected, and the data could be used against them.")),
    Raises(Risk.RISK, lambda f: _readable(f) and f.graves,
           N_("The data allow identity theft, fraud, access to accounts, bodily harm or discrimination.")),
    Raises(Risk.HIGH, lambda f: _readable(f) and f.graves and f.in_the_open,
           N_("The data allow grave harm and reached people nobody knows.")),
    Raises(Risk.RISK, lambda f: _readable(f) and f.in_the_open and _of_people(f, MANY),
           N_("More than 100 people, or nobody knows how many, and the data reached people nobody knows.")),
    Raises(Risk.HIGH, lambda f: _readable(f) and f.in_the_open and f.people is not None and f.people > LARGE_SCALE,
           N_("It happened on a large scale: more than 10,000 people, with readable data in unknown hands.")),
    Raises(Risk.RISK, lambda f: _readable(f) and f.exfiltrated is Taken.YES and f.circumstances.malicious,
           N_("Somebody took the data on purpose.")),
    Raises(Risk.RISK, lambda f: f.missed and f.copy_available in {Copy.NO, Copy.UNKNOWN},
           N_("Data are lost or away, and no copy is known to bring them back.")),
    Raises(Risk.RISK, lambda f: f.missed and f.essential_service_hit,
           N_("A service that people depend on was hit.")),
    Raises(Risk.HIGH, lambda f: f.missed and f.essential_service_hit and Enables.PHYSICAL_HARM in f.enables,
           N_("A service that people depend on was hit, and somebody can come to bodily harm.")),
    Raises(Risk.RISK, lambda f: f.changed and f.graves,
           N_("Changed data may have been used wrongly, with grave harm.")),
)  # fmt: skip


def duties(facts: Facts) -> Duties:
    """Propose what is owed. Documentation always is (Art. 33(5)).

    Raises:
        Impossible: a value that ENISA's tables do not have.
    """
    found = _answer(facts)
    return replace(found, would_change=tuple(_would_change(facts, found)))


def _answer(facts: Facts) -> Duties:
    score = facts.severity
    presumed, lowered = _presumption(facts, score)
    raised = [rule for rule in RAISES if rule.holds(facts)]
    risk = max([presumed, *(rule.risk for rule in raised)])
    reasons = [_presumed(score), *lowered, *_why(raised, risk), _authority(risk)]
    exempt = _exemption(facts) if risk is Risk.HIGH else None
    if risk is Risk.HIGH:
        reasons.append(
            exempt or Reason("R19", "inform_people", N_("A high risk: tell the people without undue delay."))
        )
    public = exempt is not None and exempt.rule == "R23"
    document = Reason("R11", "document", N_("Every breach is documented, notified or not."))
    inform = risk is Risk.HIGH and exempt is None
    return Duties(score, risk, risk >= Risk.RISK, inform, public, (document, *reasons))


def _presumption(facts: Facts, score: Severity) -> tuple[Risk, list[Reason]]:
    """What the score makes likely, unless the law takes the harm out of it."""
    presumed = PRESUMED[score.band]
    if presumed is Risk.UNLIKELY or facts.missed or facts.changed:
        return presumed, []
    if not facts.seen:
        text = N_("Nobody can read the data: strong encryption, a safe key, and a copy in time.")
    elif facts.safe_hands:
        text = N_("A trusted recipient has confirmed that nothing was kept.")
    elif facts.harmless and presumed is Risk.RISK:
        text = N_("Few people, known recipients, and nothing that can be done with the data.")
    else:
        return presumed, []
    return Risk.UNLIKELY, [Reason("R04", "no_notice", text)]


def _presumed(score: Severity) -> Reason:
    effects = {Risk.UNLIKELY: "no_notice", Risk.RISK: "notify_authority", Risk.HIGH: "inform_people"}
    texts = {
        Risk.UNLIKELY: N_("The score {sum} is {band}: a risk is presumed unlikely."),
        Risk.RISK: N_("The score {sum} is {band}: a risk is presumed."),
        Risk.HIGH: N_("The score {sum} is {band}: a high risk is presumed."),
    }
    presumed = PRESUMED[score.band]
    rule = {Risk.UNLIKELY: "R04", Risk.RISK: "R03", Risk.HIGH: "R19"}[presumed]
    return Reason(rule, effects[presumed], texts[presumed], (("sum", score.written_out), ("band", score.band)))


def _why(raised: Iterable[Raises], risk: Risk) -> Iterator[Reason]:
    """The rules that carry the answer; what asks for less is said no more."""
    for rule in raised:
        if rule.risk is risk:
            high = risk is Risk.HIGH
            yield Reason("R19" if high else "R03", "inform_people" if high else "notify_authority", rule.text)


def _authority(risk: Risk) -> Reason:
    if risk is Risk.UNLIKELY:
        return Reason("R04", "no_notice", N_("No notice, but write the reason down before the case is closed."))
    return Reason("R03", "notify_authority", N_("Tell the authority within 72 hours of awareness."))


def _exemption(facts: Facts) -> Reason | None:
    """Art. 34(3): no message, or a public one instead."""
    if facts.unintelligible is Unreadable.YES and not facts.missed and not facts.changed:
        return Reason("R21", "no_message", N_("Outsiders cannot read the data: no message is owed. Keep the proof."))
    if facts.subsequent_measures:
        return Reason("R22", "no_message", N_("Later measures took the high risk away: no message. Keep the proof."))
    if facts.disproportionate_effort:
        text = N_("To reach each person would be disproportionate: tell the public instead, just as effectively.")
        return Reason("R23", "public_communication", text)
    return None


def _would_change(facts: Facts, found: Duties) -> Iterator[str]:
    """The unknown facts that, once known, could turn the answer."""
    unknown: dict[str, Iterable[object]] = {
        "unintelligible": Unreadable, "copy_available": Copy, "exfiltrated": Taken, "returned_or_destroyed": Returned,
    }  # fmt: skip
    for name, values in unknown.items():
        if getattr(facts, name) == "unknown" and _turns(facts, name, values, found):
            yield name
    if facts.people is None and _turns(facts, "people", (1, MANY + 1, LARGE_SCALE + 1), found):
        yield "people"


def _turns(facts: Facts, name: str, values: Iterable[object], found: Duties) -> bool:
    return any(_answer(replace(facts, **{name: value})).answer != found.answer for value in values)  # type: ignore[arg-type]
