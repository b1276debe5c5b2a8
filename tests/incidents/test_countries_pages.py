"""The page of countries and people, the reasons on the authority's page, and a notice form that asks nothing twice."""

import pytest
from starlette.testclient import TestClient

from core.access import Role
from core.organisation import organisation
from notifications.competence import Seat
from notifications.establishment import Establishment, keep_establishment
from tests.fixtures.world import World
from tests.incidents.cases import Case

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def case(small_world: World) -> Case:
    made = Case(small_world).take()
    made.classify(countries="SE, NO")
    return made


def manager(case: Case) -> TestClient:
    return case.world.client(Role.MANAGER)


def save(case: Case, key: str = Role.MANAGER, **fields: str | list[str]) -> tuple[int, str]:
    sent = {"version": str(case.now().version), "country": ["SE", "NO"], **fields}
    answer = case.world.client(key).post(f"{case.path}/countries", data=sent)
    return answer.status_code, answer.text


def test_numbers_are_saved_and_the_sum_is_told_and_blocks_nothing(case: Case) -> None:
    assert save(case, people_SE="1 20", people_NO="80")[0] == 303
    assert case.now().people_by_country == {"SE": 120, "NO": 80}
    page = manager(case).get(f"{case.path}/countries").text
    assert "färre än ärendet anger (214 personer)" in page
    assert "<b>Sverige: Integritetsskyddsmyndigheten</b>" in page
    assert "Norge: Datatilsynet" in page


def test_a_country_is_added_and_taken_away(case: Case) -> None:
    assert save(case, people_SE="120", gone="NO", new_1="DK", people_new_1="94")[0] == 303
    assert (case.now().countries, case.now().people_by_country) == (["SE", "DK"], {"SE": 120, "DK": 94})
    assert "som ärendet anger" in manager(case).get(f"{case.path}/countries").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"people_SE": "många"}, "people_SE"),
        ({"people_SE": "9999999999"}, "people_SE"),
        ({"people_new_2": "7"}, "new_2"),
        ({"new_1": "XX"}, "country_XX"),
    ],
)
def test_what_cannot_be_used_is_named_and_everything_typed_stays(
    case: Case, fields: dict[str, str], field: str
) -> None:
    status, page = save(case, **{"people_NO": "31337", **fields})
    assert status == 422
    assert f'href="#{field}"' in page
    assert 'value="31337"' in page
    assert case.now().people_by_country == {}


def test_a_stale_page_is_shown_again_with_what_was_typed(case: Case) -> None:
    status, page = save(case, version="1", people_SE="120")
    assert (status, 'value="120"' in page) == (409, True)


def test_a_writer_may_save_and_a_reader_only_reads(case: Case) -> None:
    assert save(case, Role.WRITER, people_SE="1")[0] == 303
    page = case.world.client(Role.AUDITOR).get(f"{case.path}/countries").text
    assert 'name="people_SE"' not in page
    assert save(case, Role.AUDITOR)[0] == 404


def test_the_begin_page_says_why_this_authority_and_which_are_concerned(case: Case) -> None:
    page = manager(case).get(f"{case.path}/authority").text
    assert "Det huvudsakliga verksamhetsstället finns i Sverige, så myndigheten där är behörig" in page
    assert "Berörda tillsynsmyndigheter" in page
    assert "IMY har en egen blankett för gränsöverskridande fall" in page
    assert '<option value="imy" selected>' in page
    assert "Inte den behöriga myndigheten" not in page


def test_the_competent_authority_is_proposed_and_another_choice_is_warned_about_and_not_blocked(case: Case) -> None:
    with case.world.change() as session:
        keep_establishment(session, organisation(session), Establishment(Seat("LT")))
    assert '<option value="vdai" selected>' in manager(case).get(f"{case.path}/authority").text
    assert manager(case).post(f"{case.path}/authority", data={"authority": "imy"}).status_code == 303
    page = manager(case).get(f"{case.path}/authority").text
    assert "Inte den behöriga myndigheten" in page
    assert "Det huvudsakliga verksamhetsstället finns i Litauen" in page


def test_a_country_without_a_card_is_said(case: Case) -> None:
    with case.world.change() as session:
        keep_establishment(session, organisation(session), Establishment(Seat("DE", "DE-BE")))
    page = manager(case).get(f"{case.path}/authority").text
    assert "Berliner Beauftragte" in page
    assert "Vaka har inget kort för den här myndigheten" in page
    assert "Inte den behöriga myndigheten" in page


def test_the_notice_form_shows_these_answers_and_asks_for_none_of_them(case: Case) -> None:
    manager(case).post(f"{case.path}/authority", data={"authority": "imy"})
    page = manager(case).get(f"{case.path}/authority/edit").text
    assert f'href="{case.path}/countries"' in page
    for number in (113, 114, 115, 116, 117):
        assert f'name="q{number}"' not in page
        assert f'id="q{number}"' in page
    assert 'name="q118"' in page


def test_before_a_country_is_known_the_form_asks_only_whether_it_crosses_borders(small_world: World) -> None:
    case = Case(small_world).take()
    manager(case).post(f"{case.path}/authority", data={"authority": "imy"})
    page = manager(case).get(f"{case.path}/authority/edit").text
    assert 'name="q113"' in page
    assert 'name="q116"' not in page


def test_an_ended_case_keeps_its_countries(case: Case) -> None:
    with case.world.change() as session:
        case.row(session).state = "closed"
    assert save(case, people_SE="1")[0] == 409
    assert case.now().people_by_country == {}
