"""`vaka key`: the key changes and nothing that was ever told to anybody does."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from app.cli import vaka
from core.audit.verify import verify
from core.key_file import read_key_file
from identity import signing_in, throttle
from identity.signing_in import Try, known_device
from incidents.following import code_in, ticket
from incidents.intake_row import code_of
from notifications.letters.phrase import phrase
from notifications.outbox import enqueue, keyed
from notifications.return_path import message_id_of, token_of
from tests.fixtures.world import World

MESSAGE_ID = f"<{'0123456789abcdef' * 2}@vaka.invalid>"


@dataclass
class Told:
    """What lies with people, browsers and relays, and what they come back with."""

    receipt: str
    tries: str
    device: str
    status: str
    phrase: str
    back: str
    mail: str


def told(world: World) -> Told:
    ring = world.database.keyring
    with world.change() as session:
        return Told(
            receipt=code_of(session, "the sender's own key"),
            tries=throttle._hidden(session, "account:anna"),
            device=known_device(ring, "anna@nordhamn.example"),
            status=ticket(ring, "CODE", world.now),
            phrase=phrase(ring, "mailing", "sv"),
            back=token_of(ring, MESSAGE_ID),
            mail=keyed(session, "message-id", "receipt:1"),
        )


def once(session: Session, world: World) -> bool:
    return enqueue(session, "test", to="a@b.example", language="sv", once="only", now=world.now) is not None


@pytest.fixture
def vaka_here(small_world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("VAKA_DATABASE_URL", small_world.database.url)
    monkeypatch.setenv("VAKA_VAR_DIR", str(small_world.settings.var_dir))

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(vaka, words)
        return result.exit_code, result.stdout or str(result.exception or "")

    return run


def test_what_people_were_given_holds_after_a_change(
    small_world: World, vaka_here: Callable[..., tuple[int, str]]
) -> None:
    world = small_world
    before, old = told(world), world.database.keyring.key_id
    with world.change() as session:
        assert once(session, world)
    code, said = vaka_here("key", "rotate")
    assert (code, "opens nothing of this database" in said) == (0, True)
    ring = world.database.keyring
    assert ring.key_id != old
    after = told(world)
    assert (after.receipt, after.tries, after.phrase, after.back, after.mail) == (
        before.receipt, before.tries, before.phrase, before.back, before.mail,
    )  # fmt: skip
    assert signing_in._account(ring, Try("anna@nordhamn.example", "", "", before.device)).startswith("device:")
    assert code_in(ring, before.status, world.now) == "CODE"
    assert message_id_of(ring, before.back) == MESSAGE_ID
    with world.change() as session:
        assert not once(session, world)
    with world.look() as session:
        assert verify(session).result == "ok"
    code, said = vaka_here("key", "status", "--json")
    assert (code, json.loads(said)["wrapped"].keys()) == (0, {ring.key_id})


def test_prepared_stays_unfinished_until_it_is_rotated(
    small_world: World, vaka_here: Callable[..., tuple[int, str]]
) -> None:
    assert vaka_here("key", "rotate", "--prepare")[0] == 0
    following = read_key_file(small_world.settings.data_key).next
    assert following
    code, said = vaka_here("key", "status")
    assert (code, "not finished" in said) == (1, True)
    assert vaka_here("key", "rotate")[0] == 0
    assert small_world.database.keyring.key_id == following[0]


def test_a_wrong_key_is_one_clear_sentence_and_changes_nothing(
    small_world: World, vaka_here: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    path = small_world.settings.data_key
    right = path.read_text()
    path.unlink()
    path.write_text(f"vaka-data-key 01234567 {'ab' * 32}\n")
    os.chmod(path, 0o600)
    code, said = vaka_here("key", "rotate")
    assert code != 0
    assert said == "VAKA_DATA_KEY_FILE: this key file does not open this database."
    assert path.read_text() == f"vaka-data-key 01234567 {'ab' * 32}\n"
    path.write_text(right)
    assert vaka_here("key", "status")[0] == 0
