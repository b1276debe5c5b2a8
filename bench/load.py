"""Closed-loop clients: each keeps one connection and sends its next request when the answer has come."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address
from statistics import median, quantiles
from urllib.parse import urlencode
from uuid import uuid4

FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
SENDER = "x-forwarded-for"  # a flood from one address is slowed on purpose; here each report has its own
REPORT = {
    "what_happened_kind": "sent_wrong",
    "what_happened_text": "Kundlistan gick med e-post till fel företag. Mottagaren har svarat och raderat den.",
    "noticed_at_choice": "now",
    "still_going_on": "yes",
    "data_kinds": ["contact", "unknown"],
    "people_band": "11-100",
    "contact_choice": "email",
    "contact_value": "rapportör@example.com",
}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Callable[[], bytes] = bytes
    from_anywhere: bool = False

    def headers_now(self) -> dict[str, str]:
        return self.headers | ({SENDER: str(IPv6Address(uuid4().int))} if self.from_anywhere else {})


@dataclass(frozen=True)
class Load:
    """What the clients saw together."""

    rate: float
    seconds: tuple[float, ...]

    @property
    def p50(self) -> float:
        return median(self.seconds)

    @property
    def p99(self) -> float:
        return quantiles(self.seconds, n=100)[98]


def report(path: str) -> Request:
    """A new report each time, as a phone sends it; the bare one reads the same form."""

    def body() -> bytes:
        return urlencode({**REPORT, "client_uuid": uuid4()}, doseq=True).encode()

    return Request("POST", path, FORM, body, from_anywhere=True)


def drive(port: int, request: Request, clients: int, each: int) -> Load:
    """Send `each` requests from each client and time every answer.

    Raises:
        RuntimeError: an answer was no success; a figure for failures would be worth nothing.
    """
    taken: list[float] = []
    wrong: list[str] = []
    ready = threading.Barrier(clients + 1)
    threads = [threading.Thread(target=_client, args=(port, request, each, ready, taken, wrong))
               for _ in range(clients)]  # fmt: skip
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - started
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {clients * each} requests failed: {wrong[0]}")
    return Load(len(taken) / spent, tuple(taken))


def _client(
    port: int, request: Request, each: int, ready: threading.Barrier, taken: list[float], wrong: list[str]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    ready.wait()
    try:
        for _ in range(each):
            body, headers = request.body(), request.headers_now()
            started = time.perf_counter()
            connection.request(request.method, request.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            taken.append(time.perf_counter() - started)
            if answer.status not in {200, 201}:
                wrong.append(f"status {answer.status}")
    except (OSError, http.client.HTTPException) as trouble:
        wrong.append(type(trouble).__name__)
    finally:
        connection.close()
