"""Samples: the rule is checkable by hand, stable, and tells nobody of a case that is kept from them."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from incidents.sampling.drawing import SampleForm, draw_sample, find_sample, mark_looked_at
from incidents.sampling.models import Sample, SampledCase
from incidents.sampling.rule import draw
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.register.test_register import english, exclude

SEED = "0123456789abcdef"
some = st.sets(st.text("ABC123-", min_size=1, max_size=8), max_size=60).map(sorted)


@given(some, st.integers(1, 70))
def test_the_sample_is_what_anybody_reckons_by_hand(references: list[str], size: int) -> None:
    found = draw(references, SEED, size)
    by_hand = sorted(references, key=lambda one: hashlib.sha256(f"{SEED}|{one}".encode()).hexdigest())[:size]
    assert list(found.references) == by_hand
    assert found.population == len(references)
    assert found.digest == hashlib.sha256("".join(f"{one}\n" for one in references).encode()).hexdigest()


@given(some, st.integers(1, 60))
def test_a_longer_sample_begins_with_the_shorter_one(references: list[str], size: int) -> None:
    short, long = draw(references, SEED, size), draw(references, SEED, size + 5)
    assert long.references[: len(short.references)] == short.references


def test_what_comes_twice_or_out_of_order_is_no_population() -> None:
    for wrong in (["B", "A"], ["A", "A"]):
        with pytest.raises(ValueError, match="order"):
            draw(wrong, SEED, 1)
    with pytest.raises(ValueError, match="at least one"):
        draw([], SEED, 0)


def drawn(world: World, **answers: object) -> Sample:
    with world.change() as session:
        form = SampleForm.model_validate({"size": 3} | answers)
        return draw_sample(session, world.actor(Role.AUDITOR), form, world.now)


def cases_of(world: World, sample: Sample) -> list[str]:
    with world.look() as session:
        query = select(SampledCase.incident_id).where(SampledCase.sample_id == sample.id)
        return list(session.scalars(query.order_by(SampledCase.place)))


def test_a_seed_draws_the_same_again_from_the_same_cases_only(world: World) -> None:
    for _ in range(8):
        Case(world)
    first = drawn(world)
    again = drawn(world, seed=first.seed)
    assert cases_of(world, again) == cases_of(world, first)
    assert (first.population, first.digest, first.seed_given) == (8, again.digest, False)
    assert again.seed_given
    assert drawn(world).seed != first.seed
    Case(world)
    assert drawn(world, seed=first.seed).digest != first.digest


def test_the_rule_chooses_by_cause_state_and_period(small_world: World) -> None:
    world = small_world
    known = Case(world).take().classify()
    Case(world)
    sample = drawn(world, cause="accidental", state="under_review", since=str(world.now.date()))
    assert cases_of(world, sample) == [known.now().id]
    with pytest.raises(Invalid):
        drawn(world, cause="intentional")


@pytest.mark.parametrize("answers", [{"size": 0}, {"size": 201}, {"seed": "kort"}, {"seed": "nycklar är långa"}])
def test_an_odd_question_is_refused(small_world: World, answers: dict[str, object]) -> None:
    auditor = english(small_world, Role.AUDITOR)
    answer = auditor.post("/register/samples", data={"size": 3} | answers)
    assert answer.status_code == 422
    assert "Something needs correcting" in answer.text


def test_the_log_keeps_rule_seed_and_digest_and_no_number_of_cases(small_world: World) -> None:
    Case(small_world)
    sample = drawn(small_world, cause="unknown")
    with small_world.look() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "sample:drawn")).one()
    assert json.loads(entry.entry)["facts"] == {
        "cause": "unknown", "digest": sample.digest, "sample_size": 3, "seed": sample.seed, "seed_given": False,
    }  # fmt: skip


def test_a_case_is_marked_once_and_logged_under_its_key(small_world: World) -> None:
    case, other = Case(small_world), Case(small_world)
    sample = drawn(small_world, size=1)
    mine, none = (case, other) if cases_of(small_world, sample) == [case.now().id] else (other, case)
    auditor = english(small_world, Role.AUDITOR)
    assert auditor.post(f"{sample.path}/looked", data={"reference": mine.reference}).status_code == 303
    text = auditor.get(sample.path).text
    assert "1 of 1 looked at." in text
    assert "Greta Granskare" in text
    assert "sample:looked_at" in mine.log()
    actor = small_world.actor(Role.AUDITOR)
    for reference, wrong in ((mine.reference, Conflict), (none.reference, NotFound)):
        with pytest.raises(wrong), small_world.change() as session:
            mark_looked_at(session, actor, find_sample(session, sample.id), reference, small_world.now)


def test_a_case_that_is_kept_from_a_reader_leaves_no_trace_in_a_sample(small_world: World) -> None:
    hidden, other = Case(small_world), Case(small_world)
    exclude(small_world, Role.DPO, hidden)
    sample = drawn(small_world, size=5)
    dpo = english(small_world, Role.DPO)
    text = dpo.get(sample.path).text
    assert hidden.reference not in text
    assert other.reference in text
    assert "0 of 1 looked at." in text
    assert "Cases to choose from" not in text
    assert "0 of 1" in dpo.get("/register/samples").text
    assert "Mark as looked at" not in text
    own = english(small_world, Role.AUDITOR).get(sample.path).text
    assert "Cases to choose from" in own
    assert hidden.reference in own


def test_samples_are_for_the_auditor_and_the_dpo(small_world: World) -> None:
    for role in (Role.MANAGER, Role.HEAD, Role.ADMIN, Role.EMPLOYEE):
        assert small_world.client(role).get("/register/samples").status_code == 404
    assert english(small_world, Role.DPO).post("/register/samples", data={"size": 1}).status_code == 404
    again = english(small_world, Role.AUDITOR).get(f"/register/samples?seed={SEED}&size=7").text
    assert f'value="{SEED}"' in again
    assert 'value="7"' in again
