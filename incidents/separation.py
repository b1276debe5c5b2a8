"""Separation of duties (GDPR Art. 5(2), 32): in a small team one person holds several parts of a case. That is no
refusal. Whoever signs is told which separations fail, and states why it had to be so."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import RELEASERS, WRITERS, Actor, Role
from core.errors import N_
from core.i18n import translate
from identity.people import holders
from incidents.chair import chairs
from incidents.commission_models import Commission, CommissionSeat
from incidents.models import Incident
from incidents.stand_in import excluded


class Separation(StrEnum):
    """One pair of duties that two people should hold."""

    REPORTER = "reporter"
    MEMBER = "member"
    CHAIR = "chair"
    SECRETARY = "secretary"
    ADVISER = "adviser"
    RELEASE = "release"


SENTENCES = {
    Separation.REPORTER: N_("The one who decides also reported the incident."),
    Separation.MEMBER: N_("The one who decides also sits in the commission."),
    Separation.CHAIR: N_("The one who decides also chairs the commission."),
    Separation.SECRETARY: N_("The secretary also votes in the commission."),
    Separation.ADVISER: N_("The one who decides is also the data protection officer (GDPR Art. 38(6))."),
    Separation.RELEASE: N_("Only one person can both write and release letters and notices."),
}


@dataclass(frozen=True, slots=True)
class Failure:
    code: str

    def sentence(self, lang: str) -> str:
        return translate(lang, SENTENCES[Separation(self.code)])


@dataclass(frozen=True, slots=True)
class Hands:
    """Who has which part in one case. `releasers`: those who may write or release what goes out."""

    decider: str
    reporter: str | None = None
    chairs: Collection[str] = ()
    members: Collection[str] = ()
    secretary: str | None = None
    advises: bool = False
    releasers: Collection[str] = field(default=("one", "another"))


def failures(hands: Hands) -> list[Failure]:
    """The rule. The chair is a member too, so only the graver of the two is named."""
    presides = hands.decider in hands.chairs
    found = {
        Separation.REPORTER: hands.reporter == hands.decider,
        Separation.MEMBER: hands.decider in hands.members and not presides,
        Separation.CHAIR: presides,
        Separation.SECRETARY: hands.secretary is not None and hands.secretary in hands.members,
        Separation.ADVISER: hands.advises,
        Separation.RELEASE: len(set(hands.releasers)) < 2,
    }
    return [Failure(code) for code, fails in found.items() if fails]


def failing(session: Session, actor: Actor, incident: Incident) -> list[Failure]:
    """Which separations fail if `actor` signs the decision now."""
    commission, members = _called(session, incident)
    secretary = commission.secretary_id if commission else None
    return failures(_hands(session, actor, incident, chairs(session, incident), members, secretary))


def would_fail(
    session: Session, actor: Actor, incident: Incident, chair: str, members: Collection[str], secretary: str | None
) -> list[Failure]:
    """The same for a commission that has not been called yet."""
    return failures(_hands(session, actor, incident, {chair} - {""}, members, secretary))


def _hands(
    session: Session, actor: Actor, incident: Incident, presiding: Collection[str], members: Collection[str],
    secretary: str | None,
) -> Hands:  # fmt: skip
    able = holders(session, *WRITERS, *RELEASERS, without=excluded(session, incident))
    return Hands(
        decider=actor.id,
        reporter=incident.reporter_id,
        chairs=presiding,
        members=members,
        secretary=secretary,
        advises=Role.DPO in actor.roles,
        releasers=[user.id for user in able],
    )


def _called(session: Session, incident: Incident) -> tuple[Commission | None, list[str]]:
    """The latest commission and who sits in it."""
    rounds = select(Commission).where(Commission.incident_id == incident.id).order_by(Commission.round.desc())
    commission = session.scalar(rounds.limit(1))
    if commission is None:
        return None, []
    seat = select(CommissionSeat.user_id).where(CommissionSeat.commission_id == commission.id)
    return commission, list(session.scalars(seat.where(CommissionSeat.active, CommissionSeat.recused_at.is_(None))))
