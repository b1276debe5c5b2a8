"""The lanes of a case: every sentence of the story has one, order and numbers hold, and the table is the picture."""

import csv
import io
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access import Role
from core.audit import record
from core.document import Drawing, Section, Table
from core.i18n import translate
from core.moment import utc
from core.tables import BYTE_ORDER_MARK
from incidents.figures.swimlane import MOST, Happening, Lane, lane_of, marks, shortened
from incidents.story import SENTENCES
from incidents.swimlane_view import finding, swimlane
from tests.app.test_dashboard import rows, section
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first
from tests.incidents.minutes import file, newest
from tests.incidents.register.test_register import english

START = utc(2026, 11, 22, 13, 5)
some = st.lists(
    st.builds(
        lambda minutes, action, lane: Happening(START + timedelta(minutes=minutes), action, lane, action),
        st.integers(0, 100_000), st.sampled_from(sorted(SENTENCES)), st.sampled_from(Lane),
    ),
    max_size=60,
)  # fmt: skip


@pytest.mark.parametrize("action", SENTENCES)
def test_what_a_person_does_never_stands_as_done_by_the_service(action: str) -> None:
    assert lane_of(action, by_system=False) is not Lane.SYSTEM


@given(some)
def test_a_long_story_keeps_its_ends_and_its_order(found: list[Happening]) -> None:
    kept = shortened(found)
    assert len(kept) == min(len(found), MOST)
    assert [one.at for one in kept] == sorted(one.at for one in kept)
    if found:
        assert kept[0].at == min(one.at for one in found)
        assert kept[-1].at == max(one.at for one in found)
    assert sum(one.lane is not Lane.SYSTEM for one in kept) == min(
        MOST, sum(one.lane is not Lane.SYSTEM for one in found)
    ) or any(one.lane is Lane.SYSTEM for one in (*kept[:1], *kept[-1:]))


@given(some)
def test_marks_are_numbered_and_the_first_of_a_day_says_so(found: list[Happening]) -> None:
    kept = shortened(found)
    days = [one.at.date().isoformat() for one in kept]
    numbered = marks(kept, days)
    assert [mark.number for mark in numbered] == list(range(1, len(kept) + 1))
    assert sum(mark.new_day for mark in numbered) == len(set(days))


def test_the_finding_tells_how_far_it_has_come() -> None:
    told = [Happening(START, "incident:reported", Lane.REPORTER, "")]
    assert finding(told, "en") == "Nobody has taken the case yet"
    told.append(Happening(START + timedelta(minutes=14), "incident:taken", Lane.MANAGER, ""))
    assert finding(told, "en") == "Taken 14 min after the report"
    told.append(Happening(START + timedelta(hours=31, minutes=2), "notice:filed", Lane.AUTHORITY, ""))
    assert finding(told[::-1], "sv") == "Anmält 31 h 02 min efter rapporten"
    assert swimlane([], "sv", "Europe/Stockholm") is None


def test_the_page_draws_what_its_table_lists(small_world: World) -> None:
    case = Case(small_world)
    small_world.later(minutes=14)
    case.take().classify()
    small_world.later(hours=20)
    file_first(case)
    text = english(small_world, Role.HEAD).get(f"{case.path}/trails").text
    part = section(text, "swimlane")
    listed = rows(part)
    assert "Told to the authority 20 h 14 min after the report" in part
    wide = part.partition('class="pic wide"')[2].partition("</svg>")[0]
    assert re.findall(r'class="tb mid">(\d+)</text>', wide) == [str(number + 1) for number in range(len(listed))]
    assert [row[0].partition(".")[0] for row in listed] == [str(number + 1) for number in range(len(listed))]
    assert wide.count('class="ring"') == len(listed)
    assert wide.count("<path") == sum(row[1] == "Authority" for row in listed) == 1
    assert wide.count("<rect") == sum(row[1] == "Vaka" for row in listed)
    assert listed[0][1:] == ["Reporter", "The report came in and the clock started"]


def test_the_rows_of_the_table_leave_as_a_file_and_the_log_says_so(small_world: World) -> None:
    case = Case(small_world).take()
    head = english(small_world, Role.HEAD)
    listed = rows(section(head.get(f"{case.path}/trails").text, "swimlane"))
    taken = head.get(f"{case.path}/trails/lanes.csv").text.removeprefix(BYTE_ORDER_MARK)
    assert list(csv.reader(io.StringIO(taken, newline="")))[1:] == listed
    assert case.log()[-1] == "log:exported"
    manager = english(small_world, Role.MANAGER)
    assert "lanes.csv" not in manager.get(f"{case.path}/trails").text
    assert manager.get(f"{case.path}/trails/lanes.csv").status_code == 404


def lanes_of(bench: Bench) -> Section:
    return next(one for one in newest(bench).sections if any(isinstance(part, Drawing) for part in one.blocks))


def test_the_minutes_draw_the_way_to_the_decision_and_list_it(small_world: World) -> None:
    bench = Bench(small_world)
    small_world.later(minutes=20)
    bench.convene()
    for key in ("commissioner", "per", "leila"):
        small_world.later(minutes=5)
        bench.vote(key, "risk")
    small_world.later(hours=2)
    bench.decide()
    drawing, table = lanes_of(bench).blocks
    assert isinstance(drawing, Drawing)
    assert isinstance(table, Table)
    assert re.findall(r'class="tb mid">(\d+)</text>', drawing.svg) == [str(one + 1) for one in range(len(table.rows))]
    told = [row[2] for row in table.rows]
    assert told[0] == "Rapport mottagen, klockan startade"
    assert told[-2:] == ["Anna Berg skrev under beslutet", "Beslutet gäller"]
    assert sum("lämnade sin bedömning" in one for one in told) == 3
    assert f"{len(table.rows)} händelser" in drawing.text
    words = pdf_text(file(bench))
    assert all(re.sub(r"\s", "", one) in words.replace("-", "") for one in told[-2:])
    assert b"/Alt" in file(bench) or b"/StructTreeRoot" in file(bench)
    changed = translate("sv", "Something has happened since these minutes were written")
    small_world.later(hours=1)
    file_first(Case.of(small_world, bench.reference))
    assert changed not in small_world.client(Role.MANAGER).get(f"{bench.path}/minutes").text


def test_what_is_hidden_from_somebody_does_not_stand_in_the_minutes(small_world: World) -> None:
    bench = Bench(small_world)
    case = Case.of(small_world, bench.reference)
    with small_world.change() as session:
        record(session, small_world.actor(Role.MANAGER), "incident:excluded", bench.reference, small_world.now,
               case=case.row(session).id, hidden_from=small_world.users[Role.WRITER].id)  # fmt: skip
    bench.done()
    bench.decide()
    table = lanes_of(bench).blocks[1]
    assert isinstance(table, Table)
    assert "En person märktes som inblandad" not in " ".join(row[2] for row in table.rows)
    head = english(small_world, Role.HEAD).get(f"{bench.path}/trails").text
    assert "A person was marked as involved" in section(head, "swimlane")
