"""What happened in an erased case is kept to the day, on the calendar of the company, wherever it is read."""

import json
import re
from datetime import datetime

import pytest

from core.access import Role
from core.moment import utc
from core.organisation import organisation
from incidents.erasing.erase import TO_THE_DAY
from tests.app.test_log import english
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.erasing import ended_case, erase_now

NIGHTS = [  # at, zone, day in the words of a page, day in a file
    (utc(2026, 11, 20, 23, 30), "Europe/Stockholm", "21 Nov 2026", "2026-11-21"),
    (utc(2026, 10, 24, 22, 30), "Europe/Stockholm", "25 Oct 2026", "2026-10-25"),
    (utc(2026, 10, 25, 22, 30), "Europe/Stockholm", "25 Oct 2026", "2026-10-25"),
    (utc(2026, 3, 28, 23, 30), "Europe/Stockholm", "29 Mar 2026", "2026-03-29"),
    (utc(2026, 7, 1, 3, 30), "America/New_York", "30 Jun 2026", "2026-06-30"),
]


def erased(world: World, at: datetime, zone: str) -> Case:
    case = ended_case(world)
    with world.change() as session:
        organisation(session).zone = zone
        for column in TO_THE_DAY:
            setattr(case.row(session), column, at)
    erase_now(world, case.now().id)
    return case


@pytest.mark.parametrize(("at", "zone", "shown", "written"), NIGHTS)
def test_pages_and_files_say_the_day_and_no_hour(
    small_world: World, at: datetime, zone: str, shown: str, written: str
) -> None:
    case = erased(small_world, at, zone)
    auditor = english(small_world, Role.AUDITOR)
    page, row = auditor.get(case.path).text, auditor.get(f"/register/{case.reference}").text
    assert _after("Happened", page) == _after("Noticed", page) == shown
    assert [_after(word, row) for word in ("Happened", "Ended", "Noticed")] == [shown] * 3
    lines = auditor.get("/register/export.csv").text.splitlines()
    assert lines[-1].split(",").count(written) == 3
    [entry] = json.loads(auditor.get("/register/export.json").text)["entries"]
    assert [entry[column] for column in TO_THE_DAY] == [written] * 3
    assert entry["reported_at"].count("T") == 1
    assert auditor.get("/register/export.xlsx").status_code == 200
    assert auditor.get("/register/export.pdf").status_code == 200


def test_the_hour_is_kept_nowhere(small_world: World) -> None:
    nights = [utc(2026, 11, 20, 23, 30), utc(2026, 11, 21, 22, 59)]
    rows = [erased(small_world, at, "Europe/Stockholm").now() for at in nights]
    found = [[getattr(row, column) for column in TO_THE_DAY] for row in rows]
    assert found == [[utc(2026, 11, 21, 11)] * 3] * 2


def test_a_case_that_is_not_erased_keeps_its_hour(small_world: World) -> None:
    case = ended_case(small_world)
    with small_world.change() as session:
        case.row(session).occurred_at = utc(2026, 11, 20, 23, 30)
    row = english(small_world, Role.AUDITOR).get(f"/register/{case.reference}").text
    assert _after("Happened", row).endswith("21 Nov 2026 00:30 CET")


def _after(word: str, page: str) -> str:
    found = re.search(rf"<dt[^>]*>{word}</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    assert found, word
    return re.sub(r"<[^>]+>", "", found[1]).strip()
