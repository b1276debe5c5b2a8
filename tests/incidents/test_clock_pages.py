"""The pages of the clocks: what each says, what it refuses, and that asking "what if" stores nothing."""

from datetime import timedelta

import pytest

from core.access import Role
from core.moment import utc
from incidents.awareness import set_aware
from incidents.clock_choices import RegimeForm, choose
from incidents.clock_strip import clock_strip, clock_strips, strip_as_text
from tests.fixtures.world import START, World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first
from tests.incidents.test_clock_choices import bound_by, clock, done

STOCKHOLM = "Europe/Stockholm"


def test_the_page_explains_each_clock_and_keeps_the_arguable_end_for_the_record(small_world: World) -> None:
    bound_by(small_world, "nis2", "promise")
    case = Case(small_world).take()
    page = small_world.client(Role.MANAGER).get(f"{case.path}/clocks").text
    assert "4 klockor går" in page
    assert "Anmäl till tillsynsmyndigheten inom 72 timmar" in page
    assert "ons 25 nov 2026 14:05 CET" in page
    assert "Så snart som möjligt" in page
    assert page.count("ons 25 nov 2026 15:00 CET") == 2  # beside the 72 hours of both laws, nowhere else
    assert "Går för säkerhets skull, inte bekräftad" in page


def test_a_law_is_answered_on_its_page_and_a_refusal_needs_its_reason(small_world: World) -> None:
    bound_by(small_world, "nis2")
    case = Case(small_world).take()
    client, path = small_world.client(Role.MANAGER), f"{case.path}/regimes/nis2"
    assert "cybersäkerhet" in client.get(path).text or "NIS 2" in client.get(path).text
    refused = client.post(path, data={"applies": "no", "reason": ""})
    assert (refused.status_code, clock(case, "early_warning").stopped_at) == (422, None)
    assert client.post(path, data={"applies": "no", "reason": "Inte samhällsviktig."}).status_code == 303
    page = client.get(f"{case.path}/clocks").text
    assert "lagen gäller inte här" in page
    assert "Inte samhällsviktig." in page


def test_the_reason_is_not_shown_to_who_only_writes_letters(small_world: World) -> None:
    case = Case(small_world).take()
    case.do(choose, Role.MANAGER, "nis2", RegimeForm(applies="no", reason="Hemligt skäl."))
    assert "Hemligt skäl." not in small_world.client(Role.WRITER).get(f"{case.path}/clocks").text


def test_a_duty_is_marked_as_done_on_its_page(small_world: World) -> None:
    bound_by(small_world, "nis2")
    case = Case(small_world).take()
    small_world.later(hours=25)
    client, path = small_world.client(Role.MANAGER), f"{case.path}/duties/nis2/early_warning"
    assert "Varför är den sen?" in client.get(path).text
    answer = {"at_date": "2026-11-23", "at_time": "15:00", "to": "CERT-SE", "reference": "CS-1"}
    assert client.post(path, data=answer).status_code == 422
    assert client.post(path, data=answer | {"reasons": "Portalen låg nere."}).status_code == 303
    page = client.get(f"{case.path}/clocks").text
    assert "Gjort 55 min för sent" in page
    assert "CS-1" in page
    assert "Det gjordes inte" in client.get(path).text
    assert client.post(path, data={"undo": "yes", "reason": ""}).status_code == 422
    assert client.post(path, data={"undo": "yes", "reason": "Fel ärende."}).status_code == 303
    assert clock(case, "early_warning").stopped_at is None


def test_an_order_is_entered_with_its_own_end(small_world: World) -> None:
    case = Case(small_world).take()
    client = small_world.client(Role.MANAGER)
    answer = {"ordered_at_date": "2026-11-22", "ordered_at_time": "14:00", "ends_at_date": "2026-12-12",
              "ends_at_time": "23:59", "note": "DI-2026-77"}  # fmt: skip
    assert client.post(f"{case.path}/order", data=answer | {"ends_at_date": ""}).status_code == 422
    assert client.post(f"{case.path}/order", data=answer).status_code == 303
    assert clock(case, "inform_as_ordered").due_at == utc(2026, 12, 12, 22, 59)


def test_what_if_shows_old_and_new_deadlines_of_every_clock_and_stores_nothing(small_world: World) -> None:
    bound_by(small_world, "nis2")
    case = Case(small_world).take()
    small_world.later(hours=30)
    entries = len(case.log())
    page = small_world.client(Role.MANAGER).get(f"{case.path}/aware?aware_at_date=2026-11-23&aware_at_time=16:05")
    for shown in ("ons 25 nov 2026 14:05 CET", "tors 26 nov 2026 16:05 CET", "26 h 00 min senare", "Mer än 24 timmar"):
        assert shown in page.text, shown
    assert (len(case.log()), case.now().aware_at, case.due()) == (entries, None, START + timedelta(hours=72))


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("2026-11-23", "16:05", "Tiden ligger i framtiden"),
        ("2026-11-20", "10:00", "innan det hände"),
        ("2026-03-29", "02:30", "finns inte i Europe/Stockholm"),
        ("2026-11-22", "", "Skriv både datum och tid"),
        ("", "", "Skriv datum och tid"),
    ],
    ids=["in the future", "before the event", "skipped by the change of clocks", "half", "nothing"],
)
def test_a_moment_that_cannot_be_true_is_one_sentence_and_nothing_is_stored(
    small_world: World, day: str, time: str, sentence: str
) -> None:
    case = Case(small_world).take()
    with small_world.change() as session:
        case.row(session).occurred_at = START - timedelta(hours=20)
    client, entries = small_world.client(Role.MANAGER), len(case.log())
    asked = client.get(f"{case.path}/aware", params={"aware_at_date": day, "aware_at_time": time})
    answer = {"aware_at_date": day, "aware_at_time": time, "reason": "Vi visste.", "occurred_at_date": "2026-11-21",
              "occurred_at_time": "18:05"}  # fmt: skip
    saved = client.post(f"{case.path}/aware", data=answer)
    for page in (asked, saved):
        assert page.status_code == 422
        assert sentence in page.text
    assert (len(case.log()), case.now().aware_at) == (entries, None)


