"""Certificates of a signed answer in the order that DER asks for.

A set has its parts in the order of their bytes (X.690 section 11.6). Many authorities, those that run OpenSSL among
them, send the certificates from leaf to root, and a strict reader refuses them. The set is outside of what is signed,
so its order may be mended for reading; what is kept is the answer as it came.
"""

from collections.abc import Iterator

SEQUENCE, FIRST = 0x30, 0xA0
LONG_FORM, LONGEST = 0x80, 4

Span = tuple[int, int]


def sorted_certificates(answer: bytes) -> bytes:
    """The same bytes, certificates sorted; what is not built like a time-stamp response comes back as it is."""
    try:
        start, end = _certificates(answer)
        parts = [answer[first:last] for first, _, last in _parts(answer, start, end)]
    except (IndexError, StopIteration, ValueError):
        return answer
    return answer[:start] + b"".join(sorted(parts)) + answer[end:]


def _certificates(answer: bytes) -> Span:
    """TimeStampResp > ContentInfo > [0] > SignedData > [0]: RFC 3161 section 2.4.2, RFC 5652 sections 3 and 5.1."""
    inside = 0, len(answer)
    for tag, place in ((SEQUENCE, 0), (SEQUENCE, 1), (FIRST, 1), (SEQUENCE, 0), (FIRST, 3)):
        first, content, last = list(_parts(answer, *inside))[place]
        if answer[first] != tag:
            raise ValueError
        inside = content, last
    return inside


def _parts(answer: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Where each part begins, where its content does, and where it ends."""
    while start < end:
        content, length = start + 2, answer[start + 1]
        if length & LONG_FORM:
            count = length & ~LONG_FORM
            if not 0 < count <= LONGEST:
                raise ValueError
            content, length = content + count, int.from_bytes(answer[content : content + count])
        last = content + length
        if last > end:
            raise ValueError
        yield start, content, last
        start = last
