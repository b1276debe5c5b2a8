"""Telling the authority: nobody releases what they wrote, an edit voids, the filing stops the clock."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import Operation, Role
from core.errors import Conflict, Invalid
from core.moment import utc
from core.organisation import organisation
from incidents import notifying
from incidents.models import Incident
from incidents.notice_prefill import prefill
from incidents.notice_view import latest_notice, questions
from incidents.notifying import Sent
from incidents.queries import find
from incidents.service import take
from notifications.filings import answers_of, filings
from notifications.models import OutboxMessage
from notifications.notice_fields import STATE_LABELS, Answer, FieldState
from notifications.notice_models import Notice
from tests.fixtures.world import World
from tests.incidents.reporting import reported

READY = {
    "controller": Answer("Nordhamn Verktyg AB, 556000-0000"),
    "contact": Answer("Disa Ombud, 031-390 06 40"),
    "aware": Answer("sön 22 nov 2026 14:05 CET"),
    "nature": Answer("En kundlista gick till fel företag."),
    "breach_types": Answer("Konfidentialitet"),
    "people_count": Answer("214"),
}


@pytest.fixture
def case(world: World) -> str:
    """A taken case with a draft by the manager."""
    reference = reported(world)
    with world.change() as session:
        incident = find(session, world.actor(Role.MANAGER), reference)
        take(session, world.actor(Role.MANAGER), incident, world.now)
        notifying.draft(session, world.actor(Role.MANAGER), incident, "imy", world.now)
    return reference


def step(world: World, reference: str, who: str, verb: str, *args: object) -> None:
    with world.change() as session:
        incident = find(session, world.actor(who), reference, Operation.READ_NOTICE)
        notice = latest_notice(session, incident)
        getattr(notifying, verb)(session, world.actor(who), incident, notice, *args, world.now)


def released(world: World, reference: str) -> None:
    step(world, reference, Role.MANAGER, "save", READY)
    step(world, reference, Role.MANAGER, "ask_release")
    with world.look() as session:
        version = session.scalars(select(Notice).order_by(Notice.phase.desc())).first().version  # type: ignore[union-attr]
    step(world, reference, Role.APPROVER, "release", version)


def incident_of(world: World, reference: str) -> Incident:
    with world.look() as session:
        found = session.scalars(select(Incident).where(Incident.reference == reference)).one()
        _ = found.clocks
        return found


def test_a_draft_states_what_the_case_knows_and_names_the_rest_as_not_known_yet(world: World, case: str) -> None:
    with world.look() as session:
        answers = answers_of(session, session.scalars(select(Notice)).one())
    assert answers["reference"].value == case
    assert answers["aware"].value == "sön 22 nov 2026 14:05 CET"
    assert answers["consequences"].state is FieldState.NOT_KNOWN_YET
    assert all(answer.stated for answer in answers.values())


@pytest.mark.parametrize(
    ("address", "known", "text"),
    [("", FieldState.NOT_KNOWN_YET, ""), ("Kajen 1\n411 01 Göteborg", FieldState.KNOWN, "Kajen 1, 411 01 Göteborg")],
)
def test_the_question_about_the_postal_address_is_known_only_when_the_company_has_given_one(
    world: World, address: str, known: FieldState, text: str
) -> None:
    reference, manager = reported(world), world.actor(Role.MANAGER)
    with world.change() as session:
        organisation(session).address = address
        incident = find(session, manager, reference)
        take(session, manager, incident, world.now)
        notifying.draft(session, manager, incident, "imy", world.now)
        asked = {one.number: one for one in questions(session, incident, "en")}
    assert asked["3"].word == STATE_LABELS[known]
    assert (asked["3"].text == text) == bool(text)


def test_a_tick_at_dont_know_is_no_knowledge_for_the_authority(world: World) -> None:
    reference, manager = reported(world), world.actor(Role.MANAGER)
    with world.change() as session:
        incident = find(session, manager, reference)
        incident.data_categories = ["unknown"]
        answers = prefill(session, incident, "sv")
    assert answers["data_categories"].state is FieldState.NOT_KNOWN_YET


def test_an_answer_saved_empty_is_not_known_yet(small_world: World) -> None:
    reference, manager = reported(small_world), small_world.client(Role.MANAGER)
    base = f"/incidents/{reference}"
    manager.post(f"{base}/take")
    manager.post(f"{base}/authority", data={"authority": "imy"})
    manager.post(f"{base}/authority/edit", data={"version": "1", "data_now": " ", "data_now_state": "known"})
    with small_world.look() as session:
        answers = answers_of(session, session.scalars(select(Notice)).one())
    assert answers["data_now"].state is FieldState.NOT_KNOWN_YET


def test_a_notice_is_not_begun_before_somebody_is_in_charge(world: World) -> None:
    reference, actor = reported(world), world.actor(Role.MANAGER)
    with world.change() as session:
        incident = find(session, actor, reference)
        with pytest.raises(Conflict, match="Take the case first"):
            notifying.draft(session, actor, incident, "imy", world.now)


def test_a_first_notice_needs_its_first_items_and_nothing_more(world: World, case: str) -> None:
    step(world, case, Role.MANAGER, "save", {"nature": Answer(state=FieldState.NOT_KNOWN_YET)})
    with pytest.raises(Invalid) as wrong:
        step(world, case, Role.MANAGER, "ask_release")
    assert "nature" in wrong.value.fields
    assert "consequences" not in wrong.value.fields


def test_nobody_releases_what_they_have_written_in(world: World, case: str) -> None:
    step(world, case, Role.DEPUTY, "save", READY)
    step(world, case, Role.MANAGER, "ask_release")
    for writer in (Role.MANAGER, Role.DEPUTY):
        with pytest.raises(Conflict, match="Somebody else must release it"):
            step(world, case, writer, "release", 99)


def test_all_who_may_release_and_did_not_write_are_told(world: World, case: str) -> None:
    step(world, case, Role.MANAGER, "save", READY)
    step(world, case, Role.MANAGER, "ask_release")
    with world.look() as session:
        waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "notice_waiting")).all()
    assert len(waiting) == 3  # deputy, head, approver


def test_an_edit_voids_the_release_and_tells_who_released(world: World, case: str) -> None:
    released(world, case)
    step(world, case, Role.MANAGER, "save", {"nature": Answer("Två listor gick till fel företag.")})
    assert incident_of(world, case).authority_track == "draft"
    with pytest.raises(Conflict, match="Only a released notice"):
        step(world, case, Role.MANAGER, "file_notice", Sent(world.now, "portal"))
    with world.look() as session:
        assert session.scalar(select(OutboxMessage).where(OutboxMessage.kind == "notice_voided")) is not None


def test_saving_the_same_answers_voids_nothing(world: World, case: str) -> None:
    released(world, case)
    step(world, case, Role.MANAGER, "save", READY)
    assert incident_of(world, case).authority_track == "approved"


def test_the_release_is_bound_to_the_version_that_was_read(world: World, case: str) -> None:
    step(world, case, Role.MANAGER, "save", READY)
    step(world, case, Role.MANAGER, "ask_release")
    with pytest.raises(Conflict, match="changed while you read it"):
        step(world, case, Role.APPROVER, "release", 1)


def test_the_filing_stops_the_clock_at_its_moment(world: World, case: str) -> None:
    released(world, case)
    filed_at = world.later(hours=5)
    world.later(hours=1)
    step(world, case, Role.MANAGER, "file_notice", Sent(filed_at, "portal", "IMY-2026-1"))
    incident = incident_of(world, case)
    clock = incident.clock("notify_authority")
    assert clock is not None
    assert (clock.stopped_at, clock.stop_reason, clock.next_at) == (filed_at, "filed", None)
    assert incident.authority_track == "supplement_expected"  # much is not known yet


def test_a_filing_exactly_at_the_deadline_is_in_time_and_a_second_later_needs_reasons(world: World, case: str) -> None:
    released(world, case)
    due_at = utc(2026, 11, 22, 13, 5) + timedelta(seconds=259_200)
    world.now = due_at + timedelta(hours=2)
    late = Sent(due_at + timedelta(seconds=1), "portal")
    with pytest.raises(Invalid) as wrong:
        step(world, case, Role.MANAGER, "file_notice", late)
    assert "delay_reasons" in wrong.value.fields
    step(world, case, Role.MANAGER, "file_notice", replace(late, filed_at=due_at))
    with world.look() as session:
        assert filings(session, incident_of(world, case).id)[0].late is False


def test_a_late_filing_keeps_its_reasons(world: World, case: str) -> None:
    released(world, case)
    world.later(hours=80)
    step(world, case, Role.MANAGER, "file_notice", Sent(world.now, "post", delay_reasons="E-tjänsten låg nere."))
    with world.look() as session:
        filing = filings(session, incident_of(world, case).id)[0]
    assert filing.late


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_filing_lies_between_the_release_and_now(world: World, case: str, hours: int) -> None:
    released(world, case)
    with pytest.raises(Invalid):
        step(world, case, Role.MANAGER, "file_notice", Sent(world.now + timedelta(hours=hours), "portal"))


def test_a_supplement_begins_with_what_was_sent_and_ends_the_matter(world: World, case: str) -> None:
    released(world, case)
    step(world, case, Role.MANAGER, "file_notice", Sent(world.now, "portal"))
    with world.change() as session:
        actor = world.actor(Role.MANAGER)
        notice = notifying.draft(session, actor, find(session, actor, case), "imy", world.now)
        answers = answers_of(session, notice)
        assert (notice.phase, answers["nature"].value) == (2, READY["nature"].value)
    complete = {code: replace(a, value=a.value or "Nu vet vi", state=FieldState.KNOWN) for code, a in answers.items()}
    step(world, case, Role.MANAGER, "save", complete)
    step(world, case, Role.MANAGER, "ask_release")
    with world.look() as session:
        version = session.scalars(select(Notice).where(Notice.phase == 2)).one().version
    step(world, case, Role.HEAD, "release", version)
    step(world, case, Role.MANAGER, "file_notice", Sent(world.now, "portal"))
    assert incident_of(world, case).authority_track == "complete"


def test_the_pages_lead_from_draft_to_filing(small_world: World) -> None:
    world = small_world
    reference = reported(world)
    manager, approver = world.client(Role.MANAGER), world.client(Role.APPROVER)
    base = f"/incidents/{reference}"
    assert manager.post(f"{base}/take").status_code == 303
    assert manager.post(f"{base}/authority", data={"authority": "imy"}).headers["location"] == f"{base}/authority/edit"
    form = {"version": "1"} | {code: answer.value for code, answer in READY.items()}
    form |= {f"{code}_state": "known" for code in READY}
    missing = manager.post(f"{base}/authority/edit", data=form | {"nature": "", "then": "release"})
    assert missing.status_code == 422
    assert READY["contact"].value in missing.text
    assert manager.post(f"{base}/authority/edit", data=form | {"then": "release"}).status_code == 303
    stale = manager.post(f"{base}/authority/edit", data=form | {"nature": "Min text"})
    assert (stale.status_code, "Min text" in stale.text) == (409, True)
    page = approver.get(f"{base}/authority").text
    version = page.split('name="version" value="')[1].split('"')[0]
    assert manager.post(f"{base}/authority/release", data={"version": version}).status_code == 409
    assert approver.post(f"{base}/authority/release", data={"version": version}).status_code == 303
    assert READY["nature"].value in manager.get(f"{base}/authority/copy").text
    sent = {"filed_at_date": "2026-11-22", "filed_at_time": "14:05", "channel": "portal"}
    receipt = {"receipt": ("kvittens.pdf", b"%PDF-1.4 confirmation", "application/pdf")}
    assert manager.post(f"{base}/authority/file", data=sent, files=receipt).status_code == 303
    assert "Kvittens" in manager.get(f"{base}/authority").text or "kvittensen" in manager.get(f"{base}/authority").text