def test_a_long_way_to_awareness_is_flagged_on_the_case_and_on_the_page_of_the_signature(small_world: World) -> None:
    case = Case(small_world).take()
    small_world.later(hours=60)
    case.do(set_aware, Role.MANAGER, START + timedelta(hours=30), "Utredningen tog tid.")
    head = small_world.client(Role.HEAD)
    overview = head.get(case.path).text
    sign = overview.split('href="' + case.path + "/sign/")[1].split('"')[0]
    assert "30 h 00 min från rapporten till vetskap" in head.get(f"{case.path}/sign/{sign}").text
    assert "30 h 00 min från rapporten" not in overview
    case.sign(Role.HEAD)
    assert "30 h 00 min från rapporten till vetskap" in head.get(case.path).text


def test_after_filing_the_header_says_in_time_and_names_the_supplement(small_world: World) -> None:
    case = Case(small_world).take()
    small_world.later(hours=50)
    file_first(case)
    page = small_world.client(Role.MANAGER).get(case.path).text
    assert "Anmäld i tid" in page
    assert "komplettera senast" in page


def test_a_late_filing_asks_for_its_reasons_and_the_header_keeps_how_late_it_was(small_world: World) -> None:
    case = Case(small_world).take()
    small_world.later(hours=75, minutes=10)
    file_first(case, "Portalen låg nere.")
    small_world.later(days=2)
    assert "Anmäld 3 h 10 min för sent" in small_world.client(Role.MANAGER).get(case.path).text


def test_the_strip_tells_what_was_sent_and_has_a_table(small_world: World) -> None:
    bound_by(small_world, "nis2")
    case = Case(small_world).take()
    small_world.later(hours=20)
    done(case, "early_warning")
    small_world.later(hours=30)
    file_first(case)
    with small_world.look() as session:
        strip = clock_strip(session, case.row(session), small_world.now, "sv", STOCKHOLM)
        many = clock_strips(session, case.row(session), small_world.now, "sv", STOCKHOLM)
    assert strip is not None
    assert [point.name for point in strip.points] == [
        "Märktes",
        "Rapporterad, klockan startar", "Gjort: Lämna en tidig varning", "Fas 1 skickad"]  # fmt: skip
    assert [mark.name for mark in strip.marks] == ["24 h", "48 h", "72 h"]
    assert [row.after for row in strip.rows] == ["0", "0", "20 h 00 min", "24 h 00 min", "50 h 00 min", "50 h 00 min",
                                                 "72 h 00 min", "72 h 00 min"]  # fmt: skip
    assert [one.marks[-1].name for one in many] == ["72 h", "28 dagar"]


def test_the_strip_as_text_is_a_line_for_each_moment(small_world: World) -> None:
    case = Case(small_world).take()
    small_world.later(hours=50)
    with small_world.look() as session:
        text = strip_as_text(session, case.row(session), small_world.now, "en", STOCKHOLM)
    assert text.splitlines() == [
        "Sun 22 Nov 2026 14:05 CET  Noticed",
        "Sun 22 Nov 2026 14:05 CET  Reported, the clock starts",
        "Tue 24 Nov 2026 16:05 CET  Now, 22 h 00 min left",
        "Wed 25 Nov 2026 14:05 CET  Deadline: Tell the supervisory authority",
    ]


def test_the_board_shows_who_holds_what_and_the_empty_one_says_so(small_world: World) -> None:
    client = small_world.client(Role.MANAGER)
    assert "Ingen klocka går." in client.get("/clocks").text
    case = Case(small_world).take()
    page = client.get("/clocks").text
    assert case.reference in page
    assert "Anna Berg" in page
    assert small_world.client(Role.EMPLOYEE).get("/clocks").status_code == 404


def test_a_case_without_a_deadline_has_no_strip(small_world: World) -> None:
    case = Case(small_world).take()
    with small_world.change() as session:
        row = case.row(session).clock("notify_authority")
        assert row is not None
        row.stopped_at, row.stop_reason = small_world.now, "not_required"
    with small_world.look() as session:
        assert clock_strip(session, case.row(session), small_world.now, "sv", STOCKHOLM) is None
        assert strip_as_text(session, case.row(session), small_world.now, "sv", STOCKHOLM) == ""
