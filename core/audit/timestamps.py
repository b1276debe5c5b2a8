"""Time-stamps by RFC 3161: what is asked of a time-stamping authority, and what its answer must be to count.

`rfc3161-client` writes and reads the messages and checks signature, chain and purpose of the certificate at the time of
the stamp. What it would say in sentences only is looked at here first, so that each fault has a code.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from core.audit.der import sorted_certificates
from core.settings import WrongSettings

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

SHA256 = "2.16.840.1.101.3.4.2.1"
LARGEST = 64 * 1024  # bytes of an answer; those with a long chain of certificates have eight thousand
GRANTED = 0


class NoToken(Exception):
    """The answer is no proof. `reason` is a code; what the authority wrote is not kept."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Question:
    """The request as it goes out, and the number that its answer must repeat."""

    content: bytes
    nonce: int


@dataclass(frozen=True)
class Authority:
    """The certificates an answer must lead to; one that signs itself is a root."""

    certificates: tuple[x509.Certificate, ...]


def read_authority(path: Path) -> Authority:
    """The certificates of the authority we trust, from a PEM file.

    Raises:
        WrongSettings: it cannot be read, or no certificate in it signs itself.
    """
    try:
        found = tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError):
        raise WrongSettings("VAKA_TSA_CA: the file cannot be read as certificates in PEM.") from None
    if not any(_is_root(one) for one in found):
        raise WrongSettings("VAKA_TSA_CA: the file holds no root, a certificate that signs itself.")
    return Authority(found)


def question(note: bytes) -> Question:
    """What is asked about a note: its SHA-256, a nonce, and the certificate for those who check in ten years."""
    from rfc3161_client import TimestampRequestBuilder
    from rfc3161_client.base import HashAlgorithm

    request = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).build()
    return Question(request.as_bytes(), request.nonce or 0)


def check_token(answer: bytes, note: bytes, authority: Authority, nonce: int | None = None) -> datetime:
    """When the authority stamped this note. An answer read from our own store is checked without its nonce.

    Raises:
        NoToken: it is none, was not granted, is about something else, repeats an older answer, or comes from somebody
            whom `authority` does not vouch for.
    """
    from rfc3161_client import VerificationError, VerifierBuilder

    response = _read(answer)
    _require_about(response, note, nonce)
    roots = [one for one in authority.certificates if _is_root(one)]
    between = [one for one in authority.certificates if not _is_root(one)]
    verifier = VerifierBuilder(roots=roots, intermediates=between, nonce=nonce).build()
    try:
        verifier.verify(response, hashlib.sha256(note).digest())
    except (VerificationError, ValueError, x509.InvalidVersion):
        raise NoToken("other_authority") from None
    return response.tst_info.gen_time


def _read(answer: bytes) -> "TimeStampResponse":
    from rfc3161_client import decode_timestamp_response

    try:
        response = decode_timestamp_response(sorted_certificates(answer))
        status = response.status
    except ValueError:
        raise NoToken("unreadable") from None
    if status != GRANTED:
        raise NoToken("not_granted")
    return response


def _require_about(response: "TimeStampResponse", note: bytes, nonce: int | None) -> None:
    try:
        info = response.tst_info
        imprint, repeated = info.message_imprint, info.nonce
        digest, algorithm = imprint.message, imprint.hash_algorithm.dotted_string
    except ValueError:
        raise NoToken("unreadable") from None
    if (algorithm, digest) != (SHA256, hashlib.sha256(note).digest()):
        raise NoToken("other_digest")
    if nonce is not None and repeated != nonce:
        raise NoToken("other_nonce")


def _is_root(certificate: x509.Certificate) -> bool:
    return certificate.issuer == certificate.subject
