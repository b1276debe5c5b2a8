"""Stating the facts of a severity: versions with reasons, the log, and who must not see it yet."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from incidents.sealed import sealed_from
from incidents.severity_models import SeverityStatement
from incidents.stating import facts_of, form_of, latest, reason_of, statements
from risk.duties import duties
from risk.severity import Band
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.severity import stated


def test_the_facts_are_kept_and_reckoned_exactly(world: World) -> None:
    bench = Bench(world)
    row = stated(world, bench.reference)
    assert (row.version, row.quarters, row.band) == (1, 10, Band.MEDIUM)
    with world.look() as session:
        incident = bench._incident(session)
        kept = latest(session, incident)
        assert kept is not None
        found = duties(facts_of(session, kept))
        assert found.severity.written_out == "2 x 1 + 0.5 = 2.5"
        assert (found.notify_authority, found.inform_people) == (True, False)
        assert form_of(session, kept).cause == "accidental"


def test_a_change_is_a_new_version_with_a_reason_and_the_one_before_stays(world: World) -> None:
    bench = Bench(world)
    stated(world, bench.reference)
    with pytest.raises(Invalid) as wrong:
        stated(world, bench.reference, version=1, malicious="yes")
    assert list(wrong.value.fields) == ["reason"]
    stated(world, bench.reference, version=1, malicious="yes", reason="Loggen visar ett intrång.")
    with world.look() as session:
        rows = statements(session, bench._incident(session))
        assert [(row.version, row.quarters) for row in rows] == [(2, 12), (1, 10)]
        assert [reason_of(session, row) for row in rows] == ["Loggen visar ett intrång.", ""]


def test_of_two_who_state_at_once_the_second_is_told(world: World) -> None:
    bench = Bench(world)
    stated(world, bench.reference)
    with pytest.raises(Conflict):
        stated(world, bench.reference, Role.HEAD, people="4000")
    with world.look() as session:
        assert len(statements(session, bench._incident(session))) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"data_financial": "none"}, "data_simple"),
        ({"why_financial": ""}, "why_financial"),
        ({"data_sensitive": "1"}, "why_sensitive"),
        ({"enables": ["none", "fraud"]}, "enables"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(small_world: World, changes: dict[str, Any], field: str) -> None:
    bench = Bench(small_world)
    with pytest.raises(Invalid) as wrong:
        stated(small_world, bench.reference, **changes)
    assert list(wrong.value.fields) == [field]


def test_a_usual_weight_needs_no_reason_and_keeps_none(small_world: World) -> None:
    bench = Bench(small_world)
    stated(small_world, bench.reference, data_financial="3", why_financial="gammal text")
    with small_world.look() as session:
        row = session.scalars(select(SeverityStatement)).one()
        assert [(kind.adjustment, kind.why) for kind in form_of(session, row).data] == [(0, "")]


def test_the_log_has_the_score_in_clear_and_the_facts_under_the_key_of_the_case(world: World) -> None:
    bench = Bench(world)
    stated(world, bench.reference)
    with world.look() as session:
        row = session.scalars(select(AuditEntry).where(AuditEntry.action == "severity:stated")).one()
    entry = json.loads(row.entry)
    assert entry["facts"] == {"version": 1, "score": "2.5", "band": "medium"}
    assert "data" in entry["changes"]
    assert b"kontonummer" not in row.entry


def test_a_case_that_has_ended_is_not_reckoned_anew(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        bench._incident(session).state = "closed"
    with pytest.raises(Conflict):
        stated(small_world, bench.reference)


def test_the_proposal_is_sealed_from_a_member_until_the_own_answer(world: World) -> None:
    bench = Bench(world)
    stated(world, bench.reference)
    bench.convene()

    def sealed(key: str) -> bool:
        with world.look() as session:
            return sealed_from(session, world.actor(key), bench._incident(session))

    assert [sealed(key) for key in ("per", "kim", Role.MANAGER, Role.DPO)] == [True, True, False, False]
    bench.vote("per", "risk")
    assert [sealed("per"), sealed("leila")] == [False, True]
    for key in ("commissioner", "leila"):
        bench.vote(key, "risk")
    assert not sealed("kim")
