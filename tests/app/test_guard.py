"""Before every route: strict headers on every answer, and no form from another site."""

import pytest

from app.guard import HEADERS
from app.main import NoPolicy, operations, require_policy
from tests.fixtures.world import World


@pytest.mark.parametrize("path", ["/health/live", "/nowhere", "/static/vaka.css"])
def test_every_answer_carries_the_headers(small_world: World, path: str) -> None:
    answer = small_world.client().get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe-inline" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": ""}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"}, 403),
    ],
)
def test_a_form_from_another_site_is_refused(small_world: World, headers: dict[str, str], status: int) -> None:
    assert small_world.client().post("/sign-in", headers=headers).status_code == status


def test_without_fetch_metadata_the_origin_decides(small_world: World) -> None:
    client = small_world.client()
    del client.headers["sec-fetch-site"]
    assert client.post("/sign-in", headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post("/sign-in", headers={"origin": "null"}).status_code == 403
    assert client.post("/sign-in").status_code == 403
    assert client.post("/sign-in", headers={"origin": "http://127.0.0.1:8000"}).status_code != 403


def test_every_route_names_its_operation(small_world: World) -> None:
    routes = list(operations(small_world.app))
    assert len(routes) > 90
    assert [route.path for route, operation in routes if operation is None] == []


def test_a_route_without_an_operation_stops_the_start(small_world: World) -> None:
    @small_world.app.get("/open")
    def forgotten() -> None: ...

    with pytest.raises(NoPolicy, match="/open names no operation"):
        require_policy(small_world.app)
