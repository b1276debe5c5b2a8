"""Who is involved in a case and on whose word, and what about that waits for a second person, as one reader sees it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import date_only, translate
from core.organisation import organisation
from identity.people import names
from incidents.case_actions import one_of
from incidents.countersigning import KINDS, asked, payload_of, sign_path, waiting_for
from incidents.excluding import EXCLUSION, INCLUSION
from incidents.involvement import exclusions, may_be_excluded, reason_of
from incidents.models import Countersign, Exclusion, Incident

REPORTED = N_("Named by the reporter {day}. Nobody has confirmed it yet.")
SIGNED = N_("Proposed by {first}, signed by {second} {day}.")


@dataclass(frozen=True, slots=True)
class Marked:
    """Somebody who sees no trace of the case, since when, and why."""

    id: str
    name: str
    how: str
    reason: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """A mark, or the lifting of one, that waits for its second person."""

    title: str
    name: str
    reason: str
    by: str
    at: object
    who: str
    href: str
    mine: bool


@dataclass(frozen=True, slots=True)
class InvolvedView:
    marked: list[Marked]
    proposed: list[Proposed]
    options: list[tuple[str, str]]

    @property
    def marks(self) -> list[tuple[str, str]]:
        return [(one.id, one.name) for one in self.marked]


def involved_view(session: Session, actor: Actor, incident: Incident, lang: str) -> InvolvedView:
    """Nothing in it is about the reader."""
    marked = exclusions(session, incident)
    steps = [step for step in waiting_for(session, actor, incident) if step.kind in {EXCLUSION, INCLUSION}]
    signed = {one.user_id: session.get(Countersign, one.step_id) for one in marked if one.step_id}
    ids = {one.user_id for one in marked} | {step.about_id for step in steps} | {step.proposed_by for step in steps}
    ids |= {one for step in signed.values() if step for one in (step.proposed_by, step.decided_by)}
    who = names(session, ids)
    return InvolvedView(
        [_marked(session, one, signed.get(one.user_id), who, lang) for one in marked],
        [_proposed(session, actor, incident, step, who, lang) for step in steps],
        [(user.id, user.name) for user in may_be_excluded(session, actor, incident)],
    )


def _marked(
    session: Session, one: Exclusion, step: Countersign | None, who: Mapping[str, str], lang: str
) -> Marked:  # fmt: skip
    at = step.decided_at if step and step.decided_at else one.at
    day = date_only(at, lang, organisation(session).zone)
    first, second = (who.get(step.proposed_by, ""), who.get(step.decided_by or "", "")) if step else ("", "")
    how = translate(lang, SIGNED if step else REPORTED, first=first, second=second, day=day)
    return Marked(one.user_id, who.get(one.user_id, ""), how, reason_of(session, one), step is not None)


def _proposed(
    session: Session, actor: Actor, incident: Incident, step: Countersign, who: Mapping[str, str], lang: str
) -> Proposed:
    people = asked(session, incident, step)
    return Proposed(
        translate(lang, KINDS[step.kind].title),
        who.get(step.about_id or "", ""),
        payload_of(session, step)["reason"],
        who.get(step.proposed_by, ""),
        step.proposed_at,
        one_of([user.name for user in people], lang),
        sign_path(incident, step),
        actor.id in {user.id for user in people},
    )
