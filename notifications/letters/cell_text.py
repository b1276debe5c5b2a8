"""What a cell of a workbook says, as the text its spreadsheet shows; formulas are never worked out."""

import re
from datetime import date, datetime, time

_ESCAPED = re.compile("_x00([01][0-9A-Fa-f])_")  # how a workbook writes a control sign inside a text
_MASK = re.compile(r"[0 \-]*0[0 \-]*")


def shown(value: object, number_format: str = "General") -> str:
    """Numbers without a needless decimal point and with the noughts their format adds; dates as 2026-03-01."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(value, number_format)
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ", _precision(value.second))
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(_precision(value.second))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))


def _precision(second: int) -> str:
    return "seconds" if second else "minutes"


def _number(value: float, number_format: str) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value != int(value):
        return format(value, ".15g")
    digits = str(int(value))
    mask = re.sub(r'\\|"', "", number_format)
    return _masked(digits, mask) if digits.isdigit() and _MASK.fullmatch(mask) else digits


def _masked(digits: str, mask: str) -> str:
    """The digits in the places of the mask, from the right: 98765 in `000 00` is 987 65, and 1234 is 012 34."""
    left = list(digits.rjust(mask.count("0"), "0"))
    placed = [left.pop() if sign == "0" else sign for sign in reversed(mask)]
    return "".join([*left, *reversed(placed)])
