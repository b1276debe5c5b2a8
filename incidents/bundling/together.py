"""Who is told with whom. A case that has ended, or needs no notice any more, has fallen out by that."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import POLICY, Actor, Operation
from core.errors import N_, Forbidden
from identity.models import UserRole
from incidents.bundle_models import BundledCase
from incidents.models import Exclusion, Incident
from incidents.states import AUTHORITY_TOLD, ENDED, AuthorityTrack

PART = N_("Part of this notice is not for you. Ask the manager for what you need.")
READERS = frozenset(POLICY[Operation.LIST_CASES].grants)
UNSENT = frozenset({
    AuthorityTrack.NONE_YET, AuthorityTrack.DRAFT, AuthorityTrack.IN_REVIEW, AuthorityTrack.APPROVED
})  # fmt: skip


def together(session: Session, lead: Incident) -> list[Incident]:
    """The leading case and those that go in its notice, in the order they were reported; alone when there are none."""
    return [lead, *members(session, lead)]


def members(session: Session, lead: Incident) -> list[Incident]:
    """The other cases of the notice of `lead`, as far as they can be in it."""
    return [row for row in session.scalars(_of(lead)) if _stays(session, lead, row)]


def fallen_out(session: Session, lead: Incident) -> list[Incident]:
    """Cases that somebody put in and that can be in it no longer."""
    stay = {row.id for row in members(session, lead)}
    return [row for row in session.scalars(_of(lead)) if row.id not in stay]


def lead_of(session: Session, incident: Incident) -> Incident | None:
    """The case whose notice tells this one; None when it goes by itself."""
    lead = session.scalar(
        select(Incident).join(BundledCase, BundledCase.lead_id == Incident.id)
        .where(BundledCase.incident_id == incident.id, BundledCase.left_at.is_(None))
    )  # fmt: skip
    return lead if lead is not None and incident.id in {row.id for row in members(session, lead)} else None


def seen_alike(session: Session, cases: Sequence[Incident]) -> bool:
    """Whether everybody who reads cases is involved in all of these or in none: a joint notice names each of them."""
    involved = [_involved(session, case) for case in cases]
    some = frozenset[str]().union(*involved) - involved[0].intersection(*involved[1:])
    return not some or not _read_cases(session, some)


def hidden_part(session: Session, actor: Actor, lead: Incident) -> bool:
    """Whether this person is involved in a case that the notice of `lead` tells of, or once did."""
    query = select(BundledCase.incident_id).join(Exclusion, Exclusion.incident_id == BundledCase.incident_id)
    query = query.where(BundledCase.lead_id == lead.id, Exclusion.user_id == actor.id)
    return session.scalar(query.limit(1)) is not None


def check_joint(session: Session, actor: Actor, incident: Incident) -> None:
    """A joint notice is no document for somebody who is involved in one of its cases.

    Raises:
        Forbidden: this reader is.
    """
    if hidden_part(session, actor, incident):
        raise Forbidden(PART)


def _of(lead: Incident) -> Select[Incident]:
    rows = select(Incident).join(BundledCase, BundledCase.incident_id == Incident.id)
    return rows.where(BundledCase.lead_id == lead.id, BundledCase.left_at.is_(None)).order_by(
        Incident.reported_at, Incident.id
    )


def _stays(session: Session, lead: Incident, case: Incident) -> bool:
    """Before the notice is sent an open case without one of its own; afterwards whatever has been told with it."""
    track = AuthorityTrack(case.authority_track)
    if AuthorityTrack(lead.authority_track) not in UNSENT:
        return track in AUTHORITY_TOLD
    is_open = not {case.state, lead.state} & ENDED
    return is_open and track is AuthorityTrack.NONE_YET and seen_alike(session, [lead, case])


def _involved(session: Session, case: Incident) -> set[str]:
    return set(session.scalars(select(Exclusion.user_id).where(Exclusion.incident_id == case.id)))


def _read_cases(session: Session, people: Iterable[str]) -> bool:
    query = select(UserRole.user_id).where(UserRole.user_id.in_(list(people)), UserRole.role.in_(sorted(READERS)))
    return session.scalar(query.limit(1)) is not None
