"""The database promises: aware times, one commit before the answer, no lost update."""

import threading
from datetime import UTC, datetime

import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import select, text
from sqlalchemy.exc import InternalError, OperationalError, StatementError
from starlette.testclient import TestClient

from core.access import Operation, Role
from core.db import at_commit
from core.moment import utc
from core.web import Tx, require
from incidents.models import Incident
from notifications.models import ServiceState
from tests.fixtures.world import World


def test_a_naive_time_is_refused(world: World) -> None:
    with pytest.raises(StatementError, match="without a zone"), world.change() as session:
        session.add(ServiceState(name="tick", value={}, at=datetime(2026, 11, 22)))  # noqa: DTZ001


def test_a_time_comes_back_aware_and_in_utc(world: World) -> None:
    local = datetime.fromisoformat("2026-11-22T14:05:00.123456+01:00")
    with world.change() as session:
        session.add(ServiceState(name="tick", value={"text": "Åsa"}, at=local))
    with world.look() as session:
        found = session.scalars(select(ServiceState)).one()
    assert found.at == local
    assert found.at.tzinfo is UTC
    assert found.value == {"text": "Åsa"}


def test_a_reader_cannot_write(world: World) -> None:
    with world.look() as session, pytest.raises((OperationalError, InternalError)):
        session.execute(text("UPDATE audit_head SET size = 5"))


def test_no_update_is_lost_between_threads(world: World) -> None:
    with world.change() as session:
        session.add(ServiceState(name="counter", value={"n": 0}, at=world.now))

    def count() -> None:
        for _ in range(20):
            with world.change() as session:
                row = session.scalars(select(ServiceState).with_for_update()).one()
                row.value = {"n": row.value["n"] + 1}

    threads = [threading.Thread(target=count) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.look() as session:
        assert session.scalars(select(ServiceState)).one().value == {"n": 120}


def test_a_failing_commit_never_answers_2xx(world: World) -> None:
    app: FastAPI = world.app

    def fail(_session: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    @app.post("/test/fails", dependencies=[Depends(require(Operation.READ_HEALTH))])
    def fails(session: Tx) -> dict[str, str]:
        session.add(Incident(reference="PUI-2026-TEST", reported_at=utc(2026, 11, 22)))
        at_commit(session, fail)
        return {"status": "saved"}

    # The static mount stands last; a route added late must come before it.
    app.router.routes.insert(0, app.router.routes.pop())
    answer: TestClient = world.client()
    response = answer.post("/test/fails")
    assert response.status_code == 503
    with world.look() as session:
        assert session.scalar(select(Incident)) is None


def test_who_waits_too_long_for_the_one_writer_is_told_that_nothing_was_saved(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = small_world.client(Role.MANAGER)
    monkeypatch.setattr(small_world.database.writer.pool, "_timeout", 0.05)
    with small_world.change() as session:
        session.execute(text("SELECT 1"))
        answer = client.post("/controls/adopt")
    assert answer.status_code == 503
    assert "Inget sparades" in answer.text
