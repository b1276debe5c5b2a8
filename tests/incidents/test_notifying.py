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
from incidents.notice_copy import copy_rows
from incidents.notice_view import latest_notice
from incidents.notifying import Sent
from incidents.notifying.prefilling import prefill
from incidents.notifying.reckoning import reckoned, standing
from incidents.notifying.whom import addressee
from incidents.queries import find
from incidents.service import take
from notifications.edpb.answers import Answer, Knowledge, known
from notifications.edpb.wording import STATE_LABELS
from notifications.filings import answers_of, filings
from notifications.models import OutboxMessage
from notifications.notice_models import Notice
from tests.fixtures.world import World
from tests.incidents.reporting import reported

READY = {
    13: known("Kajen 1, 411 01 Göteborg"),
    24: known("Ansvarig för incidenter"),
    38: known("no"),
    50: known("controller"),
    51: known("En medarbetare märkte det."),
    55: known("confidentiality"),
    62: known("En kundlista gick till fel företag."),
    92: known("Listan har raderats hos mottagaren."),
    113: known("no"),
}
COMPLETE = READY | {
    44: known("not_determinable"), 53: known("Inget mer."), 56: known("not_disclosed"), 57: known("no"),
    60: known("sent_by_mistake"), 61: known("internal_non_malicious"), 63: known("E-post"), 65: known("customers"),
    66: known("Kunder"), 67: known("exact"), 68: known("214"), 70: known("contact"), 71: known("Namn"),
    72: known("not_determinable"), 75: known("training"), 76: known("Kurs"), 79: known("other_purposes"),
    85: known("fraud"), 87: known("moderate"), 89: known("risk"), 90: known("Kommissionen"), 94: known("training"),
    95: known("Ny rutin"), 97: known("not_high_risk"), 6: known("IMY-2026-1"),
}  # fmt: skip


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
        incident = find(session, world.actor(Role.MANAGER), case)
        left = {question.number for question in reckoned(session, incident, answers, world.now).open()}
    assert (answers[7].text, answers[7].source) == (case, "case")
    assert answers[48].text == "2026-11-22T13:05:00+00:00"
    assert answers[85].text == "to_be_determined"
    assert {85, 92, 97} <= left
    assert (answers[3].text, answers[4].text) == ("new", "incomplete")


@pytest.mark.parametrize(
    ("address", "state", "text"),
    [("", Knowledge.NOT_KNOWN_YET, ""), ("Kajen 1\n411 01 Göteborg", Knowledge.KNOWN, "Kajen 1, 411 01 Göteborg")],
)
def test_the_question_about_the_postal_address_is_known_only_when_the_company_has_given_one(
    world: World, address: str, state: Knowledge, text: str
) -> None:
    reference, manager = reported(world), world.actor(Role.MANAGER)
    with world.change() as session:
        company = organisation(session)
        company.address, company.phone = address, ""
        incident = find(session, manager, reference)
        take(session, manager, incident, world.now)
        notifying.draft(session, manager, incident, "imy", world.now)
        asked = {
            one.number: one for one in copy_rows(session, manager, addressee(session, incident, ""), world.now, "en")[0]
        }
    assert asked["3"].word == STATE_LABELS[state]
    assert (asked["3"].text == text) == bool(text)


def test_a_tick_at_dont_know_is_no_knowledge_for_the_authority(world: World) -> None:
    reference, manager = reported(world), world.actor(Role.MANAGER)
    with world.change() as session:
        incident = find(session, manager, reference)
        incident.data_categories = ["unknown"]
        answers = prefill(session, manager, incident, "sv")
    assert answers[70].text == "not_yet_known"
    assert 71 not in answers


def test_an_answer_saved_empty_is_not_known_yet(small_world: World) -> None:
    reference, manager = reported(small_world), small_world.client(Role.MANAGER)
    base = f"/incidents/{reference}"
    manager.post(f"{base}/take")
    manager.post(f"{base}/authority", data={"authority": "imy"})
    manager.post(f"{base}/authority/edit", data={"version": "1", "asked": "63", "q63": " ", "q63_state": "known"})
    with small_world.look() as session:
        answers = answers_of(session, session.scalars(select(Notice)).one())
    assert answers[63].state is Knowledge.NOT_KNOWN_YET


