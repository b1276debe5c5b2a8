"""The stand-alone verifier: what is forged in a bundle is named by kind and place, and never called ok."""

import json
import os
import random
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from app import vaka_verify
from app.vaka_verify import judge
from core.audit.note_keys import SigningKey
from tests.fixtures.log_bundles import KEY, ORIGIN, STOLEN, Made, entries, entry, note, root_of, zipped

ALONE = Path(vaka_verify.__file__)
LINES = entries(30)
SIZES = (0, 5, 15, 20, 25, 30)
SOUND = Made(LINES).signed(5, 15, 25, 30)


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    """A folder that holds one note from outside: the log at 20 entries."""
    folder = tmp_path / "anchor"
    folder.mkdir()
    (folder / "kept.note").write_text(note(LINES, 20))
    return folder


def answer(
    made: Made, folder: Path, anchor: Path | None = None, *keys: SigningKey
) -> tuple[str, str | None, int | None]:
    path = zipped(made.files, folder / "bundle.zip")
    found, _ = judge(path, ORIGIN, [key.verifier.text for key in keys or (KEY,)], anchor, None)
    assert (found.result == "ok") == (found.kind is None)
    return found.result, found.kind, found.first_bad


def words(made: Made, folder: Path, anchor: Path | None = None) -> str:
    return judge(zipped(made.files, folder / "bundle.zip"), ORIGIN, [KEY.verifier.text], anchor, None)[1]


def test_a_sound_log_is_ok_only_when_something_from_outside_agrees(tmp_path: Path, anchor: Path) -> None:
    assert answer(SOUND, tmp_path) == ("unanchored", "unanchored", None)
    assert answer(SOUND, tmp_path, anchor) == ("ok", None, None)
    assert "Anchored up to entry 19; unanchored: 10 entries." in words(SOUND, tmp_path, anchor)


def cut(lines: list[bytes], at: int, dice: random.Random) -> list[bytes]:
    return lines[:at]


def deleted(lines: list[bytes], at: int, dice: random.Random) -> list[bytes]:
    return lines[:at] + lines[at + 1 :]


def swapped(lines: list[bytes], at: int, dice: random.Random) -> list[bytes]:
    other = dice.randrange(at + 1, len(lines))
    return [*lines[:at], lines[other], *lines[at + 1 : other], lines[at], *lines[other + 1 :]]


def inserted(lines: list[bytes], at: int, dice: random.Random) -> list[bytes]:
    return [*lines[:at], entry(at, "forged:entry"), *lines[at:]]


def replayed(lines: list[bytes], at: int, dice: random.Random) -> list[bytes]:
    return [*lines[:at], lines[dice.randrange(at)], *lines[at:]]


def taken_over(lines: list[bytes], at: int, dice: random.Random) -> list[bytes]:
    """A copy of another entry in the place of this one."""
    return [*lines[:at], lines[(at + dice.randrange(1, len(lines))) % len(lines)], *lines[at + 1 :]]


FORGERIES: dict[Callable[[list[bytes], int, random.Random], list[bytes]], tuple[str, ...]] = {
    cut: ("truncated",),
    deleted: ("deleted",),
    swapped: ("reordered",),
    inserted: ("inserted", "rewritten"),  # the latter when a checkpoint ends between the two
    replayed: ("inserted",),
    taken_over: ("reordered",),
}


def times(few: int, many: int) -> pytest.MarkDecorator:
    """How often: enough for each day, and the full number in the long run."""
    return pytest.mark.parametrize("count", [few, pytest.param(many, marks=pytest.mark.long)])


@times(15, 100)
@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
@pytest.mark.parametrize("hashes", [True, False], ids=["with stored hashes", "without"])
def test_what_is_cut_deleted_swapped_inserted_or_replayed_is_named_with_its_place(
    forge: Callable[[list[bytes], int, random.Random], list[bytes]],
    hashes: bool,
    count: int,
    tmp_path: Path,
    anchor: Path,
) -> None:
    """L3: 200 of each in the long run."""
    dice = random.Random(f"{forge.__name__}{hashes}")
    for _ in range(count):
        at = dice.randrange(1, len(LINES) - 1)
        forged = SOUND.forged(forge(LINES, at, dice))
        result, kind, first = answer(forged if hashes else replace(forged, stored=[]), tmp_path, anchor)
        assert result == "bad"
        assert kind in FORGERIES[forge]
        assert first in ((at,) if hashes or forge is not inserted else (at + 1, *SIZES))


