"""The moment of awareness in a notice against the moment of the case. It decides how late the notice is (Art. 33(1)).

So the two must not drift apart unseen; what was sent with another moment is corrected in a supplement.
"""

from datetime import datetime

from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from incidents.models import Incident
from incidents.notifying.addressee import Addressee
from incidents.notifying.numbers import AWARE, REMARK
from notifications.edpb.answers import Answer, Answers, Source, known
from notifications.edpb.card import template

CORRECTION = N_("Correction: the notice gave {before} as the moment we became aware. It was {after}.")


def stated(incident: Incident) -> datetime:
    """What the case says; before anybody has set it, the cautious moment of the first report."""
    return incident.aware_at or incident.reported_at


def said(answers: Answers) -> datetime | None:
    """What the notice says."""
    answer = answers.get(AWARE)
    return datetime.fromisoformat(answer.text) if answer and answer.text else None


def same(one: datetime | None, other: datetime | None) -> bool:
    """To the minute, as the form shows it."""
    return one is not None and other is not None and _minute(one) == _minute(other)


def differs(incident: Incident, answers: Answers) -> bool:
    """Whether the notice gives another moment than the case; one that gives none yet does not."""
    given = said(answers)
    return given is not None and not same(given, stated(incident))


def follows(answers: Answers, before: datetime) -> bool:
    """Whether the answer goes along with the case: it came from there, or says what the case said `before`. What a
    person has written otherwise is theirs to change."""
    answer = answers.get(AWARE)
    return answer is None or answer.source is not Source.TYPED or same(said(answers), before)


def corrected(to: Addressee, answers: Answers, sent: Answers, before: datetime | None = None) -> dict[int, Answer]:
    """The answers with the moment of the case. When another was `sent`, a remark on the course of time says so, in
    place of the remark on a moment that the case stated `before`; a form without remarks only gets the moment."""
    now, told = stated(to.incident), said(sent)
    found = {**answers, AWARE: known(now.isoformat(timespec="seconds"), source=Source.CASE)}
    if told is None or REMARK not in template(to.card).questions:
        return found
    text = answers[REMARK].text if REMARK in answers else ""
    text = text.replace(_remark(to, told, before), "").strip() if before else text
    remark = "" if same(told, now) else _remark(to, told, now)
    return {**found, REMARK: known("\n".join(filter(None, [text, remark])), source=Source.CASE)}


def _remark(to: Addressee, before: datetime, after: datetime) -> str:
    lang, zone = to.language, organisation(to.session).zone
    moments = {"before": absolute(before, lang, zone), "after": absolute(after, lang, zone)}
    return translate(lang, CORRECTION, **moments)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
