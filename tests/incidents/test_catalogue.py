"""The company's own causes: versions that never change, a stamp on each case, and a dry run that changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.orm import Session

from core.access import Role
from core.errors import Conflict, Invalid
from incidents.case_card import case_card
from incidents.catalogue import catalogue
from incidents.cause_drafting import Draft, draft, keep_card, published, put_back, retire
from incidents.cause_dry_run import PastCase, compare, dry_run
from incidents.cause_form import CauseForm
from incidents.cause_publishing import PublishForm, publish, seen, versions, why
from incidents.causes import CAUSES, SHIPPED, VERSION
from incidents.classification import CauseClass
from incidents.models import Exclusion
from incidents.own_causes import OwnCause, code_of
from incidents.suggesting import suggest
from tests.fixtures.world import World
from tests.incidents.cases import Case

OWN = "accidental.own_wrong_envelope"
MISROUTING = "accidental.misrouting"


def envelope(**changes: Any) -> CauseForm:
    answers = {"cause_class": "accidental", "sv": "Fel kuvert", "en": "Wrong envelope", "words": "fönsterkuvert*"}
    return CauseForm.model_validate({**answers, **changes})


def put_in_force(session: Session, world: World, note: str = "Vanligt hos oss") -> None:
    publish(session, world.actor(Role.MANAGER), PublishForm(note=note, seen=seen(session)), world.now)


def test_a_draft_is_nothing_until_it_is_published_and_then_a_version_for_good(world: World) -> None:
    manager = world.actor(Role.MANAGER)
    with world.change() as session:
        assert keep_card(session, manager, envelope(), world.now) == OWN
        retire(session, manager, "accidental.fax_supplies", world.now)
        assert catalogue(session).version == VERSION
        assert not catalogue(session).offers(OWN)
    with world.change() as session:
        put_in_force(session, world)
        assert catalogue(session).version == f"{VERSION}+1", "seen at once"
    world.later(hours=1)
    with world.change() as session:
        put_back(session, manager, "accidental.fax_supplies", world.now)
        keep_card(session, manager, envelope(code=OWN, en="Wrong window envelope"), world.now)
        put_in_force(session, world, "Faxen finns kvar")
    with world.look() as session:
        second, first = versions(session)
        assert (first.retired, first.cards[0]["en"]) == (["accidental.fax_supplies"], "Wrong envelope")
        assert why(session, first) == "Vanligt hos oss"
        assert "Vanligt" not in first.note_sealed
        assert (second.retired, second.published_by, second.published_at) == ([], manager.id, world.now)
        assert catalogue(session).causes[OWN].label.en == "Wrong window envelope"
        assert draft(session) is None


def test_a_case_carries_the_version_it_was_classified_by(world: World) -> None:
    case = Case(world).take().classify()
    assert case.now().cause_catalogue == VERSION
    with world.change() as session:
        keep_card(session, world.actor(Role.HEAD), envelope(), world.now)
        put_in_force(session, world)
    assert case.now().cause_catalogue == VERSION, "publishing classifies nothing anew"
    case.classify(cause=OWN)
    row = case.now()
    assert (row.cause_code, row.cause_class, row.cause_catalogue) == (OWN, CauseClass.ACCIDENTAL, f"{VERSION}+1")
    assert "wrong envelope" in row.search
    with world.look() as session:
        assert ("Orsak", "Oavsiktlig · Fel kuvert") in case_card(case.row(session), "sv")


def test_a_retired_cause_stays_readable_and_with_its_case_and_cannot_be_chosen_anew(world: World) -> None:
    old = Case(world).take().classify()
    with world.change() as session:
        retire(session, world.actor(Role.MANAGER), MISROUTING, world.now)
        put_in_force(session, world)
    old.classify(title="Kundlistan kom bort")
    assert old.now().cause_code == MISROUTING
    with world.look() as session:
        assert "Fel mottagare" in dict(case_card(old.row(session), "sv"))["Orsak"]
    new = Case(world).take()
    for chosen in ({"cause": MISROUTING}, {"cause": "accidental.other", "further_causes": [MISROUTING]}):
        with pytest.raises(Invalid):
            new.classify(cause_text="Fel", **chosen)
    with pytest.raises(Invalid):
        new.classify(cause="accidental.made_up")


@pytest.mark.parametrize(
    "changes",
    [{"words": "a*"}, {"words": "~ fel"}, {"words": "fel ~ på ~ brev"}, {"words": "fel\n" * 3 + "x" * 61},
     {"cause_class": "unknown"}, {"sv": ""}],
)  # fmt: skip
def test_words_that_nothing_can_be_looked_for_with_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        envelope(**changes)


def test_what_is_not_there_stands_already_or_must_stay_is_refused(small_world: World) -> None:
    manager, now = small_world.actor(Role.MANAGER), small_world.now
    with small_world.change() as session:
        for wrong in (envelope(en="Lightning", cause_class="unforeseen"), envelope(sv="åska", cause_class="unforeseen"),
                      envelope(en="???")):  # fmt: skip
            with pytest.raises(Invalid):
                keep_card(session, manager, wrong, now)
        for code in ("accidental.other", "accidental.made_up"):
            with pytest.raises(Conflict):
                retire(session, manager, code, now)
        with pytest.raises(Conflict):
            keep_card(session, manager, envelope(code=MISROUTING), now)
        with pytest.raises(Conflict):
            put_in_force(session, small_world)
        assert draft(session) is None


def test_a_draft_that_comes_back_to_what_is_in_force_is_none(small_world: World) -> None:
    manager = small_world.actor(Role.MANAGER)
    with small_world.change() as session:
        retire(session, manager, MISROUTING, small_world.now)
        put_back(session, manager, MISROUTING, small_world.now)
        assert draft(session) is None
        assert published(session) == Draft()


def test_nobody_publishes_what_they_have_not_looked_at(small_world: World) -> None:
    manager = small_world.actor(Role.MANAGER)
    with small_world.change() as session:
        retire(session, manager, MISROUTING, small_world.now)
        looked_at = seen(session)
        retire(session, manager, "unforeseen.fire", small_world.later(minutes=1))
        with pytest.raises(Conflict):
            publish(session, manager, PublishForm(note="Därför", seen=looked_at), small_world.now)
        assert versions(session) == []


def test_own_words_lead_to_the_own_cause_and_a_retired_one_is_never_suggested() -> None:
    own = OwnCause(code=OWN, cause_class=CauseClass.ACCIDENTAL, sv="Fel kuvert", en="Wrong envelope",
                   words=("fönsterkuvert*",))  # fmt: skip
    known = Draft((own,), frozenset({MISROUTING}), 1).catalogue
    text = "Brevet låg i ett fönsterkuvert och gick till fel mottagare"
    assert suggest(text).suggestions[0].code == MISROUTING
    assert [found.code for found in suggest(text, known).suggestions] == [OWN]
    assert suggest(text, Draft((own,), frozenset({OWN, MISROUTING}), 2).catalogue).suggestions == ()


def past(reference: str, title: str, code: str, *further: str) -> PastCase:
    return PastCase(reference, title, "", code.partition(".")[0], code, further)


def test_the_dry_run_counts_from_what_to_what() -> None:
    own = OwnCause(code=OWN, cause_class=CauseClass.ACCIDENTAL, sv="Fel kuvert", en="Wrong envelope",
                   words=("fönsterkuvert*",))  # fmt: skip
    elsewhere = own.model_copy(update={"cause_class": CauseClass.UNFORESEEN, "clause": "8.2 d"})
    before, after = Draft((own,), frozenset(), 1).catalogue, Draft((elsewhere,), frozenset({MISROUTING}), 2).catalogue
    cases = [
        past("A", "Till fel mottagare", MISROUTING),
        past("B", "Till fel mottagare igen", "accidental.other", MISROUTING),
        past("C", "Lönelistan i fönsterkuvert", OWN),
        past("D", "Det brann i arkivet", "unforeseen.fire"),
    ]
    found = compare(cases, before, after)
    assert found.looked_at == 4
    assert [(one.before[0], one.count) for one in found.retired] == [(MISROUTING, 2)]
    assert [(one.before, one.after, one.count) for one in found.moved] == [
        (("accidental", "8.2 a"), ("unforeseen", "8.2 d"), 1)
    ]
    assert [(one.before[0], one.after[0], one.count) for one in found.suggested] == [(MISROUTING, "", 2)]
    assert compare(cases, before, before).nothing


@settings(max_examples=30)
@given(st.sets(st.sampled_from(sorted(CAUSES)), max_size=4), st.lists(st.sampled_from(
    ["Till fel mottagare", "Stulen dator", "Nätfiske mot lön", "Brand i arkivet", "Utpressning", "Inget särskilt"]),
    max_size=6))  # fmt: skip
def test_the_quick_look_finds_what_a_look_at_every_case_finds(codes: set[str], titles: list[str]) -> None:
    """Only texts with a changed word are looked at closely; that loses none."""
    after = Draft((), frozenset(codes), 1).catalogue
    cases = [past(str(number), title, MISROUTING) for number, title in enumerate(titles)]
    first = [(suggest(case.text).suggestions[:1], suggest(case.text, after).suggestions[:1]) for case in cases]
    differ = sum([one.code for one in old] != [one.code for one in new] for old, new in first)
    assert sum(change.count for change in compare(cases, SHIPPED, after).suggested) == differ


def test_the_dry_run_tells_nobody_of_cases_they_may_not_see(world: World) -> None:
    cases = [Case(world).take().classify() for _ in range(2)]
    after = Draft((), frozenset({MISROUTING}), 1).catalogue
    with world.change() as session:
        session.add(Exclusion(incident_id=cases[0].row(session).id, user_id=world.users[Role.MANAGER].id,
                              by_id="system", at=world.now))  # fmt: skip
    for role, count in ((Role.HEAD, 2), (Role.MANAGER, 1), (Role.ADMIN, 0)):
        with world.look() as session:
            found = dry_run(session, world.actor(role), SHIPPED, after)
        assert (found.looked_at, sum(one.count for one in found.retired)) == (count, count), role
        assert cases[0].reference not in repr(found) or role is Role.HEAD
    assert cases[0].now().classified_at == world.now
    assert cases[0].now().reported_at > world.now - timedelta(days=1)


def test_a_code_is_made_of_the_class_and_the_words() -> None:
    assert code_of(CauseClass.UNFORESEEN, "  Älg på  linjen! ") == "unforeseen.own_alg_pa_linjen"
    assert len(code_of(CauseClass.ACCIDENTAL, "x" * 100)) < 60
