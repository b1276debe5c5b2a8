"""Awareness changes while a notice is written, released, or sent: it follows, falls, or is corrected; never unseen."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Invalid
from core.i18n import absolute
from incidents import notifying
from incidents.awareness import set_aware
from incidents.merging import merge
from incidents.notifying.correcting import said
from notifications.edpb.answers import Answer, Source, known
from notifications.filings import answers_of, notices
from notifications.notice_models import Filing, Notice
from tests.fixtures.world import START, World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first, release_first, save, step

EARLIER, LATER = START - timedelta(hours=4), START + timedelta(hours=2)
WHY = "Utredningen visade en annan tid."
HEADING, SENT = "Anmälan anger en annan tidpunkt för vetskap än ärendet", "Det som skickades anger en annan tidpunkt"


@pytest.fixture
def case(world: World) -> Case:
    case = Case(world).take()
    world.later(hours=5)
    return case


@pytest.fixture
def small_case(small_world: World) -> Case:
    case = Case(small_world).take()
    small_world.later(hours=5)
    return case


def drafted(case: Case) -> None:
    case.do(lambda session, actor, one, now: notifying.draft(session, actor, one, "imy", now), Role.MANAGER)


def aware(case: Case, at: datetime) -> None:
    """By the manager; a later moment with the signature of the head."""
    counted = case.now().aware_at or START
    case.know(Role.MANAGER, at, detected_at=min(START, at), reason=WHY)
    if at > counted:
        case.sign(Role.HEAD)


def latest(case: Case) -> tuple[Notice, dict[int, Answer]]:
    with case.world.look() as session:
        notice = notices(session, case.row(session).id)[-1]
        return notice, answers_of(session, notice)


def page(case: Case, path: str = "/authority", who: str = Role.MANAGER) -> str:
    return case.world.client(who).get(f"{case.path}{path}").text


@pytest.mark.parametrize("at", [EARLIER, LATER])
def test_a_draft_follows_the_moment_of_the_case(case: Case, at: datetime) -> None:
    drafted(case)
    aware(case, at)
    notice, answers = latest(case)
    assert (said(answers), answers[48].source, notice.state) == (at, Source.CASE, "draft")
    assert case.log().count("notice:awareness_moved") == 1
    assert HEADING not in page(case)


def test_a_later_moment_moves_nothing_before_it_is_signed(case: Case) -> None:
    drafted(case)
    case.do(set_aware, Role.MANAGER, LATER, WHY)
    assert said(latest(case)[1]) == START


def test_an_answer_saved_with_the_form_follows_too(small_case: Case) -> None:
    """The form shows no seconds, and a moment typed as the case says it is no moment of one's own."""
    drafted(small_case)
    save(small_case, Role.MANAGER, {48: known((START + timedelta(seconds=30)).isoformat())})
    assert latest(small_case)[1][48].source is Source.CASE
    save(small_case, Role.MANAGER, {48: known((START - timedelta(minutes=9)).isoformat())})
    save(small_case, Role.MANAGER, {48: known(START.isoformat())})
    assert latest(small_case)[1][48].source is Source.TYPED
    aware(small_case, EARLIER)
    assert said(latest(small_case)[1]) == EARLIER


def test_what_a_person_has_written_otherwise_stays_and_is_marked_as_differing(small_case: Case) -> None:
    drafted(small_case)
    typed = START - timedelta(hours=1)
    save(small_case, Role.MANAGER, {48: known(typed.isoformat())})
    assert HEADING in page(small_case)
    aware(small_case, EARLIER)
    assert said(latest(small_case)[1]) == typed
    for place in ("", "/authority", "/authority/edit", "/authority/copy", "/authority/file"):
        shown = page(small_case, place)
        assert HEADING in shown, place
        assert absolute(typed, "sv", "Europe/Stockholm") in shown, place
        assert absolute(EARLIER, "sv", "Europe/Stockholm") in shown, place
    save(small_case, Role.MANAGER, {48: known(EARLIER.isoformat())})
    assert HEADING not in page(small_case)


def test_a_notice_in_review_goes_back_to_its_writers(case: Case) -> None:
    drafted(case)
    release_first(case)
    save(case, Role.MANAGER, {92: known("Listan är raderad.")})
    step(case, Role.MANAGER, "ask_release")
    aware(case, EARLIER)
    notice, answers = latest(case)
    assert (notice.state, case.now().authority_track, said(answers)) == ("draft", "draft", EARLIER)
    with pytest.raises(Conflict):
        step(case, Role.HEAD, "release", notice.version)


