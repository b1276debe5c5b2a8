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


ON_BOTH = (
    "tests/core/", "tests/notifications/", "tests/test_", "tests/canaries/", "tests/incidents/test_erasing",
    "tests/incidents/test_ticking", "tests/incidents/test_telling",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All is tried on SQLite. On PostgreSQL the suite tries all of the core, the outbox, the kills, the plans, the
    ticks, what is erased and what leaks, and every third test of cases, pages and people; the long run tries all."""
    for item in items:
        seldom = not item.nodeid.startswith(ON_BOTH) and "plans" not in item.nodeid
        if seldom and "[postgresql" in item.nodeid and crc32(item.nodeid.encode()) % 3:
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