@times(120, 1000)
def test_each_flipped_byte_is_found_at_its_entry(count: int, tmp_path: Path, anchor: Path) -> None:
    """L1, as an outsider sees it: the stored hashes place the edit; without them the checkpoints span it."""
    dice = random.Random("flip")
    for number in range(count):
        at = dice.randrange(len(LINES))
        place, line = dice.randrange(len(LINES[at])), bytearray(LINES[at])
        line[place] ^= dice.randrange(1, 256)
        if line[place] == 10:  # a line break is another thing: a line too many
            continue
        forged = SOUND.forged([*LINES[:at], bytes(line), *LINES[at + 1 :]])
        if number % 2:
            result, kind, first = answer(forged, tmp_path, anchor)
            assert (result, first) == ("bad", at)
            assert kind in {"edited", "deleted", "inserted", "reordered"}
        else:
            result, kind, first = answer(replace(forged, stored=[]), tmp_path, anchor)
            below = max(size for size in SIZES if size <= at)
            assert result == "bad"
            assert first in (at, below)


def test_an_entry_rewritten_with_its_hash_is_placed_between_two_checkpoints(tmp_path: Path) -> None:
    """L2: leaf and tree computed anew; every checkpoint after it differs."""
    for at, first, last in ((3, 0, 4), (5, 5, 14), (14, 5, 14), (20, 15, 24), (29, 25, 29)):
        lines = [*LINES[:at], entry(at, "forged:entry"), *LINES[at + 1 :]]
        forged = replace(SOUND.forged(lines), stored=lines, root=root_of(lines, 30).hex())
        assert answer(forged, tmp_path) == ("bad", "rewritten", first)
        assert f"entries {first} to {last} are not what" in words(forged, tmp_path)
        for size in (5, 15, 25, 30):
            assert (root_of(lines, size) != root_of(LINES, size)) == (size > at)


@pytest.mark.parametrize("held", ["note", "mail"])
def test_a_whole_log_forged_with_the_stolen_key_is_at_odds_with_one_anchor(held: str, tmp_path: Path) -> None:
    """L4: all signatures are good. Without an anchor it is unanchored, never ok."""
    lines = [*LINES[:10], *(entry(number, "forged:entry") for number in range(10, 30))]
    forged = Made(lines).signed(5, 15, 25, 30)
    assert answer(forged, tmp_path) == ("unanchored", "unanchored", None)
    folder = tmp_path / "deep" / "kept"
    folder.mkdir(parents=True)
    if held == "note":
        (folder / "x.note").write_text(note(LINES, 12))
    else:
        (folder / "x.eml").write_bytes(mail(note(LINES, 12)).as_bytes())
    assert answer(forged, tmp_path, tmp_path / "deep") == ("bad", "rewritten", 5)
    shorter = Made(lines[:11]).signed(10)
    assert answer(shorter, tmp_path, tmp_path / "deep") == ("bad", "truncated", 11)