@pytest.mark.parametrize("at", [EARLIER, LATER])
def test_a_release_falls_and_whoever_wrote_or_released_is_told(case: Case, at: datetime) -> None:
    drafted(case)
    release_first(case)
    case.world.later(minutes=5)
    aware(case, at)
    notice, answers = latest(case)
    assert (notice.state, notice.approved_by, notice.approved_digest) == ("draft", None, "")
    assert (case.now().authority_track, said(answers)) == ("draft", at)
    assert Role.APPROVER in case.told("notice_overtaken")
    with pytest.raises(Conflict, match="Only a released notice"):
        step(case, Role.MANAGER, "file_notice", notifying.Sent(case.world.now, "portal"))


def test_a_release_falls_even_when_the_notice_says_another_moment_on_purpose(small_case: Case) -> None:
    drafted(small_case)
    save(small_case, Role.MANAGER, {48: known((START - timedelta(hours=1)).isoformat())})
    release_first(small_case)
    assert HEADING in page(small_case, "/authority/file")
    aware(small_case, EARLIER)
    assert latest(small_case)[0].state == "draft"
    assert HEADING in page(small_case)


def test_who_agreed_to_the_moment_may_still_release_the_notice(small_case: Case) -> None:
    drafted(small_case)
    release_first(small_case)
    aware(small_case, LATER)
    assert latest(small_case)[0].editors == [small_case.world.users[Role.MANAGER].id]


def test_an_earlier_moment_that_makes_it_late_asks_for_the_reasons(small_case: Case) -> None:
    drafted(small_case)
    release_first(small_case)
    small_case.world.later(hours=60)
    aware(small_case, START - timedelta(hours=20))
    with pytest.raises(Invalid) as wrong:
        release_first(small_case)
    assert set(wrong.value.fields) == {"q49"}
    release_first(small_case, "Händelsen upptäcktes senare än vi trodde.")
    assert latest(small_case)[0].state == "approved"


@pytest.mark.parametrize("at", [EARLIER, LATER])
def test_what_was_sent_stays_and_the_case_offers_a_correction(case: Case, at: datetime) -> None:
    file_first(case)
    before = _filed(case)
    aware(case, at)
    assert said(latest(case)[1]) == START
    assert _filed(case) == before
    assert SENT in page(case, "")
    shown = page(case)
    assert SENT in shown
    assert "Börja en rättelse" in shown
    drafted(case)
    notice, answers = latest(case)
    assert (notice.phase, said(answers)) == (2, at)
    was, now = (absolute(one, "sv", "Europe/Stockholm") for one in (START, at))
    assert answers[53].text == f"Rättelse: anmälan angav {was} som tidpunkten då vi fick vetskap. Det var {now}."
    assert SENT not in page(case)
    assert _filed(case) == before


def test_a_correction_that_is_being_written_follows_the_moment_and_its_remark(case: Case) -> None:
    file_first(case)
    aware(case, EARLIER)
    drafted(case)
    save(case, Role.MANAGER, {53: known("Väntetid.\n" + latest(case)[1][53].text)})
    aware(case, EARLIER - timedelta(hours=1))
    answers = latest(case)[1]
    was, now = (absolute(one, "sv", "Europe/Stockholm") for one in (START, EARLIER - timedelta(hours=1)))
    assert answers[53].text == (
        f"Väntetid.\nRättelse: anmälan angav {was} som tidpunkten då vi fick vetskap. Det var {now}."
    )
    aware(case, START)
    answers = latest(case)[1]
    assert (said(answers), answers[53].text) == (START, "Väntetid.")


def test_a_merged_report_that_was_first_moves_the_notice_of_the_other(world: World) -> None:
    first = Case(world).take()
    world.later(hours=3)
    second = Case(world).take()
    release_first(second)
    with world.change() as session:
        merge(session, world.actor(Role.MANAGER), first.row(session), second.row(session), world.now)
    notice, answers = latest(second)
    assert (notice.state, said(answers)) == ("draft", START)


def test_a_withdrawn_notice_needs_no_correction(small_case: Case) -> None:
    file_first(small_case)
    small_case.do(notifying.withdraw, Role.MANAGER, "Det var ingen incident.")
    aware(small_case, EARLIER)
    assert SENT not in page(small_case)


def _filed(case: Case) -> list[tuple[bool, datetime | None, str]]:
    with case.world.look() as session:
        rows = session.scalars(select(Filing).where(Filing.incident_id == case.row(session).id))
        return [(one.late, one.due_at, one.content_digest) for one in rows]
