"""The competent authority: one leads by the main establishment, the others are concerned, and what is open is said."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.territories import territories
from notifications.authorities import AUTHORITIES, authority_name, card_of
from notifications.competence import (
    ALONE,
    BOTH,
    EEA,
    ESTABLISHED,
    NO_COUNTRY,
    NOWHERE,
    OUTSIDE,
    PEOPLE,
    WHICH_LAND,
    WHICH_LANDS,
    Competence,
    Seat,
    Way,
    competence,
)
from notifications.edpb.card import template

WORLD = territories("en")
SWEDISH = Seat("SE", others=("LT",))
EVERY = st.lists(st.sampled_from(sorted(EEA)), unique=True, max_size=6)


def found(seat: Seat, *countries: str, lands: tuple[str, ...] = ()) -> Competence:
    return competence(seat, countries, lands, WORLD)


def said(one: Competence) -> set[str]:
    return {reason.sentence for reason in one.reasons}


def test_the_eea_is_the_templates_list_and_every_country_has_an_authority() -> None:
    assert {choice.code for choice in template().questions[116].choices} == EEA
    assert {choice.code for choice in template().questions[114].choices} >= EEA
    assert {"NO", "IS", "LI"} <= EEA


@pytest.mark.parametrize(
    ("seat", "country"),
    [(Seat("LT"), "LT"), (Seat("NO"), "NO"), (Seat("SE"), "SE")],
)
def test_competence_follows_the_main_establishment(seat: Seat, country: str) -> None:
    """The company of the source policy is Lithuanian, a sibling Norwegian, two Swedish (law.md, f)."""
    told = found(seat, country)
    assert (told.way, told.lead, told.concerned) == (Way.ALONE, country, ())
    assert ALONE in said(told)
    assert AUTHORITIES[card_of(told.lead) or ""].country == country


def test_people_in_other_countries_make_it_the_lead_and_the_others_concerned() -> None:
    told = found(SWEDISH, "SE", "NO", "LT")
    assert (told.way, told.lead, told.told) == (Way.LEAD, "SE", ("SE",))
    assert [(one.country, one.authorities, one.why) for one in told.concerned] == [
        ("NO", ("NO",), PEOPLE),
        ("LT", ("LT",), BOTH),
    ]


def test_a_further_establishment_is_concerned_when_the_case_crosses_borders() -> None:
    assert [(one.country, one.why) for one in found(SWEDISH, "NO").concerned] == [("NO", PEOPLE), ("LT", ESTABLISHED)]
    assert found(SWEDISH, "SE").concerned == ()


def test_without_an_establishment_in_the_eea_each_authority_is_told() -> None:
    told = found(Seat(""), "SE", "NO", "GB")
    assert (told.way, told.lead, told.told) == (Way.EACH, "", ("SE", "NO"))
    assert OUTSIDE in said(told)


def test_nothing_is_said_while_no_country_is_known() -> None:
    assert (found(SWEDISH).way, found(SWEDISH).lead) == (Way.OPEN, "SE")
    assert NOWHERE in said(found(Seat("")))


def test_an_unknown_country_is_named_and_decides_nothing() -> None:
    told = found(Seat("SE"), "XX")
    assert told.way is Way.OPEN
    assert [reason.countries for reason in told.reasons if reason.sentence == NO_COUNTRY] == [("XX",)]
    assert found(Seat("SE"), "SE", "XX").way is Way.ALONE


def test_people_outside_the_eea_make_nothing_cross_border() -> None:
    assert found(Seat("SE"), "SE", "GB").way is Way.ALONE
    assert OUTSIDE in said(found(Seat("SE"), "GB"))


def test_in_germany_it_is_asked_which_land() -> None:
    assert (found(Seat("DE"), "DE").lead, WHICH_LAND in said(found(Seat("DE"), "DE"))) == ("", True)
    assert found(Seat("DE", "DE-BE"), "DE").lead == "DE-BE"
    open_one = found(Seat("SE"), "DE")
    assert (open_one.concerned[0].authorities, WHICH_LANDS in said(open_one)) == ((), True)
    chosen = found(Seat("SE"), "DE", lands=("DE-BE", "DE-HH"))
    assert (chosen.concerned[0].authorities, WHICH_LANDS in said(chosen)) == (("DE-BE", "DE-HH"), False)
    assert WHICH_LANDS not in said(found(Seat("DE", "DE-BE"), "DE"))


@given(st.sampled_from(sorted(EEA - {"DE"})), EVERY, EVERY)
def test_one_leads_and_every_other_country_with_people_is_concerned(
    main: str, others: list[str], countries: list[str]
) -> None:
    told = competence(Seat(main, others=tuple(others)), countries, (), WORLD)
    assert told.lead == main
    named = [one.country for one in told.concerned]
    assert main not in named
    assert len(named) == len(set(named))
    assert set(countries) - {main} <= set(named)
    assert (told.way is Way.LEAD) == bool(set(countries) - {main})


@given(EVERY)
def test_of_each_country_exactly_one_notice_when_there_is_no_establishment(countries: list[str]) -> None:
    told = competence(Seat(""), countries, ("DE-BE",), WORLD)
    assert [one.country for one in told.concerned] == countries
    assert all(one != other for one, other in pairwise(told.told))


@pytest.mark.parametrize("code", AUTHORITIES)
def test_each_card_is_found_by_its_code_in_the_template(code: str) -> None:
    assert card_of(AUTHORITIES[code].code) == code
    assert AUTHORITIES[code].name.split(" / ")[0] in authority_name(AUTHORITIES[code].code, "en")