def mail(text: str) -> EmailMessage:
    """A daily mail, as a mailbox stores it: its text is encoded, and the note is among other lines."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Loggen i dag", "vaka@nordhamn.example", "dpo@råd.example"
    message.set_content(f"Hej,\n\nså här långt är loggen signerad:\n\n{text}\nHälsningar från Vaka\n", cte="base64")
    return message


def test_a_note_is_cut_out_of_mails_as_mailboxes_keep_them(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    printable = mail(note(LINES, 25))
    printable.set_content(f"> {note(LINES, 25)}".replace("\n", "\r\n> "), cte="quoted-printable")
    (folder / "a.eml").write_bytes(printable.as_bytes())
    (folder / "b.txt").write_text("no note at all")
    assert "Anchored up to entry 24" in words(SOUND, tmp_path, folder)
    assert "b.txt holds no signed note" in words(SOUND, tmp_path, folder)
    hung = EmailMessage()
    hung.set_content("Se bilagan.")
    hung.add_attachment(note(LINES, 30).encode(), maintype="application", subtype="octet-stream", filename="x.note")
    (folder / "C.EML").write_bytes(hung.as_bytes())
    assert "Anchored up to entry 29" in words(SOUND, tmp_path, folder)


def test_a_mail_with_one_endless_line_is_read_at_once_and_a_note_saved_with_a_mark_of_its_encoding_too(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "picture.txt").write_text("x" * 1_000_000)
    (folder / "kept.note").write_text(note(LINES, 20), encoding="utf-8-sig")
    assert "Anchored up to entry 19" in words(SOUND, tmp_path, folder)


OTHER = SigningKey.new(ORIGIN)
TWO = note(LINES, 15).replace(f"{ORIGIN}\n", f"{ORIGIN}\n{STOLEN.name}\n", 1)
NOTES = {
    "of another origin": note(LINES, 15, STOLEN, origin=STOLEN.name),
    "of our origin by a key of another": note(LINES, 15, STOLEN),
    "by a key that is not pinned": note(LINES, 15, OTHER),
    "with two origins": TWO,
    "signed in two names": note(LINES, 15, KEY, STOLEN),
    "with a signature of another note": (
        note(LINES, 16).rpartition("\n\n")[0] + "\n\n" + note(LINES, 30).rpartition("\n\n")[2]
    ),
    "without a signature": note(LINES, 30).rpartition("\n\n")[0] + "\n\n",
    "that is no text": "\x00",
}  # fmt: skip


@pytest.mark.parametrize("outside", [False, True], ids=["in the bundle", "outside"])
@pytest.mark.parametrize("name", NOTES)
def test_a_note_that_is_not_ours_is_refused(name: str, outside: bool, tmp_path: Path) -> None:
    made, folder = SOUND, tmp_path / "kept"
    folder.mkdir()
    (folder / "good.note").write_text(note(LINES, 30))
    if outside:
        (folder / "bad.note").write_text(NOTES[name])
    else:
        made = replace(SOUND, notes=SOUND.notes | {"000000000015-9": NOTES[name]})
    assert answer(made, tmp_path, folder) == ("bad", "bad_signature", None)
    assert ("bad.note" if outside else "000000000015-9.note") in words(made, tmp_path, folder)


def changed_lines(new: SigningKey) -> list[bytes]:
    facts = {"old_key": KEY.verifier.text, "new_key": new.verifier.text}
    return [*LINES[:20], entry(20, "log:key_changed", **facts), *LINES[21:]]


def test_both_keys_sign_one_size_and_the_new_one_follows_the_old_whatever_their_numbers(tmp_path: Path) -> None:
    lines = changed_lines(OTHER)
    for old, new in ((8, 9), (9, 10), (99, 100)):
        notes = {f"000000000021-{old}": note(lines, 21), f"000000000021-{new}": note(lines, 21, OTHER)}
        assert answer(Made(lines, notes=notes), tmp_path)[0] == "unanchored"


def test_a_replaced_key_signs_no_more_also_when_both_are_pinned_and_its_last_note_is_gone(tmp_path: Path) -> None:
    lines = changed_lines(OTHER)
    made = Made(lines, notes={"000000000021-2": note(lines, 21, OTHER), "000000000030-3": note(lines, 30)})
    assert answer(made, tmp_path, None, KEY, OTHER) == ("bad", "bad_signature", None)
    good = replace(made, notes=Made(lines).signed(5, 21).notes | {"000000000021-3": note(lines, 21, OTHER)})
    assert answer(good, tmp_path, None, KEY, OTHER)[0] == "unanchored"


def test_a_key_is_changed_by_an_entry_that_the_old_key_has_signed(tmp_path: Path) -> None:
    lines = changed_lines(OTHER)
    changed = Made(lines).signed(5, 21, 21)
    after = replace(changed, notes=changed.notes | Made(lines).signed(25, key=OTHER).notes)
    assert answer(after, tmp_path)[0] == "unanchored"
    too_early = replace(changed, notes=Made(lines).signed(5).notes | Made(lines).signed(25, key=OTHER).notes)
    assert answer(too_early, tmp_path) == ("bad", "bad_signature", None)
    old_again = replace(after, notes=after.notes | {"x": note(lines, 30)})
    assert answer(old_again, tmp_path) == ("bad", "bad_signature", None)
    unnamed = [*LINES[:20], entry(20, "log:key_changed"), *LINES[21:]]
    assert answer(Made(unnamed).signed(30), tmp_path) == ("bad", "edited", 20)
    other = changed_lines(STOLEN)
    assert "Entry 20 names a key of another origin." in words(Made(other).signed(30), tmp_path)
    stolen = replace(Made(other).signed(21), notes=Made(other).signed(21).notes | {"x": note(other, 30, STOLEN)})
    assert answer(stolen, tmp_path) == ("bad", "bad_signature", None)


def test_a_key_of_another_log_in_the_folder_is_refused_and_a_later_key_of_ours_is_pinned(tmp_path: Path) -> None:
    made, folder = Made(LINES).signed(10, key=OTHER), tmp_path / "keys"
    folder.mkdir()
    (folder / "next.vkey").write_text(f"{OTHER.verifier.text}\n")
    assert answer(made, tmp_path) == ("bad", "bad_signature", None)
    assert answer(made, tmp_path, folder)[0] == "unanchored"
    (folder / "other.vkey").write_text(STOLEN.verifier.text)
    assert answer(made, tmp_path, folder) == ("bad", "bad_signature", None)


def test_a_head_that_tells_something_else_is_bad(tmp_path: Path, anchor: Path) -> None:
    assert answer(replace(SOUND, size=29), tmp_path, anchor)[:2] == ("bad", "inserted")
    assert answer(replace(SOUND, size=31, root="00" * 32), tmp_path, anchor) == ("bad", "truncated", 30)
    assert answer(replace(SOUND, root="00" * 32), tmp_path, anchor) == ("bad", "rewritten", None)


def alone(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The one file, by itself: without site packages of an editable install nothing of Vaka can be imported."""
    return subprocess.run(
        [sys.executable, ALONE, *map(str, arguments)], capture_output=True, text=True, check=False, cwd="/"
    )


