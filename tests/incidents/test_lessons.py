"""A lesson names the risk or the control that changes, or says why none does; nothing typed is lost."""

import pytest
from sqlalchemy import select

from core.access import Role
from incidents.models import Exclusion
from risk.register.models import RiskCase
from risk.service import adopt
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.risk.register.risks import make, pages, typed

LESSON = "Adressboken töms efter varje utskick."


def test_it_links_a_risk_and_the_case_shows_it(small_world: World) -> None:
    case, risk = Case(small_world).take(), make(small_world)
    client = pages(small_world, Role.MANAGER)
    data = {"lesson": LESSON, "changes": "risk", "risk": str(risk.id)}
    assert client.post(f"/incidents/{case.reference}/lesson", data=data).status_code == 303
    text = client.get(f"/incidents/{case.reference}").text
    assert risk.name in text
    assert LESSON in text
    assert case.reference in client.get(risk.path).text


def test_it_links_a_control_or_says_why_nothing_changes(small_world: World) -> None:
    with small_world.change() as session:
        adopt(session, small_world.now)
    case = Case(small_world).take()
    client, path = pages(small_world, Role.MANAGER), f"/incidents/{case.reference}"
    data = {"lesson": LESSON, "changes": "control", "control": "no_shared_folders"}
    assert client.post(f"{path}/lesson", data=data).status_code == 303
    assert "/controls/no_shared_folders" in client.get(path).text
    data = {"lesson": LESSON, "changes": "nothing", "unchanged": "Det var en övning i tanken."}
    assert client.post(f"{path}/lesson", data=data).status_code == 303
    assert "Det var en övning i tanken." in client.get(path).text


def test_a_new_risk_is_written_in_place_and_linked(small_world: World) -> None:
    case = Case(small_world).take()
    client, path = pages(small_world, Role.MANAGER), f"/incidents/{case.reference}"
    answer = client.post(f"{path}/lesson", data={"lesson": LESSON, "changes": "new_risk"})
    assert answer.headers["location"] == f"/risks/new?case={case.reference}"
    assert case.reference in client.get(answer.headers["location"]).text
    assert client.post("/risks/new", data=typed(small_world, case=case.reference)).status_code == 303
    with small_world.look() as session:
        assert session.scalars(select(RiskCase.case_id)).all() == [case.row(session).id]


ODD = [({"changes": ""}, "changes"), ({"changes": "risk", "risk": "77"}, "risk"), ({"changes": "nothing"}, "unchanged"),
       ({"changes": "control", "control": "invented"}, "control"), ({"lesson": ""}, "lesson")]  # fmt: skip


@pytest.mark.parametrize(("changes", "field"), ODD, ids=str)
def test_what_is_missing_is_named_at_its_field(small_world: World, changes: dict[str, str], field: str) -> None:
    make(small_world)
    case = Case(small_world).take()
    data = {"lesson": LESSON, "changes": "nothing", "unchanged": ""} | changes
    answer = pages(small_world, Role.MANAGER).post(f"/incidents/{case.reference}/lesson", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert data["lesson"] in answer.text
    with small_world.look() as session:
        assert session.scalars(select(RiskCase)).all() == []


def test_who_is_involved_cannot_prefill_a_risk_from_the_case(small_world: World) -> None:
    case = Case(small_world).take()
    with small_world.change() as session:
        session.add(Exclusion(incident_id=case.row(session).id, user_id=small_world.users[Role.DEPUTY].id, by_id="x",
                              at=small_world.now))  # fmt: skip
    deputy = pages(small_world, Role.DEPUTY)
    for reference in (case.reference, "PUI-2026-0000"):
        assert deputy.get(f"/risks/new?case={reference}").status_code == 404
        assert deputy.post("/risks/new", data=typed(small_world, case=reference)).status_code == 404
