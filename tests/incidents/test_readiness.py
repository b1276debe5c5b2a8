"""Who can file with an authority, and whether the way in was tried: the rule, the verb, and the pages."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Invalid
from core.moment import utc
from incidents.models import Exclusion
from incidents.readiness.keeping import TrialForm, record_trial, trials
from incidents.readiness.rule import FRESH, Readiness, Result, Trial, latest, readiness
from incidents.readiness.view import own_readiness, way_in_of, ways_in
from incidents.readiness_models import AuthorityReadiness
from tests.fixtures.world import START, World
from tests.incidents.cases import Case

HERE = "/settings/authority-readiness"
TODAY = START.date()
OK, FAILED, NOT_TRIED = Result.OK, Result.FAILED, Result.NOT_TRIED


def trial(holder: str, result: Result, ago: int | None, recorded: int = 0) -> Trial:
    """`ago` days ago, or never; written down `recorded` days after the start."""
    tried = None if ago is None else TODAY - timedelta(days=ago)
    return Trial(holder, "BankID", result, tried, "", "x", START + timedelta(days=recorded))


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ([], Readiness.NOBODY),
        ([trial("a", NOT_TRIED, None)], Readiness.NEVER_TRIED),
        ([trial("a", FAILED, 1)], Readiness.FAILED),
        ([trial("a", OK, 0)], Readiness.READY),
        ([trial("a", OK, FRESH.days)], Readiness.READY),
        ([trial("a", OK, FRESH.days + 1)], Readiness.OLD),
        ([trial("a", OK, 9), trial("a", FAILED, 3)], Readiness.FAILED),
        ([trial("a", FAILED, 9), trial("a", OK, 3)], Readiness.READY),
        ([trial("a", OK, 3), trial("a", FAILED, 9, recorded=1)], Readiness.READY),
        ([trial("a", OK, 3), trial("a", FAILED, 3, recorded=1)], Readiness.FAILED),
        ([trial("a", OK, 3), trial("a", NOT_TRIED, None, recorded=1)], Readiness.READY),
        ([trial("a", FAILED, 3), trial("b", OK, 100)], Readiness.READY),
        ([trial("a", FAILED, 3), trial("b", OK, 300)], Readiness.OLD),
        ([trial("a", NOT_TRIED, None), trial("b", FAILED, 3)], Readiness.FAILED),
    ],
)
def test_one_person_who_can_file_is_enough_and_the_last_trial_counts(known: list[Trial], state: Readiness) -> None:
    assert readiness(known, TODAY) is state
    assert readiness(reversed(known), TODAY) is state


def test_the_last_word_about_each_holder_comes_newest_first() -> None:
    known = [trial("a", OK, 9), trial("b", OK, 3), trial("a", FAILED, 1)]
    assert latest(known) == [known[2], known[1]]


def form(world: World, **changes: Any) -> TrialForm:
    given = {"authority": "imy", "holder": world.users[Role.MANAGER].id, "holds": "BankID", "result": OK,
             "tried_on": TODAY, **changes}  # fmt: skip
    return TrialForm(**given)


def keep(world: World, key: str = Role.HEAD, **changes: Any) -> None:
    with world.change() as session:
        record_trial(session, world.actor(key), form(world, **changes), world.now)


def test_every_trial_is_a_line_of_its_own_sealed_and_logged(world: World) -> None:
    keep(world, note="Kortläsaren fattas", result=FAILED)
    world.later(days=2)
    keep(world, tried_on=TODAY + timedelta(days=2))
    with world.look() as session:
        rows = list(session.scalars(select(AuthorityReadiness)))
        assert len(rows) == 2
        assert all("BankID" not in row.holds_sealed and "Kort" not in row.note_sealed for row in rows)
        newest, first = trials(session, "imy")["imy"]
        assert (newest.result, newest.holds, newest.note) == (OK, "BankID", "")
        assert (first.result, first.note, first.tried_on) == (FAILED, "Kortläsaren fattas", TODAY)
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "settings:readiness_recorded")).all()
        assert [entry.object for entry in entries] == ["authority:imy"] * 2
        assert own_readiness(session, world.now)[1] is Readiness.READY
        assert own_readiness(session, world.now + FRESH + timedelta(days=1))[1] is Readiness.OLD
        assert ways_in(session, world.now, "sv")[0].code == "imy"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("authority", {"authority": "nobody"}),
        ("holder", {"holder": "nobody"}),
        ("tried_on", {"tried_on": TODAY + timedelta(days=1)}),
        ("tried_on", {"tried_on": None}),
        ("tried_on", {"result": NOT_TRIED}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(small_world: World, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as wrong:
        keep(small_world, **changes)
    assert set(wrong.value.fields) == {field}


def test_today_is_the_day_of_the_company(small_world: World) -> None:
    small_world.now = utc(2026, 11, 22, 23, 30)  # already the 23rd in Stockholm
    keep(small_world, tried_on=date(2026, 11, 23))


def test_who_has_left_holds_nothing_any_more(small_world: World) -> None:
    keep(small_world, holder=small_world.users[Role.DEPUTY].id)
    with small_world.change() as session:
        session.merge(small_world.users[Role.DEPUTY]).disabled_at = small_world.now
    with small_world.look() as session:
        way = ways_in(session, small_world.now, "sv")[0]
        assert (way.state, way.held, len(way.earlier)) == (Readiness.NOBODY, (), 1)
        assert own_readiness(session, small_world.now)[1] is Readiness.NOBODY


def test_a_case_names_who_can_file_but_nobody_who_is_involved(small_world: World) -> None:
    world = small_world
    case = Case(world).take()
    page = unescape(world.client(Role.MANAGER).get(f"{case.path}/authority").text)
    assert "Ingen är utsedd som kan anmäla till IMY." in page
    keep(world, holder=world.users[Role.DEPUTY].id, holds="Freja+")
    path = f"{case.path}/authority"
    page = unescape(world.client(Role.AUDITOR).get(path).text)
    assert "Freja+" in page
    assert "Senast provat 22 nov 2026." in page
    assert HERE not in page
    with world.change() as session:
        incident = case.row(session)
        session.add(Exclusion(incident_id=incident.id, user_id=world.users[Role.DEPUTY].id, by_id="x", at=world.now))
    with world.look() as session:
        way = way_in_of(session, case.row(session), "imy", world.now, "sv")
        assert (way.state, way.held, way.earlier) == (Readiness.NOBODY, (), ())
    assert "Freja+" not in world.client(Role.MANAGER).get(path).text


@pytest.mark.parametrize("role", [Role.MANAGER, Role.DEPUTY, Role.HEAD])
def test_the_page_warns_until_somebody_has_tried(small_world: World, role: Role) -> None:
    world, client = small_world, small_world.client(role)
    assert f'href="{HERE}"' in client.get("/clocks").text
    assert f'href="{HERE}"' not in client.get("/controls").text
    empty = unescape(client.get(HERE).text)
    assert "Ingen är utsedd som kan anmäla till IMY." in empty
    assert "Altinn-rollen Utfyller/innsender" in empty
    holder = world.users[Role.EMPLOYEE].id
    typed = {"authority": "datatilsynet", "holder": holder, "holds": "Altinn-roll", "result": "not_tried"}
    assert client.post(HERE, data=typed).headers["location"] == f"{HERE}?done=datatilsynet"
    assert "Aldrig provat" in client.get(HERE).text
    client.post(HERE, data=typed | {"result": "ok", "tried_on": "2026-11-21", "note": "Gick bra"})
    shown = unescape(client.get(f"{HERE}?done=datatilsynet").text)
    assert "Provet är antecknat" in shown
    assert "21 nov 2026" in shown
    assert "Gick bra" in shown
    assert "Tidigare prov" in shown


def test_a_refused_trial_comes_back_whole(small_world: World) -> None:
    typed = {"authority": "vdai", "holder": "", "holds": "Litauisk e-legitimation", "result": "failed",
             "tried_on": "2026-11-23", "note": "Kortet har gått ut"}  # fmt: skip
    client = small_world.client(Role.HEAD)
    answer = client.post(HERE, data=typed)
    assert answer.status_code == 422
    holder = small_world.users[Role.HEAD].id
    late = unescape(client.post(HERE, data=typed | {"holder": holder}).text)
    for page in (unescape(answer.text), late):
        assert "Litauisk e-legitimation" in page
        assert "Kortet har gått ut" in page
        assert '<option value="vdai" selected>' in page
    assert "Dagen har inte kommit än." in late
    with small_world.look() as session:
        assert session.scalars(select(AuthorityReadiness)).all() == []


@pytest.mark.parametrize("role", [Role.ADMIN, Role.WRITER, Role.DPO, Role.EMPLOYEE])
def test_others_find_no_such_page(small_world: World, role: Role) -> None:
    assert small_world.client(role).get(HERE).status_code == 404
