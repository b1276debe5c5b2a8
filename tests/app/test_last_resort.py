"""What no handler took: a page for people, type and place for the log, and nothing for the server to print."""

import io
import sys
from typing import Any

import pytest

from app.guard import HEADERS
from core.logs import configure
from tests.fixtures.world import World

TYPED = "Åsa Öberg, 19121212-1212"


def breaks(*_: Any, **__: Any) -> None:
    raise RuntimeError(TYPED)


def test_an_unexpected_exception_becomes_the_error_page(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    configure(heard)
    monkeypatch.setattr(sys.modules["identity.pages.signing_in"], "page", breaks)
    answer = small_world.client().get("/sign-in")
    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["x-request-id"] in answer.text
    assert '"error": "RuntimeError"' in heard.getvalue()
    assert "test_last_resort.py:" in heard.getvalue()
    assert TYPED not in answer.text + heard.getvalue()


def test_when_even_the_page_breaks_plain_words_remain(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    small_world.app.state.shell = breaks
    answer = small_world.client().get("/sign-in")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert TYPED not in answer.text
