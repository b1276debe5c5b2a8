"""What is said to the driver itself: no other errors than SQLAlchemy's, and no other times than elsewhere."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from core.straight import say, say_each, stored
from notifications.models import ServiceState
from tests.fixtures.world import World

STATE = "INSERT INTO service_state (name, value, at) VALUES (%s, %s, %s)"


def test_an_error_of_the_driver_is_one_of_sqlalchemy_and_tells_no_value(world: World) -> None:
    with world.change() as session:
        line = session.connection()
        row = ("the secret one", "{}", stored(line, world.now))
        with pytest.raises(IntegrityError) as trouble:
            say_each(line, STATE, [row, row])
        assert "the secret one" not in str(trouble.value).partition("DETAIL")[0]
        session.rollback()
    with world.look() as session, pytest.raises((OperationalError, ProgrammingError)):
        say(session.connection(), "SELECT * FROM nowhere WHERE name = %s", ("x",))


def test_a_statement_is_part_of_the_transaction_and_goes_with_it(world: World) -> None:
    def failing() -> None:
        with world.change() as session:
            line = session.connection()
            say(line, STATE, ("gone", "{}", stored(line, world.now)))
            assert session.get(ServiceState, "gone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    with world.look() as session:
        assert session.get(ServiceState, "gone") is None


def test_a_time_lies_there_as_sqlalchemy_writes_it(world: World) -> None:
    with world.change() as session:
        line = session.connection()
        say(line, STATE, ("straight", "{}", stored(line, world.now)))
        session.add(ServiceState(name="usual", value={}, at=world.now))
    with world.look() as session:
        assert len(session.execute(text("SELECT DISTINCT at FROM service_state")).all()) == 1
        with pytest.raises(ValueError, match="without a zone"):
            stored(session.connection(), datetime(2026, 11, 30))  # noqa: DTZ001 - that is the point
