"""Calling a commission: the panel's rules are copied, small cases may be short, and whoever cannot is replaced."""

from datetime import timedelta
from typing import Any

import pytest

from core.access import Operation, Role
from core.document import texts
from core.errors import Invalid, NotFound
from identity.models import Absence
from incidents import panels
from incidents.assessing.proposing import Out, Procedure, filled, propose
from incidents.assessing.seats import panel_of, seat_rows
from incidents.commission import Position, Seat, sitting
from incidents.commission_models import STANDING, Panel
from incidents.involvement import exclude
from incidents.order_document import order_document, order_of
from incidents.panels import PanelSettings
from incidents.panels.short import IS_SMALL, IS_SMALL_SO_FAR, TOO_GRAVE, TOO_MANY, UNKNOWN, smallness
from incidents.people_count import PeopleCount
from incidents.queries import find
from risk.severity import Band
from tests.fixtures.world import World
from tests.incidents.bench import Bench


def ruled(bench: Bench, **rules: Any) -> None:
    """The standing panel with these rules."""
    with bench.world.change() as session:
        form = PanelSettings.model_validate(bench.seats() | rules)
        panels.change(session, bench.world.actor(Role.HEAD), session.get_one(Panel, STANDING), form, bench.world.now)


def small(bench: Bench, people: int = 4) -> None:
    with bench.world.change() as session:
        incident = bench._incident(session)
        incident.people_min = incident.people_max = people


@pytest.mark.parametrize(
    ("limit", "people", "band", "allowed", "reason"),
    [
        (None, PeopleCount.exact(1), None, False, ""),
        (10, PeopleCount.exact(10), None, True, IS_SMALL_SO_FAR),
        (10, PeopleCount(2, 10), Band.LOW, True, IS_SMALL),
        (10, PeopleCount.exact(11), Band.LOW, False, TOO_MANY),
        (10, PeopleCount(2, 11), None, False, TOO_MANY),
        (10, PeopleCount(2), None, False, TOO_MANY),
        (10, PeopleCount(), None, False, UNKNOWN),
        (10, PeopleCount.exact(1), Band.MEDIUM, False, TOO_GRAVE),
        (10, PeopleCount.exact(1), Band.VERY_HIGH, False, TOO_GRAVE),
    ],
)
def test_only_what_is_surely_small_may_be_short(
    limit: int | None, people: PeopleCount, band: Band | None, allowed: bool, reason: str
) -> None:
    found = smallness(limit, people, band)
    assert (found.allowed, found.reason) == (allowed, reason)


def test_a_commission_keeps_the_rules_it_was_called_with(world: World) -> None:
    bench = Bench(world)
    ruled(bench, quorum=3, majority="two_thirds", tie="chair", alarm_hours=6)
    bench.convene(secretary=world.users[Role.AUDITOR].id)
    ruled(bench)
    commission = bench.commission()
    assert (commission.panel_id, commission.quorum, commission.majority, commission.tie) == (
        STANDING, 3, "two_thirds", "chair")  # fmt: skip
    assert (commission.alarm_hours, commission.procedure) == (6, "full")
    assert commission.secretary_id == world.users[Role.AUDITOR].id
    assert bench.told("secretary_called") == {Role.AUDITOR}
    assert bench.told("convened") == {"commissioner", "per", "leila"}


def test_the_short_procedure_calls_the_chair_and_one_member_and_both_must_answer(world: World) -> None:
    bench = Bench(world)
    ruled(bench, short_people=10)
    with pytest.raises(Invalid):
        bench.convene(procedure="short")
    small(bench)
    bench.convene(procedure="short")
    assert bench.told("convened") == {"commissioner", "per"}
    assert (bench.commission().quorum, bench.commission().procedure) == (2, "short")
    bench.vote("commissioner", "none")
    assert bench.commission().outcome == ""
    bench.recuse("per")
    assert bench.told("convened") == {"commissioner", "per", "leila"}
    bench.vote("leila", "none")
    assert bench.commission().outcome == "none"


def test_a_short_procedure_that_the_case_has_outgrown_is_said(small_world: World) -> None:
    bench = Bench(small_world)
    ruled(bench, short_people=10)
    small(bench)
    bench.convene(procedure="short")
    client, said = small_world.client(Role.MANAGER), "Ärendet är inte längre litet"
    assert said not in client.get(f"{bench.path}/commission").text
    small(bench, 11)
    assert said in client.get(f"{bench.path}/commission").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"panel": "nowhere"}, "panel"),
        ({"procedure": "short"}, "procedure"),
        ({"secretary": "nobody"}, "secretary"),
        ({"quorum": 4}, "quorum"),
    ],
)
def test_what_cannot_be_called_is_refused(small_world: World, changes: dict[str, Any], field: str) -> None:
    bench = Bench(small_world)
    with pytest.raises(Invalid) as wrong:
        bench.convene(**changes)
    assert list(wrong.value.fields) == [field]
    assert bench.incident().state == "under_review"


