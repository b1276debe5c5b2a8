"""The case on its page: who sees what, what a click does, and what is behind "show"."""

import pytest

from core.access import Role
from incidents.awareness import set_aware
from incidents.ending import dismiss
from tests.fixtures.world import World
from tests.incidents.cases import PASSWORD, Case
from tests.incidents.reporting import STORY

ADDRESS = "rapportör@example.com"


@pytest.fixture
def case(small_world: World) -> Case:
    return Case(small_world)


def page(case: Case, role: str, path: str = "", **query: str) -> str:
    answer = case.world.client(role).get(case.path + path, params={"lang": "en"} | query)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def test_taking_by_a_click_leads_back_to_the_case(case: Case) -> None:
    client = case.world.client(Role.MANAGER)
    assert client.post(f"{case.path}/take").headers["location"] == case.path
    assert case.now().state == "under_review"
    late = case.world.client(Role.DEPUTY).post(f"{case.path}/take")
    assert late.status_code == 409


def test_the_header_has_the_single_next_step_for_who_may_take_it(case: Case) -> None:
    assert 'form="next-step"' in page(case, Role.MANAGER)
    assert 'form="next-step"' not in page(case, Role.AUDITOR)


@pytest.mark.parametrize(
    ("role", "reads"),
    [(Role.MANAGER, True), (Role.HEAD, True), (Role.DPO, True), (Role.AUDITOR, True), (Role.WRITER, False),
     (Role.APPROVER, False)],
)  # fmt: skip
def test_the_story_is_for_who_handles_watches_or_judges(case: Case, role: Role, reads: bool) -> None:
    assert (STORY in page(case, role)) is reads


def test_the_reporter_is_behind_a_logged_click(case: Case) -> None:
    for role in (Role.MANAGER, Role.HEAD, Role.DPO):
        assert ADDRESS not in page(case, role)
    shown = case.world.client(Role.MANAGER).post(f"{case.path}/reporter")
    assert ADDRESS in shown.text
    assert "incident:reporter_shown" in case.log()
    assert case.world.client(Role.HEAD).post(f"{case.path}/reporter").status_code == 404
    assert case.world.client(Role.AUDITOR).post(f"{case.path}/reporter").status_code == 404


def test_an_auditors_reading_is_on_record(case: Case) -> None:
    page(case, Role.AUDITOR)
    page(case, Role.MANAGER)
    assert case.log().count("incident:read") == 1


def test_the_full_log_names_every_entry(case: Case) -> None:
    case.take().classify()
    text = page(case, Role.AUDITOR, "/log")
    for what in ("Sent a report", "Took the case", "Saved the classification", "Kind of cause: "):
        assert what in text
    assert "cause_class" not in text
    assert STORY not in text


def test_a_later_awareness_shows_both_deadlines_to_who_signs(case: Case) -> None:
    world = case.take().world
    world.later(hours=20)
    case.do(set_aware, Role.MANAGER, world.now, "Utredningen blev klar nu.")
    overview = page(case, Role.HEAD)
    assert "Read and sign" in overview
    assert "52 h 00 min left" in overview
    href = overview.split('class="hit" href="')[1].split('"')[0]
    proposal = world.client(Role.HEAD).get(href, params={"lang": "en"}).text
    assert "Wed 25 Nov 2026 14:05 CET" in proposal
    assert "Thu 26 Nov 2026 10:05 CET" in proposal


def test_a_signature_by_form_needs_the_password_and_an_answer(case: Case) -> None:
    world = case.take().world
    case.do(dismiss, Role.MANAGER, "Inga personuppgifter fanns i filen.")
    client = world.client(Role.HEAD)
    href = client.get(case.path).text.split('class="hit" href="')[1].split('"')[0]
    assert client.post(href, data={"password": PASSWORD}).status_code == 422
    assert client.post(href, data={"answer": "sign", "password": "fel"}).status_code == 422
    assert client.post(href, data={"answer": "refuse", "password": PASSWORD}).status_code == 422
    assert case.now().state == "under_review"
    assert client.post(href, data={"answer": "sign", "password": PASSWORD}).status_code == 303
    assert case.now().state == "not_an_incident"
    assert client.post(href, data={"answer": "sign", "password": PASSWORD}).status_code == 409


def test_a_broken_moment_keeps_what_was_typed(case: Case) -> None:
    client = case.take().world.client(Role.MANAGER)
    typed = {"happened_at_date": "2026-11-22", "happened_at_time": "", "text": "Mottagaren ringde."}
    answer = client.post(f"{case.path}/note", data=typed)
    assert answer.status_code == 422
    assert "Mottagaren ringde." in answer.text
    assert client.post(f"{case.path}/note", data=typed | {"happened_at_time": "13:50"}).status_code == 303


def test_merging_by_form_leads_to_the_case_that_goes_on(case: Case) -> None:
    other = Case(case.world)
    client = case.world.client(Role.MANAGER)
    assert client.post(f"{case.path}/merge", data={"target": "PUI-2026-0000"}).status_code == 422
    assert client.post(f"{case.path}/merge", data={"target": other.reference}).headers["location"] == other.path
    assert client.get(f"{case.path}/target").headers["location"] == other.path


def test_nobody_marks_oneself_as_involved(case: Case) -> None:
    client = case.world.client(Role.MANAGER)
    form = {"user": case.world.users[Role.MANAGER].id, "reason": "Skickade mejlet."}
    assert client.post(f"{case.path}/involved", data=form).status_code == 422
    assert client.get(case.path).status_code == 200


def test_an_empty_queue_says_so(small_world: World) -> None:
    text = small_world.client(Role.MANAGER).get("/incidents", params={"lang": "en"}).text
    assert "No open incidents, and none before." in text
