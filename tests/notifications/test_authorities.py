"""A test for each card: an authority is named, reachable, and asks only for what we can answer."""

from zoneinfo import ZoneInfo

import pytest

from core.moment import utc
from incidents.regimes import REGIMES
from notifications.authorities import AUTHORITIES, choices, find, named, other_names
from notifications.edpb.card import template

FILED = utc(2026, 11, 24, 15)


@pytest.mark.parametrize("code", AUTHORITIES)
def test_every_authority_names_a_known_regime_zone_and_language(code: str) -> None:
    card = AUTHORITIES[code]
    assert card.regime in REGIMES
    assert ZoneInfo(card.zone)
    assert set(card.languages) <= {"sv", "en", "nb", "nn", "lt", "da", "fi"}


@pytest.mark.parametrize("code", AUTHORITIES)
def test_every_authority_has_a_way_in_and_one_for_when_it_is_down(code: str) -> None:
    card = AUTHORITIES[code]
    assert card.channels("notice")
    assert card.channels("fallback")
    assert card.phone.startswith("+")
    assert len(card.address) >= 3


@pytest.mark.parametrize("code", AUTHORITIES)
def test_every_form_asks_for_the_items_of_article_33_3(code: str) -> None:
    """Nature, contact, consequences, measures, and the reasons for a late notice."""
    asked = {field for question in AUTHORITIES[code].question for field in question.fields}
    assert asked <= set(template().questions)
    assert asked & {60, 61, 62}
    assert asked & {65, 67}
    assert asked >= {30, 49, 70, 85, 92, 97}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Datainspektionen", "imy"),
        ("imy", "imy"),
        ("statens dataskyddsinspektion", "vdai"),
        ("Norska Datatilsynet", "datatilsynet"),
    ],
)
def test_an_old_or_other_name_leads_to_the_authority(name: str, code: str) -> None:
    assert find(name) == [code]


def test_whoever_chooses_sees_the_former_name_and_every_other_one() -> None:
    assert dict(choices("sv"))["imy"] == "Integritetsskyddsmyndigheten (IMY), tidigare Datainspektionen"
    told = dict(other_names("sv"))
    assert "Datainspektionen" in told["Integritetsskyddsmyndigheten (IMY)"]
    assert "Statens dataskyddsinspektion" in told["Litauens statliga dataskyddsinspektion (VDAI)"]
    assert "VDAI" not in told["Litauens statliga dataskyddsinspektion (VDAI)"]  # it stands in the name itself


@pytest.mark.parametrize(
    ("name", "codes"),
    [("datainspektionen ", ["imy"]), ("Datatilsynet", ["datatilsynet", "datatilsynet_dk"]), ("data", []), ("", [])],
)
def test_a_search_for_cases_takes_only_a_whole_name(name: str, codes: list[str]) -> None:
    assert named(name) == codes


def test_namesakes_are_told_apart_by_country() -> None:
    assert find("Datatilsynet", country="NO") == ["datatilsynet"]
    assert find("Datatilsynet", country="DK") == ["datatilsynet_dk"]
    assert find("  ") == []


def test_imy_asks_for_the_rest_in_four_weeks_and_the_others_name_no_period() -> None:
    assert {code: card.supplement_days for code, card in AUTHORITIES.items()} == {
        "imy": 28,
        "dataombudsmannen": None,
        "datatilsynet": None,
        "datatilsynet_dk": None,
        "vdai": None,
    }
    assert all(card.supplement_due(FILED) == utc(2026, 12, 22, 15) for card in AUTHORITIES.values())


def test_what_is_written_to_imy_becomes_a_public_document() -> None:
    note = AUTHORITIES["imy"].public_record
    assert note
    assert "allmän handling" in note.in_("sv")


def test_a_mail_goes_only_where_the_card_takes_an_ordinary_one() -> None:
    """Not to an address for questions, nor where the mail must be signed or go through a secure mail of its own."""
    for phase in (1, 2):
        ways = {code: way.value for code, card in AUTHORITIES.items() if (way := card.mail_way(phase))}
        assert ways == {"datatilsynet": "postkasse@datatilsynet.no", "datatilsynet_dk": "dt@datatilsynet.dk"}


def test_an_address_is_as_certain_as_the_least_certain_word_about_it() -> None:
    certain = {code: card.certainty_of(way) for code, card in AUTHORITIES.items() if (way := card.mail_way(1))}
    assert certain == {"datatilsynet": "B", "datatilsynet_dk": "A"}
