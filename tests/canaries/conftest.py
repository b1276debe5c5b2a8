"""An ear for all log lines."""

import io
from collections.abc import Iterator

import pytest

from tests.fixtures.canaries import every_log_line


@pytest.fixture
def ear() -> Iterator[io.StringIO]:
    """Everything the service and the libraries under it say during the test."""
    with every_log_line() as heard:
        yield heard
