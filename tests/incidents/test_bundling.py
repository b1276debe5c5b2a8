"""Like cases in one notice: it speaks of all of them, and each keeps its record, its clock and its own lateness."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access import Role
from core.errors import Conflict, DomainError, Invalid
from core.files import StoredFile, file_content, store
from incidents import notifying
from incidents.bundling.bundling import bundle
from incidents.bundling.choosing import like_cases
from incidents.bundling.facts import people_of
from incidents.bundling.wording import with_paragraph
from incidents.ending import before_closing
from incidents.excluding import propose_exclusion
from incidents.merging import merge
from incidents.models import Incident
from incidents.next_step import UNFINISHED, Track
from incidents.notifying.prefilling import prefill
from notifications.edpb.answers import known
from notifications.filings import delay_reasons, receipt_reference
from tests.fixtures.world import World
from tests.incidents.bundles import (
    REASONS,
    begin,
    hand_over,
    like,
    put_together,
    release,
    send,
    sent_of,
    step,
    told_with,
    track,
    written,
)
from tests.incidents.cases import Case
from tests.incidents.test_notifying import COMPLETE


@pytest.fixture
def lead(world: World) -> Case:
    return like(world, people_min=214, countries="SE")


@pytest.fixture
def second(world: World, lead: Case) -> Case:
    world.later(hours=20)
    return like(world, people_min=6, countries="SE, NO", systems="Lönesystemet", data_categories=["contact", "login"])


@pytest.fixture
def third(world: World, second: Case) -> Case:
    world.later(hours=10)
    return like(world, people_min=30, countries="NO")


def find_like(lead: Case, days: int = 14, key: str = Role.MANAGER) -> list[str]:
    with lead.world.look() as session:
        return [one.case.reference for one in like_cases(session, lead.world.actor(key), lead.row(session), days)]


def late_seconds(case: Case) -> int | None:
    clock = case.now().clock("notify_authority")
    assert clock is not None
    return clock.late_seconds


def test_the_notice_names_every_case_and_speaks_of_all_of_them(lead: Case, second: Case, third: Case) -> None:
    put_together(lead, second, third)
    begin(lead)
    told = written(lead)
    for case in (lead, second, third):
        assert case.reference in told[62].text
    assert "Gemensam anmälan av 3 liknande incidenter" in told[62].text
    assert "250 personer" in told[62].text
    assert "mellan sön 22 nov 2026 14:05 CET och mån 23 nov 2026 20:05 CET" in told[53].text
    assert (told[67].text, told[68].text) == ("exact", "250")
    assert told[70].values == ("basic", "contact", "credentials")
    assert told[63].text == "Kundregistret, Lönesystemet"
    assert told[48].text == "2026-11-22T13:05:00+00:00"
    assert (told[113].text, told[116].values) == ("yes", ("SE", "NO"))
    assert 49 not in told


def test_it_says_the_same_whether_the_draft_was_begun_before_or_after(lead: Case, second: Case, third: Case) -> None:
    begin(lead)
    put_together(lead, second, third)
    after = written(lead)
    put_together(lead)
    assert third.reference not in written(lead)[62].text
    put_together(lead, second, third)
    with lead.world.look() as session:
        fresh = prefill(session, lead.world.actor(Role.MANAGER), lead.row(session), "sv")
    told = written(lead)
    assert told == after
    assert {number: told[number].values for number in (48, 63, 68, 70, 113, 116)} == {
        number: fresh[number].values for number in (48, 63, 68, 70, 113, 116)
    }


def test_what_somebody_has_typed_stays_and_only_our_paragraph_changes(lead: Case, second: Case, third: Case) -> None:
    begin(lead)
    put_together(lead, second)
    text = f"Med egna ord.\n\n{written(lead)[62].text}"
    step(lead, Role.MANAGER, "save", {62: known(text), 68: known("9000")})
    put_together(lead, second, third)
    told = written(lead)
    assert told[62].text.startswith("Med egna ord.")
    assert told[62].text.count("Gemensam anmälan av") == 1
    assert third.reference in told[62].text
    assert told[68].text == "9000"
    put_together(lead)
    assert "Gemensam anmälan" not in written(lead)[62].text
    assert written(lead)[62].text.startswith("Med egna ord.")


def test_a_paragraph_takes_the_place_of_ours_and_of_nothing_else() -> None:
    text = "Först.\n\nJoint notice of 2 like breaches (x)\n\nGemensam anmälan av misstag."
    assert with_paragraph(text, "Ny.") == "Först.\n\nNy."
    assert with_paragraph("Gemensam kalender.", "Ny.") == "Gemensam kalender.\n\nNy."
    assert with_paragraph("Först.\n\nNy.", "") == "Först.\n\nNy."


def test_every_change_takes_the_release_away_and_stands_in_every_log(lead: Case, second: Case, third: Case) -> None:
    begin(lead)
    put_together(lead, second)
    release(lead)
    put_together(lead, second, third)
    assert track(lead) == "draft"
    assert "notice:bundled" in lead.log()
    assert [case.log().count("notice:joined") for case in (second, third)] == [1, 1]
    release(lead)
    put_together(lead, third)
    assert track(lead) == "draft"
    assert "notice:left" in second.log()
    assert told_with(lead) == [third.reference]


def test_sending_it_tells_each_case_with_a_record_of_its_own(lead: Case, second: Case, third: Case) -> None:
    put_together(lead, second, third)
    begin(lead)
    release(lead)
    with lead.world.change() as session:
        incident = lead.row(session)
        receipt = store(session, incident.id, "receipt", "kvittens.txt", b"Mottagen.", "x", lead.world.now).id
    send(lead, receipt_file_id=receipt)
    mine = sent_of(lead)[0]
    for case in (second, third):
        own = sent_of(case)[0]
        assert (own.notice_id, own.content_digest, own.filed_at) == (mine.notice_id, mine.content_digest, mine.filed_at)
        with lead.world.look() as session:
            assert receipt_reference(session, own) == "IMY-2026-1"
            copies = [session.get_one(StoredFile, id_ or "") for id_ in (own.receipt_file_id, own.json_file_id)]
            kept = [session.get_one(StoredFile, id_ or "") for id_ in (mine.receipt_file_id, mine.json_file_id)]
            assert [file_content(session, one) for one in copies] == [file_content(session, one) for one in kept]
            assert {one.case_id for one in copies} == {case.now().id}
        assert track(case) == track(lead) == "supplement_expected"
        clock = case.now().clock("notify_authority")
        assert clock is not None
        assert (clock.stopped_at, clock.stop_reason, clock.next_at) == (mine.filed_at, "filed", None)
        assert case.now().clock("supplement") is not None
        assert "notice:filed" in case.log()


def test_the_reasons_are_demanded_when_any_case_is_late_and_each_is_late_for_itself(
    world: World, lead: Case, second: Case, third: Case
) -> None:
    put_together(third, lead, second)
    world.now = lead.due() + timedelta(hours=1)
    begin(third)
    assert lead.reference in written(third)[49].text.rpartition("Fristen")[2]
    assert second.reference not in written(third)[49].text.rpartition("Fristen")[2]
    release(third)
    with pytest.raises(Invalid) as wrong:
        send(third)
    assert set(wrong.value.fields) == {"delay_reasons"}
    send(third, REASONS)
    assert [sent_of(case)[0].late for case in (lead, second, third)] == [True, False, False]
    assert [late_seconds(case) for case in (lead, second, third)] == [3600, 0, 0]
    with world.look() as session:
        kept = [delay_reasons(session, sent_of(case)[0]) for case in (lead, second)]
    assert kept == [REASONS, ""]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 30), min_size=3, max_size=3), st.integers(60, 110))
def test_each_case_is_as_late_as_it_would_have_been_alone(world: World, hours: list[int], sent_after: int) -> None:
    """Two of each report: one told together with others, its twin told by itself at the same moment."""
    start, pairs = world.now, []
    for wait in sorted(hours):
        world.now = start + timedelta(hours=wait)
        pairs.append((like(world), like(world)))
    world.now = start + timedelta(hours=sent_after)
    together, twins = [one for one, _ in pairs], [twin for _, twin in pairs]
    put_together(*together)
    for case in (together[0], *twins):
        begin(case)
        release(case)
        send(case, REASONS)
    for one, twin in pairs:
        assert late_seconds(one) == late_seconds(twin)
        assert [(row.late, row.due_at) for row in sent_of(one)] == [(row.late, row.due_at) for row in sent_of(twin)]


def test_at_the_very_moment_of_the_earliest_deadline_nobody_is_late(world: World, lead: Case, second: Case) -> None:
    put_together(second, lead)
    begin(second)
    release(second)
    world.now = lead.due()
    send(second)
    assert not sent_of(lead)[0].late


def test_a_case_in_a_joint_notice_begins_none_of_its_own(lead: Case, second: Case) -> None:
    put_together(lead, second)
    with pytest.raises(Conflict, match="told in a joint notice"):
        begin(second)
    put_together(lead)
    begin(second)


def test_what_has_a_notice_or_has_ended_or_leads_cannot_be_in_it(
    world: World, lead: Case, second: Case, third: Case
) -> None:
    begin(second)
    with pytest.raises(Conflict):
        put_together(lead, second)
    fourth, fifth = like(world), Case(world)
    put_together(third, fourth)
    for other in (third, fourth):
        with pytest.raises(Conflict):
            put_together(lead, other)
    with pytest.raises(Conflict):
        put_together(lead, fifth)  # nobody is in charge of it yet
    with world.change() as session:
        merge(session, world.actor(Role.MANAGER), fourth.row(session), third.row(session), world.now)
    with pytest.raises(Conflict):
        put_together(lead, fourth)
    assert told_with(lead) == []


def test_a_case_that_was_merged_falls_out_and_the_release_counts_no_more(
    world: World, lead: Case, second: Case, third: Case
) -> None:
    put_together(lead, second, third)
    begin(lead)
    release(lead)
    with world.change() as session:
        merge(session, world.actor(Role.MANAGER), second.row(session), third.row(session), world.now)
    assert told_with(lead) == [third.reference]
    with pytest.raises(Conflict, match="can no longer be in it"):
        send(lead)
    put_together(lead, third)
    assert second.reference not in written(lead)[62].text
    hand_over(lead)
    send(lead)
    assert sent_of(second) == []
    assert len(sent_of(third)) == 1


def test_a_supplement_goes_with_the_leading_case_and_then_each_can_be_closed(lead: Case, second: Case) -> None:
    put_together(lead, second)
    begin(lead)
    release(lead)
    send(lead)
    with pytest.raises(Conflict, match="told in a joint notice"):
        begin(second)
    begin(lead)
    step(lead, Role.MANAGER, "save", COMPLETE)
    hand_over(lead)
    assert UNFINISHED[Track.AUTHORITY] in missing(second)
    send(lead)
    assert [track(case) for case in (lead, second)] == ["complete", "complete"]
    assert [filing.phase for filing in sent_of(second)] == [1, 2]
    clock = second.now().clock("supplement")
    assert clock is not None
    assert clock.stop_reason == "filed"
    assert UNFINISHED[Track.AUTHORITY] not in missing(second)


def missing(case: Case) -> list[str]:
    with case.world.look() as session:
        return before_closing(session, case.world.actor(Role.MANAGER), case.row(session), case.world.now)


def test_the_leading_case_is_not_withdrawn_while_others_wait_for_its_supplement(lead: Case, second: Case) -> None:
    put_together(lead, second)
    begin(lead)
    release(lead)
    send(lead)
    with pytest.raises(Conflict, match="wait for its supplement"):
        lead.do(notifying.withdraw, Role.MANAGER, "Ingen incident.")
    second.do(notifying.withdraw, Role.MANAGER, "Var samma sak som en annan.")
    assert (track(second), track(lead)) == ("withdrawn", "supplement_expected")
    lead.do(notifying.withdraw, Role.MANAGER, "Ingen incident.")


def test_what_has_been_sent_is_changed_no_more(lead: Case, second: Case, third: Case) -> None:
    put_together(lead, second)
    begin(lead)
    release(lead)
    send(lead)
    with pytest.raises(Conflict, match="has been sent"):
        put_together(lead, second, third)
    with pytest.raises(Conflict):
        put_together(third, second)


def test_like_cases_in_a_short_time_are_found_and_others_are_not(world: World) -> None:
    lead = like(world)
    fresh = like(world)
    like(world, cause="unforeseen.fire", breach_types=["availability"], data_categories=["photos"],
         title="Brand i arkivet", systems="Arkivet", subject_groups=["pupils"], people_min=3)  # fmt: skip
    Case(world)
    assert find_like(lead) == [fresh.reference]
    world.later(days=10)
    older = like(world)
    assert set(find_like(lead)) == {fresh.reference, older.reference}
    assert find_like(lead, days=7) == [fresh.reference]


def test_of_two_who_bundle_the_same_case_at_once_one_wins(world: World) -> None:
    prize, rivals = like(world), [like(world), like(world)]
    ready = Barrier(2)

    def take(case: Case) -> str:
        ready.wait()
        try:
            put_together(case, prize)
        except DomainError as wrong:
            return f"{wrong.status} {wrong.message}"
        return "won"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(take, rivals))
    assert sorted(one == "won" for one in said) == [False, True], said
    assert next(one for one in said if one != "won").startswith("409 One of the cases is in another joint notice")
    assert sorted(map(told_with, rivals)) == [[], [prize.reference]]
    assert prize.log().count("notice:joined") == 1


def test_a_notice_begun_at_the_same_moment_and_a_bundle_never_both_come_about(world: World) -> None:
    prize, lead = like(world), like(world)
    ready = Barrier(2)

    def run(number: int) -> bool:
        ready.wait()
        try:
            put_together(lead, prize) if number else begin(prize)
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(run, range(2)))
    assert done.count(True) == 1
    assert (track(prize) == "draft") != bool(told_with(lead))


def test_two_managers_who_change_the_same_bundle_do_not_undo_each_other(lead: Case, second: Case, third: Case) -> None:
    put_together(lead, second)
    with pytest.raises(Conflict, match="Somebody else has changed"):
        lead.do(lambda s, a, i, now: bundle(s, a, i, [third.reference], [], now), Role.DEPUTY)
    assert told_with(lead) == [second.reference]


def test_whoever_is_involved_in_one_of_them_neither_finds_it_nor_bundles_it(
    world: World, lead: Case, second: Case
) -> None:
    involve(second, Role.HEAD)
    for key in (Role.HEAD, Role.MANAGER):  # the others would name it to the head in the notice
        assert find_like(lead, key=key) == []
        with pytest.raises(Invalid) as wrong:
            put_together(lead, second, key=key)
        assert set(wrong.value.fields) == {"cases"}
    assert told_with(lead) == []


def test_involved_people_who_read_no_cases_stand_in_nobodys_way(lead: Case, second: Case) -> None:
    involve(second, Role.EMPLOYEE)
    put_together(lead, second)
    assert told_with(lead) == [second.reference]


def test_who_becomes_involved_later_takes_the_case_out_and_reads_of_it_no_more(
    world: World, lead: Case, second: Case
) -> None:
    put_together(lead, second)
    begin(lead)
    release(lead)
    involve(second, Role.APPROVER)
    assert told_with(lead) == []
    with pytest.raises(Conflict, match="can no longer be in it"):
        send(lead)
    client = world.client(Role.APPROVER)
    for path in ("", "/copy", "/countries"):
        assert second.reference not in client.get(f"{lead.path}/authority{path}").text
    assert client.get(f"{lead.path}/authority/notice").status_code == 403
    assert second.reference in world.client(Role.MANAGER).get(f"{lead.path}/authority/copy").text


def test_the_log_of_the_leading_case_tells_the_involved_nothing_even_when_the_case_has_left(
    lead: Case, second: Case
) -> None:
    begin(lead)
    put_together(lead, second)
    put_together(lead)
    assert second.reference in log_of(lead, Role.HEAD)
    involve(second, Role.HEAD)
    assert second.reference not in log_of(lead, Role.HEAD)
    assert second.reference in log_of(lead, Role.AUDITOR)


def log_of(case: Case, key: str) -> str:
    return str(case.world.client(key).get(f"{case.path}/log").text)


def involve(case: Case, key: str) -> None:
    case.do(propose_exclusion, Role.DEPUTY, case.world.users[key].id, "Skickade mejlet.")
    case.sign(Role.MANAGER)


@pytest.mark.parametrize(
    ("counts", "least", "most"),
    [
        ([(1, 1), (2, 2)], 3, 3),
        ([(1, 1), (11, 100)], 12, 101),
        ([(1, 1), (1001, None)], 1002, None),
        ([(1, 1), (None, None)], 1, None),
        ([(None, None), (None, None)], None, None),
    ],
)
def test_the_people_of_all_are_added_up_as_far_as_they_are_known(
    counts: list[tuple[int | None, int | None]], least: int | None, most: int | None
) -> None:
    cases = [Incident(reference="", people_min=low, people_max=high) for low, high in counts]
    found = people_of(cases)
    assert (found.least, found.most) == (least, most)