def test_a_retired_panel_cannot_be_called(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        actor = small_world.actor(Role.HEAD)
        panel = panels.create(
            session, actor, PanelSettings.model_validate(bench.seats() | {"name": "IT"}), small_world.now
        )
        panels.retire(session, actor, panel, small_world.now)
        key = panel.id
    with pytest.raises(Invalid):
        bench.convene(panel=key)
    asked = small_world.client(Role.MANAGER).get(f"{bench.path}/commission?panel={key}")
    assert asked.status_code == 404


def test_who_cannot_take_part_is_named_with_the_reason_and_replaced(world: World) -> None:
    bench = Bench(world)
    other = world.user(Role.COMMISSIONER, "Nora Ny", "nora").id
    with world.change() as session:
        incident, users = bench._incident(session), world.users
        exclude(session, world.actor(Role.MANAGER), incident, users["per"].id, "", world.now)
        session.add(Absence(user_id=users["leila"].id, deputy_id=users[Role.HEAD].id, set_at=world.now,
                            from_at=world.now, until_at=world.now + timedelta(days=3)))  # fmt: skip
        session.flush()
        found = propose(session, incident, session.get_one(Panel, STANDING), Procedure.FULL, world.now)
    assert found.out == {users["per"].id: Out.INVOLVED, users["leila"].id: Out.AWAY}
    assert found.moved_up == (users["kim"].id,)
    assert found.outside == (other,)
    assert found.judging == [users["commissioner"].id, users["kim"].id, other]


def test_a_quorum_out_of_reach_is_said_before_the_call(small_world: World) -> None:
    bench = Bench(small_world)
    ruled(bench, quorum=3)
    with small_world.change() as session:
        incident, users = bench._incident(session), small_world.users
        for key in ("per", "kim"):
            exclude(session, small_world.actor(Role.MANAGER), incident, users[key].id, "", small_world.now)
    shown = small_world.client(Role.MANAGER).get(f"{bench.path}/commission").text
    assert "Per Nyström är inblandad i ärendet." in shown
    assert "Kim Öst är inblandad i ärendet." in shown
    assert "Välj minst två ledamöter" in shown
    answer = small_world.client(Role.MANAGER).post(
        f"{bench.path}/commission", data=bench.seats() | {"version": str(bench.version()), "substitute_1": "",
                                                         "member_1": users["leila"].id, "member_2": ""})  # fmt: skip
    assert answer.status_code == 409
    assert "beslutför" in answer.text.lower()


def test_outsiders_come_last_and_only_as_many_as_are_needed() -> None:
    chair, spare = Seat("sara", Position.CHAIR), Seat("kim", Position.SUBSTITUTE)
    assert filled([chair, spare], ["sara", "kim", "nora", "olle"], 2) == (
        (chair, Seat("nora", Position.MEMBER), spare), ("nora",))  # fmt: skip
    assert filled([chair], ["sara"], 3) == ((chair,), ())
    assert filled([], ["nora", "olle"], 2)[0][0] == Seat("nora", Position.CHAIR)


def test_somebody_excluded_after_the_call_is_replaced_at_once(world: World) -> None:
    bench = Bench(world)
    bench.convene(secretary=world.users[Role.DPO].id)
    with world.change() as session:
        incident, commission = bench._both(session)
        for key in ("leila", Role.DPO):
            exclude(session, world.actor(Role.MANAGER), incident, world.users[key].id, "", world.now)
    assert bench.commission().secretary_id is None
    assert "kim" in bench.told("convened")
    with world.look() as session:
        incident, commission = bench._both(session)
        seated = {seat.member for seat in sitting(panel_of(session, incident, commission))}
        assert seated == {row.user_id for row in seat_rows(session, commission) if row.active}
        assert world.users["leila"].id not in seated
        with pytest.raises(NotFound):
            find(session, world.actor(Role.DPO), bench.reference, Operation.READ_COMMISSION)


def test_the_secretary_reads_but_neither_assesses_nor_sees_sealed_answers(world: World) -> None:
    bench = Bench(world)
    world.user(Role.COMMISSIONER, "Siri Sekreterare", "siri")
    client = world.client("siri")
    assert client.get(f"{bench.path}/commission").status_code == 404
    bench.convene(secretary=world.users["siri"].id)
    bench.vote("per", "high", rationale="Bara Per vet detta än.")
    for where in ("", "/commission", "/commission/order", "/decision", "/severity", "/minutes"):
        shown = client.get(bench.path + where)
        assert (where, shown.status_code) == (where, 200)
        assert "Bara Per vet detta än." not in shown.text
    assert client.get(f"{bench.path}/commission/assess").status_code == 404
    assert client.post(f"{bench.path}/commission/assess", data={}).status_code == 404
    bench.vote("leila", "high")
    assert "Bara Per vet detta än." in client.get(f"{bench.path}/commission").text
    assert bench.reference in client.get("/incidents").text


def test_the_order_says_who_what_when_and_by_which_rules(small_world: World) -> None:
    bench = Bench(small_world)
    ruled(bench, majority="absolute", secretary=small_world.users[Role.AUDITOR].id)
    bench.convene(secretary=small_world.users[Role.AUDITOR].id)
    with small_world.look() as session:
        incident, commission = bench._both(session)
        order = order_of(session, commission)
        said = {lang: " ".join(texts(order_document(session, incident, order, lang, small_world.now)))
                for lang in ("sv", "en")}  # fmt: skip
    for word in ("Sara Holm", "Kim Öst", "Greta Granskare", "Anna Berg", bench.reference):
        assert word in said["sv"]
        assert word in said["en"]
    assert "Regel 8.1" in said["sv"]
    assert "Mer än hälften av alla platser" in said["sv"]
    assert "2 of 3 must answer" in said["en"]
    assert "More than half of all seats" in said["en"]


def test_the_order_is_a_page_and_a_file(small_world: World) -> None:
    bench = Bench(small_world)
    client = small_world.client(Role.MANAGER)
    for where in ("order", "order.pdf"):
        before = client.get(f"{bench.path}/commission/{where}")
        assert before.headers["location"] == f"{bench.path}/commission"
    bench.convene()
    assert "Förordnande av kommission" in client.get(f"{bench.path}/commission/order").text
    made = client.get(f"{bench.path}/commission/order.pdf")
    assert made.content.startswith(b"%PDF")
    assert bench.reference in made.headers["content-disposition"]
    assert small_world.client("kim").get(f"{bench.path}/commission/order").status_code == 404


def test_the_page_offers_other_panels_and_the_short_procedure_without_scripts(small_world: World) -> None:
    bench = Bench(small_world)
    users = small_world.users
    client, where = small_world.client(Role.MANAGER), f"{bench.path}/commission"
    assert "Vilken kommission?" not in client.get(where).text
    ruled(bench, short_people=5)
    with small_world.change() as session:
        form = PanelSettings(chair=users["kim"].id, member_1=users["per"].id, member_2=users["leila"].id, name="IT")
        other = panels.create(session, small_world.actor(Role.HEAD), form, small_world.now).id
    shown = client.get(where).text
    assert "Vilken kommission?" in shown
    assert "inte klassat än" in shown
    assert "Vilket förfarande?" not in shown
    small(bench)
    assert 'Kim Öst<span class="muted">, ordförande' in client.get(f"{where}?panel={other}").text
    short = client.get(f"{where}?panel=standing&procedure=short").text
    assert "Högst 5 personer är berörda" in short
    assert "Båda måste svara" in short
    assert 'Leila Haddad<span class="muted">, i reserv' in short


def test_one_can_see_the_order_with_other_choices_before_calling(small_world: World) -> None:
    bench = Bench(small_world)
    client, where = small_world.client(Role.MANAGER), f"{bench.path}/commission"
    typed = bench.seats() | {"version": str(bench.version()), "panel": STANDING, "procedure": "full",
                             "member_2": "", "secretary": small_world.users[Role.DPO].id, "step": "look"}  # fmt: skip
    shown = client.post(where, data=typed)
    assert shown.status_code == 200
    assert "Disa Ombud" in shown.text
    assert "Båda måste svara" in shown.text
    assert bench.incident().state == "under_review"
    wrong = client.post(where, data=typed | {"chair": ""})
    assert wrong.status_code == 422
    assert "Välj en ordförande." in wrong.text


def test_a_small_team_is_told_which_separations_would_fail(small_world: World) -> None:
    bench = Bench(small_world)
    ruled(bench, secretary=small_world.users["per"].id)
    shown = small_world.client(Role.MANAGER).get(f"{bench.path}/commission").text
    assert "Om du också skriver under beslutet" in shown
    assert "Sekreteraren röstar också i kommissionen." in shown
