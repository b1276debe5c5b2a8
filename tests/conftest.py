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


ALWAYS, HALF, NINTH = 1, 2, 9
ON_POSTGRESQL = {"tests/core/": ALWAYS, "tests/notifications/": HALF, "tests/test_": HALF}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that both kinds of database can do is tried on SQLite. On PostgreSQL the suite tries all of the core and all
    plans, half of the outbox and the kills, and every ninth test of cases, pages and people; the long run the rest."""
    for item in items:
        if "[postgresql" in item.nodeid and "plans" not in item.nodeid:
            share = next((share for place, share in ON_POSTGRESQL.items() if item.nodeid.startswith(place)), NINTH)
            if crc32(item.nodeid.encode()) % share:
                item.add_marker("long")


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
