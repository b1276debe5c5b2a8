"""Who reported can go before the case does, and then no mail to them is left that says where it went."""

import ast
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Role
from incidents.erasing.parts import Part
from incidents.following import mail_code
from incidents.models import Incident
from incidents.reported import reporter
from incidents.reporter_mails import ToReporter, mail_reporter
from incidents.suppliers.keeping import card
from incidents.suppliers.models import Supplier
from notifications.models import OutboxMessage
from notifications.opening import open_message
from tests.fixtures.world import World
from tests.incidents.erasing import ended_case, erase_now

ROOT = Path(__file__).parents[2]
RUT = "rut.berg@kund.example"


def to_the_reporter(session: Session, case_id: str) -> set[str]:
    """The kinds of message of this case whose address is still Rut's."""
    mine = select(OutboxMessage).where(OutboxMessage.case_id == case_id, OutboxMessage.to_sealed != "")
    return {one.kind for one in session.scalars(mine) if open_message(session, one).to == RUT}


def test_no_mail_to_who_reported_is_left_with_the_address_and_the_facts(world: World) -> None:
    case = ended_case(world, contact_choice="email", contact_value=RUT)
    with world.change() as session:
        incident = case.row(session)
        assert mail_code(session, incident, "KOD1KOD2KOD3KOD4", world.now)
        mail_reporter(session, incident, ToReporter.CLOSED, incident.id, world.now)
        assert to_the_reporter(session, incident.id) == set(ToReporter)
    erase_now(world, case.now().id, Part.REPORTER)
    with world.look() as session:
        assert to_the_reporter(session, case.now().id) == set()
        mine = select(OutboxMessage).where(OutboxMessage.case_id == case.now().id, OutboxMessage.kind.in_(ToReporter))
        rows = session.scalars(mine).all()
        assert len(rows) == len(ToReporter)
        assert {(row.to_sealed, row.facts_sealed, row.smtp_reply_sealed) for row in rows} == {("", "", None)}
        others = select(OutboxMessage.to_sealed).where(
            OutboxMessage.case_id == case.now().id, OutboxMessage.kind.not_in(ToReporter)
        )
        assert all(session.scalars(others))


def test_who_reported_is_mailed_by_one_function_with_a_kind_that_erasing_knows() -> None:
    """Whoever opens the address and queues a mail elsewhere would have a kind that erasing does not know."""
    both = {
        path.relative_to(ROOT).as_posix()
        for floor in ("app", "identity", "incidents", "notifications", "risk")
        for path in (ROOT / floor).rglob("*.py")
        if {"reporter", "enqueue"} <= imported(path)
    }
    assert both == {"incidents/reporter_mails.py"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}


def test_in_a_year_of_the_demonstration_who_reported_gets_no_other_kind_of_mail(demo_world: World) -> None:
    """Colleagues and suppliers who report are also written to as such; they stand in registers of their own."""
    seen = set()
    with demo_world.look() as session:
        known = {user.email for user in demo_world.users.values()}
        known |= {card(session, one).email for one in session.scalars(select(Supplier))}
        for incident in session.scalars(select(Incident).where(Incident.contact_sealed.is_not(None))):
            address = reporter(session, incident).email
            if address and address not in known:
                mails = session.scalars(select(OutboxMessage).where(OutboxMessage.case_id == incident.id)).all()
                seen |= {one.kind for one in mails if open_message(session, one).to == address}
    assert seen
    assert seen <= set(ToReporter)


def test_nothing_is_mailed_to_who_reported_after_they_are_erased(small_world: World) -> None:
    case = ended_case(small_world, contact_choice="email", contact_value=RUT)
    erase_now(small_world, case.now().id, Part.REPORTER)
    told = case.do(lambda session, _actor, incident, now: mail_code(session, incident, "K" * 16, now), Role.MANAGER)
    assert told is False
