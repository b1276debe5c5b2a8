"""Countries and people: entered once, and the notice, the authority and the reasons follow."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from core.organisation import organisation
from incidents import notifying
from incidents.countries import set_countries
from incidents.notifying.prefilling import prefill
from incidents.notifying.reckoning import reckoned
from incidents.people_by_country import AGREE, FEWER, MORE, NO_TOTAL, SO_FAR, compared
from incidents.people_count import PeopleCount
from notifications.competence import Seat
from notifications.edpb.answers import Answers, Knowledge, known
from notifications.edpb.card import template
from notifications.edpb.wording import in_words
from notifications.establishment import Establishment, keep_establishment
from notifications.filings import answers_of, notices
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.first_notice import release_first


def live(case: Case, key: str = Role.MANAGER, lands: tuple[str, ...] = (), **people: int | None) -> None:
    version = case.now().version
    case.do(lambda s, a, i, now: set_countries(s, a, i, people, lands, version, now), key)


def settle(world: World, seat: Seat, representative: str = "") -> None:
    with world.change() as session:
        found = Establishment(seat, representative, "+46 8 000 00 00" if representative else "")
        keep_establishment(session, organisation(session), found)


def draft(case: Case) -> Answers:
    case.do(lambda s, a, i, now: notifying.draft(s, a, i, "imy", now), Role.MANAGER)
    return written(case)


def written(case: Case) -> Answers:
    with case.world.look() as session:
        return answers_of(session, notices(session, case.row(session).id)[-1])


def track(case: Case) -> str:
    return case.now().authority_track


def test_the_notice_is_filled_in_from_the_countries_and_nothing_is_asked_twice(world: World) -> None:
    settle(world, Seat("SE", others=("LT",)))
    case = Case(world).take()
    live(case, SE=120, NO=80, GB=14)
    told = draft(case)
    values = {number: told[number].values for number in range(113, 119)}
    assert values == {113: ("yes",), 114: ("SE",), 115: ("SE", "LT"), 116: ("SE", "NO"), 117: ("SE:120", "NO:80"),
                      118: ("SE",)}  # fmt: skip
    assert {told[number].source for number in values} == {"case"}
    assert not set(told) & {18, 120, 121, 122, 123}


def test_a_case_in_one_country_is_not_cross_border(world: World) -> None:
    case = Case(world).take()
    live(case, SE=214)
    told = draft(case)
    assert told[113].values == ("no",)
    assert not set(told) & set(range(114, 119))


def test_a_company_outside_the_eea_is_asked_other_questions_and_names_its_representative(world: World) -> None:
    settle(world, Seat(""), "Ombud i Unionen AB")
    case = Case(world).take()
    live(case, SE=120, NO=80)
    with world.look() as session:
        told = prefill(session, world.actor(Role.MANAGER), case.row(session), "sv")
        asked = {question.number for question in reckoned(session, case.row(session), told, world.now).asked()}
    assert (told[18].text, told[19].text) == ("Ombud i Unionen AB", "+46 8 000 00 00")
    assert [told[number].values for number in range(120, 124)] == [
        ("yes",), ("SE", "NO"), ("SE:120", "NO:80"), ("SE", "NO")
    ]  # fmt: skip
    assert asked & set(range(113, 124)) == set(range(120, 124))


def test_a_number_that_is_missing_leaves_the_figures_open_and_the_known_ones_in_sight(world: World) -> None:
    case = Case(world).take()
    live(case, SE=120, NO=None)
    answer = draft(case)[117]
    assert (answer.values, answer.state) == (("SE:120",), Knowledge.NOT_KNOWN_YET)
    words = in_words(template().questions[117], answer, "sv", "Europe/Stockholm")
    assert words == "Sverige: 120; övriga inte kända än"
    with world.look() as session:
        left = {one.number for one in reckoned(session, case.row(session), written(case), world.now).open()}
    assert 117 in left


def test_new_countries_reach_a_released_notice_and_take_the_release_away(world: World) -> None:
    case = Case(world).take()
    live(case, SE=214)
    release_first(case)
    assert track(case) == "approved"
    live(case, SE=200, NO=14)
    assert track(case) == "draft"
    assert (written(case)[113].text, written(case)[117].values) == ("yes", ("SE:200", "NO:14"))
    assert "notice:edited" in case.log()


def test_saving_the_same_countries_again_voids_nothing(world: World) -> None:
    case = Case(world).take()
    live(case, SE=214)
    release_first(case)
    live(case, SE=214)
    assert track(case) == "approved"
    assert case.log().count("incident:countries_set") == 1


def test_the_classification_is_the_same_truth(world: World) -> None:
    case = Case(world).take()
    live(case, SE=120, NO=80)
    draft(case)
    case.classify(countries="Sverige, Danmark")
    row = case.now()
    assert (row.countries, row.people_by_country) == (["SE", "DK"], {"SE": 120})
    assert written(case)[116].values == ("SE", "DK")


def test_a_word_that_is_no_country_is_refused_at_its_field(world: World) -> None:
    case = Case(world).take()
    with pytest.raises(Invalid) as wrong:
        case.classify(countries="SE, Atlantis")
    assert set(wrong.value.fields) == {"countries"}
    with pytest.raises(Invalid) as wrong:
        live(case, SE=1, XX=2)
    assert set(wrong.value.fields) == {"country_XX"}


def test_whether_it_crosses_borders_may_be_said_before_a_country_is_known(world: World) -> None:
    case = Case(world).take()
    assert 113 not in draft(case)
    with world.change() as session:
        incident = case.row(session)
        notice = notices(session, incident.id)[-1]
        notifying.save(session, world.actor(Role.MANAGER), incident, notice, {113: known("no")}, world.now)
    case.classify()
    assert written(case)[113].values == ("no",)
    live(case, NO=3)
    assert written(case)[113].values == ("yes",)


def test_who_else_is_told_is_a_choice_that_stays(world: World) -> None:
    case = Case(world).take()
    live(case, SE=1, NO=2)
    draft(case)
    with world.change() as session:
        incident = case.row(session)
        notice = notices(session, incident.id)[-1]
        notifying.save(session, world.actor(Role.MANAGER), incident, notice, {118: known("SE", "NO")}, world.now)
    live(case, SE=1, NO=2, DK=3)
    assert (written(case)[118].values, written(case)[116].values) == (("SE", "NO"), ("SE", "NO", "DK"))


def test_german_authorities_are_kept_as_long_as_people_live_there(world: World) -> None:
    case = Case(world).take()
    live(case, lands=("DE-BE",), SE=1, DE=2)
    assert case.now().land_authorities == ["DE-BE"]
    live(case, lands=("DE-BE",), SE=1)
    assert case.now().land_authorities == []
    with pytest.raises(Invalid):
        live(case, lands=("SE",), DE=1)


def test_of_two_who_save_at_once_the_second_is_told(world: World) -> None:
    case = Case(world).take()
    version = case.now().version
    live(case, SE=1)
    with pytest.raises(Conflict, match="Somebody else has changed the case"):
        case.do(lambda s, a, i, now: set_countries(s, a, i, {"NO": 1}, [], version, now), Role.DEPUTY)


def test_codes_and_numbers_stand_in_clear_in_the_log(world: World) -> None:
    case = Case(world).take()
    live(case, SE=120, NO=None)
    with world.look() as session:
        query = select(AuditEntry.entry).where(AuditEntry.action == "incident:countries_set")
        entry = session.scalars(query).one()
    assert b'"countries":["SE","NO"]' in entry
    assert b'"people_by_country":["SE:120"]' in entry


@pytest.mark.parametrize(
    ("total", "figures", "answer"),
    [
        (PeopleCount.exact(214), [], (True, "")),
        (PeopleCount.exact(214), [None, None], (True, "")),
        (PeopleCount.exact(214), [200, 14], (True, AGREE)),
        (PeopleCount(100, 300), [200, 14], (True, AGREE)),
        (PeopleCount(1001), [2000], (True, AGREE)),
        (PeopleCount.exact(214), [200, 13], (False, FEWER)),
        (PeopleCount.exact(214), [200, 15], (False, MORE)),
        (PeopleCount.exact(214), [215, None], (False, MORE)),
        (PeopleCount.exact(214), [200, None], (True, SO_FAR)),
        (PeopleCount(), [200], (True, NO_TOTAL)),
    ],
)
def test_the_countries_are_compared_with_the_number_of_the_case(
    total: PeopleCount, figures: list[int | None], answer: tuple[bool, str]
) -> None:
    assert compared(total, figures) == answer
