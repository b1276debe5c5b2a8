"""The company on a real port, all its log lines, and the look at everything a thief of its disk would hold."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from httpx2 import Client, Response

from identity.passwords import hashed
from identity.sessions import open_session
from tests.fixtures.canaries import canary, kept_bytes, scent
from tests.fixtures.serving import serving
from tests.fixtures.world import World

PASSWORD = f"{canary('losenord')} i tallen"
HASH = hashed(PASSWORD)
STAFF, TITLE = "Anna Berg", "Kundlista mejlad till fel företag"
HEADERS = {"sec-fetch-site": "same-origin", "connection": "close"}
TEXT_FILE = (f"{canary('filnamn')}.txt", f"{canary('filinnehall')}\n".encode(), "text/plain")


class Office:
    """The company on a real port. `office.post("manager", path, ...)` is a signed-in browser; secrets are kept."""

    def __init__(self, world: World, address: str) -> None:
        self.world, self.address = world, address
        self.secrets: list[str] = [world.settings.data_key.read_text().strip()]
        self._clients: dict[str, Client] = {}

    def client(self, key: str = "") -> Client:
        if key not in self._clients:
            client = Client(base_url=self.address, headers=HEADERS, trust_env=False, timeout=60)
            if key:
                with self.world.change() as session:
                    token = open_session(session, self.world.users[key], self.world.now)
                self.secrets.append(token)
                client.cookies.set("vaka", token)
            self._clients[key] = client
        return self._clients[key]

    def post(self, key: str, path: str, expected: int = 303, **sent: Any) -> Response:
        answer = self.client(key).post(path, **sent)
        assert answer.status_code == expected, (
            path,
            answer.status_code,
            re.findall(r"error[^<]*<[^<]*<[^<]*", answer.text)[:5],
        )
        return answer

    def later(self, **span: float) -> None:
        """Time goes by, and whoever was signed in comes back."""
        self.world.later(**span)
        self.close()

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()


@contextmanager
def office_of(world: World) -> Iterator[Office]:
    with serving(world.app) as address:
        office = Office(world, address)
        try:
            yield office
        finally:
            office.close()


def nothing_shows(office: Office, ear: io.StringIO, said: str) -> None:
    """No canary and no secret anywhere, while what may stand in clear is found."""
    world, held = office.world, {}
    for name, data in kept_bytes(world.database.url, world.settings.var_dir):
        held[name] = data
        assert scent(data, office.secrets) == [], name
    assert scent(f"{ear.getvalue()}\n{said}".encode(), office.secrets) == [], "log"
    assert "/incidents/{reference}" in ear.getvalue()
    everything = b"".join(held.values())
    assert STAFF.encode() in everything
    assert TITLE.encode() in everything
