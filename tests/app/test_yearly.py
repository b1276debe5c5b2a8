"""The yearly report: page, paper and files of one year say the same, to those who may, and each reading is logged."""

import csv
import io
import re

from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.tables import BYTE_ORDER_MARK
from risk.service import adopt
from tests.app.test_dashboard import rows, section, some_cases
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.register.test_register import english, exclude

HERE = "/reports/yearly"


def squeezed(text: str) -> str:
    """Without what the setting of lines adds: spaces, and hyphens where a word breaks."""
    return re.sub(r"[\s\u00ad\u200b\u2010-]", "", text)


def actions(world: World) -> list[str]:
    with world.look() as session:
        return [entry.decode() for entry in session.scalars(select(AuditEntry.entry).order_by(AuditEntry.seq))]


def test_page_paper_and_files_say_the_same_and_each_is_logged(small_world: World) -> None:
    some_cases(small_world)
    with small_world.change() as session:
        adopt(session, small_world.now)
    auditor = english(small_world, Role.AUDITOR)
    text = auditor.get(HERE).text
    assert "register:yearly" in actions(small_world)[-1]
    paper = auditor.get(f"{HERE}/report.pdf")
    assert paper.content.startswith(b"%PDF")
    assert b"/Alt" in paper.content or b"/StructTreeRoot" in paper.content
    words = squeezed(pdf_text(paper.content))
    for name in ("notices", "trend", "causes", "times"):
        table = rows(section(text, name))
        answer = io.StringIO(auditor.get(f"{HERE}/{name}.csv").text.removeprefix(BYTE_ORDER_MARK), newline="")
        assert [["–" if one == "" else one for one in row] for row in csv.reader(answer)][1:] == table
        assert all(squeezed(cell) in words for row in table for cell in row), name
    assert '"format":"yearly times.csv"' in actions(small_world)[-1]
    assert "Two of three notices went out within 72 hours" in text
    assert squeezed("Two of three notices went out within 72 hours") in words
    assert auditor.get(f"{HERE}/users.csv").status_code == 404


def test_another_year_is_counted_by_itself_and_nonsense_asks_for_this_one(small_world: World) -> None:
    some_cases(small_world)
    small_world.later(days=366)
    Case(small_world)
    auditor = english(small_world, Role.AUDITOR)
    year = small_world.now.year
    assert "on 1 case " in auditor.get(HERE).text
    assert "on 6 cases " in auditor.get(f"{HERE}?year={year - 1}").text
    for nonsense in ("9999", "0", "abcd", "²⁰²⁶", "1e99"):
        assert "on 1 case " in auditor.get(HERE, params={"year": nonsense}).text
    assert "No cases were reported in this year." in auditor.get(f"{HERE}?year={year - 4}").text


def test_a_hidden_case_leaves_no_trace_in_it(small_world: World) -> None:
    some_cases(small_world)
    head = english(small_world, Role.HEAD)
    before = head.get(HERE).text
    hidden = Case(small_world).take(Role.DEPUTY).classify(Role.DEPUTY)
    assert head.get(HERE).text != before
    exclude(small_world, Role.HEAD, hidden)
    assert head.get(HERE).text == before