@pytest.mark.parametrize(("number", "text"), [(68, "ca 200"), (61, "ondska"), (117, "SE"), (48, "i går"), (55, "x")])
def test_an_answer_that_cannot_be_is_refused_at_its_field_and_what_was_typed_is_kept(
    small_world: World, number: int, text: str
) -> None:
    reference, manager = reported(small_world), small_world.client(Role.MANAGER)
    base = f"/incidents/{reference}"
    manager.post(f"{base}/take")
    manager.post(f"{base}/authority", data={"authority": "imy"})
    typed = {"version": "1", "asked": f"62 {number}", "q62": "Min text.", f"q{number}": text, f"q{number}_date": text}
    refused = manager.post(f"{base}/authority/edit", data=typed)
    assert (refused.status_code, "Min text." in refused.text) == (422, True)
    assert f'href="#q{number}' in refused.text
    assert manager.get(f"{base}/authority/notice.json").status_code == 200
    with small_world.look() as session:
        assert session.scalars(select(Notice)).one().version == 1


def test_a_notice_is_not_begun_before_somebody_is_in_charge(world: World) -> None:
    reference, actor = reported(world), world.actor(Role.MANAGER)
    with world.change() as session:
        incident = find(session, actor, reference)
        with pytest.raises(Conflict, match="Take the case first"):
            notifying.draft(session, actor, incident, "imy", world.now)


def test_a_first_notice_needs_its_first_items_and_nothing_more(world: World, case: str) -> None:
    step(world, case, Role.MANAGER, "save", READY | {62: Answer(state=Knowledge.NOT_KNOWN_YET)})
    with pytest.raises(Invalid) as wrong:
        step(world, case, Role.MANAGER, "ask_release")
    assert set(wrong.value.fields) == {"q62"}


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
    step(world, case, Role.MANAGER, "save", {62: known("Två listor gick till fel företag.")})
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
        assert (notice.phase, answers[62].text, answers[3].text) == (2, READY[62].text, "follow_up")
    step(world, case, Role.MANAGER, "save", COMPLETE)
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
    form = {"version": "1", "asked": " ".join(map(str, READY))} | {f"q{key}": one.text for key, one in READY.items()}
    missing = manager.post(f"{base}/authority/edit", data=form | {"q62": "", "then": "release"})
    assert missing.status_code == 422
    assert READY[92].text in missing.text
    assert manager.post(f"{base}/authority/edit", data=form | {"then": "release"}).status_code == 303
    stale = manager.post(f"{base}/authority/edit", data=form | {"q62": "Min text"})
    assert (stale.status_code, "Min text" in stale.text) == (409, True)
    page = approver.get(f"{base}/authority").text
    version = page.split('name="version" value="')[1].split('"')[0]
    assert manager.post(f"{base}/authority/release", data={"version": version}).status_code == 409
    assert approver.post(f"{base}/authority/release", data={"version": version}).status_code == 303
    assert READY[62].text in manager.get(f"{base}/authority/copy").text
    sent = {"filed_at_date": "2026-11-22", "filed_at_time": "14:05", "channel": "portal"}
    receipt = {"receipt": ("kvittens.pdf", b"%PDF-1.4 confirmation", "application/pdf")}
    assert manager.post(f"{base}/authority/file", data=sent, files=receipt).status_code == 303
    assert "Kvittens" in manager.get(f"{base}/authority").text or "kvittensen" in manager.get(f"{base}/authority").text


def test_what_was_sent_in_time_lacks_no_reasons_for_delay_when_it_is_looked_at_later(world: World, case: str) -> None:
    released(world, case)
    step(world, case, Role.MANAGER, "file_notice", Sent(world.now, "portal"))
    world.later(days=20)
    with world.look() as session:
        incident = find(session, world.actor(Role.MANAGER), case)
        notice = session.scalars(select(Notice)).one()
        assert 49 in {one.number for one in reckoned(session, incident, answers_of(session, notice), world.now).open()}
        assert 49 not in {one.number for one in standing(session, incident, notice, world.now).open()}
