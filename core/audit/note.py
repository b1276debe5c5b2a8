"""Signed notes and checkpoints as C2SP writes them (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), Ed25519 only.

A checkpoint is three lines: origin, size, root. Ours have no extension lines, and others' with any are refused. What
is read is read strictly: each text has exactly one form.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.audit.note_keys import BadNote, SigningKey, VerifierKey, checked_name, from_base64, to_base64

SIGNATURE = re.compile("— ([^ ]+) ([^ ]+)")
SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
MOST_LINES, LONGEST = 16, 10_000


@dataclass(frozen=True)
class Checkpoint:
    """That the log of this origin had `size` entries with this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def sign(text: str, *keys: SigningKey) -> str:
    """The text as a note with a signature line of each key."""
    lines = [f"— {key.name} {to_base64(key.verifier.hash + key.sign(text))}\n" for key in keys]
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, keys: Iterable[VerifierKey]) -> str:
    """The text of a note that one of these keys has signed at least; signatures of unknown keys say nothing.

    Raises:
        BadNote: it is no note, none of the keys has signed it, or a signature in the name of one of them is wrong.
    """
    known = {(key.name, key.hash): key for key in keys}
    text, signatures = _taken_apart(note)
    vouched = False
    for name, blob in signatures:
        if key := known.get((name, blob[:4])):
            if not key.holds(text, blob[4:]):
                raise BadNote(f"The signature of {name} does not match the note.")
            vouched = True
    if not vouched:
        raise BadNote("No key that we know has signed the note.")
    return text


def open_checkpoint(note: str, keys: Iterable[VerifierKey]) -> Checkpoint:
    """What a signed note states of the log whose name its key has.

    Raises:
        BadNote: as `open_note`; or its text is no checkpoint, or one of another origin than that of its keys.
    """
    known = tuple(keys)
    found = parse_checkpoint(open_note(note, known))
    if found.origin not in {key.name for key in known}:
        raise BadNote(f"The checkpoint is of another origin: {found.origin}.")
    open_note(note, [key for key in known if key.name == found.origin])
    return found


def unverified(note: str) -> Checkpoint:
    """What a note says, whoever has signed it: only to tell what cannot be read from what cannot be believed.

    Raises:
        BadNote: it is no note, or no checkpoint.
    """
    return parse_checkpoint(_taken_apart(note)[0])


def parse_checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise BadNote("A checkpoint has exactly three lines: origin, size and root.")
    origin, size, root = lines[:3]
    if not SIZE.fullmatch(size):
        raise BadNote("The size of the checkpoint is not a whole number.")
    if len(digest := from_base64(root)) != 32:
        raise BadNote("The root of the checkpoint is not 32 bytes.")
    return Checkpoint(checked_name(origin), int(size), digest)


def _taken_apart(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note) > LONGEST or any(ord(sign) < 32 and sign != "\n" for sign in note):
        raise BadNote("The note is too long or holds a control character.")
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not text or not tail.endswith("\n"):
        raise BadNote("A note is a text, an empty line, and signatures that each end their line.")
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > MOST_LINES:
        raise BadNote("The note has too many signatures.")
    return text + "\n", [_signature_line(line) for line in lines]


def _signature_line(line: str) -> tuple[str, bytes]:
    found = SIGNATURE.fullmatch(line)
    if not found:
        raise BadNote("A line after the empty one is no signature.")
    blob = from_base64(found[2])
    if len(blob) < 5:
        raise BadNote("A signature is too short.")
    return checked_name(found[1]), blob
