"""Every test starts from the same place: no settings from outside, no developer's .env, the fixtures of the project."""

import gc
import io
import os
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from core.logs import configure

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.hashes",
    "tests.fixtures.receiver",
    "tests.fixtures.authority",
    "tests.fixtures.sink",
    "tests.fixtures.smtp",
    "tests.fixtures.browser",
    "tests.fixtures.serving",
    "tests.fixtures.world",
    "tests.fixtures.demo",
    "tests.fixtures.elsewhere",
]

for name in [name for name in os.environ if name.startswith("VAKA_")]:
    del os.environ[name]

settings.register_profile("suite", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
configure(io.StringIO())


gc.set_threshold(20_000, 20, 20)


ON_POSTGRESQL = {"tests/core/": 1, "tests/notifications/": 2, "tests/test_": 2}  # one in so many; elsewhere one in nine
WITH_A_COMPANY = {"world", "small_world", "demo_world", "database_url"}
OF_PARTS = ("tests/app/", "tests/identity/", "tests/incidents/", "tests/notifications/", "tests/risk/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long run has all. The suite keeps every pure rule, the core, the plans, the matrix, the canaries, the browser
    and the kills, and tries every second of the other tests that need a whole company, so that it ends in time."""
    for item in items:
        if crc32(item.nodeid.encode()) % _one_in(item):
            item.add_marker("long")


def _one_in(item: pytest.Item) -> int:
    place = item.nodeid
    if "plans" in place:
        return 1
    if "[postgresql" in place:
        return next((share for start, share in ON_POSTGRESQL.items() if place.startswith(start)), 9)
    needs = WITH_A_COMPANY & set(getattr(item, "fixturenames", ()))
    return 2 if needs and place.startswith(OF_PARTS) else 1


def pytest_collection_finish() -> None:
    """Thousands of tests lie in memory to the end; to look through them again and again costs a tenth of the run."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def no_env_file() -> None:
    """A developer's `.env` may name a real relay; no test may read it."""
    from core.settings import Settings

    Settings.model_config["env_file"] = None


@pytest.fixture(autouse=True)
def quiet_logs() -> None:
    """The service's own log lines go nowhere, whatever an earlier test has set; who reads them sets a sink."""
    configure(io.StringIO())
