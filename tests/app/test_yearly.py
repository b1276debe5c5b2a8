"""The yearly report: page, paper and files of one year say the same, to those who may, and each reading is logged."""

import csv
import io
import re
from datetime import timedelta

from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.tables import BYTE_ORDER_MARK
from risk.models import ControlCheck
from risk.register.accepting import accept
from risk.register.models import Risk
from risk.service import adopt
from tests.app.test_dashboard import rows, section, some_cases
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.rules import publish_rules
from tests.fixtures.world import World
from tests.identity.test_training import course
from tests.incidents.cases import Case
from tests.incidents.register.test_register import english, exclude
from tests.risk.register.risks import PASSWORD, make, pages

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


def parts(text: str) -> dict[str, list[list[str]]]:
    return {name: rows(section(text, name)) for name in ("risks", "accepted", "likes", "staff", "controls")}


def test_risks_staff_and_controls_stand_in_page_paper_and_files(small_world: World) -> None:
    world, now = small_world, small_world.now
    auditor = english(world, Role.AUDITOR)
    pages(world, Role.HEAD)
    empty = auditor.get(HERE).text
    assert all(f'id="{name}-head"' not in empty for name in ("risks", "accepted", "likes", "controls"))
    with world.change() as session:
        adopt(session, now)
        session.add(ControlCheck(control_code="antivirus", due_at=now, done_at=now, recorded_at=now, by_id="x",
                                 result="fail"))  # fmt: skip
    until = (now.date() + timedelta(days=90)).isoformat()
    risk = make(world, likelihood="2", impact="2", treatment="accept", accept_until=until)
    make(world, likelihood="4", impact="4", target_likelihood="2", target_impact="2")
    with world.change() as session:
        row = session.get_one(Risk, risk.id)
        accept(session, world.actor(Role.HEAD), row, PASSWORD, row.version, now)
        session.add(Risk(title="Fel mottagare", state="draft", sprung_from="accidental.misrouting", created_by="system",
                         created_at=now))  # fmt: skip
        session.add(Risk(title="I fjol", state="draft", sprung_from="accidental.shared_password", created_by="system",
                         created_at=now - timedelta(days=400)))  # fmt: skip
    publish_rules(world)
    course(world)
    text = auditor.get(HERE).text
    found = parts(text)
    assert ["very high", "1", "1", "0"] in found["risks"]
    assert [row[-1] for row in found["risks"] if row[0] == "moderate"] == ["1"]
    ((title, level, day),) = found["accepted"]
    assert (title, level) == (f"{risk.name} {risk.title}", "moderate")
    assert "2027" in day
    assert [row[0].partition(" ")[2] for row in found["likes"]] == ["Fel mottagare"]
    people = found["staff"][0][2]
    assert found["staff"] == [
        ["The rules, version 1, signed", "0", people, "0 %", people],
        ["GDPR grund", "0", people, "0 %", people],
    ]
    assert [row[1:] for row in found["controls"] if row[1] != "0"] == [["1", "0", "0", "1", "0"]]
    words = squeezed(pdf_text(auditor.get(f"{HERE}/report.pdf").content))
    for name, table in found.items():
        answer = io.StringIO(auditor.get(f"{HERE}/{name}.csv").text.removeprefix(BYTE_ORDER_MARK), newline="")
        assert list(csv.reader(answer))[1:] == table, name
        assert all(squeezed(cell) in words for row in table for cell in row), name
