"""Sealed fields open only with the right key, at the place they were sealed for."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import delete

from core.crypto import CannotOpen
from core.db import Database
from core.key_file import load_keyring
from core.keys import CaseKey, require_right_key, seal, unseal
from core.settings import WrongSettings
from tests.fixtures.world import World


def test_a_sealed_text_opens_at_its_place_only(world: World) -> None:
    with world.change() as session:
        sealed = seal(session, "case-1", "incident.narrative:1", "Mejlet gick till Åsa")
        assert unseal(session, "case-1", "incident.narrative:1", sealed) == "Mejlet gick till Åsa"
        for case, place in [("case-1", "incident.narrative:2"), ("case-1", "thread.text:1")]:
            with pytest.raises(CannotOpen):
                unseal(session, case, place, sealed)
        seal(session, "case-2", "x", "y")
        with pytest.raises(CannotOpen):
            unseal(session, "case-2", "incident.narrative:1", sealed)


def test_without_its_key_a_case_is_erased(world: World) -> None:
    with world.change() as session:
        sealed = seal(session, "case-1", "x", "text")
    with world.change() as session:
        session.execute(delete(CaseKey).where(CaseKey.case_id == "case-1"))
    with world.look() as session, pytest.raises(CannotOpen):
        unseal(session, "case-1", "x", sealed)


def test_the_key_file_is_made_at_the_first_start_for_its_owner_only(tmp_path: Path) -> None:
    made = load_keyring(tmp_path / "data.key")
    assert stat.S_IMODE((tmp_path / "data.key").stat().st_mode) == 0o600
    assert load_keyring(tmp_path / "data.key") == made


def test_a_file_that_is_no_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "data.key").write_text("hello")
    with pytest.raises(WrongSettings, match="not a Vaka key file"):
        load_keyring(tmp_path / "data.key")


def test_another_installations_key_file_stops_the_start(world: World, tmp_path: Path) -> None:
    other = Database(world.database.url, load_keyring(tmp_path / "other.key"))
    with pytest.raises(WrongSettings, match="does not open this database"), other.transaction() as session:
        require_right_key(session)
    other.dispose()
