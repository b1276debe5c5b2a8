"""The letter that Vaka proposes keeps our own rules, whatever leaked: nobody must cut before anything is written."""

import pytest

from core.errors import Invalid
from core.web import TypedForm
from incidents.classification import DataCategory
from incidents.informing.writing import LetterForm, names_other_data, problems_of, proposed
from notifications.letters.templates import TEMPLATES
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import SAID, letters_of

KINDS = [[kind] for kind in DataCategory] + [list(DataCategory)[:8], list(DataCategory)]


@pytest.mark.parametrize("said", [{}, SAID], ids=["untouched", "written"])
def test_every_proposal_can_be_saved_in_both_languages(
    small_world: World, postbox: Postbox, said: dict[str, str]
) -> None:
    letters = letters_of(small_world, postbox)
    with letters.case() as (session, incident):
        for template in TEMPLATES:
            for kinds in KINDS:
                incident.data_categories = [str(kind) for kind in kinds]
                form = LetterForm(**(proposed(session, incident, template) | said))
                found = problems_of(session, incident, form, letters.settings)
                assert not any(one.stops for problems in found.values() for one in problems), (template, kinds, found)


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
        assert proposed(session, incident)["data_en"] == "Health"
        assert names_other_data(incident)
        with pytest.raises(Invalid) as refused:
            TypedForm(proposed(session, incident) | {"data_sv": ""}).read(LetterForm)
    assert "data_sv" in refused.value.fields
