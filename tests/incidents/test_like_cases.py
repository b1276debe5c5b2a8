"""The third like case opens the draft of a risk once; nobody learns from it of a case they are involved in."""

import re
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from incidents.models import Exclusion, Incident
from incidents.risks.sight import visible_risks
from notifications.models import OutboxMessage
from notifications.opening import open_message
from risk.register.drafts import hold
from risk.register.models import Risk, RiskCase
from risk.register.rules import State
from tests.fixtures.world import World
from tests.incidents.likes import CODE, classed, likes, reported
from tests.risk.register.risks import now_of, pages, sent, typed


def risks(world: World) -> list[Risk]:
    with world.look() as session:
        return list(session.scalars(select(Risk).order_by(Risk.id)))


def linked(world: World, risk: Risk) -> int:
    with world.look() as session:
        return len(session.scalars(select(RiskCase).where(RiskCase.risk_id == risk.id)).all())


def test_the_third_opens_a_draft_once_and_the_fourth_is_linked_to_it(world: World) -> None:
    likes(world, 2)
    assert risks(world) == []
    likes(world, 1, first=2)
    [draft] = risks(world)
    assert (draft.state, draft.cause_code, draft.score, linked(world, draft)) == (State.DRAFT, CODE, 0, 3)
    assert sorted(sent(world)) == ["risk_draft", "risk_draft"]  # manager and deputy
    likes(world, 1, first=3)
    assert [one.id for one in risks(world)] == [draft.id]
    assert linked(world, draft) == 4
    with world.look() as session:
        texts = [
            open_message(session, row).facts
            for row in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "risk_draft"))
        ]
        names = session.scalars(select(Incident.reference)).all()
    assert not any(name in f"{texts}{draft.title}" for name in names)


def test_old_cases_other_causes_and_what_is_no_incident_do_not_count(world: World) -> None:
    likes(world, 2)
    world.later(days=91)
    likes(world, 2, first=2)
    for number in (7, 8, 9):
        classed(world, reported(world, number), "accidental.other")
    assert risks(world) == []
    likes(world, 1, first=4)
    assert len(risks(world)) == 1


def test_a_dropped_draft_comes_back_only_by_three_new_ones(world: World) -> None:
    likes(world, 3)
    [draft] = risks(world)
    client = pages(world, Role.MANAGER)
    assert client.post(f"{draft.path}/close", data={"reason": "Tre olika fel."}).status_code == 303
    likes(world, 2, first=3)
    assert [one.state for one in risks(world)] == ["dropped"]
    likes(world, 1, first=5)
    assert [one.state for one in risks(world)] == ["dropped", "draft"]


def test_a_draft_that_was_taken_is_told_of_the_next_and_no_other_is_opened(world: World) -> None:
    likes(world, 3)
    [draft] = risks(world)
    client = pages(world, Role.MANAGER)
    form_of = typed(world, version=str(draft.version), controls="")
    assert client.post(f"{draft.path}/edit", data=form_of).status_code == 303
    assert now_of(world, draft).state == State.OPEN
    likes(world, 1, first=3)
    assert len(risks(world)) == 1
    assert sent(world).count("risk_like") == 1
    assert now_of(world, draft).current_likelihood == 2  # told, not moved


def test_of_many_at_once_one_opens_the_draft(world: World) -> None:
    found = [reported(world, number) for number in range(6)]
    workers = [Thread(target=classed, args=(world, reference)) for reference in found]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    [draft] = risks(world)
    assert linked(world, draft) == 6


def test_who_is_involved_in_one_of_three_finds_no_trace_of_a_draft(world: World) -> None:
    references = [reported(world, number) for number in range(3)]
    with world.change() as session:
        case = session.scalars(select(Incident).where(Incident.reference == references[0])).one()
        for role in (Role.MANAGER, Role.DPO):
            session.add(Exclusion(incident_id=case.id, user_id=world.users[role].id, by_id="x", at=world.now))
    for reference in references:
        classed(world, reference)
    [draft] = risks(world)
    manager, deputy = pages(world, Role.MANAGER), pages(world, Role.DEPUTY)
    assert draft.title in deputy.get("/risks?show=drafts").text
    assert re.search(rf"\b{draft.name}\b", deputy.get("/log").text)
    for client in (manager, pages(world, Role.DPO)):
        assert draft.title not in client.get("/risks?show=drafts").text
        assert client.get(draft.path).status_code == client.get("/risks/999").status_code == 404
        assert client.get(f"{draft.path}/edit").status_code == 404
        assert not re.search(rf"\b{draft.name}\b", client.get("/log").text)
    assert "risk_draft" not in manager.get("/outbox").text
    with world.look() as session:
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "risk_draft")).all()
        assert [open_message(session, row).to for row in mails] == ["deputy@nordhamn.example"]
        assert session.scalars(visible_risks(world.actor(Role.MANAGER))).all() == []
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "risk:drafted")).one()


def test_a_draft_that_was_taken_over_tells_who_is_involved_nothing_of_like_cases(small_world: World) -> None:
    world = small_world
    references = likes(world, 3)
    [draft] = risks(world)
    with world.change() as session:
        case = session.scalars(select(Incident).where(Incident.reference == references[0])).one()
        session.add(Exclusion(incident_id=case.id, user_id=world.users[Role.MANAGER].id, by_id="x", at=world.now))
    deputy, manager = pages(world, Role.DEPUTY), pages(world, Role.MANAGER)
    assert deputy.post(f"{draft.path}/edit", data=typed(world, version=str(draft.version))).status_code == 303
    for client, knows in ((deputy, True), (manager, False)):
        shown = client.get(draft.path).text
        assert ("Proposed by the system" in shown) is knows
        assert ("Taken over from the draft" in shown) is knows
        assert ("Added to the register" in shown) is not knows


def test_on_a_risk_only_the_cases_one_may_see_are_shown_and_counted(small_world: World) -> None:
    world = small_world
    references = likes(world, 4)
    [draft] = risks(world)
    assert (
        pages(world, Role.DEPUTY).post(f"{draft.path}/edit", data=typed(world, version=str(draft.version))).status_code
        == 303
    )
    with world.change() as session:
        case = session.scalars(select(Incident).where(Incident.reference == references[0])).one()
        session.add(Exclusion(incident_id=case.id, user_id=world.users[Role.MANAGER].id, by_id="x", at=world.now))
    manager, head = pages(world, Role.MANAGER), pages(world, Role.HEAD)
    assert references[0] in head.get(draft.path).text
    assert references[0] not in manager.get(draft.path).text
    assert references[1] in manager.get(draft.path).text
    assert '"cases": 4' in head.get("/risks/export.json").text
    assert '"cases": 3' in manager.get("/risks/export.json").text
    refused = manager.post(f"{draft.path}/cases", data={"reference": references[0]})
    unknown = manager.post(f"{draft.path}/cases", data={"reference": "PUI-2026-0000"})
    assert refused.status_code == unknown.status_code == 422


def test_who_counts_holds_the_cause(world: World) -> None:
    """The row is there once, however often it is held."""
    for _ in range(2):
        with world.change() as session:
            hold(session, CODE)
    assert world.later(days=1) - timedelta(days=1) < world.now


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.CONTROL_OWNER])
def test_who_sees_no_cases_sees_no_draft(small_world: World, role: Role) -> None:
    likes(small_world, 3)
    [draft] = risks(small_world)
    assert pages(small_world, role).get(draft.path).status_code == 404
