"""The rounds before: a case whose facts have changed is judged anew, and what was said then stays."""

from sqlalchemy import select

from core.document import Block, Section, Table, facts
from core.errors import N_
from incidents.assessing.seats import assessments
from incidents.commission import Vote
from incidents.commission_models import Commission, Decision
from incidents.minutes.calling import seats
from incidents.minutes.scribe import Scribe
from incidents.minutes.voices import vote_word
from incidents.signed_view import decision_view
from incidents.votes_view import FINDINGS


def earlier_rounds(scribe: Scribe, commission: Commission) -> Section | None:
    query = select(Commission).where(
        Commission.incident_id == commission.incident_id, Commission.round < commission.round
    )
    before = list(scribe.session.scalars(query.order_by(Commission.round)))
    if not before:
        return None
    title = scribe.say(N_("Earlier rounds"))
    return Section(title=title, sections=tuple(_round(scribe, one) for one in before))


def _round(scribe: Scribe, commission: Commission) -> Section:
    say, outcome = scribe.say, commission.outcome
    rows = facts(
        (say(N_("Called by")), scribe.who(commission.convened_by)),
        (say(N_("Called")), scribe.at(commission.convened_at)),
        (say(N_("Ended")), scribe.at(commission.closed_at)),
        (say(N_("Result")), say(FINDINGS[Vote(outcome)] if outcome else N_("The quorum was not reached"))),
    )
    title = say(N_("Round {number}"), number=commission.round)
    blocks: tuple[Block, ...] = (rows, seats(scribe, commission), *_votes(scribe, commission))
    return Section(title=title, blocks=blocks + _decisions(scribe, commission))


def _votes(scribe: Scribe, commission: Commission) -> tuple[Block, ...]:
    """Answers below the quorum stay sealed for good."""
    rows = assessments(scribe.session, commission) if commission.outcome else []
    if not rows:
        return ()
    heads = (scribe.say(N_("Name")), scribe.say(N_("Vote")), scribe.say(N_("Given")))
    cells = tuple((scribe.who(row.user_id), vote_word(scribe, row), scribe.at(row.submitted_at)) for row in rows)
    return (Table(caption=scribe.say(N_("Votes")), heads=heads, rows=cells),)


def _decisions(scribe: Scribe, commission: Commission) -> tuple[Block, ...]:
    query = select(Decision).where(Decision.commission_id == commission.id).order_by(Decision.round)
    views = [decision_view(scribe.session, one, scribe.lang) for one in scribe.session.scalars(query)]
    label = scribe.say(N_("The decision"))
    return tuple(facts(*view.fields, (label, view.signed)) for view in views)
