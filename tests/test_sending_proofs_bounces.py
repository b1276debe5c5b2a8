"""C9: letters that were accepted come back to their own return paths: noted on the person, and never sent again."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from app.cli import vaka
from core.access import Role
from incidents.informing.coming_back import collect
from notifications.models import DeliveryAttempt, OutboxMessage
from tests.fixtures.sink import Sink
from tests.fixtures.world import World
from tests.incidents.letters import REFERENCE, Letters, letters_of
from tests.notifications.test_bounces import report

ADDRESS = "bounces@nordhamn.example"
LIST = """Namn;E-post;Telefon;Postadress
Åsa Öberg;asa@kund.example;;Påhittsvägen 1, 999 01 Påhittstad
Bo Ek;bo@kund.example;070-000 00 01;
Cilla Dal;cilla@kund.example;;
Dan Ek;dan@kund.example;;
"""


@pytest.fixture
def letters(world: World, sink: Sink, tmp_path: Path) -> Letters:
    """Four letters, sent and accepted, each with a return path of its own."""
    for folder in ("new", "cur", "tmp"):
        (tmp_path / "maildir" / folder).mkdir(parents=True)
    way = {"bounce_address": ADDRESS, "bounce_maildir": tmp_path / "maildir"}
    world.settings = world.settings.model_copy(update=way)
    made = letters_of(world, sink)
    made.import_list(LIST)
    made.write()
    made.test()
    made.approve()
    world.later(minutes=10)
    made.work()
    made.work()
    return made


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Result]:
    """`vaka mailing bounces -`."""
    monkeypatch.setenv("VAKA_DATABASE_URL", world.settings.database_url)
    monkeypatch.setenv("VAKA_VAR_DIR", str(world.settings.var_dir))
    monkeypatch.setenv("VAKA_BOUNCE_ADDRESS", ADDRESS)
    return lambda mails: CliRunner().invoke(vaka, ["mailing", "bounces", "-", "--json"], input=mails)


def paths(sink: Sink) -> dict[str, str]:
    return {line.recipient.partition("@")[0]: line.sender for line in sink.taken()}


def mbox(*mails: bytes) -> bytes:
    return b"".join(b"From MAILER-DAEMON Sun Nov 22 14:05:01 2026\n" + mail + b"\n" for mail in mails)


def test_each_letter_has_a_return_path_that_gives_nothing_away(letters: Letters, sink: Sink) -> None:
    assert len(set(paths(sink).values())) == 4
    assert all(re.fullmatch(r"bounces\+[a-z2-7]{36}@nordhamn\.example", path) for path in paths(sink).values())


def test_what_came_back_for_good_is_a_task_and_is_not_sent_again(
    letters: Letters, sink: Sink, run: Callable[[bytes], Result]
) -> None:
    back = paths(sink)
    answer = run(mbox(report(to=back["asa"]), report(to=back["bo"]), report("delayed", "4.4.1", to=back["cilla"]),
                      report("delivered", "2.0.0", to=back["dan"])))  # fmt: skip
    assert answer.exit_code == 0, answer.output
    effects = {"bounced": 2, "noted": 1, "again": 0, "early": 0, "unknown": 0, "not_a_bounce": 1}
    assert json.loads(answer.stdout) == effects
    assert letters.states() == {2: "bounced", 3: "bounced", 4: "accepted", 5: "accepted"}
    assert json.loads(run(report(to=back["asa"])).stdout)["again"] == 1
    letters.world.later(hours=3)
    letters.work()
    assert Counter(line.recipient for line in sink.taken()) == {line.recipient: 1 for line in sink.taken()}
    page = letters.world.client(Role.MANAGER).get(f"/incidents/{REFERENCE}/people/list?show=todo").text
    assert "Skriv ut brevet och posta det till Påhittsvägen 1, 999 01 Påhittstad" in page
    assert "Ring 070-000 00 01" in page
    assert "Cilla" not in page
    case = letters.world.client(Role.MANAGER).get(f"/incidents/{REFERENCE}").text
    assert "Brev som kom tillbaka: 2" in case


def test_the_people_of_the_case_are_told_once_a_day(
    letters: Letters, sink: Sink, run: Callable[[bytes], Result]
) -> None:
    for name in ("asa", "bo", "asa"):
        run(report(to=paths(sink)[name]))
    with letters.world.look() as session:
        told = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "letters_came_back")).all()
    assert len(told) == 2, "the manager and the deputy"


def test_a_forged_or_unknown_return_path_does_nothing(
    letters: Letters, sink: Sink, run: Callable[[bytes], Result]
) -> None:
    true = paths(sink)["asa"]
    forged = true.replace("bounces+", "bounces+a")[:45] + "@nordhamn.example"
    made_up = f"bounces+{'a' * 36}@nordhamn.example"
    counted = json.loads(run(mbox(report(to=forged), report(to=made_up), report(to=ADDRESS))).stdout)
    assert counted["bounced"] == counted["noted"] == 0
    assert set(letters.states().values()) == {"accepted"}


def test_a_letter_in_doubt_that_comes_back_was_accepted(
    letters: Letters, sink: Sink, run: Callable[[bytes], Result]
) -> None:
    with letters.world.change() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.kind == "letter").values(state="uncertain"))
    run(report(to=paths(sink)["asa"]))
    assert letters.states()[2] == "bounced"


def test_the_maildir_is_read_each_minute_and_nothing_in_it_is_lost(
    letters: Letters, sink: Sink, tmp_path: Path
) -> None:
    box = tmp_path / "maildir"
    (box / "new" / "1.good").write_bytes(report(to=paths(sink)["asa"]))
    (box / "new" / "2.early").write_bytes(report(to=paths(sink)["bo"]))
    (box / "new" / "3.junk").write_bytes(b"\xff\x00")
    bo = OutboxMessage.id == letters.row(3).outbox_id
    with letters.world.change() as session:
        session.execute(update(OutboxMessage).where(bo).values(state="in_data"))
    world, settings = letters.world, letters.settings
    assert collect(world.database, settings, world.now) == {"bounced": 1, "early": 1, "not_a_bounce": 1}
    assert [file.name for file in (box / "new").iterdir()] == ["2.early"], "it waits for the letter to be written down"
    with world.change() as session:
        session.execute(update(OutboxMessage).where(bo).values(state="accepted"))
    assert collect(world.database, settings, world.now) == {"bounced": 1}
    assert collect(world.database, settings, world.now) == {}
    with world.look() as session:
        found = session.scalars(select(DeliveryAttempt.event).where(DeliveryAttempt.event.startswith("bounced")))
        assert list(found) == ["bounced:5.1.1"] * 2
