"""The closed rounds before the present one: their answers stay on record, with who, what and why."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.i18n import absolute
from core.organisation import organisation
from incidents.assessing.seats import panel_of
from incidents.commission import sitting
from incidents.commission_models import Commission
from incidents.models import Incident
from incidents.vote_view import answers
from incidents.votes_view import VotesView, opened


@dataclass(frozen=True, slots=True)
class EarlierRound:
    number: int
    called_text: str
    closed_text: str
    result: VotesView


def earlier_rounds(
    session: Session, actor: Actor, incident: Incident, commission: Commission, lang: str
) -> list[EarlierRound]:
    """Newest first, those in which somebody answered. A round is over when the next one is called, so its answers are
    open, without a quorum too. Only whoever still owes an answer in the present round must not be shown them
    (incidents/commission_view.py): the numbers of yesterday anchor as well as those of today."""
    query = select(Commission).where(Commission.incident_id == incident.id, Commission.round < commission.round)
    rounds = [_round(session, actor, incident, one, lang) for one in session.scalars(query.order_by(Commission.round))]
    return [one for one in reversed(rounds) if one.result.answers]


def _round(session: Session, actor: Actor, incident: Incident, commission: Commission, lang: str) -> EarlierRound:
    sat = [seat.member for seat in sitting(panel_of(session, incident, commission))]
    given = answers(session, actor, incident, commission, sat, lang)
    zone, closed = organisation(session).zone, commission.closed_at
    return EarlierRound(
        commission.round, absolute(commission.convened_at, lang, zone), absolute(closed, lang, zone) if closed else "",
        opened(commission, given, sat),
    )  # fmt: skip
