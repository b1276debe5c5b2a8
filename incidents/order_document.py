"""The order that forms a commission (clause 8.1): who is called by whom, what is asked of them, and by which rules.

The same document stands beside the form before the call and on a page of its own afterwards.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.audit.anchoring import log_line
from core.document import Document, Facts, Section, Table, facts, told
from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from identity.people import names
from incidents.assessing.proposing import Procedure
from incidents.assessing.seats import seat_rows
from incidents.case_view import shown_title
from incidents.commission import POSITION_LABELS, Position
from incidents.commission_models import Commission, Panel
from incidents.models import Incident
from incidents.panels.keeping import panel_name
from incidents.panels.words import counting_in_words

TITLE = N_("Order to form a commission")
GROUND = N_("Clause 8.1: in each case a commission assesses, formed by the head of the company or an appointee.")
NOT_YET = N_("not called yet")
PROCEDURES = {Procedure.FULL: N_("The whole commission"), Procedure.SHORT: N_("Short procedure")}
ASKED = (
    (N_("Protection"), N_("How well was the data protected?")),
    (N_("Impact"), N_("How hard can it hit a person?")),
    (N_("Consequences"), N_("How likely is it that something happens, and what?")),
)
AGENDA = (
    N_("Each member says whether they have a conflict of interest. Whoever has one steps aside for a substitute."),
    N_("Each member assesses protection, impact and consequences alone, and votes: no risk, risk or high risk."),
    N_("When enough have answered, the answers are opened. Each member sees them only after giving their own."),
    N_("Who differs is recorded word for word."),
    N_("The manager signs the decision. Departing from the commission takes the chair’s signature too."),
)
COUNTS = N_("The answer that most members give counts, but a risk is denied only by the majority below.")


@dataclass(frozen=True, slots=True)
class Order:
    """What an order says, before or after the call. `called_at` is none as long as it is a proposal."""

    panel: Panel
    seats: list[tuple[str, str]]
    secretary: str | None
    called_by: str
    called_at: datetime | None
    due_at: datetime
    quorum: int
    majority: str
    tie: str
    procedure: str
    round: int = 1


def order_of(session: Session, commission: Commission) -> Order:
    """The order as it was given; who stepped aside later was called all the same."""
    return Order(
        panel=session.get_one(Panel, commission.panel_id),
        seats=[(row.seat, row.user_id) for row in seat_rows(session, commission)],
        secretary=commission.secretary_id,
        called_by=commission.convened_by,
        called_at=commission.convened_at,
        due_at=commission.due_at,
        quorum=commission.quorum,
        majority=commission.majority,
        tie=commission.tie,
        procedure=commission.procedure,
        round=commission.round,
    )


def order_document(session: Session, incident: Incident, order: Order, lang: str, now: datetime) -> Document:
    """The order in the reader's language."""
    company = organisation(session)
    people = names(session, [*(member for _, member in order.seats), order.secretary, order.called_by])
    return Document(
        title=translate(lang, TITLE),
        language=lang,
        reference=incident.reference,
        made_at=order.called_at or now,
        company=company.name,
        foot=log_line(session, order.called_at, lang, company.zone) if order.called_at else "",
        sections=(
            _call(incident, order, people, lang, company.zone),
            _called(order, people, lang),
            _asked(lang),
            _rules(order, lang),
            _agenda(lang),
        ),
    )


def _call(incident: Incident, order: Order, people: dict[str, str], lang: str, zone: str) -> Section:
    called = absolute(order.called_at, lang, zone) if order.called_at else translate(lang, NOT_YET)
    rows = (
        (N_("Incident"), f"{incident.reference} · {shown_title(incident, lang)}"),
        (N_("Ground"), translate(lang, GROUND)),
        (N_("Called by"), people.get(order.called_by, "")),
        (N_("Called"), called),
        (N_("Answers before"), absolute(order.due_at, lang, zone)),
        (N_("Formed from"), panel_name(order.panel, lang)),
        (N_("Procedure"), translate(lang, PROCEDURES[Procedure(order.procedure)])),
        (N_("Round"), str(order.round) if order.round > 1 else ""),
    )
    return Section(title=translate(lang, N_("The call")), blocks=(_facts(rows, lang),))


def _called(order: Order, people: dict[str, str], lang: str) -> Section:
    rows = [(people.get(member, ""), translate(lang, POSITION_LABELS[Position(seat)])) for seat, member in order.seats]
    if order.secretary:
        votes = order.secretary in {member for seat, member in order.seats if seat != Position.SUBSTITUTE}
        word = N_("Secretary") if votes else N_("Secretary, without a vote")
        rows.append((people.get(order.secretary, ""), translate(lang, word)))
    heads = (translate(lang, N_("Name")), translate(lang, N_("Role")))
    table = Table(caption=translate(lang, N_("Called to this commission")), heads=heads, rows=tuple(rows))
    return Section(title=translate(lang, N_("Who is called")), blocks=(table,))


def _asked(lang: str) -> Section:
    return Section(title=translate(lang, N_("What is asked")), blocks=(
        facts(*((translate(lang, label), translate(lang, question)) for label, question in ASKED)),
    ))  # fmt: skip


def _rules(order: Order, lang: str) -> Section:
    judging = sum(seat != Position.SUBSTITUTE for seat, _ in order.seats)
    rows = counting_in_words(order.quorum, judging, order.majority, order.tie, lang)
    return Section(title=translate(lang, N_("How it is counted")), blocks=(
        *told(translate(lang, COUNTS)), facts(*rows),
    ))  # fmt: skip


def _agenda(lang: str) -> Section:
    rows = tuple((str(number), translate(lang, item)) for number, item in enumerate(AGENDA, 1))
    return Section(title=translate(lang, N_("Agenda")), blocks=(facts(*rows),))


def _facts(rows: tuple[tuple[str, str], ...], lang: str) -> Facts:
    return facts(*((translate(lang, label), value) for label, value in rows))
