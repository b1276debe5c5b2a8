"""The pages around the commission tell a member who owes an answer nothing of what was decided meanwhile."""

from core.access import Role
from core.i18n import translate
from identity.models import UserRole
from incidents.case_tasks import SEALED
from incidents.similar import similar
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case


def decided_in_advance(world: World) -> Bench:
    """Nobody is told, says the decision; one of three members has answered since."""
    bench = Bench(world)
    bench.convene()
    world.later(hours=50)
    bench.decide(notify_authority="no", early_reason="Det brådskar.")
    bench.vote("commissioner", "high")
    return bench


def test_the_tasks_keep_a_decision_made_in_advance_from_who_still_owes_an_answer(small_world: World) -> None:
    bench = decided_in_advance(small_world)
    member, said, sealed = small_world.client("leila"), f">{translate('sv', 'Not required')}<", translate("sv", SEALED)
    before = member.get(bench.path).text
    assert before.count(sealed) == 3, "severity, authority and people"
    assert said not in before
    bench.vote("leila", "none")
    after = member.get(bench.path).text
    assert sealed not in after
    assert after.count(said) == 2


def test_past_cases_are_shown_to_a_member_after_the_own_answer_by_every_door(small_world: World) -> None:
    bench = Bench(small_world)
    Case.of(small_world, bench.reference).classify()
    past = Case(small_world).take().classify()
    bench.convene()
    with small_world.change() as session:
        session.add(UserRole(user_id=small_world.users["leila"].id, role=Role.AUDITOR))
    member = small_world.client("leila")
    assert past.reference not in member.get(f"{bench.path}/similar").text
    bench.vote("leila", "none")
    assert past.reference in member.get(f"{bench.path}/similar").text


def test_a_case_that_is_decided_in_advance_has_no_outcome_yet_for_those_who_compare(small_world: World) -> None:
    bench = decided_in_advance(small_world)
    Case.of(small_world, bench.reference).classify()
    mine = Case(small_world).take().classify()
    with small_world.look() as session:
        found = similar(session, small_world.actor(Role.MANAGER), mine.row(session), "sv")
    assert [(one.reference, one.outcome) for one in found] == [(bench.reference, ())]
