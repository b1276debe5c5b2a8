"""GDPR Art. 33(1) on the row: 72 elapsed hours, and the earlier deadline shows until a second person agrees."""

from datetime import timedelta

import pytest

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid
from core.moment import utc
from incidents.awareness import set_aware
from incidents.awareness_gap import judged
from incidents.opinions import open_opinions
from incidents.standing_panel import PanelForm, save_panel
from tests.fixtures.world import START, World
from tests.incidents.cases import Case

THREE_DAYS = timedelta(hours=72)


def test_the_deadline_is_72_elapsed_hours_after_the_first_report(world: World) -> None:
    assert Case(world).due() == START + THREE_DAYS


def test_72_hours_are_elapsed_hours_across_a_change_of_clocks(small_world: World) -> None:
    small_world.now = utc(2026, 10, 23, 12, 0)  # fre 14:00 CEST, and mån 13:00 CET is 72 hours later
    assert Case(small_world).due() == utc(2026, 10, 26, 12, 0)


def test_an_earlier_awareness_counts_at_once_and_the_dpo_hears_both_deadlines(world: World) -> None:
    case = Case(world).take()
    world.later(hours=1)
    case.do(set_aware, Role.MANAGER, START, "")
    assert case.told("aware_moved") == []
    earlier = START - timedelta(hours=5)
    with pytest.raises(Invalid):
        case.do(set_aware, Role.MANAGER, earlier, "Växeln visste redan.")
    with pytest.raises(Invalid) as wrong:
        case.know(Role.MANAGER, earlier, detected_at=earlier)
    assert list(wrong.value.fields) == ["reason"]
    case.know(Role.MANAGER, earlier, detected_at=earlier, reason="Växeln visste redan.")
    assert (case.now().aware_at, case.due()) == (earlier, earlier + THREE_DAYS)
    assert case.told("aware_moved") == ["dpo"]


def test_a_later_awareness_keeps_the_earlier_deadline_until_it_is_signed(world: World) -> None:
    case = Case(world).take()
    later = START + timedelta(hours=9)
    world.later(hours=20)
    case.do(set_aware, Role.MANAGER, later, "Utredningen blev klar då.")
    clock = case.now().clock("notify_authority")
    assert clock is not None
    assert (case.due(), clock.proposed_start_at) == (START + THREE_DAYS, later)
    assert case.told("signature_wanted") == ["head"]
    assert case.told("aware_moved") == ["dpo"]
    case.sign(Role.HEAD)
    assert (case.now().aware_at, case.due()) == (later, later + THREE_DAYS)
    assert case.told("signature_given") == ["manager"]


def test_a_refused_later_awareness_changes_nothing(world: World) -> None:
    case = Case(world).take()
    world.later(hours=20)
    case.do(set_aware, Role.MANAGER, world.now, "Först nu är vi säkra.")
    case.sign(Role.HEAD, agree=False)
    clock = case.now().clock("notify_authority")
    assert clock is not None
    assert (case.due(), clock.proposed_start_at) == (START + THREE_DAYS, None)


def test_a_later_awareness_needs_a_reason(small_world: World) -> None:
    case = Case(small_world).take()
    small_world.later(hours=2)
    with pytest.raises(Invalid) as wrong:
        case.do(set_aware, Role.MANAGER, small_world.now, " ")
    assert list(wrong.value.fields) == ["reason"]


def test_nobody_signs_their_own_proposal(world: World) -> None:
    case = Case(world).take()
    world.later(hours=2)
    with pytest.raises(Conflict):
        case.do(set_aware, Role.HEAD, world.now, "Jag var inte säker.")
    case.do(set_aware, Role.MANAGER, world.now, "Jag var inte säker.")
    with pytest.raises(Forbidden):
        case.sign(Role.MANAGER)
    with pytest.raises(Forbidden):
        case.sign(Role.DPO)
    with pytest.raises(Conflict):
        case.do(set_aware, Role.DEPUTY, world.now, "Inte jag heller.")


def test_a_wrong_password_signs_nothing(world: World) -> None:
    case = Case(world).take()
    world.later(hours=2)
    case.do(set_aware, Role.MANAGER, world.now, "Jag var inte säker.")
    with pytest.raises(Invalid):
        case.sign(Role.HEAD, password="fel lösenord")
    assert case.due() == START + THREE_DAYS


def test_awareness_cannot_lie_in_the_future(small_world: World) -> None:
    case = Case(small_world).take()
    with pytest.raises(Invalid) as wrong:
        case.do(set_aware, Role.MANAGER, small_world.now + timedelta(minutes=1), "")
    assert list(wrong.value.fields) == ["aware_at"]


@pytest.mark.parametrize(
    ("hours", "expected"), [(-1, "short"), (24, "short"), (24.1, "flagged"), (48, "flagged"), (48.1, "head")]
)
def test_a_long_way_from_the_report_is_flagged_and_a_very_long_one_is_for_the_head(hours: float, expected: str) -> None:
    assert judged(START, START + timedelta(hours=hours)) == expected


def test_more_than_48_hours_after_the_report_only_the_head_signs(world: World) -> None:
    with world.change() as session:
        save_panel(session, world.actor(Role.MANAGER), panel_of(world), world.now)
    case = Case(world).take()
    world.later(hours=60)
    case.do(set_aware, Role.MANAGER, START + timedelta(hours=50), "Utredningen tog lång tid.")
    assert case.told("signature_wanted") == ["head"]
    with world.look() as session:
        assert [opinion.about for opinion in open_opinions(session, [case.now().id])] == ["aware_at"]
    with pytest.raises(Forbidden):
        case.sign(Role.COMMISSIONER)
    with pytest.raises(Conflict):
        case.do(set_aware, Role.MANAGER, START + timedelta(hours=1), "Ett förslag till.")
    case.sign(Role.HEAD)
    assert case.due() == START + timedelta(hours=122)


def test_up_to_48_hours_the_chair_may_sign(world: World) -> None:
    with world.change() as session:
        save_panel(session, world.actor(Role.MANAGER), panel_of(world), world.now)
    case = Case(world).take()
    world.later(hours=60)
    case.do(set_aware, Role.MANAGER, START + timedelta(hours=48), "Utredningen tog tid.")
    assert case.told("signature_wanted") == [Role.COMMISSIONER, "head"]
    case.sign(Role.COMMISSIONER)
    assert case.now().aware_at == START + timedelta(hours=48)


def panel_of(world: World) -> PanelForm:
    others = [world.user(Role.COMMISSIONER, f"Ledamot {key}", key).id for key in ("second", "third")]
    return PanelForm(chair=world.users[Role.COMMISSIONER].id, member_1=others[0], member_2=others[1])
