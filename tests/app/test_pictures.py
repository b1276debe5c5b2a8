"""What is drawn is what the table beside it says: dots of the times that things took, and the months of a control."""

import re
from collections import Counter

import pytest

from core.access import Role
from risk.control_status import Result
from risk.models import Control
from risk.service import TickForm, adopt, tick_control
from tests.app.test_dashboard import file, rows, section, shown, some_cases, wide
from tests.fixtures.world import World
from tests.risk.test_control_pages import english

DOT = re.compile(
    r'class="[^"]*halo">(?P<row>[^<]+ \(\d+\))</text>'
    r'|<circle class="dot" cx="(?P<dot>[\d.]+)"'
    r'|<rect class="dotlate" x="(?P<late>[\d.]+)"[^>]*width="(?P<size>[\d.]+)"'
    r'|class="tb halo mid">(?P<more>\d+)</text>'
)
SHAPE = re.compile(r'<(?:circle|path) class="m-(\w+)" (?:cx="|d="M)([\d.]+)')
STRIP = re.compile(r'<svg class="strip"[^>]*><title id="[^"]*">(?P<said>[^<]*)</title>(?P<drawn>.*?)</svg>', re.DOTALL)
WORDS = {"ok": "done in time", "late": "late", "fail": "not in order", "miss": "missed", "none": "nothing due"}
IN_LIST = {"ok": "in time", "late": "late", "fail": "not in order", "miss": "missed", "none": "nothing due"}


def dots(picture: str) -> dict[str, list[float]]:
    """Each row of the plot with the places of its dots, a crowd as often as its number says."""
    found: dict[str, list[float]] = {}
    here: list[float] = []
    for dot in DOT.finditer(picture):
        if dot["row"]:
            here = found.setdefault(dot["row"].rpartition(" (")[0], [])
        elif dot["more"]:
            here += [here[-1]] * (int(dot["more"]) - 1)
        else:
            here.append(float(dot["dot"]) if dot["dot"] else float(dot["late"]) + float(dot["size"]) / 2)
    return found


def hours(words: str) -> float:
    parts = re.findall(r"(\d+) (d|h|min)", words)
    return sum(int(number) * {"d": 24, "h": 1, "min": 1 / 60}[unit] for number, unit in parts)


def test_the_dots_of_the_times_are_the_cases_of_the_table(small_world: World) -> None:
    some_cases(small_world)
    text = shown(english(small_world, Role.MANAGER))
    picture, table = wide(text, "times"), rows(section(text, "times"))
    places = {
        int(hour): float(x) for x, hour in re.findall(r'<text x="([\d.]+)" y="\d+" class="[^"]*mid">(\d+) h<', picture)
    }
    start, hour = places[0], (places[72] - places[0]) / 72
    drawn = dots(picture)
    assert list(drawn) == [row[0] for row in table]
    assert sum(map(len, drawn.values())) == 8
    for name, count, shortest, _median, longest, within in table:
        took = [(x - start) / hour for x in drawn[name]]
        assert (len(took), sum(one <= 72 for one in took)) == (int(count), int(within))
        if took:
            assert min(took) == pytest.approx(hours(shortest), abs=1)
            assert max(took) == pytest.approx(hours(longest), abs=1)


@pytest.fixture
def kept(small_world: World) -> World:
    """Half a year of controls: in time, late, not in order, missed, and some months in which nothing was due."""
    with small_world.change() as session:
        adopt(session, small_world.now)
        for code in ("antivirus", "backup_copies", "signs_of_intrusion"):
            session.get_one(Control, code).interval_days = 30
    for days, found in (
        (20, {"antivirus": "pass", "backup_copies": "pass", "signs_of_intrusion": "fail"}),
        (2, {"signs_of_intrusion": "pass"}),
        (27, {"antivirus": "pass", "backup_copies": "fail"}),
        (33, {"antivirus": "pass"}),
        (45, {"backup_copies": "pass", "signs_of_intrusion": "pass"}),
        (40, {}),
    ):
        small_world.later(days=days)
        with small_world.change() as session:
            for code, result in found.items():
                form = TickForm(result=Result(result), done_on=small_world.now.date(), note="Gjort.")
                control = session.get_one(Control, code)
                tick_control(session, small_world.actor(Role.MANAGER), control, form, [], small_world.now)
    return small_world


def months(drawn: str) -> list[str]:
    """The shapes from left to right, twelve of them with the same room between."""
    shapes = SHAPE.findall(drawn)
    assert [float(x) for _, x in shapes] == [7.5 + 15 * place for place in range(12)]
    return [code for code, _ in shapes]


def test_the_months_of_a_control_are_those_of_the_table(kept: World) -> None:
    manager = english(kept, Role.MANAGER)
    part = shown(manager).partition('aria-labelledby="controls-head"')[2].partition("</section>")[0]
    strips = [months(strip["drawn"]) for strip in STRIP.finditer(part)]
    table = rows(part)[len(strips) :]
    assert len(strips) == 5
    assert len(table) == 12
    assert [[row[place + 1] for row in table] for place in range(5)] == [
        [WORDS[code] for code in one] for one in strips
    ]
    assert file(manager, "controls")[1:] == table
    assert {code for one in strips for code in one} >= {"none", "miss"}


def test_each_strip_of_the_list_draws_what_it_says(kept: World) -> None:
    text = english(kept, Role.MANAGER).get("/controls").text
    found = list(STRIP.finditer(text))
    assert len(found) == 25
    seen: set[str] = set()
    for strip in found:
        drawn = Counter(months(strip["drawn"]))
        said = {code: re.search(rf"{word} (\d+)", strip["said"]) for code, word in IN_LIST.items()}
        assert {code: int(number[1]) if number else -1 for code, number in said.items()} == {
            code: drawn[code] for code in IN_LIST
        }
        seen |= set(drawn)
    assert seen == set(IN_LIST)
