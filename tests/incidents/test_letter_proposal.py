"""The letter that Vaka proposes keeps our own rules, whatever leaked: nobody must cut before anything is written."""

import pytest

from core.errors import Invalid
from incidents.classification import DataCategory
from incidents.informing.form import letter_form
from incidents.informing.proposing import names_other_data, proposed
from incidents.informing.writing import draft_letter
from notifications.letters.data import WORDS
from notifications.letters.languages import LANGUAGES
from notifications.letters.templates import offered
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import SAID, SAID_ABROAD, letters_of

KINDS = [[kind] for kind in DataCategory] + [list(DataCategory)[:8], list(DataCategory)]


def test_every_proposal_can_be_saved_in_every_language(small_world: World, postbox: Postbox) -> None:
    letters = letters_of(small_world, postbox)
    with letters.case() as (session, incident):
        for template in offered(follows=False):
            for kinds in KINDS:
                incident.data_categories = [str(kind) for kind in kinds]
                fields = proposed(session, incident, template) | {"data_sv": "x"} | SAID | SAID_ABROAD
                fields |= {f"data_{lang}": fields[f"data_{lang}"] or "x" for lang in LANGUAGES}
                letter = draft_letter(session, incident, letter_form(fields, list(LANGUAGES)), letters.settings)
                for version in letter.versions.values():
                    found = [one for one in version.problems() if one.stops]
                    assert found == [], (template, kinds, version.lang)


def test_every_kind_of_data_has_words_in_every_language() -> None:
    assert {str(kind) for kind in DataCategory} - {"other", "unknown"} <= set(WORDS)


def test_advice_gives_way_to_the_words_that_only_people_know(small_world: World, postbox: Postbox) -> None:
    letters = letters_of(small_world, postbox)
    with letters.case() as (session, incident):
        incident.data_categories = [DataCategory.LOGIN]
        short = proposed(session, incident, "generic")["advice_sv"].splitlines()
        incident.data_categories = list(DataCategory)
        long = proposed(session, incident, "wrong_recipient")["advice_sv"].splitlines()
    assert 1 <= len(long) < len(short) <= 5


def test_a_kind_of_data_that_says_nothing_to_a_person_is_left_for_somebody_to_put_into_words(
    small_world: World, postbox: Postbox
) -> None:
    letters = letters_of(small_world, postbox)
    with letters.case() as (session, incident):
        incident.data_categories = [DataCategory.OTHER, DataCategory.UNKNOWN]
        assert proposed(session, incident)["data_sv"] == ""
        incident.data_categories = [DataCategory.OTHER, DataCategory.HEALTH]
        assert proposed(session, incident)["data_en"] == "health data"
        assert proposed(session, incident)["data_lt"] == "sveikatos duomenys"
        assert names_other_data(incident)
        with pytest.raises(Invalid) as refused:
            letter_form(proposed(session, incident) | SAID | {"data_sv": ""}, ["sv"])
    assert "data_sv" in refused.value.fields