def test_the_command_answers_by_its_exit_code(tmp_path: Path, anchor: Path) -> None:
    path = zipped(SOUND.files, tmp_path / "b.zip")
    pins = ("--origin", ORIGIN, "--key", KEY.verifier.text)
    good = alone(path, *pins, "--anchor", anchor, "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout) == {
        "size": 30, "root": root_of(LINES, 30).hex(), "anchored_size": 20, "result": "ok", "first_bad": None,
        "kind": None,
    }  # fmt: skip
    assert alone(path, *pins).returncode == 3
    bad = alone(zipped(SOUND.forged(LINES[:29]).files, tmp_path / "c.zip"), *pins, "--json")
    assert (bad.returncode, json.loads(bad.stdout)["kind"]) == (1, "truncated")
    assert "signed for 30 entries" in bad.stderr


def test_what_no_terminal_can_show_is_written_as_an_escape(tmp_path: Path, anchor: Path) -> None:
    """Names come from the bundle and from the disk: they neither steer the terminal nor end the answer."""
    (anchor / os.fsdecode(b"br\xe5v.txt")).write_text("no note at all")
    pins = ("--origin", ORIGIN, "--key", KEY.verifier.text)
    kept = alone(zipped(SOUND.files, tmp_path / "b.zip"), *pins, "--anchor", anchor)
    assert kept.returncode == 0
    assert "br\\udce5v.txt holds no signed note" in kept.stdout
    steering = replace(SOUND, notes=SOUND.notes | {"x\x1b[2K\nok: whole": "no note"})
    bad = alone(zipped(steering.files, tmp_path / "c.zip"), *pins)
    assert (bad.returncode, bad.stdout.count("\n")) == (1, 1)
    assert "x\\x1b[2K\\nok: whole.note" in bad.stdout


def test_what_cannot_be_read_is_2_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = ["--origin", ORIGIN, "--key", KEY.verifier.text]
    files = SOUND.files
    torn = bytearray(zipped(files, tmp_path / "torn.zip").read_bytes())
    torn[len(torn) // 3] ^= 1
    (tmp_path / "torn.zip").write_bytes(torn)
    (tmp_path / "text.zip").write_text("this is no zip")
    (tmp_path / "cut.zip").write_bytes(torn[: len(torn) // 2])
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped([*files.items(), ("head.json", files["head.json"])], tmp_path / "twice.zip")
    unreadable = [
        [tmp_path / "absent.zip", *pins],
        [tmp_path / "text.zip", *pins],
        [tmp_path / "cut.zip", *pins],
        [tmp_path / "torn.zip", *pins],
        [twice, *pins],
        [zipped({k: v for k, v in files.items() if k != "head.json"}, tmp_path / "headless.zip"), *pins],
        [zipped({k: v for k, v in files.items() if k != "entries.jsonl"}, tmp_path / "empty.zip"), *pins],
        [zipped(files | {"head.json": b"[1]"}, tmp_path / "list.zip"), *pins],
        [zipped(files | {"head.json": b" " * 100_000}, tmp_path / "large.zip"), *pins],
        [zipped(files | {"entries.jsonl": b"0" * 20_000_000}, tmp_path / "bomb.zip"), *pins],
        [zipped(files, tmp_path / "good.zip"), "--origin", ORIGIN, "--key", "no key"],
        [tmp_path / "good.zip", *pins, "--anchor", tmp_path / "nowhere"],
        [tmp_path / "good.zip", *pins, "--tsa-ca", tmp_path / "text.zip"],
    ]
    for arguments in unreadable:
        monkeypatch.setattr(sys, "argv", ["vaka-verify", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            vaka_verify.main()
        said = capsys.readouterr()
        assert (end.value.code, said.out) == (2, ""), arguments
        assert "nothing was checked" in said.err


def test_a_pinned_key_of_another_log_is_refused(tmp_path: Path) -> None:
    bundle = zipped(SOUND.files, tmp_path / "good.zip")
    found, said = vaka_verify.judge(bundle, ORIGIN, [STOLEN.verifier.text], None, None)
    assert (found.result, found.kind) == ("bad", "bad_signature")
    assert "of another origin than --origin" in said


def test_a_small_file_that_unpacks_to_far_more_than_the_zip_tells_fills_no_memory(tmp_path: Path) -> None:
    size = 64 << 20
    path = zipped(SOUND.files | {"head.json": bytes(size)}, tmp_path / "bomb.zip")
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 99)))
    tracemalloc.start()
    with pytest.raises(zipfile.BadZipFile):
        judge(path, ORIGIN, [KEY.verifier.text], None, None)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < size / 8
