"""The severity of a case in words: the sum, both sides near an edge, the duties with their rules, what could turn them.

It says what a reader who may know the proposal sees. Whether this one may is asked before (incidents/sealed.py).
"""

from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from identity.people import names
from incidents.models import Incident
from incidents.sealed import sealed_from
from incidents.severity_facts import changed_facts, facts_in_words
from incidents.severity_models import SeverityStatement
from incidents.stating import form_of, latest, reason_of, statements
from risk.duties import Duties, duties
from risk.severity import Severity
from risk.tables import BANDS as REACH
from risk.tables import IDENTIFIES
from risk.words import BANDS, DUTIES, FLAGS, QUESTIONS, YES_NO, figure, told, written_out

Pairs = list[tuple[str, str]]
BETWEEN = N_("It is close to the edge of “{other}”. Judge both: {here} {there}")
STATED = N_("Version {version}, stated by {name}, {moment}")


@dataclass(frozen=True, slots=True)
class Why:
    """One rule that spoke, in the reader's words."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the facts: who stated it, what came out, why it was stated anew, and what changed by it."""

    number: int
    by: str
    sum: str
    reason: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SeverityView:
    """The latest facts of a case, what they come to, and the versions before."""

    version: int
    by: str
    sum: str
    band: str
    parts: Pairs
    reach: list[str]
    near: str
    flags: list[str]
    duties: Pairs
    reasons: list[Why]
    would_change: list[str]
    differs_from_score: bool
    facts: Pairs
    earlier: list[Version] = field(default_factory=list)


def severity_view(session: Session, incident: Incident, lang: str) -> SeverityView | None:
    """What is stated now; none while nobody has stated anything."""
    rows = statements(session, incident)
    if not rows:
        return None
    forms = [form_of(session, row) for row in rows]
    signed = _signed(session, rows, lang)
    found = duties(forms[0].facts())
    score = found.severity
    return SeverityView(
        version=rows[0].version,
        by=signed[0],
        sum=written_out(score, lang),
        band=translate(lang, BANDS[score.band]),
        parts=_parts(score, lang),
        reach=[translate(lang, text) for text in (REACH[score.band].people, REACH[score.band].practice)],
        near=_near(score, lang),
        flags=[translate(lang, FLAGS[flag]) for flag in score.flags],
        duties=duties_in_words(found, lang),
        reasons=[Why(reason.rule, told(reason, lang)) for reason in found.reasons],
        would_change=[translate(lang, QUESTIONS[name]) for name in found.would_change],
        differs_from_score=found.differs_from_score,
        facts=facts_in_words(forms[0], lang),
        earlier=[
            Version(row.version, signed[place], written_out(forms[place].facts().severity, lang),
                    reason_of(session, rows[place - 1]), changed_facts(forms[place], forms[place - 1], lang))
            for place, row in enumerate(rows) if place
        ],
    )  # fmt: skip


def severity_line(session: Session, actor: Actor, incident: Incident, lang: str) -> str:
    """The score in a line for the case page, without a sum for whoever must not know it yet."""
    if sealed_from(session, actor, incident):
        return translate(lang, N_("Shown when you have given your assessment"))
    stated = latest(session, incident)
    if stated is None:
        return translate(lang, N_("Not stated yet"))
    band = translate(lang, BANDS[stated.band])
    score = figure(Fraction(stated.quarters, 4), lang)
    return translate(lang, N_("{score}, {band}, version {version}")).format(
        score=score, band=band, version=stated.version
    )


def duties_in_words(found: Duties, lang: str) -> Pairs:
    """Each duty and whether it is proposed; the public only where it takes the place of letters."""
    answers = {name: getattr(found, name) for name in DUTIES}
    if not found.public_communication:
        del answers["public_communication"]
    return [(translate(lang, DUTIES[name]), translate(lang, YES_NO[answer])) for name, answer in answers.items()]


def _parts(score: Severity, lang: str) -> Pairs:
    """The three numbers of the sum, each with what it means."""
    word = translate(lang, IDENTIFIES[score.ei].word)
    rows = (
        (N_("Kind of data, 1 to 4"), figure(Fraction(score.dpc), lang)),
        (N_("How easily it points to a person"), f"x {figure(score.ei, lang)}, {word.lower()}"),
        (N_("Circumstances"), f"+ {figure(score.cb, lang)}"),
        (N_("Sum"), written_out(score, lang)),
    )  # fmt: skip
    return [(translate(lang, label), value) for label, value in rows]


def _near(score: Severity, lang: str) -> str:
    """Within 0.25 of an edge both sides are shown, so that nobody hides behind a quarter of a point."""
    if score.near_edge is None:
        return ""
    here, there = REACH[score.band].people, REACH[score.near_edge].people
    return translate(lang, BETWEEN, other=BANDS[score.near_edge], here=here, there=there)


def _signed(session: Session, rows: list[SeverityStatement], lang: str) -> list[str]:
    zone = organisation(session).zone
    called = names(session, {row.stated_by for row in rows})
    return [
        translate(lang, STATED).format(
            version=row.version, name=called.get(row.stated_by, ""), moment=absolute(row.stated_at, lang, zone)
        )
        for row in rows
    ]
