"""Who is involved is said by two others: one proposes, another signs; the one it is about learns of neither."""

import re

import pytest
from sqlalchemy import select

from app.log_filter import Filter
from app.log_query import page_of
from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from incidents.case_log import case_log
from incidents.commission_models import PanelSeat
from incidents.countersigning import asked, waiting
from incidents.excluding import propose_exclusion, propose_lifting
from incidents.merging import merge
from incidents.models import Countersign, Exclusion
from incidents.queries import find
from incidents.queue_counts import counts
from incidents.story import story
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import PASSWORD, Case

REQUEST_ID = re.compile(r"[0-9a-f]{16}(?![0-9a-f])")
REASON = "Skickade mejlet och är chef över den som rapporterade."


def propose(case: Case, about: str, by: str = Role.MANAGER, reason: str = REASON) -> None:
    case.do(propose_exclusion, by, case.world.users[about].id, reason)


def lift(case: Case, about: str, by: str = Role.MANAGER) -> None:
    case.do(propose_lifting, by, case.world.users[about].id, "Var inte på plats.")


def steps(case: Case) -> list[Countersign]:
    with case.world.look() as session:
        return waiting(session, case.row(session))


def by_two(case: Case, about: str, first: str, second: str) -> None:
    propose(case, about, first)
    case.sign(second)


def sees(case: Case, key: str) -> bool:
    with case.world.look() as session:
        try:
            find(session, case.world.actor(key), case.reference)
        except NotFound:
            return False
        return True


def marked(case: Case) -> list[Exclusion]:
    with case.world.look() as session:
        return list(session.scalars(select(Exclusion).where(Exclusion.incident_id == case.row(session).id)))


@pytest.mark.parametrize("about", [Role.AUDITOR, Role.DPO, Role.HEAD, Role.DEPUTY, Role.WRITER, Role.ADMIN])
def test_nothing_changes_before_another_has_signed(world: World, about: str) -> None:
    case = Case(world).take()
    propose(case, about)
    assert sees(case, about) is (about != Role.ADMIN)
    case.sign(Role.DEPUTY if about == Role.HEAD else Role.HEAD)
    assert not sees(case, about)
    [one] = marked(case)
    assert (one.user_id, one.by_id) == (world.users[about].id, world.users[Role.MANAGER].id)
    assert one.step_id
    assert [action for action in case.log() if "exclu" in action or "counter" in action] == [
        "countersign:proposed", "incident:excluded", "countersign:signed",
    ]  # fmt: skip


def test_neither_who_proposed_nor_who_is_concerned_nor_anybody_excluded_may_sign(world: World) -> None:
    case = Case(world).take()
    by_two(case, Role.HEAD, Role.MANAGER, Role.DEPUTY)
    world.user(Role.HEAD, "Ny Ledning", "new head")
    propose(case, Role.DEPUTY, by=Role.DPO)
    with world.change() as session:
        step = waiting(session, case.row(session))[0]
        assert {user.name for user in asked(session, case.row(session), step)} == {"Anna Berg", "Ny Ledning"}
    for key in (Role.DPO, Role.DEPUTY, Role.HEAD, Role.AUDITOR):
        for agree in (True, False):
            with pytest.raises(Forbidden):
                case.sign(key, agree=agree)
    case.sign(Role.MANAGER)
    assert not sees(case, Role.DEPUTY)


@pytest.mark.parametrize(("about", "reason", "fields"), [("", REASON, ["user"]), (Role.MANAGER, REASON, ["user"]),
                                                         (Role.DPO, "  ", ["reason"])])  # fmt: skip
def test_a_proposal_names_another_person_and_says_why(world: World, about: str, reason: str, fields: list[str]) -> None:
    case = Case(world).take()
    with pytest.raises(Invalid) as wrong:
        case.do(propose_exclusion, Role.MANAGER, world.users[about].id if about else "nobody", reason)
    assert list(wrong.value.fields) == fields


def test_when_nobody_else_can_sign_the_proposer_hears_which_role_is_missing(world: World) -> None:
    """The deputy is involved already, so only the head could sign, and the head is the one it is about."""
    case = Case(world, involved=[Role.DEPUTY]).take()
    with pytest.raises(Conflict, match="the manager, the deputy, the head or the chair"):
        propose(case, Role.HEAD)


def test_one_about_a_person_waits_at_a_time_and_others_may_wait_beside_it(world: World) -> None:
    case = Case(world).take()
    propose(case, Role.AUDITOR)
    with pytest.raises(Conflict):
        propose(case, Role.AUDITOR, by=Role.DPO)
    propose(case, Role.DPO)
    propose(case, Role.MANAGER, by=Role.DEPUTY)
    assert len(steps(case)) == 3


def test_a_refused_proposal_leaves_the_person_where_they_were(world: World) -> None:
    case = Case(world).take()
    propose(case, Role.AUDITOR)
    case.sign(Role.HEAD, agree=False)
    assert sees(case, Role.AUDITOR)
    assert case.told("signature_refused") == ["manager"]


def test_what_the_reporter_said_counts_at_once_and_two_confirm_or_lift_it(world: World) -> None:
    case = Case(world, involved=[Role.DPO]).take()
    assert not sees(case, Role.DPO)
    assert marked(case)[0].step_id is None
    by_two(case, Role.DPO, Role.MANAGER, Role.HEAD)
    assert marked(case)[0].step_id
    assert "incident:exclusion_confirmed" in case.log()
    with pytest.raises(Conflict):
        propose(case, Role.DPO)
    lift(case, Role.DPO)
    assert not sees(case, Role.DPO)
    case.sign(Role.DEPUTY)
    assert sees(case, Role.DPO)
    assert marked(case) == []
    with pytest.raises(Conflict):
        lift(case, Role.DPO)


