from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import Environment
from notifications.pacing import hopeless, rest, wait
from notifications.permitted import withheld


@given(st.integers(1, 500), st.text())
def test_the_wait_doubles_to_an_hour_and_spreads_by_a_fifth(attempts: int, seed: str) -> None:
    base = min(2 ** (attempts - 1), 60)
    assert timedelta(minutes=base) <= wait(attempts, seed) <= timedelta(minutes=base) * 1.2
    assert wait(attempts, seed) == wait(attempts, seed)


def test_a_relay_that_is_down_is_asked_again_within_five_minutes() -> None:
    assert [rest(failures).seconds for failures in (1, 2, 3, 5, 6, 10_000)] == [15, 30, 60, 240, 300, 300]


def test_letters_are_given_up_after_120_hours_and_alerts_never() -> None:
    assert hopeless(timedelta(hours=120), "reconcile")
    assert not hopeless(timedelta(hours=119), "reconcile")
    assert not hopeless(timedelta(days=365), "resend")


@pytest.mark.parametrize(
    ("environment", "host", "address", "allowed", "stays"),
    [
        (Environment.PRODUCTION, "relay.example", "anna@kund.example", "", False),
        (Environment.TEST, "relay.example", "anna@kund.example", "", True),
        (Environment.DEMO, "relay.example", "anna@kund.example", "", True),
        (Environment.TEST, "127.0.0.1", "anna@kund.example", "", False),
        (Environment.TEST, "localhost", "anna@kund.example", "", False),
        (Environment.TEST, "localhost.relay.example", "anna@kund.example", "", True),
        (Environment.TEST, "", "anna@kund.example", "", False),
        (Environment.TEST, "relay.example", "Anna@Kund.example", "anna@kund.example", False),
        (Environment.TEST, "relay.example", "bo@kund.example", "anna@kund.example", True),
        (Environment.TEST, "relay.example", "bo@kund.example", "x@y.example, @kund.example", False),
        (Environment.TEST, "relay.example", "bo@ond-kund.example", "kund.example", True),
    ],
)
def test_only_production_mails_real_people(
    environment: Environment, host: str, address: str, allowed: str, stays: bool
) -> None:
    assert withheld(environment, host, address, allowed) is stays
