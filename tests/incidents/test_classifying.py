"""Classifying: what cannot be true is refused, and of two who save at once the second sees both versions."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from core.access import Role
from core.errors import Conflict, Invalid
from incidents.instants import Instants
from incidents.reported import narrative
from incidents.suggesting import suggest
from tests.fixtures.world import World
from tests.incidents.cases import Case

TYPED = {
    "title": "Kundlista till fel firma",
    "cause": "accidental.misrouting",
    "breach_types": "confidentiality",
    "data_categories": ["contact", "personal_number"],
    "subject_groups": "customers",
    "people_known": "range",
    "people_min": "200",
    "people_max": "220",
    "systems": "Kundregistret",
    "countries": "se, no",
}


def test_a_classification_is_saved_and_found_by_its_words(world: World) -> None:
    case = Case(world).take().classify()
    incident = case.now()
    assert (incident.cause_class, incident.cause_code) == ("accidental", "accidental.misrouting")
    assert (incident.people_min, incident.people_max, incident.classified_at) == (214, 214, world.now)
    for word in (*case.reference.casefold().split("-"), "kundlista", "kundregistret", "fel", "mottagare", "recipient"):
        assert word in incident.search.split()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cause": "accidental.other"}, "cause_text"),
        ({"people_known": "exact", "people_min": None}, "people_min"),
        ({"people_known": "range", "people_min": 9, "people_max": 3}, "people_max"),
    ],
)
def test_half_an_answer_is_refused_at_its_field(small_world: World, changes: dict[str, Any], field: str) -> None:
    case = Case(small_world).take()
    with pytest.raises(Invalid) as wrong:
        case.classify(**changes)
    assert list(wrong.value.fields) == [field]


def test_moments_that_cannot_be_true_together_are_refused(small_world: World) -> None:
    case = Case(small_world).take()
    after_the_report = Instants(occurred_at=small_world.now + timedelta(hours=1))
    small_world.later(hours=2)
    with pytest.raises(Invalid) as wrong:
        case.classify(times=after_the_report)
    assert "occurred_at" in wrong.value.fields


def test_an_old_form_does_not_overwrite_what_somebody_else_saved(world: World) -> None:
    case = Case(world).take()
    version = case.now().version
    case.classify(Role.DEPUTY, version=version, title="Johans titel")
    with pytest.raises(Conflict):
        case.classify(Role.MANAGER, version=version, title="Annas titel")
    assert case.now().title == "Johans titel"


def test_the_page_shows_both_versions_and_keeps_what_was_typed(small_world: World) -> None:
    world = small_world
    case = Case(world).take()
    version = case.now().version
    case.classify(Role.DEPUTY, title="Johans titel")
    client = world.client(Role.MANAGER)
    answer = client.post(f"{case.path}/classify", data=TYPED | {"version": version})
    assert answer.status_code == 409
    assert "Johans titel" in answer.text
    assert 'value="Kundlista till fel firma"' in answer.text
    again = client.post(f"{case.path}/classify", data=TYPED | {"version": case.now().version})
    assert again.status_code == 303
    assert (case.now().title, case.now().people_max, case.now().countries) == (TYPED["title"], 220, ["SE", "NO"])


def test_the_form_starts_with_proposals_from_the_report(small_world: World) -> None:
    case = Case(small_world).take()
    page = small_world.client(Role.MANAGER).get(f"{case.path}/classify").text
    assert '<option value="accidental.misrouting" selected>' in page
    assert case.now().classified_at is None


def test_words_of_the_report_point_to_causes_and_choose_none(small_world: World) -> None:
    case = Case(small_world).take()
    words = suggest(story_of(small_world, case)).suggestions[0].because[0]
    page = small_world.client(Role.MANAGER).get(f"{case.path}/classify").text
    assert "Ord i rapporten pekar på:" in page
    assert f"“{words}”" in unescape(page)


def story_of(world: World, case: Case) -> str:
    with world.look() as session:
        return narrative(session, case.row(session))


def test_a_cause_of_two_classes_is_asked_about(small_world: World) -> None:
    case = Case(small_world).take()
    client = small_world.client(Role.MANAGER)
    lost = TYPED | {"cause": "accidental.lost_device", "version": case.now().version}
    asked = client.post(f"{case.path}/classify", data=lost)
    assert asked.status_code == 422
    assert "intentional.stolen_device" in asked.text
    sure = client.post(f"{case.path}/classify", data=lost | {"cause_sure": "intentional.stolen_device"})
    assert sure.status_code == 303
    assert case.now().cause_class == "intentional"


def test_a_broken_form_comes_back_whole(small_world: World) -> None:
    case = Case(small_world).take()
    broken = TYPED | {"people_min": "många", "version": case.now().version}
    answer = small_world.client(Role.MANAGER).post(f"{case.path}/classify", data=broken)
    assert answer.status_code == 422
    assert "många" in answer.text
    assert "Kundlista till fel firma" in answer.text