def test_merging_carries_the_signatures_over_and_a_late_signature_holds_for_both(world: World) -> None:
    first, second = Case(world).take(), Case(world).take()
    by_two(first, Role.AUDITOR, Role.MANAGER, Role.HEAD)
    propose(first, Role.DPO)
    with world.change() as session:
        merge(session, world.actor(Role.MANAGER), first.row(session), second.row(session), world.now)
    assert [one.step_id for one in marked(second)] == [one.step_id for one in marked(first)] != [None]
    first.sign(Role.HEAD)
    assert not sees(second, Role.DPO)


def test_a_substitute_is_called_at_the_moment_of_the_signature(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    case = Case.of(world, bench.reference)
    bench.vote("leila", "high")
    propose(case, "leila", by=Role.DEPUTY)
    assert "kim" not in bench.told("convened")
    case.sign(Role.MANAGER)
    assert "kim" in bench.told("convened")
    bench.vote("kim", "none")
    bench.vote("per", "none")
    assert bench.commission().outcome == "none"


def trace(world: World, case: Case, key: str) -> list[str]:
    """Everything in which a proposal could show. Pages whose reading is itself an entry of the log are read as lists,
    without what this reader added to them."""
    client, actor = world.client(key), world.actor(key)
    pages = ["/incidents", "/incidents?show=mine", "/clocks", "/outbox", "/report/mine", "/development/mail"]
    if key != Role.AUDITOR:
        pages += [case.path, f"{case.path}/log", f"{case.path}/involved", f"{case.path}/decision"]
    answers = [REQUEST_ID.sub("", client.get(page).text) for page in pages]
    with world.look() as session:
        row = case.row(session)
        entries, _ = page_of(session, actor, Filter(), None, "Europe/Stockholm", world.now)
        return [
            *answers,
            str(counts(session, actor, world.now)),
            str([one.action for one in entries if one.actor != actor.id]),
            str([one.what for one in case_log(session, actor, row, -1, "sv")[0] if one.who != actor.name]),
            str(story(session, actor, row, "sv", "Europe/Stockholm", open_texts=True)),
        ]


@pytest.mark.parametrize("about", [Role.HEAD, Role.DEPUTY, Role.DPO, Role.AUDITOR, Role.COMMISSIONER])
def test_the_person_concerned_sees_no_trace_of_the_proposal(world: World, about: str) -> None:
    """The same bytes before it, while it waits, and after it was refused; the commissioner is the standing chair."""
    with world.change() as session:
        session.add(PanelSeat(user_id=world.users[Role.COMMISSIONER].id, seat="chair", position=0))
    case = Case(world).take()
    before = trace(world, case, about)
    propose(case, about, by=Role.DPO if about != Role.DPO else Role.DEPUTY)
    assert trace(world, case, about) == before
    [step] = steps(case)
    assert world.client(about).get(f"{case.path}/sign/{step.id}").status_code == 404
    assert about not in case.told("signature_wanted")
    case.sign(Role.MANAGER, agree=False)
    assert trace(world, case, about) == before


def test_the_chair_is_let_in_to_sign_but_not_to_what_is_proposed_about_the_chair(world: World) -> None:
    with world.change() as session:
        session.add(PanelSeat(user_id=world.users[Role.COMMISSIONER].id, seat="chair", position=0))
    case = Case(world).take()
    propose(case, Role.AUDITOR)
    assert sees(case, Role.COMMISSIONER)
    case.sign(Role.COMMISSIONER)
    propose(case, Role.COMMISSIONER)
    assert not sees(case, Role.COMMISSIONER)


def test_the_page_over_http(small_world: World) -> None:
    case = Case(small_world, involved=[Role.DEPUTY]).take()
    where, users = f"{case.path}/involved", small_world.users
    manager, head, dpo = (small_world.client(key) for key in (Role.MANAGER, Role.HEAD, Role.DPO))
    empty = manager.post(where, data={"user": "", "reason": ""})
    assert empty.status_code == 422
    assert 'href="#user"' in empty.text
    assert manager.post(where, data={"user": users[Role.DPO].id, "reason": REASON}).status_code == 303
    shown = manager.get(where).text
    assert REASON in shown
    assert "Väntar på underskrift av" in shown
    assert "Utpekad i rapporten" in shown
    assert REASON not in dpo.get(where).text
    again = manager.post(where, data={"user": users[Role.DPO].id, "reason": "En gång till."})
    assert again.status_code == 409
    assert "En gång till." in again.text
    sign_here = re.findall(rf"{case.path}/sign/[0-9a-f]+", head.get(where).text)[0]
    assert users[Role.DPO].name in head.get(sign_here).text
    assert head.post(sign_here, data={"answer": "sign", "password": PASSWORD}).status_code == 303
    assert dpo.get(case.path).status_code == 404
    assert "underskrivet av Harald Huvud" in manager.get(where).text
    wrong = manager.post(where, data={"marked": users[Role.DPO].id, "why": "x"})
    assert wrong.status_code == 422
    lifted = {"marked": users[Role.DPO].id, "why": "Var inte på plats.", "answer": "inclusion"}
    assert manager.post(where, data=lifted).status_code == 303
    assert dpo.get(case.path).status_code == 404
