"""How the commission was called and who sat in it: the order, the rules it counts by, seats and conflicts."""

from core.document import Block, Section, Table, facts
from core.errors import N_
from incidents.assessing.counting import CLOSED
from incidents.assessing.proposing import Procedure
from incidents.assessing.seats import assessments, panel_of, seat_rows
from incidents.commission import ABSTAIN, POSITION_LABELS, Position
from incidents.commission_models import Assessment, Commission, CommissionSeat, Panel
from incidents.minutes.scribe import Scribe
from incidents.order_document import GROUND, PROCEDURES
from incidents.panels.keeping import panel_name
from incidents.panels.words import counting_in_words

HEADS = (N_("Name"), N_("Seat"), N_("Conflict of interest"), N_("Took part"))


def calling(scribe: Scribe, commission: Commission) -> Section:
    """The order: who called the commission, when, on what ground, and by which rules it counts."""
    say = scribe.say
    panel = scribe.session.get(Panel, commission.panel_id)
    order = facts(
        (say(N_("Called by")), scribe.who(commission.convened_by)),
        (say(N_("Called")), scribe.at(commission.convened_at)),
        (say(N_("Ground")), say(GROUND)),
        (say(N_("Commission")), panel_name(panel, scribe.lang) if panel else ""),
        (say(N_("Procedure")), say(PROCEDURES[Procedure(commission.procedure)])),
        (say(N_("To answer by")), scribe.at(commission.due_at)),
        *counting_in_words(commission.quorum, _ordinary(scribe, commission), commission.majority, commission.tie,
                           scribe.lang),
        (say(N_("Secretary")), scribe.who(commission.secretary_id) if commission.secretary_id else ""),
    )  # fmt: skip
    return Section(title=say(N_("How the commission was called")), blocks=(order, seats(scribe, commission)))


def seats(scribe: Scribe, commission: Commission) -> Block:
    """Everybody who was called, whether they declared a conflict of interest, and whether they took part."""
    answers = {row.user_id: row for row in assessments(scribe.session, commission)}
    out = {seat.member for seat in panel_of(scribe.session, scribe.incident, commission) if not seat.can_sit}
    rows = [
        (scribe.who(row.user_id), _position(scribe, row), _conflict(scribe, row),
         _part(scribe, commission, row, answers.get(row.user_id), row.user_id in out))
        for row in seat_rows(scribe.session, commission)
    ]  # fmt: skip
    heads = tuple(scribe.say(head) for head in HEADS)
    return Table(caption=scribe.say(N_("Seats")), heads=heads, rows=tuple(rows))


def _ordinary(scribe: Scribe, commission: Commission) -> int:
    return sum(row.seat != Position.SUBSTITUTE for row in seat_rows(scribe.session, commission))


def _position(scribe: Scribe, row: CommissionSeat) -> str:
    word = scribe.say(POSITION_LABELS[Position(row.seat)])
    if row.seat == Position.SUBSTITUTE and row.active:
        return scribe.say(N_("{seat}, stepped in"), seat=word)
    return word


def _conflict(scribe: Scribe, row: CommissionSeat) -> str:
    if row.recused_at:
        return scribe.say(N_("Yes, stepped aside {moment}"), moment=scribe.at(row.recused_at))
    if row.no_conflict_at:
        return scribe.say(N_("None, said {moment}"), moment=scribe.at(row.no_conflict_at))
    return scribe.say(N_("Not answered"))


def _part(scribe: Scribe, commission: Commission, row: CommissionSeat, given: Assessment | None, out: bool) -> str:
    if given is not None:
        sentence = N_("Abstained {moment}") if given.vote == ABSTAIN else N_("Answered {moment}")
        told = scribe.say(sentence, moment=scribe.at(given.submitted_at))
        return scribe.say(N_("{answer}, after the time"), answer=told) if given.late else told
    if row.recused_at or out:
        return scribe.say(N_("No"))
    if not row.active:
        return scribe.say(N_("No, in reserve"))
    return scribe.say(N_("Absent: no answer") if commission.state == CLOSED else N_("No answer yet"))
