"""Numbers that look like a person's identity number in Sweden, Norway, Lithuania, Finland or Denmark.

For a soft warning only: a text may keep them. Dates and check digits are looked at, so that a telephone number or an
order number seldom raises it.
"""

import re
from collections.abc import Callable
from datetime import date

SWEDISH = re.compile(r"(?<![\d-])(?:19|20)?(\d{2})(\d{2})(\d{2})[-+ ]?(\d{4})(?![\d-])")
DANISH = re.compile(r"(?<![\d-])(\d{2})(\d{2})(\d{2})[- ](\d{4})(?![\d-])")
FINNISH = re.compile(r"(?<![\w-])(\d{2})(\d{2})(\d{2})[-+A-FU-Y](\d{3})([0-9A-FHJ-NPR-Y])(?![\w-])", re.IGNORECASE)
ELEVEN = re.compile(r"(?<![\d-])(\d{6}) ?(\d{5})(?![\d-])")
FINNISH_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def found(text: str) -> list[str]:
    """What looks like a personal identity number, as it is written and in its order."""
    spans = sorted({span for look in LOOKS for span in look(text)})
    return list(dict.fromkeys(text[start:end] for start, end in spans))


def without(text: str, instead: str) -> str:
    """The text with each such number replaced."""
    for number in sorted(found(text), key=len, reverse=True):
        text = text.replace(number, instead)
    return text


def _spans(pattern: re.Pattern[str], holds: Callable[[re.Match[str]], bool]) -> Callable[[str], list[tuple[int, int]]]:
    return lambda text: [match.span() for match in pattern.finditer(text) if holds(match)]


def _swedish(match: re.Match[str]) -> bool:
    year, month, day, tail = match.groups()
    digits = f"{year}{month}{day}{tail}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    luhn = sum(number // 10 + number % 10 for number in doubled) % 10 == 0
    return luhn and _is_day(int(year), int(month), int(day) - 60 if int(day) > 60 else int(day))


def _danish(match: re.Match[str]) -> bool:
    day, month, year, _ = map(int, match.groups())
    return _is_day(year, month, day)


def _finnish(match: re.Match[str]) -> bool:
    day, month, year, tail, check = match.groups()
    right = FINNISH_CHECK[int(f"{day}{month}{year}{tail}") % 31]
    return right == check.upper() and _is_day(int(year), int(month), int(day))


def _norwegian_or_lithuanian(match: re.Match[str]) -> bool:
    digits = [int(digit) for digit in "".join(match.groups())]
    return _norwegian(digits) or _lithuanian(digits)


def _norwegian(digits: list[int]) -> bool:
    day, month, year = (digits[at] * 10 + digits[at + 1] for at in (0, 2, 4))
    first = sum(weight * digit for weight, digit in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), digits, strict=False))
    last = sum(weight * digit for weight, digit in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), digits, strict=True))
    return first % 11 == 0 and last % 11 == 0 and _is_day(year, month % 40, day - 40 if day > 40 else day)


def _lithuanian(digits: list[int]) -> bool:
    year, month, day = (digits[at] * 10 + digits[at + 1] for at in (1, 3, 5))
    check = sum((place % 9 + 1) * digit for place, digit in enumerate(digits[:10])) % 11
    if check == 10:
        check = sum(((place + 2) % 9 + 1) * digit for place, digit in enumerate(digits[:10])) % 11 % 10
    return check == digits[10] and digits[0] in range(1, 7) and _is_day(year, month, day)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(2000 + year % 100, month, day)
    except ValueError:
        return False
    return True


LOOKS = (
    _spans(SWEDISH, _swedish),
    _spans(DANISH, _danish),
    _spans(FINNISH, _finnish),
    _spans(ELEVEN, _norwegian_or_lithuanian),
)
