"""Choosing what a case touched fills the classification: never over an answer, with its source, and all of it can be
taken back."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.access import Role
from incidents.activities.filling import KINDS, Known, fill, take_back, together
from incidents.activities.models import IncidentActivity, IncidentProcessor
from incidents.notifying.prefilling import prefill
from incidents.people_count import PeopleCount
from tests.fixtures.world import World
from tests.incidents.activities import activity
from tests.incidents.cases import Case
from tests.incidents.suppliers import CONTACT, NAME, Supplier
from tests.incidents.test_classifying import TYPED

PAY = Known("Löner", {"data_categories": ("contact", "bank_card"), "subject_groups": ("employees",)},
            PeopleCount(101, 1000), ("SE", "NO"), "Tellus")  # fmt: skip
CODES = st.lists(st.sampled_from(["contact", "bank_card", "health", "unknown"]), unique=True)
FORMS = st.fixed_dictionaries(
    {
        "data_categories": CODES,
        "subject_groups": st.lists(st.sampled_from(["employees", "customers", "unknown"]), unique=True),
        "people_known": st.sampled_from([[], ["unknown"], ["exact"], ["range"]]),
        "people_min": st.sampled_from([[""], ["7"]]),
        "people_max": st.sampled_from([[""], ["9"]]),
        "countries": st.sampled_from([[""], ["DK"]]),
        "systems": st.sampled_from([[], [""], ["Polaris"]]),
    }
)
KNOWN = st.lists(
    st.builds(
        Known,
        st.just("x"),
        st.fixed_dictionaries({"data_categories": CODES.map(tuple), "subject_groups": st.just(("employees",))}),
        st.sampled_from([PeopleCount(), PeopleCount(2, 10), PeopleCount(1001), PeopleCount.exact(1)]),
        st.sampled_from([(), ("SE",), ("SE", "NO")]),
        st.sampled_from(["", "Tellus"]),
    ),
    max_size=3,
)


def same(one: dict[str, list[str]]) -> dict[str, object]:
    """What a form says, whichever way it says nothing."""
    kinds: dict[str, object] = {name: set(one.get(name, ())) for name in KINDS}
    words: dict[str, object] = {
        name: "".join(one.get(name, ())) for name in ("people_min", "people_max", "countries", "systems")
    }
    return kinds | words | {"people_known": "".join(one.get("people_known", ())) or "unknown"}


@given(FORMS, KNOWN)
def test_filling_writes_over_nothing_and_taking_back_leaves_nothing(
    form: dict[str, list[str]], known: list[Known]
) -> None:
    made = fill(form, known, ())
    after = form | made.answers
    for name in KINDS:
        assert set(form[name]) - {"unknown"} <= set(after[name])
        assert set(form[name]) <= set(after[name]) or form[name] == ["unknown"]
    for name in ("countries", "systems", "people_min"):
        if "".join(form[name]):
            assert after[name] == form[name]
    assert fill(after, known, made.marks).answers == {}, "a second time there is nothing more"
    assert same(after | take_back(after, made.marks).answers) == same(form)


def test_what_a_person_has_changed_since_is_neither_filled_again_nor_taken_back() -> None:
    made = fill({}, [PAY], ())
    changed: dict[str, list[str]] = made.answers | {"data_categories": ["contact"], "systems": ["Polaris"]}
    assert fill(changed, [PAY], made.marks).answers == {}
    back = changed | take_back(changed, made.marks).answers
    assert (back["systems"], back["data_categories"], back["countries"]) == (["Polaris"], [], [""])


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([PeopleCount(2, 10), PeopleCount(11, 100)], PeopleCount(11, 110)),
        ([PeopleCount(2, 10), PeopleCount(1001)], PeopleCount(1001)),
        ([PeopleCount(2, 10), PeopleCount()], PeopleCount()),
        ([], PeopleCount()),
    ],
)
def test_the_same_people_may_be_in_several(counts: list[PeopleCount], found: PeopleCount) -> None:
    assert together(counts) == found


def test_the_form_is_filled_taken_back_and_saved(world: World) -> None:
    case, supplier = Case(world).take(), Supplier(world)
    pay = activity(world, processors=[supplier.id], security="Krypterat")
    manager = world.client(Role.MANAGER)
    typed: dict[str, Any] = TYPED | {"data_categories": ["health"], "systems": "Polaris", "activities": pay}
    typed |= {"people_known": "unknown", "people_min": "", "people_max": "", "go": "fill"}
    page = manager.post(f"{case.path}/classify/fill", data=typed)
    assert page.status_code == 200
    shown = html.unescape(page.text)
    for said in ("Ifyllt. Inget är sparat än", "I registret, Löner: Namn och kontaktuppgifter", 'value="Polaris"',
                 'value="101"', 'value="1000"', 'value="health" checked', 'value="bank_card" checked',
                 "Ta tillbaka det ifyllda", 'value="Kundlista till fel firma"', "Skatteverket"):  # fmt: skip
        assert said in shown, said
    assert case.now().classified_at is None
    marks = [one.partition('"')[0] for one in shown.split('name="filled" value="')[1:]]
    filled = typed | {"filled": marks, "data_categories": ["health", "contact", "personal_number", "bank_card"],
                      "people_known": "range", "people_min": "101", "people_max": "1000"}  # fmt: skip
    back = html.unescape(manager.post(f"{case.path}/classify/fill", data=filled | {"go": "take_back"}).text)
    assert 'value="bank_card" checked' not in back
    assert 'value="health" checked' in back
    saved = manager.post(f"{case.path}/classify", data=filled | {"version": str(case.now().version)})
    assert saved.status_code == 303
    assert (case.now().people_min, case.now().people_max) == (101, 1000)
    with world.look() as session:
        assert session.scalars(select(IncidentActivity.activity_id)).all() == [pay]
    again = html.unescape(manager.get(f"{case.path}/classify").text)
    assert "I registret, Löner: 101 till 1\u202f000 personer" in again or "101 till 1000" in again
    assert case.reference in world.client(Role.DPO).get(f"/activities/{pay}").text


def test_a_chosen_processor_fills_by_what_it_works_in_and_stands_in_the_notice(small_world: World) -> None:
    world, case = small_world, Case(small_world).take()
    supplier = Supplier(world)
    activity(world, processors=[supplier.id])
    page = world.client(Role.MANAGER).post(f"{case.path}/classify/fill", data=TYPED | {"processors": supplier.id})
    assert f"I registret, {NAME}: Anställda" in html.unescape(page.text)
    case.classify(processors=[supplier.id], systems="")
    with world.look() as session:
        answers = prefill(session, world.actor(Role.MANAGER), case.row(session), "sv")
        assert [answers[number].values for number in (38, 39, 40, 41)] == [
            ("yes",),
            ("processor",),
            (NAME,),
            (CONTACT,),
        ]
        assert session.scalars(select(IncidentProcessor.supplier_id)).all() == [supplier.id]


def test_the_notice_takes_systems_and_protection_from_the_activity_where_the_case_has_none(small_world: World) -> None:
    world, case = small_world, Case(small_world).take()
    pay = activity(world, security="Krypterat på disk")
    case.classify(activities=[pay], systems="")
    with world.look() as session:
        answers = prefill(session, world.actor(Role.MANAGER), case.row(session), "sv")
        assert (answers[63].values, answers[76].values) == (("Lönesystemet Tellus",), ("Krypterat på disk",))


def test_what_is_not_in_the_register_is_refused_with_every_answer_kept(small_world: World) -> None:
    case = Case(small_world).take()
    typed = TYPED | {"activities": "nothing", "version": str(case.now().version)}
    answer = small_world.client(Role.MANAGER).post(f"{case.path}/classify", data=typed)
    assert answer.status_code == 422
    assert 'value="Kundlista till fel firma"' in answer.text
