"""A risk from its first line to its end: levels with reasons, acceptance by two, nothing lost in a refused form."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from risk.register import accepting, service
from risk.register.jobs import look_after_risks
from risk.register.models import Risk, RiskChange
from risk.register.rules import State
from risk.service import adopt
from tests.fixtures.world import World
from tests.risk.register.risks import PASSWORD, change, kinds, make, now_of, pages, sent, typed

REASON = "Kundlistan skickas för hand varje vecka."


def test_a_risk_is_added_with_its_levels_its_owner_and_a_sealed_reason(world: World) -> None:
    risk = make(world, likelihood=3, impact=3, rationale=REASON)
    found = now_of(world, risk)
    assert (found.state, found.score, found.current.level.name) == (State.OPEN, 9, "HIGH")
    assert (found.inherent_likelihood, found.inherent_impact) == (3, 3)
    assert REASON not in found.rationale_sealed
    with world.look() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "risk:added")).one()
        assert b"Kundlistan" not in entry.entry
    assert kinds(world, risk) == ["added"]


def test_a_level_moves_only_with_a_reason_and_the_arrow_stands_in_the_history(world: World) -> None:
    risk = make(world, likelihood=3, impact=3)
    with pytest.raises(Invalid) as wrong:
        change(world, risk, likelihood=2, impact=3)
    assert set(wrong.value.fields) == {"why"}
    change(world, risk, likelihood=2, impact=3, why="Listor delas nu från kundsystemet.")
    with world.look() as session:
        moved = session.scalars(select(RiskChange).where(RiskChange.kind == "changed")).one()
        assert (moved.before.score, moved.after.score) == (9, 6)
    text = pages(world, Role.DPO).get(risk.path).text
    for words in ("Listor delas nu från kundsystemet.", "→", "elevated"):
        assert words in text


def test_of_two_who_change_it_at_once_the_second_sees_both_versions(small_world: World) -> None:
    risk = make(small_world)
    client = pages(small_world, Role.MANAGER)
    form = typed(small_world, version=str(risk.version), title="En annan titel", asset="Kassan")
    change(small_world, risk, title="Den sparade titeln", why="")
    answer = client.post(f"{risk.path}/edit", data=form)
    assert answer.status_code == 409
    for words in ("En annan titel", "Den sparade titeln", "What the others saved", "Kassan"):
        assert words in answer.text
    again = form | {"version": str(now_of(small_world, risk).version)}
    assert client.post(f"{risk.path}/edit", data=again).status_code == 303
    assert now_of(small_world, risk).title == "En annan titel"


def test_accepted_without_an_end_date_is_named_at_the_field_and_nothing_is_lost(small_world: World) -> None:
    client = pages(small_world, Role.MANAGER)
    form = typed(small_world, treatment="accept", accept_until="", measures="Vi lever med den.")
    answer = client.post("/risks/new", data=form)
    assert answer.status_code == 422
    assert 'id="accept_until-error"' in answer.text
    assert "Say until which day the risk is accepted." in answer.text
    for words in (form["title"], form["rationale"], "Vi lever med den.", form["review_on"]):
        assert words in answer.text
    assert 'value="accept" checked' in answer.text
    with small_world.look() as session:
        assert session.scalars(select(Risk)).all() == []


ODD = [
    ({"treatment": "accept", "accept_until": "2020-01-01"}, "accept_until"),
    ({"treatment": "accept", "accept_until": "2031-01-01"}, "accept_until"),
    ({"treatment": "accept", "accept_until": "snart"}, "accept_until"),
    ({"likelihood": "5"}, "likelihood"), ({"impact": ""}, "impact"), ({"owner": ""}, "owner"),
    ({"owner": "nobody"}, "owner"), ({"review_on": ""}, "review_on"), ({"review_on": "2020-01-01"}, "review_on"),
    ({"cause": "accidental.invented"}, "cause"), ({"controls": "invented"}, "controls"),
    ({"rationale": "kort"}, "rationale"), ({"title": ""}, "title"),
    ({"target_likelihood": "2"}, "target_impact"), ({"treatment": "hope"}, "treatment"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field"), ODD, ids=str)
def test_what_cannot_be_is_refused_at_its_field(small_world: World, changes: dict[str, str], field: str) -> None:
    with small_world.change() as session:
        adopt(session, small_world.now)
    answer = pages(small_world, Role.MANAGER).post("/risks/new", data=typed(small_world) | changes)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Something needs correcting" in answer.text


def test_one_proposes_to_accept_and_another_signs_with_the_password(world: World) -> None:
    until = world.now.date() + timedelta(days=30)
    risk = make(world, likelihood=2, impact=2, treatment="accept", accept_until=until)
    waiting = now_of(world, risk)
    assert (waiting.state, waiting.waits_for_signature) == (State.OPEN, True)
    assert "risk_accept" in sent(world)
    with pytest.raises(Conflict), world.change() as session:
        accepting.accept(session, world.actor(Role.MANAGER), session.get_one(Risk, risk.id), PASSWORD, waiting.version,
                         world.now)  # fmt: skip
    client = pages(world, Role.DEPUTY)
    wrong = client.post(f"{risk.path}/accept", data={"answer": "sign", "password": "no", "version": waiting.version})
    assert wrong.status_code == 422
    right = client.post(
        f"{risk.path}/accept", data={"answer": "sign", "password": PASSWORD, "version": waiting.version}
    )
    assert right.status_code == 303
    found = now_of(world, risk)
    assert (found.state, found.accepted_by, found.accepted_score) == ("accepted", world.users[Role.DEPUTY].id, 4)
    assert kinds(world, risk) == ["added", "acceptance_asked", "accepted"]


def test_above_the_line_only_the_head_signs_and_never_who_proposed(small_world: World) -> None:
    until = small_world.now.date() + timedelta(days=30)
    risk = make(small_world, likelihood=4, impact=2, treatment="accept", accept_until=until)
    version = now_of(small_world, risk).version
    data = {"answer": "sign", "password": PASSWORD, "version": version}
    assert pages(small_world, Role.DEPUTY).post(f"{risk.path}/accept", data=data).status_code == 409
    assert pages(small_world, Role.HEAD).post(f"{risk.path}/accept", data=data).status_code == 303
    own = make(small_world, Role.HEAD, likelihood=4, impact=2, treatment="accept", accept_until=until)
    data["version"] = now_of(small_world, own).version
    assert pages(small_world, Role.HEAD).post(f"{own.path}/accept", data=data).status_code == 409
    assert now_of(small_world, own).state == State.OPEN


def test_a_refusal_needs_its_reason_and_leaves_the_risk_open(small_world: World) -> None:
    risk = make(small_world, treatment="accept", accept_until=small_world.now.date() + timedelta(days=9))
    client, version = pages(small_world, Role.HEAD), now_of(small_world, risk).version
    assert client.post(f"{risk.path}/accept", data={"answer": "refuse", "version": version}).status_code == 422
    data = {"answer": "refuse", "version": version, "reason": "För dyrt om det händer."}
    assert client.post(f"{risk.path}/accept", data=data).status_code == 303
    found = now_of(small_world, risk)
    assert (found.state, found.treatment, found.accept_until) == ("open", "none_yet", None)
    assert "För dyrt om det händer." in client.get(risk.path).text


def test_when_the_day_has_passed_the_risk_is_its_owners_again_and_told_once(world: World) -> None:
    risk = accepted(world, days=2)
    look_after_risks(world.database, world.later(days=2))
    assert now_of(world, risk).state == "accepted"  # the last day still counts
    assert look_after_risks(world.database, world.later(days=1)) == 1
    assert look_after_risks(world.database, world.now) == 0
    found = now_of(world, risk)
    assert (found.state, found.accept_until, found.treatment) == ("open", None, "none_yet")
    assert sent(world).count("risk_expired") == 1
    assert kinds(world, risk)[-1] == "expired"


def test_a_change_of_the_level_ends_the_acceptance(small_world: World) -> None:
    risk = accepted(small_world, days=20)
    change(small_world, risk, treatment="reduce", why="Nu gör vi något åt den.")
    assert now_of(small_world, risk).state == State.OPEN
    assert "acceptance_ended" in kinds(small_world, risk)


def test_the_day_of_review_is_told_once_and_again_for_the_next_day(world: World) -> None:
    risk = make(world, review_on=world.now.date() + timedelta(days=3))
    assert look_after_risks(world.database, world.now) == 0
    world.later(days=3)
    version = now_of(world, risk).version
    assert [look_after_risks(world.database, world.now) for _ in range(2)] == [1, 0]
    assert now_of(world, risk).version == version
    change(world, risk, review_on=world.now.date() + timedelta(days=1))
    assert look_after_risks(world.database, world.later(days=1)) == 1
    assert sent(world).count("risk_review") == 2


def test_closing_needs_a_reason_and_ends_all_changes(small_world: World) -> None:
    risk = make(small_world)
    client = pages(small_world, Role.MANAGER)
    assert client.post(f"{risk.path}/close", data={"reason": ""}).status_code == 422
    assert client.post(f"{risk.path}/close", data={"reason": "Registret finns inte mer."}).status_code == 303
    assert now_of(small_world, risk).state == State.CLOSED
    assert client.get(f"{risk.path}/edit").status_code == 409
    with pytest.raises(Conflict):
        change(small_world, risk)
    assert risk.name not in client.get("/risks").text
    assert risk.name in client.get("/risks?show=ended").text


def test_an_owner_without_another_right_sees_and_changes_their_own_only(small_world: World) -> None:
    mine = make(small_world, owner=small_world.users[Role.CONTROL_OWNER].id, title="Min egen risk")
    other = make(small_world, title="En annans risk")
    client = pages(small_world, Role.CONTROL_OWNER)
    text = client.get("/risks").text
    assert "Min egen risk" in text
    assert "En annans risk" not in text
    assert client.get(other.path).status_code == 404
    form = typed(
        small_world, version=str(now_of(small_world, mine).version), owner=small_world.users[Role.CONTROL_OWNER].id
    )
    assert client.post(f"{mine.path}/edit", data=form).status_code == 303
    assert client.post(f"{other.path}/edit", data=form).status_code == 404
    assert client.get("/risks/new").status_code == 404


def accepted(world: World, days: int) -> Risk:
    until: date = world.now.date() + timedelta(days=days)
    risk = make(world, likelihood=2, impact=2, treatment="accept", accept_until=until)
    pages(world, Role.DEPUTY)
    with world.change() as session:
        row = session.get_one(Risk, risk.id)
        accepting.accept(session, world.actor(Role.DEPUTY), row, PASSWORD, row.version, world.now)
    return risk


def test_the_verbs_know_no_way_around_the_second_person(small_world: World) -> None:
    """No verb of the service makes a risk accepted."""
    risk = make(small_world, treatment="accept", accept_until=small_world.now.date() + timedelta(days=9))
    with small_world.change() as session:
        row = session.get_one(Risk, risk.id)
        assert row.state == State.OPEN
        with pytest.raises(Conflict):
            service.drop(session, small_world.actor(Role.MANAGER), row, "Nej tack.", small_world.now)
