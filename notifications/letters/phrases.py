"""Words a letter must not hold (law section h, ux 6.3): they hedge, soothe, advertise, or look like phishing.

The words themselves stand in the card of each language. Every letter is held against those of all of them, so that a
sentence that slipped in from another language is found too.
"""

import re
from collections.abc import Iterable, Iterator

LINKS_ANYWHERE = (
    r"https?:",
    r"www\.",
    r"mailto:",
    r"\]\(",
    r"</?[a-z]",
    r"[\w-]+(?:\.[\w-]+)+/\w",
)


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all; a blank in it stands for any white space."""
    spaced = (pattern.replace(" ", r"\s+") for pattern in patterns)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})", re.IGNORECASE)


def found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Each phrase once, as it stands in the text."""
    yield from dict.fromkeys(" ".join(match.group(0).split()) for match in pattern.finditer(text))
