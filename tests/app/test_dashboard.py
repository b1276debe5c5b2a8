"""The overview: each sees what they may see and nothing of the rest, and tables, files and pictures agree."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from core.access import Role
from core.tables import BYTE_ORDER_MARK
from incidents.figures import keeping
from risk.service import adopt
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first
from tests.incidents.register.test_register import dismissed, english, exclude
from tests.risk.register.risks import make

FIGURES = ("notices", "trend", "causes", "times", "deliveries")
FILES = (*FIGURES, "risks", "controls")
ROW = re.compile(r'<tr role="row"><th scope="row" role="rowheader">(.*?)</th>(.*?)</tr>', re.DOTALL)
CELL = re.compile(r'<td role="cell"[^>]*><div>(.*?)</div></td>', re.DOTALL)


def some_cases(world: World) -> list[Case]:
    """Six: two notices in time, one late, one not yet taken; of two kinds of cause."""
    found = [Case(world).take().classify() for _ in range(2)]
    found += [Case(world).take().classify(cause_code="intentional.theft") for _ in range(2)]
    world.later(minutes=30)
    found += [Case(world).take(), Case(world)]
    world.later(hours=20)
    file_first(found[0])
    file_first(found[2])
    world.later(hours=60)
    file_first(found[1], "Systemet låg nere.")
    return found


def shown(client: TestClient) -> str:
    return client.get("/dashboard").text


def section(text: str, name: str) -> str:
    """The picture and the table of one figure."""
    return text.partition(f'aria-labelledby="{name}-head"')[2].partition("</section>")[0]


def rows(text: str) -> list[list[str]]:
    """A table of a page as its words."""
    return [
        [re.sub(r"<[^>]+>|\u202f", "", one) for one in (head, *CELL.findall(cells))]
        for head, cells in ROW.findall(text)
    ]


def file(client: TestClient, name: str) -> list[list[str]]:
    text = client.get(f"/dashboard/{name}.csv").text.removeprefix(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text, newline="")))


def wide(text: str, name: str) -> str:
    return text.partition(f'id="{name}-wide"')[2].partition("</svg>")[0]


def test_key_numbers_pictures_tables_and_files_say_the_same(small_world: World) -> None:
    some_cases(small_world)
    manager = english(small_world, Role.MANAGER)
    text = shown(manager)
    assert '<dd class="big">2 of 6</dd>' in text
    assert "Two of three notices went out within 72 hours" in text
    for name in FIGURES:
        table = rows(section(text, name))
        assert [["–" if cell == "" else cell for cell in row] for row in file(manager, name)[1:]] == table, name
    picture = wide(text, "notices")
    assert (picture.count('class="dot"'), picture.count('class="dotlate"')) == (2, 1)
    heights = [float(one) for one in re.findall(r'<rect class="c[12]"[^>]*height="([\d.]+)"', wide(text, "trend"))]
    ticks = [int(one) for one in re.findall(r'class="end">(\d+)', wide(text, "trend"))]
    counts = [round(height / (198 / ticks[-1])) for height in heights]
    month = next(row for row in rows(section(text, "trend")) if row[-1] != "0")
    assert counts == [int(one) for one in month[1:4] if one != "0"]
    bars = re.findall(r'<rect class="c\d" x="0" y="0" width="([\d.]+)"', text)
    assert [float(one) / float(bars[0]) for one in bars] == [
        pytest.approx(int(row[2]) / int(rows(section(text, "causes"))[0][2]), abs=0.01)
        for row in rows(section(text, "causes"))
    ]


def test_the_worst_item_is_one_press_away(small_world: World) -> None:
    found = some_cases(small_world)
    with small_world.change() as session:
        adopt(session, small_world.now)
    small_world.later(days=40)
    text = shown(english(small_world, Role.HEAD))
    numbers = text.partition('<dl class="figures">')[2].partition("</dl>")[0]
    assert f'href="{found[3].path}"' in numbers
    assert 'href="/clocks"' in numbers
    assert re.search(r'href="/controls/\w+">\d+ missed', numbers)


def test_nothing_on_the_page_or_in_a_file_tells_that_a_hidden_case_exists(world: World) -> None:
    some_cases(world)
    clients = {role: english(world, role) for role in (Role.MANAGER, Role.HEAD, Role.AUDITOR, Role.DPO)}
    before = {role: [shown(client), *(file(client, name) for name in FILES)] for role, client in clients.items()}
    hidden = Case(world).take(Role.DEPUTY).classify(Role.DEPUTY, cause_code="unforeseen.fire")
    for role, client in clients.items():
        assert shown(client) != before[role][0]
        exclude(world, role, hidden)
    for role, client in clients.items():
        assert [shown(client), *(file(client, name) for name in FILES)] == before[role], role


def test_what_is_kept_for_one_is_never_shown_to_somebody_who_may_see_less(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEPT_FROM", 0)
    found = some_cases(small_world)
    dpo, auditor = english(small_world, Role.DPO), english(small_world, Role.AUDITOR)
    assert "on 6 cases" in shown(auditor)
    exclude(small_world, Role.DPO, found[0])
    assert "on 5 cases" in shown(dpo)
    Case(small_world)
    assert "on 6 cases" in shown(auditor), "counted once in five minutes"
    exclude(small_world, Role.AUDITOR, found[0])
    assert "on 5 cases" in shown(auditor), "the same set as the other, at once"
    exclude(small_world, Role.AUDITOR, found[1])
    assert "on 5 cases" in shown(auditor), "a set of its own: the new case counts, two do not"
    small_world.now += timedelta(minutes=5)
    assert "on 6 cases" in shown(english(small_world, Role.DPO))


def test_few_cases_give_numbers_and_none_an_empty_page(small_world: World) -> None:
    manager = english(small_world, Role.MANAGER)
    assert "No cases in the last twelve months." in shown(manager)
    for _ in range(4):
        Case(small_world)
    dismissed(small_world)
    text = shown(manager)
    assert 'role="img"' not in text
    assert "With fewer than 5 cases" in text
    assert "on 4 cases" in text
    Case(small_world)
    text = shown(manager)
    assert text.count('role="img"') == text.count("<desc") == 6, (
        "three pictures, each wide and narrow; bars are a table"
    )


def test_an_unknown_picture_is_no_page(small_world: World) -> None:
    assert english(small_world, Role.MANAGER).get("/dashboard/users.csv").status_code == 404


def test_the_number_of_questions_to_the_database_does_not_grow(small_world: World) -> None:
    manager, asked = english(small_world, Role.MANAGER), []

    def note(*_: object) -> None:
        asked.append(1)

    def questions() -> int:
        asked.clear()
        event.listen(small_world.database.reader, "before_cursor_execute", note)
        shown(manager)
        event.remove(small_world.database.reader, "before_cursor_execute", note)
        return len(asked)

    with small_world.change() as session:
        adopt(session, small_world.now)
    for _ in range(6):
        Case(small_world).take()
    questions()  # the first page of all learns that the company is set up
    few = questions()
    for _ in range(12):
        Case(small_world).take()
    assert questions() == few < 40


def test_the_map_of_the_risks_and_its_table_say_the_same(small_world: World) -> None:
    manager = english(small_world, Role.MANAGER)
    assert 'id="risks-head"' not in shown(manager)
    make(small_world, likelihood="4", impact="4")
    part = shown(manager).partition('id="risks-head"')[2]
    assert 'class="heat"' not in part, "fewer than five are numbers"
    assert "1 risk is very high" in part
    for likelihood, impact in (("2", "3"), ("2", "3"), ("1", "1"), ("3", "2")):
        make(small_world, likelihood=likelihood, impact=impact)
    part = shown(manager).partition('id="risks-head"')[2].partition("</section>")[0]
    drawn = [cells.count("<li>") for cells in re.findall(r'<td [^>]*class="h\d">(.*?)</td>', part, re.DOTALL)]
    table = rows(part.partition("</table>")[2])
    assert drawn == [int(cell) for row in table for cell in row[1:]]
    assert sum(drawn) == 5
    assert table[0] == ["Very likely", "0", "0", "0", "1"]
    assert file(manager, "risks")[1:] == table
