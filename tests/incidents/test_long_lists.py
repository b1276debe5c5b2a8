"""A long list: kept sealed, read by the worker in small steps, killed and taken up again, and imported whole or not."""

import html
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from incidents import informing
from incidents.informing import list_jobs, list_look
from incidents.informing.list_clearing import clear_lists
from incidents.informing.list_jobs import read_lists
from incidents.informing.reading import list_words
from notifications.letters.models import Recipient
from notifications.letters.sent_models import SentList, SentListPart, SentListPerson
from notifications.letters.staging import stage
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import LIST, REFERENCE, Letters, letters_of
from tests.notifications.letters.workbooks import workbook

HERE = f"/incidents/{REFERENCE}/people/import"
COLUMNS = ["name", "email", "language", "data"]
ROWS = [
    ("Namn", "E-post", "Språk", "Uppgifter"),
    *((f"Person {n}", f"p{n}@x.example.com", "sv", "") for n in range(20)),
]
ROWS += [("Person 3", "p3@x.example.com", "sv", "skor"), ("Person 4", "P4@x.example.com", "en", "lön")]


@pytest.fixture
def letters(small_world: World, postbox: Postbox, small_steps: None) -> Letters:
    return letters_of(small_world, postbox)


@pytest.fixture
def on_both(world: World, postbox: Postbox, small_steps: None) -> Letters:
    return letters_of(world, postbox)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_look, "AT_ONCE_ROWS", 5)
    monkeypatch.setattr(list_jobs, "BATCH", 6)
    monkeypatch.setattr(list_jobs, "PAUSE", 0)
    monkeypatch.setattr(list_jobs, "MOST_WORDS", 8)


def text(rows: list[Any]) -> bytes:
    return "\n".join(";".join(row) for row in rows).encode()


def send(letters: Letters, data: bytes, columns: list[str] | None = COLUMNS) -> None:
    letters.do(informing.send_in, Role.WRITER, informing.look_through(BytesIO(data)))
    if columns:
        letters.do(informing.ask_reading, Role.WRITER, columns)


def read(letters: Letters, stop: Callable[[], bool] = lambda: False) -> int:
    return read_lists(letters.world.database, lambda: letters.world.now, stop)


def number(letters: Letters, table: Any) -> int:
    with letters.world.look() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def the_list(letters: Letters) -> SentList:
    with letters.world.look() as session:
        return session.scalars(select(SentList).order_by(SentList.sent_at.desc())).first()  # type: ignore[return-value]


def take(letters: Letters, *, with_faults: bool = False) -> None:
    letters.do(informing.take, Role.WRITER, with_faults=with_faults)


@pytest.mark.parametrize("data", [text(ROWS), workbook(ROWS)], ids=["csv", "xlsx"])
def test_a_long_list_is_read_by_the_worker_and_nobody_is_on_it_before_a_person_says_so(
    letters: Letters, data: bytes
) -> None:
    letters.import_list()
    send(letters, data)
    assert read(letters) == 1
    sent = the_list(letters)
    assert (sent.state, sent.rows, sent.people, sent.by_mail, sent.faulty) == ("read", 22, 20, 22, 0)
    assert number(letters, SentListPart) == 0  # the file has done its work
    assert letters.mails == 3  # still the list of before
    take(letters)
    assert letters.mails == 20
    assert [letters.row(row).state for row in (22, 23)] == ["merged", "doubt"]
    with letters.case() as (session, incident):
        assert list_words(session, informing.mailing_of(session, incident)) == {"sv": ["skor"]}
        imported = select(AuditEntry.action).where(AuditEntry.action.like("mailing:list_%"))
        assert "mailing:list_read" in session.scalars(imported).all()
    clear_lists(letters.world.database, letters.world.now)
    assert (number(letters, SentList), number(letters, SentListPerson), number(letters, Recipient)) == (0, 0, 22)


def test_a_long_list_takes_the_place_of_the_one_before_on_both_databases(on_both: Letters) -> None:
    on_both.import_list()
    send(on_both, text(ROWS))
    assert read(on_both) == 1
    take(on_both)
    assert (on_both.mails, number(on_both, Recipient)) == (20, 22)
    send(on_both, text(ROWS), None)
    on_both.do(informing.discard, Role.WRITER)
    clear_lists(on_both.world.database, on_both.world.now)
    assert (number(on_both, SentList), number(on_both, SentListPart), number(on_both, Recipient)) == (0, 0, 22)


