"""Encryption to a public key whose private half is not on this machine, in the age format, in one pass.

Any program that speaks age opens what is written here, long after this service.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import BinaryIO

import pyrage

PIECE = 2**16
BROKEN = "This file is not a whole backup: it was cut or altered."


class WrongPrivateKey(Exception):
    """This key does not open this file, or it is no key, in one sentence."""


class WrongPublicKey(Exception):
    """Not a public key that something can be encrypted to."""


class Damaged(Exception):
    """The file is not a backup of ours, was cut, or was altered, in one sentence."""


def new_pair() -> tuple[str, str]:
    """The public and the private half."""
    made = pyrage.x25519.Identity.generate()
    return str(made.to_public()), str(made)


def require_public(text: str) -> None:
    """Refuse what nothing can be encrypted to.

    Raises:
        WrongPublicKey: see there.
    """
    _recipient(text)


@contextmanager
def encrypting(target: BinaryIO, public: str) -> Iterator[BinaryIO]:
    """What is written here arrives encrypted in `target`; some 64 KiB of it are in memory at a time.

    Raises:
        WrongPublicKey: see there.
    """
    recipient = _recipient(public)
    theirs, ours = _pipe()
    with _beside(lambda: pyrage.encrypt_io(theirs, target, [recipient]), theirs, ours):
        yield ours


@contextmanager
def decrypting(source: BinaryIO, private: str) -> Iterator[BinaryIO]:
    """The clear text, as it comes. Each piece was checked before it is given; that the end was there, only at the end.

    Raises:
        WrongPrivateKey: see there.
        Damaged: the file was cut or altered.
    """
    identity = _identity(private)
    ours, theirs = _pipe()
    try:
        with _beside(lambda: pyrage.decrypt_io(source, theirs, [identity]), theirs, ours):
            yield ours
            while ours.read(PIECE):
                pass
    except pyrage.DecryptError as wrong:
        if "matching keys" in str(wrong).lower():
            raise WrongPrivateKey("This private key does not open this backup.") from None
        raise Damaged(BROKEN) from None
    except OSError as wrong:
        if wrong.errno is not None:
            raise
        raise Damaged(BROKEN) from None  # how age says that a piece is not what was written


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    read, write = os.pipe()
    return os.fdopen(read, "rb"), os.fdopen(write, "wb")


@contextmanager
def _beside(work: Callable[[], None], theirs: BinaryIO, ours: BinaryIO) -> Iterator[None]:
    """Do `work` at one end of a pipe in a thread of its own, while we are at the other."""
    failures: list[Exception] = []

    def run() -> None:
        try:
            with theirs:
                work()
        except Exception as failure:
            failures.append(failure)

    thread = Thread(target=run, name="age", daemon=True)
    thread.start()
    try:
        with ours:
            yield
    except Exception:
        thread.join()
        if failures and not isinstance(failures[0], BrokenPipeError):
            raise failures[0] from None
        raise
    thread.join()
    if failures:
        raise failures[0]


def _recipient(text: str) -> "pyrage.x25519.Recipient":
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise WrongPublicKey("VAKA_BACKUP_PUBLIC_KEY: this is not a public key (age1...).") from None


def _identity(text: str) -> "pyrage.x25519.Identity":
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str(lines[0])
    except (pyrage.IdentityError, IndexError):
        raise WrongPrivateKey("The key file holds no private key (AGE-SECRET-KEY-...).") from None
