"""Words and times: Swedish and English in parity, every time with its zone."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from core.i18n import absolute, clock_time, long_date, negotiate, span, time_left, translate
from core.moment import utc

ROOT = Path(__file__).parent.parent.parent
SLOT = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
pytestmark = pytest.mark.zone


def messages_in_use() -> set[str]:
    """Every marked English sentence of the code and the templates."""
    found: set[str] = set()
    keywords: Mapping[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
    for folder, method in [("templates", "jinja2")] + [
        (floor, "python") for floor in ("core", "identity", "notifications", "risk", "incidents", "app")
    ]:
        patterns = [("**.html", "jinja2")] if method == "jinja2" else [("**.py", "python")]
        for _, _, message, _, _ in extract_from_dir(
            str(ROOT / folder),
            patterns,
            options_map={"**.html": {"newstyle_gettext": "true", "extensions": "jinja2.ext.do", "silent": "false"}},
            keywords=keywords,
        ):
            found.update([message[0]] if isinstance(message, tuple) else [message])
    return {message for message in found if message}


def swedish() -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for file in (ROOT / "core/locale/sv").glob("*.po"):
        with file.open("rb") as handle:
            for message in read_po(handle, locale="sv", abort_invalid=True):
                if message.id:
                    assert not message.fuzzy, f"{file.name}: {message.id!r} is marked fuzzy"
                    key = message.id[0] if isinstance(message.id, tuple | list) else message.id
                    text = message.string
                    texts[key] = [one or "" for one in text] if isinstance(text, tuple | list) else [text or ""]
    return texts


def test_every_sentence_is_there_in_swedish() -> None:
    known = swedish()
    missing = sorted(message for message in messages_in_use() if not all(known.get(message, [""])))
    assert missing == []


def test_a_translation_fills_the_same_slots() -> None:
    wrong = [
        message
        for message, texts in swedish().items()
        for text in texts
        if not set(SLOT.findall(text)) <= set(SLOT.findall(message)) | {"%(num)s", "%(num)d"}
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("moment", "zone", "sv", "en"),
    [
        (utc(2026, 11, 22, 13, 5), "Europe/Stockholm", "sön 22 nov 2026 14:05 CET", "Sun 22 Nov 2026 14:05 CET"),
        (utc(2026, 7, 1, 22, 30), "Europe/Stockholm", "tors 2 juli 2026 00:30 CEST", "Thu 2 Jul 2026 00:30 CEST"),
        (utc(2026, 10, 25, 0, 30), "Europe/Oslo", "sön 25 okt 2026 02:30 CEST", "Sun 25 Oct 2026 02:30 CEST"),
        (utc(2026, 10, 25, 1, 30), "Europe/Oslo", "sön 25 okt 2026 02:30 CET", "Sun 25 Oct 2026 02:30 CET"),
        (utc(2026, 11, 22, 13, 5), "Europe/Vilnius", "sön 22 nov 2026 15:05 EET", "Sun 22 Nov 2026 15:05 EET"),
    ],
)
def test_a_time_names_day_year_and_zone(moment: datetime, zone: str, sv: str, en: str) -> None:
    assert absolute(moment, "sv", zone) == sv
    assert absolute(moment, "en", zone) == en


def test_hours_never_become_days() -> None:
    assert span(timedelta(hours=47, minutes=12, seconds=59)) == "47 h 12 min"
    assert span(timedelta(minutes=9)) == "9 min"
    assert time_left(timedelta(hours=21, minutes=40), "sv") == "21 h 40 min kvar"
    assert time_left(timedelta(hours=-3, minutes=-10), "en") == "3 h 10 min overdue"


def test_other_forms_of_a_moment() -> None:
    at = utc(2026, 11, 22, 13, 5)
    assert clock_time(at, "Europe/Stockholm") == "14:05 CET"
    assert long_date(at, "sv", "Europe/Stockholm") == "söndag 22 november 2026"


@pytest.mark.parametrize(
    ("header", "language"),
    [("sv-FI,sv;q=0.9", "sv"), ("en-GB", "en"), ("de,en;q=0.5", "en"), ("de", "sv"), ("", "sv"), ("en;q=x,", "sv")],
)
def test_the_browsers_language_is_understood(header: str, language: str) -> None:
    assert negotiate(header) == language


def test_an_unknown_sentence_stays_english() -> None:
    assert translate("sv", "Nobody wrote this in Swedish") == "Nobody wrote this in Swedish"