def test_a_killed_worker_loses_one_batch_and_another_goes_on_after_it(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(letters, text(ROWS))
    calls: list[Any] = []

    def dies(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return stage(*given)

    monkeypatch.setattr(list_jobs, "stage", dies)
    with pytest.raises(KeyboardInterrupt):
        read(letters)
    assert (the_list(letters).rows, read(letters)) == (12, 0)  # the lease of the dead one still holds
    letters.world.later(minutes=6)
    assert read(letters) == 1
    assert (the_list(letters).rows, the_list(letters).people) == (22, 20)
    take(letters)
    assert number(letters, Recipient) == 22


def test_a_worker_that_was_overtaken_is_refused_at_the_fence(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    send(letters, text(ROWS))
    real = list_jobs._write

    def frozen(*given: Any) -> bool:
        monkeypatch.setattr(list_jobs, "_write", real)
        letters.world.later(minutes=6)
        assert read(letters) == 1  # meanwhile another reads it all
        return real(*given)

    monkeypatch.setattr(list_jobs, "_write", frozen)
    assert read(letters) == 0
    assert number(letters, Recipient) == 22


def test_a_worker_that_stops_gives_the_list_back(letters: Letters) -> None:
    send(letters, text(ROWS))
    answers = iter([False, True])
    assert read(letters, lambda: next(answers)) == 0
    assert read(letters) == 1
    assert the_list(letters).rows == 22


def test_a_list_that_no_worker_gets_through_is_given_up_and_holds_back_no_other(
    letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> Any:
        raise RuntimeError

    send(letters, text(ROWS))
    monkeypatch.setattr(list_jobs, "stage", breaks)
    for _ in range(20):
        with pytest.raises(RuntimeError):
            read(letters)
        letters.world.later(minutes=6)
    assert read(letters) == 1
    assert "read to its end" in the_list(letters).refusal["text"]


@pytest.mark.parametrize(
    ("rows", "columns", "word"),
    [
        ([*ROWS, ("Sist", '"p@x.example.com')], COLUMNS, "quotation mark"),
        ([ROWS[0], *((f"P {n}", f"p{n}@x.se", "sv", f"ord {n}") for n in range(9))], COLUMNS, "different words"),
    ],
)
def test_a_list_that_breaks_on_the_way_leaves_nothing_but_the_reason(
    letters: Letters, rows: list[Any], columns: list[str], word: str
) -> None:
    letters.import_list()
    send(letters, text(rows), columns)
    assert read(letters) == 1
    sent = the_list(letters)
    assert sent.state == "refused"
    assert word in sent.refusal["text"]
    assert "Listan går inte att importera" in letters.world.client(Role.WRITER).get(HERE).text
    clear_lists(letters.world.database, letters.world.now)
    assert (number(letters, SentListPart), number(letters, SentListPerson), number(letters, Recipient)) == (0, 0, 4)
    with pytest.raises(Conflict):
        take(letters)


def test_with_faults_nothing_is_imported_unless_the_rest_is_asked_for(letters: Letters) -> None:
    send(letters, text([*ROWS, ("Kaj", "kaj@", "sv", "")]))
    read(letters)
    with pytest.raises(Invalid):
        take(letters)
    assert letters.mails == 0
    take(letters, with_faults=True)
    assert letters.row(24).reason == "bad_address"


@pytest.mark.parametrize("how", ["another", "short", "away", "week"])
def test_a_list_that_is_replaced_or_left_alone_goes_with_all_its_rows(letters: Letters, how: str) -> None:
    send(letters, text(ROWS))
    read(letters)
    if how == "another":
        send(letters, text(ROWS), None)
    elif how == "short":
        send(letters, LIST.encode(), None)
    elif how == "away":
        letters.do(informing.discard, Role.WRITER)
    else:
        letters.world.later(days=8)
    clear_lists(letters.world.database, letters.world.now)
    assert (number(letters, Recipient), number(letters, SentListPerson)) == (0, 0)
    assert number(letters, SentList) == (how == "another")


def test_the_pages_say_what_is_asked_how_far_it_is_read_and_what_was_found(letters: Letters) -> None:
    letters.import_list()
    client = letters.world.client(Role.WRITER)

    def page() -> str:
        return html.unescape(client.get(HERE).text)

    data = text([*ROWS, ("Kaj", "kaj@", "sv", "")])
    assert client.post(HERE, files={"list": ("kunder.csv", data)}).status_code == 303
    assert "En lång lista, ungefär 23 rader" in page()
    assert "Fortsätt med listan som lämnades in" in client.get(f"/incidents/{REFERENCE}/people").text
    wrong = client.post(f"{HERE}/read", data={"column-0": "name", "column-1": ""})
    assert wrong.status_code == 422
    chosen = {f"column-{at}": column for at, column in enumerate(COLUMNS)}
    assert client.post(f"{HERE}/read", data=chosen).status_code == 303
    assert "0 av ungefär 23 rader lästa" in page()
    assert "<progress" in client.get(f"{HERE}/progress").text
    read(letters)
    assert "Se vad som lästes" in client.get(f"{HERE}/progress").text
    shown = page()
    assert "23 rader lästa" in shown
    assert "Rad 24" in shown
    assert client.post(f"{HERE}/take", data={"step": "all"}).status_code == 422
    assert client.post(f"{HERE}/take", data={"step": "rest"}).status_code == 303
    assert letters.mails == 20
    assert client.post(f"{HERE}/discard").status_code == 409
    assert "Kaj" not in page()
    assert "Fortsätt med listan" not in client.get(f"/incidents/{REFERENCE}/people").text
