"""The append-only folder: what lies there is added once, completed after a crash, and never overwritten."""

from pathlib import Path

import pytest

from core.audit.folder import CannotKeep, keep, note_name, require_held

ROOT = bytes.fromhex("ab12cd34") + bytes(28)
NAME = "000000001234-ab12cd34.note"


def reason(folder: Path, content: bytes, name: str = NAME) -> str:
    with pytest.raises(CannotKeep) as refused:
        keep(folder, name, content)
    return refused.value.reason


def test_a_note_is_added_once_and_never_overwritten(tmp_path: Path) -> None:
    assert note_name(tmp_path, 1234, ROOT, "the note", "36afe0b7") == NAME
    for _ in range(2):
        keep(tmp_path, NAME, b"the note")
    assert (tmp_path / NAME).read_bytes() == b"the note"
    for other in (b"the other note", b"the not", b""):
        assert reason(tmp_path, other) == "differs"
    assert (tmp_path / NAME).read_bytes() == b"the note"
    assert [one.name for one in tmp_path.iterdir()] == [NAME]


def test_a_note_that_a_crash_cut_short_is_completed(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"the n")
    keep(tmp_path, NAME, b"the note")
    assert (tmp_path / NAME).read_bytes() == b"the note"


def test_a_folder_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    """Where a share is not mounted, a folder of ours would be nobody's anchor."""
    assert reason(tmp_path / "share", b"the note") == "no_folder"
    assert not (tmp_path / "share").exists()
    (tmp_path / "full").write_text("a file")
    assert reason(tmp_path, b"the note", "full/x.note") == "not_writable"


def test_what_was_added_must_still_be_there(tmp_path: Path) -> None:
    keep(tmp_path, "keys/1.vkey", b"key")
    require_held(tmp_path, "keys/1.vkey", b"key")
    for folder, name, content, said in (
        (tmp_path, "keys/1.vkey", b"another", "differs"),
        (tmp_path, NAME, b"the note", "lost"),
        (tmp_path / "share", NAME, b"the note", "no_folder"),
    ):
        with pytest.raises(CannotKeep) as refused:
            require_held(folder, name, content)
        assert refused.value.reason == said
