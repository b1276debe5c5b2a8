"""Signed notes: what others sign opens, what we write opens, and nothing that is altered does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audit.note import Checkpoint, open_checkpoint, open_note, parse_checkpoint, sign
from core.audit.note_keys import BadNote, SigningKey, parse_signing_key, parse_vkey

ORIGIN = "vaka.nordhamn.example/audit/0123456789abcdef"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER = SigningKey("other.example/log", bytes(range(1, 33)))
POINT = Checkpoint(ORIGIN, 42, bytes(range(100, 132)))
NOTE = sign(POINT.text, KEY)
LINE = NOTE.rpartition("\n\n")[2]

# The example in the documentation of Go's golang.org/x/mod/sumdb/note, where the format comes from.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_that_another_implementation_signed_opens() -> None:
    assert open_note(PUBLISHED, [parse_vkey(PUBLISHED_KEY)]) == PUBLISHED.rpartition("\n\n")[0] + "\n"


def test_a_checkpoint_is_three_lines_and_comes_back() -> None:
    assert POINT.text == f"{ORIGIN}\n42\nZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=\n"
    assert open_checkpoint(NOTE, [KEY.verifier]) == POINT
    assert parse_checkpoint(f"{ORIGIN}\n0\nZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=\n").size == 0


def test_keys_come_back_from_their_texts_and_the_secret_one_is_never_shown() -> None:
    assert parse_vkey(KEY.verifier.text) == KEY.verifier
    assert parse_signing_key(KEY.secret_text + "\n") == KEY
    assert KEY.secret_text.rpartition("+")[2] not in f"{KEY!r}{KEY.verifier.text}"


def test_signatures_of_unknown_keys_say_nothing_but_one_known_is_needed() -> None:
    both = sign(POINT.text, OTHER, KEY)
    assert open_checkpoint(both, [KEY.verifier]) == POINT
    assert open_checkpoint(NOTE + "— witness.example/w1 AAAAAAECAwQ=\n", [KEY.verifier]) == POINT
    for keys in ([], [OTHER.verifier]):
        with pytest.raises(BadNote, match="No key that we know"):
            open_checkpoint(NOTE, keys)


def test_a_signature_in_the_name_of_a_known_key_must_hold_even_beside_a_good_one() -> None:
    forged = NOTE + LINE.replace(LINE[-10:-5], "AAAAA")
    with pytest.raises(BadNote, match="does not match"):
        open_checkpoint(forged, [KEY.verifier])


def test_a_checkpoint_of_another_origin_than_its_key_is_refused() -> None:
    foreign = sign(Checkpoint(OTHER.name, 42, POINT.root).text, KEY)
    with pytest.raises(BadNote, match="another origin"):
        open_checkpoint(foreign, [KEY.verifier])
    with pytest.raises(BadNote, match="No key that we know"):
        open_checkpoint(foreign, [KEY.verifier, OTHER.verifier])


BROKEN = {
    "no signature": POINT.text + "\n",
    "no empty line": POINT.text + LINE,
    "no line break at the end": NOTE[:-1],
    "a carriage return": NOTE.replace("\n42\n", "\n42\r\n"),
    "a hyphen for the dash": NOTE.replace("— ", "- "),
    "two spaces": NOTE.replace("— ", "—  "),
    "something after the signature": NOTE[:-1] + " x\n",
    "base64 with a hole": NOTE[:-6] + "!" + NOTE[-5:],
    "a signature cut short": NOTE.replace(LINE, f"— {ORIGIN} AAAA\n"),
    "an empty name": NOTE.replace(f"— {ORIGIN}", "— "),
    "seventeen signatures": NOTE + "— witness.example/w1 AAAAAAECAwQ=\n" * 16,
    "nothing": "",
    "far too long": "x" * 10_001 + NOTE,
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_note_is_refused(name: str) -> None:
    with pytest.raises(BadNote):
        open_note(BROKEN[name], [KEY.verifier])


ROOT = POINT.text.split("\n")[2]
CROOKED = {
    "an extension line": f"{ORIGIN}\n42\n{ROOT}\nmore\n",
    "two origins": f"{ORIGIN}\n{OTHER.name}\n42\n{ROOT}\n",
    "no root": f"{ORIGIN}\n42\n",
    "no line break at the end": f"{ORIGIN}\n42\n{ROOT}",
    "a leading zero": f"{ORIGIN}\n042\n{ROOT}\n",
    "a sign": f"{ORIGIN}\n+42\n{ROOT}\n",
    "digits of another script": f"{ORIGIN}\n٤٢\n{ROOT}\n",
    "no origin": f"\n42\n{ROOT}\n",
    "an origin with a space": f"a b\n42\n{ROOT}\n",
    "a root of 31 bytes": f"{ORIGIN}\n42\n{'A' * 41}=\n",
    "base64 that is not in its one form": f"{ORIGIN}\n42\n{ROOT[:-2]}N=\n",
    "base64 without its end": f"{ORIGIN}\n42\n{ROOT.rstrip('=')}\n",
}


@pytest.mark.parametrize("name", CROOKED)
def test_what_is_no_checkpoint_is_refused_though_it_is_signed(name: str) -> None:
    with pytest.raises(BadNote):
        open_checkpoint(sign(CROOKED[name], KEY), [KEY.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        KEY.verifier.text.replace("+", "-", 1),
        KEY.verifier.text.replace(ORIGIN, OTHER.name),
        KEY.verifier.text[:-1],
        f"{ORIGIN}+00000000+{KEY.verifier.text.rpartition('+')[2]}",
        KEY.verifier.text.replace("+AQ", "+BA"),
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_vkey(text)
    with pytest.raises(BadNote):
        parse_signing_key(f"PRIVATE+KEY+{text}")


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_no_sign_of_a_note_can_be_another(place: int, other: str) -> None:
    """Only a signature line may change into one of an unknown key, and then nobody has signed."""
    altered = NOTE[:place] + other + NOTE[place + 1 :]
    if altered != NOTE:
        with pytest.raises(BadNote):
            open_checkpoint(altered, [KEY.verifier])
