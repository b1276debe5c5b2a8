"""Words a letter must not hold (law section h, ux 6.3): they hedge, soothe, advertise, or look like phishing."""

import re
from collections.abc import Iterator

_SOOTHING_OR_SELLING = (
    # Swedish
    r"kan eventuellt",
    r"på största allvar",
    r"inga (?:tecken|bevis|belägg|indikationer) på",
    r"ingen anledning (?:till oro|att oroa)",
    r"(?:bara|endast) ett (?:fåtal|mindre antal)",
    r"(?:erbjudande|rabatt|nyhetsbrev|kundundersökning|enkät)\w*",
    # English
    r"(?:may|might|could) (?:potentially )?(?:be|have been) (?:affected|impacted)",
    r"take (?:the )?(?:security|privacy|safety|protection)\b[^.]{0,40}\bseriously",
    r"(?:very|extremely) seriously",
    r"no (?:evidence|indications?|signs?) (?:of|that)",
    r"no (?:reason to worry|cause for (?:alarm|concern))",
    r"nothing to worry about",
    r"abundance of caution",
    r"only a (?:few|small number|limited number)",
    r"(?:special offer|discount|newsletter|survey)s?",
)
_LINKS = (
    r"https?:",
    r"www\.",
    r"mailto:",
    r"\]\(",
    r"</?[a-z]",
    r"[\w-]+(?:\.[\w-]+)+/\w",
    r"klicka (?:här|på)",
    r"logga in (?:här|via|på länken)",
    r"click (?:here|on|the)",
    r"(?:log|sign) in (?:here|via|using the link)",
)
_ATTACHMENTS = (r"bifoga\w*", r"bilag(?:a|an|or|orna)", r"attach(?:ed|ment|ments)", r"enclosed")
_NEVER_ASKED_SV = r"(?:lösenord|kod|koder|pinkod|personnummer|kortnummer|bankuppgifter|kontonummer|legitimation)"
_NEVER_ASKED_EN = r"(?:password|codes?|pin|card number|bank details|account number|identity document)"
_SECRETS = (
    rf"(?:skicka|uppge|ange|bekräfta|svara med) (?:oss )?(?:ditt|din|dina) {_NEVER_ASKED_SV}",
    rf"(?<!never\s)(?<!not\s)(?:send|give|enter|confirm|reply with) (?:us )?your {_NEVER_ASKED_EN}",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    spaced = (pattern.replace(" ", r"\s+") for pattern in patterns)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})", re.IGNORECASE)


FORBIDDEN, LINKS, ATTACHMENTS, SECRETS = map(_any, (_SOOTHING_OR_SELLING, _LINKS, _ATTACHMENTS, _SECRETS))


def found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Each phrase once, as it stands in the text."""
    yield from dict.fromkeys(" ".join(match.group(0).split()) for match in pattern.finditer(text))
