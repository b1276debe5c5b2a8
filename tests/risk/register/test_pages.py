"""The register as people and programs read it: the list by key, the map as a table, files without formulas."""

import csv
import io
import json
import re
import zipfile

from sqlalchemy import event

from core.access import Role
from core.db import Database
from risk.register.heat import heat
from risk.register.models import Risk
from tests.fixtures.world import World
from tests.risk.register.risks import make, pages


def test_an_empty_register_offers_three_examples_that_can_be_taken_over(small_world: World) -> None:
    client = pages(small_world, Role.MANAGER)
    text = client.get("/risks").text
    assert "No risks. Three examples from rule 8.2:" in text
    keys = re.findall(r"/risks/new\?example=(\w+)", text)
    assert len(keys) == 3
    for key in keys:
        form = client.get(f"/risks/new?example={key}").text
        assert re.search(r'<option value="(accidental|intentional|unforeseen)\.\w+" selected>', form)
        assert len(re.findall(r'name="(?:likelihood|impact)" value="[1-4]" checked', form)) == 2
    assert "/risks/new" not in pages(small_world, Role.DPO).get("/risks").text


def test_the_map_is_a_table_with_number_and_word_in_each_cell_and_links_to_the_risks(small_world: World) -> None:
    risk = make(small_world, likelihood=4, impact=3)
    others = [make(small_world, likelihood=1, impact=1) for _ in range(8)]
    with small_world.look() as session:
        view = heat(session, small_world.actor(Role.MANAGER))
    assert [row.likelihood for row in view.rows] == [4, 3, 2, 1]
    assert (view.total, view.very_high, view.high) == (9, 1, 0)
    cell = view.rows[0].cells[2]
    assert (cell.score, cell.word, cell.colour, cell.count) == (12, "very high", 5, 1)
    assert [spot.name for spot in cell.spots] == [risk.name]
    low = view.rows[3].cells[0]
    assert (low.count, len(low.spots), low.others) == (8, 6, 2)
    text = pages(small_world, Role.AUDITOR).get("/risks").text
    table = text[text.index('<table class="heat"') :].partition("</table>")[0]
    assert len(re.findall(r'<td [^>]*class="h[1-5]"><b>\d+ [a-z ]+</b>', table)) == 16
    assert table.count('<th scope="col"') == table.count('<th scope="row"') == 4
    assert "1 risk is very high" in text
    assert "The map decides nothing" in text
    assert f'href="{others[0].path}"' in table


def test_the_list_is_walked_by_key_the_highest_first(small_world: World) -> None:
    made = [make(small_world, likelihood=1 + number % 4, impact=1 + number % 3) for number in range(31)]
    client = pages(small_world, Role.MANAGER)
    seen: list[str] = []
    address = "/risks"
    while address:
        text = client.get(address).text
        seen += re.findall(r'<th scope="row"[^>]*><a class="hit" href="(/risks/\d+)"', text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        address = found[1].replace("&amp;", "&") if found else ""
    assert sorted(seen) == sorted(risk.path for risk in made)
    scores = {risk.path: risk.score for risk in made}
    assert [scores[path] for path in seen] == sorted(scores.values(), reverse=True)


def test_filters_show_what_they_say(small_world: World) -> None:
    high = make(small_world, likelihood=4, impact=4, title="Hög risk här")
    low = make(small_world, likelihood=1, impact=1, title="Låg risk här", owner=small_world.users[Role.DEPUTY].id)
    client = pages(small_world, Role.DEPUTY)
    for query, there, away in (
        ("show=high", high, low), ("show=mine", low, high), ("likelihood=4&impact=4", high, low),
        ("likelihood=1", low, high),
    ):  # fmt: skip
        rows = client.get(f"/risks?{query}").text.partition("</table>")[0]
        assert there.title in rows
        assert away.title not in rows
    for query in ("show=ended", "show=raised", "cause=intentional", "show=drafts"):
        assert "No risk matches the filter." in client.get(f"/risks?{query}").text


def test_files_hold_the_whole_register_and_no_formula(small_world: World) -> None:
    make(small_world, title="=HYPERLINK(1)", rationale="+ett plus i början av texten")
    client = pages(small_world, Role.DPO)
    rows = list(csv.reader(io.StringIO(client.get("/risks/export.csv").text.lstrip("\ufeff"))))
    assert rows[6][1] == "'=HYPERLINK(1)"
    assert "'+ett plus i början av texten" in rows[6]
    book = client.get("/risks/export.xlsx").content
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    document = json.loads(client.get("/risks/export.json").text)
    assert document["risks"][0]["title"] == "=HYPERLINK(1)"
    assert document["risks"][0]["likelihood"] == 2
    assert pages(small_world, Role.COMMISSIONER).get("/risks/export.csv").status_code == 404


def statements(database: Database, ask: object) -> int:
    count = 0

    def one_more(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(database.reader, "before_cursor_execute", one_more)
    ask()  # type: ignore[operator]
    event.remove(database.reader, "before_cursor_execute", one_more)
    return count


def test_five_hundred_risks_are_read_with_as_many_questions_as_one(small_world: World) -> None:
    client = pages(small_world, Role.MANAGER)
    first = make(small_world)
    client.get("/risks")
    few = statements(small_world.database, lambda: client.get("/risks"))
    with small_world.change() as session:
        for number in range(499):
            session.add(
                Risk(title=f"Risk {number}", likelihood=1 + number % 4, current_likelihood=1 + number % 4,
                     impact=1 + number % 3, score=(1 + number % 4) * (1 + number % 3), owner_id=first.owner_id,
                     created_by="system", created_at=small_world.now)
            )  # fmt: skip
    assert statements(small_world.database, lambda: client.get("/risks")) == few
    assert "500 risks in the register." in client.get("/risks").text
