"""Where machines report: the API and the plain address, over HTTP. A wrong token is like any unknown address."""

import json
from collections.abc import Callable

import pytest
from httpx2 import Response
from sqlalchemy import func, select
from starlette.testclient import TestClient

from identity.models import Attempt
from risk.heartbeats import door
from risk.heartbeats.beating import message_of
from risk.heartbeats.models import Heartbeat
from risk.heartbeats.rules import State
from risk.heartbeats.words import LARGEST_LOG, Said
from tests.fixtures.canaries import every_log_line
from tests.fixtures.world import World
from tests.risk.heartbeats.machine import CONTROL, Machine

API = f"/api/v1/controls/{CONTROL}/heartbeat"


@pytest.fixture
def machine(small_world: World) -> Machine:
    return Machine(small_world)


@pytest.fixture
def curl(small_world: World) -> TestClient:
    """No browser: neither cookie nor origin."""
    client = small_world.client()
    del client.headers["sec-fetch-site"]
    return client


def bearer(machine: Machine, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {machine.token}"} | more


def last_message(machine: Machine) -> str:
    with machine.world.look() as session:
        return message_of(session, machine.beats()[-1])


def test_json_form_and_an_empty_body_are_understood(machine: Machine, curl: TestClient) -> None:
    answer = curl.post(API, headers=bearer(machine))
    assert answer.status_code == 200
    assert answer.json()["state"] == State.OK
    assert answer.json()["expected_at"] == "2026-11-22T14:05:00Z"
    assert answer.json()["missed_at"] == "2026-11-22T14:35:00Z"
    assert curl.post(API, headers=bearer(machine), json={"status": "start"}).status_code == 200
    assert machine.row.started_at == machine.world.now
    said = {"status": "fail", "message": "Full: Å", "exit_status": 2}
    assert curl.post(API, headers=bearer(machine), json=said).json()["state"] == State.FAILED
    assert last_message(machine) == "Full: Å"
    assert curl.post(API, headers=bearer(machine), data={"status": "success", "message": "a=b&c"}).status_code == 200
    assert last_message(machine) == "a=b&c"
    assert [beat.exit_status for beat in machine.beats()] == [None, 2, None]


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        (json.dumps({"message": "x" * 1001}), "message", "at most 1000 characters"),
        (json.dumps({"status": "well"}), "status", "success, fail or start"),
        (json.dumps({"exit_status": 256}), "exit_status", "cannot be used"),
        (json.dumps({"note": "x"}), "form", "Nothing else is read"),
        ("[" * 5000, "form", "no JSON document"),
        ("{", "form", "no JSON document"),
        ('"well"', "form", "cannot be used"),
        ("[1]", "form", "cannot be used"),
    ],
)
def test_what_cannot_be_read_is_named_and_changes_nothing(
    machine: Machine, curl: TestClient, body: str, field: str, sentence: str
) -> None:
    headers = bearer(machine) | {"content-type": "application/json", "accept-language": "en"}
    answer = curl.post(API, headers=headers, content=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert sentence in answer.json()["fields"][field]
    assert machine.beats() == []


def test_the_api_says_what_it_takes(machine: Machine) -> None:
    document = machine.world.client().get("/api/v1/openapi.json").json()
    told = document["paths"]["/api/v1/controls/{code}/heartbeat"]["post"]["requestBody"]["content"]
    schema = told["application/json"]["schema"]
    assert schema["properties"].keys() == Said.model_fields.keys()
    assert schema["properties"]["status"]["enum"] == ["success", "fail", "start"]
    assert not [path for path in document["paths"] if path.startswith("/ping")]


def test_an_idempotency_key_makes_a_request_count_once(machine: Machine, curl: TestClient) -> None:
    for _ in range(3):
        assert curl.post(API, headers=bearer(machine, **{"idempotency-key": "night-1"})).status_code == 200
    assert len(machine.beats()) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize(
    ("what", "state"),
    [("", State.OK), ("/fail", State.FAILED), ("/0", State.OK), ("/1", State.FAILED), ("/255", State.FAILED)],
)
def test_the_plain_address_takes_any_method(
    machine: Machine, curl: TestClient, method: str, what: str, state: State
) -> None:
    assert curl.request(method, machine.ping + what).status_code == 200
    assert machine.state == state


def test_the_plain_address_takes_a_start_and_the_end_of_a_log(machine: Machine, curl: TestClient) -> None:
    curl.get(f"{machine.ping}/start")
    machine.world.later(seconds=90)
    curl.post(f"{machine.ping}/1", content=b"first line\n" + b"." * 5000 + "\nsista raden: på svenska".encode())
    assert machine.beats()[0].milliseconds == 90_000
    assert last_message(machine).endswith("sista raden: på svenska")
    assert len(last_message(machine)) == 1000
    assert curl.post(machine.ping, content=b"." * (LARGEST_LOG + 1)).status_code == 413
    assert len(machine.beats()) == 1


@pytest.mark.parametrize("what", ["/256", "/-1", "/01234", "/done", "/fail/1", "/٣"])
def test_what_the_plain_address_does_not_know_is_not_there(machine: Machine, curl: TestClient, what: str) -> None:
    assert curl.get(machine.ping + what).status_code == 404
    assert machine.beats() == []


def normal(answer: Response, path: str) -> tuple[int, str, list[tuple[str, str]]]:
    """An answer without the number of the request, and without its own address (in the links to the languages)."""
    number = answer.headers["x-request-id"]
    headers = [(name, value) for name, value in answer.headers.multi_items() if name not in {"x-request-id", "date"}]
    return answer.status_code, answer.text.replace(number, "ID").replace(path or "PATH", "PATH"), headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_wrong_token_looks_exactly_like_an_unknown_address(machine: Machine, method: str) -> None:
    client = machine.world.client()
    wrong = "x" * len(machine.token)
    for path in (f"/ping/{wrong}", f"/ping/{wrong}/fail", f"/ping/{wrong}/no", "/ping/x", f"/ping/{'x' * 5000}"):
        nowhere = path.replace("/ping/", "/nope/")
        unknown = normal(client.request(method, nowhere), nowhere)
        assert unknown[0] == 404
        assert normal(client.request(method, path), path) == unknown, path
    assert machine.beats() == []


def test_a_wrong_token_of_the_api_looks_exactly_like_an_unknown_address(machine: Machine, curl: TestClient) -> None:
    other = {"authorization": "Bearer wrong", "content-type": "application/json"}
    unknown = normal(curl.post("/api/v1/no/such-thing", headers=other, content="{"), "")
    assert unknown[0] == 404
    for path in (API, "/api/v1/controls/nothing/heartbeat"):
        assert normal(curl.post(path, headers=other, content="{"), "") == unknown
    known = bearer(machine)
    assert normal(curl.post("/api/v1/controls/antivirus/heartbeat", headers=known, content="{"), "") == unknown
    assert machine.beats() == []


def test_wrong_tokens_wait_longer_and_longer_and_the_right_one_never(
    machine: Machine, curl: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All come from one address, as behind a proxy. What is written down stays bounded."""
    waits: list[float] = []

    async def noted(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("risk.heartbeats.api.sleep", noted)
    for number in range(65):
        assert curl.get(f"/ping/guess-{number}").status_code == 404
    assert waits == sorted(waits)
    assert (len(waits), waits[0], waits[-1]) == (55, 0.25, 4.0)
    with machine.world.look() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == door.COUNTED
    del waits[:]
    assert curl.get(machine.ping).status_code == 200
    assert curl.post(API, headers=bearer(machine)).status_code == 200
    assert waits == []


def test_how_long_an_answer_waits() -> None:
    assert [door.wait_for(tries) for tries in (0, 9, 10, 20, 30, 40, 50, 10_000)] == [0, 0, 0.25, 0.5, 1, 2, 4, 4]


def test_another_site_cannot_make_a_browser_report(machine: Machine) -> None:
    client = machine.world.client()
    client.headers["sec-fetch-site"] = "cross-site"
    assert client.post(machine.ping).status_code == 403
    assert client.post(API, headers=bearer(machine)).status_code == 403
    assert machine.beats() == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: None,
        lambda: RuntimeError("a fault that holds the path"),
    ],
)
def test_neither_token_nor_message_is_ever_logged(
    machine: Machine, curl: TestClient, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[], Exception | None]
) -> None:
    if trouble := spoil():

        def fail(*_: object, **__: object) -> None:
            raise trouble

        monkeypatch.setattr("risk.heartbeats.api.take", fail)
    with every_log_line() as heard:
        curl.post(f"{machine.ping}/1", content=b"CANARY-MESSAGE")
        curl.post(API, headers=bearer(machine), json={"status": "fail", "message": "CANARY-MESSAGE"})
        curl.post(API, headers=bearer(machine), content="{CANARY-MESSAGE")
        curl.get(f"{machine.ping}/no")
        curl.get("/ping/CANARY-GUESS")
    said = heard.getvalue()
    assert "/ping/{token}" in said
    assert not [word for word in (machine.token, "CANARY") if word in said]


def test_the_row_holds_no_token(machine: Machine) -> None:
    with machine.world.look() as session:
        row = session.get_one(Heartbeat, machine.id)
        assert machine.token not in json.dumps({name: str(value) for name, value in vars(row).items()})
