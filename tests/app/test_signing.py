"""The worker signs the log; a log that does not fit is told everywhere, and a person decides how it goes on."""

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from app.checking.signing import signer as signer_check
from app.cli import vaka
from app.signing import REFUSALS
from app.worker import Worker, sign_log
from core.access import Role
from core.audit import kept_roots
from core.audit.checkpoints import instance, standing_refusal
from core.audit.growth import DIFFERENT, SMALLER, UNREADABLE
from core.audit.models import AuditEntry, AuditHead
from core.audit.note import open_checkpoint
from core.audit.note_keys import parse_vkey
from core.audit.proof_models import AuditSubtree, SignerRefusal
from core.audit.signer import ELSEWHERE
from core.logs import configure
from core.organisation import organisation
from notifications.mail import written
from notifications.models import ChannelMessage, OutboxMessage
from notifications.opening import Opened, open_message
from tests.core.test_audit import tamper, tamper_again
from tests.core.test_signer import checkpoints, forge, reasons, write
from tests.fixtures.copies import brought_back, taken
from tests.fixtures.world import World


class Beat:
    """A worker whose wall and steady clocks the test moves together."""

    def __init__(self, world: World) -> None:
        self.world, self.steady = world, 0.0
        self.worker = Worker(world.database, world.settings, clock=lambda: world.now, steady=lambda: self.steady)

    def knock(self, seconds: float = 2) -> None:
        self.world.later(seconds=seconds)
        self.steady += seconds
        sign_log(self.worker)


@pytest.fixture
def beat(world: World) -> Beat:
    write(world, 9)
    made = Beat(world)
    made.knock()
    return made


def test_what_is_signed_gets_its_roots_kept(beat: Beat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_roots, "BLOCK", 4)
    write(beat.world, 3)
    beat.knock()
    with beat.world.look() as session:
        assert not session.scalars(select(AuditSubtree.middle)).all()  # nothing of it is signed yet
    beat.knock(61)
    with beat.world.look() as session:
        assert set(session.scalars(select(AuditSubtree.middle))) == {2, 4, 6, 10}


def actions(world: World) -> list[str]:
    with world.look() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def mails(world: World) -> list[Opened]:
    with world.look() as session:
        return [open_message(session, row) for row in session.scalars(select(OutboxMessage))]


def stands(world: World) -> bool:
    with world.look() as session:
        return standing_refusal(session) is not None


def test_a_restored_database_is_told_once_in_the_log_by_mail_and_by_the_second_channel(
    world: World, beat: Beat
) -> None:
    old = taken(world)
    write(world, 3)
    beat.knock(60)
    brought_back(world, old)
    for _ in range(4):
        beat.knock(60)
    Beat(world).knock()
    assert actions(world)[9:] == ["log:signature_refused", "service:restored"]
    assert sorted((mail.kind, mail.to) for mail in mails(world)) == [
        ("log_refused", f"{role}@nordhamn.example") for role in ("admin", "auditor", "dpo")
    ]
    with world.look() as session:
        alarms = session.scalars(select(ChannelMessage)).all()
        text = written(mails(world)[0], organisation(session), world.settings)
    assert [(one.event, one.facts["kind"], one.facts["signed"]) for one in alarms] == [
        ("service.log_refused", "smaller", 12)
    ]
    assert text[0] == "Loggen är inte den som signerats"
    assert "12 poster i loggen är signerade. Bara 9 finns kvar." in text[1]


def test_a_worker_that_was_refused_rests_a_minute_and_ends_the_alarm_when_the_log_fits(
    world: World, beat: Beat
) -> None:
    with world.look() as session:
        vkey = instance(session).vkey
    tamper_again(world, "UPDATE audit_instance SET vkey = 'other'")
    write(world)
    beat.knock(60)
    assert stands(world)
    tamper_again(world, f"UPDATE audit_instance SET vkey = '{vkey}'")
    beat.knock(30)
    assert stands(world)
    beat.knock(30)
    assert not stands(world)
    assert actions(world)[10:] == ["log:signature_refused", "service:restored", "log:signed_again"]


def test_a_worker_of_another_host_says_once_that_it_does_not_sign(world: World, beat: Beat, tmp_path: Path) -> None:
    configure(lines := io.StringIO())
    world.settings = world.settings.model_copy(update={"signer_dir": tmp_path / "another-host"})
    other = Beat(world)
    for _ in range(3):
        write(world)
        other.knock(61)
    (said,) = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert (said["event"], said["reason"]) == ("log_not_signed", ELSEWHERE)
    assert reasons(world) == [(9, "first")]


@pytest.mark.parametrize("kind", [SMALLER, DIFFERENT, UNREADABLE])
def test_every_page_says_that_the_log_was_refused(small_world: World, kind: str) -> None:
    with small_world.change() as session:
        session.add(SignerRefusal(at=small_world.now, kind=kind, signed_size=1234, found_size=1200))
    assert set(REFUSALS) == {SMALLER, DIFFERENT, UNREADABLE}
    words = {SMALLER: "kortare än det som", DIFFERENT: "inte den som", UNREADABLE: "signeras inte längre"}[kind]
    for role in (Role.MANAGER, Role.DPO, Role.AUDITOR, Role.ADMIN):
        shown = small_world.client(role).get("/outbox" if role is Role.ADMIN else "/incidents").text
        assert words in shown, role
        assert ("1\u202f234 poster" in shown) is (kind != UNREADABLE)
    assert words not in small_world.client(Role.EMPLOYEE).get("/").text


@pytest.fixture
def command(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("VAKA_DATABASE_URL", world.settings.database_url)
    monkeypatch.setenv("VAKA_VAR_DIR", str(world.settings.var_dir))
    return world


def run(*words: str) -> Result:
    return CliRunner().invoke(vaka, ["log", *words])


def pinned() -> tuple[str, str]:
    """Origin and key, as an outsider writes them down."""
    lines = dict(line.split() for line in run("key").stdout.splitlines())
    return lines["origin"], lines["key"]


def test_the_key_to_pin_a_checkpoint_and_the_log_held_against_it(command: World, tmp_path: Path) -> None:
    kept = tmp_path / "kept.note"
    assert (run("key").exit_code, run("checkpoint").exit_code) == (3, 3)
    write(command, 4)
    assert run("checkpoint", "--out", str(kept)).exit_code == 0
    origin, key = pinned()
    point = open_checkpoint(kept.read_text("utf-8"), [parse_vkey(key)])
    assert (point.origin, point.size) == (origin, 4)
    assert run("checkpoint", "--out", str(kept)).exit_code == 2
    assert run("checkpoint").stdout == kept.read_text("utf-8")
    assert len(checkpoints(command)) == 1
    write(command, 3)
    assert run("verify", "--checkpoint", str(kept)).exit_code == 0
    forge(command, rewritten=2)
    answer = run("verify", "--checkpoint", str(kept), "--json")
    assert (answer.exit_code, json.loads(answer.stdout)["kind"]) == (1, "rewritten")
    answer = run("checkpoint")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.startswith("The log is not the one that was signed. 4 entries were signed")
    assert "log:signature_refused" in actions(command)


@pytest.mark.parametrize("content", [b"", b"\xff", b"hello\n", b"a\n1\nAAAA\n\n"])
def test_what_is_no_checkpoint_is_wrong_input(command: World, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.note").write_bytes(content)
    answer = run("verify", "--checkpoint", str(tmp_path / "x.note"))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr == f"{tmp_path / 'x.note'} cannot be read: it is no checkpoint.\n"


def test_a_new_key_takes_over_and_the_old_one_has_named_it(command: World) -> None:
    write(command, 2)
    assert run("checkpoint").exit_code == 0
    origin, old = pinned()
    assert run("key", "rotate").exit_code == 0
    new_origin, new = pinned()
    assert (new_origin, new != old) == (origin, True)
    assert reasons(command) == [(2, "asked"), (3, "key_changed"), (3, "key_changed")]
    assert [row.key for row in checkpoints(command)] == [
        parse_vkey(key).hash.hex() for key in (old, old, new)
    ]  # fmt: skip
    with command.look() as session:
        entry = session.get_one(AuditEntry, 2)
    assert json.loads(entry.entry)["facts"] == {"old_key": old, "new_key": new}
    assert open_checkpoint(checkpoints(command)[2].note, [parse_vkey(new)]).size == 3
    assert not (command.settings.signer / "next.key").exists()
    write(command)
    assert run("checkpoint").exit_code == 0
    assert run("verify").exit_code == 0


def test_after_a_restore_a_person_begins_a_new_line_and_the_break_can_be_seen(command: World, tmp_path: Path) -> None:
    write(command, 4)
    old, kept = taken(command), tmp_path / "kept.note"
    write(command, 5)
    assert run("checkpoint", "--out", str(kept)).exit_code == 0
    origin, key = pinned()
    brought_back(command, old)
    assert run("checkpoint").exit_code == 1
    assert run("key", "new").exit_code == 2
    answer = run("key", "new", "--because", "disken dog, kopian är från i natt")
    assert answer.exit_code == 0, answer.stderr
    new_origin, new_key = pinned()
    assert new_origin != origin
    assert new_key != key
    assert not stands(command)
    assert actions(command)[4:] == [
        "log:signature_refused", "service:restored", "log:line_begun", "log:signed_again",
    ]  # fmt: skip
    assert run("verify").exit_code == 0
    judged = json.loads(run("verify", "--checkpoint", str(kept), "--json").stdout)
    assert (judged["result"], judged["kind"], judged["first_bad"]) == ("bad", "truncated", 8)
    ended = [path.name for path in command.settings.signer.iterdir() if path.name.startswith("ended-")]
    assert len(ended) == 1
    with command.look() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "log:line_begun")).one()
    assert json.loads(line.entry)["facts"] == {
        "found": 6, "old_key": key, "signed": 9, "head_made_anew": False,
    }  # fmt: skip
    assert b"disken" not in line.entry


@pytest.mark.parametrize("damage", ["UPDATE audit_head SET mac = 'x'", "DELETE FROM audit_head",
                                    "UPDATE audit_head SET size = 2, frontier = '[\"ab\"]'"])  # fmt: skip
def test_a_head_whose_seal_was_destroyed_is_signed_again_when_a_person_decides_so(
    command: World, tmp_path: Path, damage: str
) -> None:
    write(command, 7)
    kept = tmp_path / "kept.note"
    assert run("checkpoint", "--out", str(kept)).exit_code == 0
    tamper(command, damage)
    write(command, 2)
    assert (run("checkpoint").exit_code, run("verify").exit_code) == (1, 1)
    with command.look() as session:
        remedy = signer_check(session, command.settings, command.now).as_document()["remedy"]
    assert "vaka log key new" in remedy["en"]  # type: ignore[index]
    assert run("key", "new", "--because", "någon skrev i huvudet, vi har kopian").exit_code == 0
    assert not stands(command)
    assert run("verify", "--checkpoint", str(kept)).exit_code == 0
    write(command, 2)
    assert run("checkpoint").exit_code == 0
    with command.look() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "log:line_begun")).one()
    assert json.loads(line.entry)["facts"]["head_made_anew"] is True


def test_made_anew_the_head_hides_nothing_that_was_done_to_the_rows(command: World, tmp_path: Path) -> None:
    write(command, 9)
    kept = tmp_path / "kept.note"
    assert run("checkpoint", "--out", str(kept)).exit_code == 0
    tamper(command, "DELETE FROM audit_entry WHERE seq = 4", "UPDATE audit_head SET mac = 'x'")
    assert run("key", "new", "--because", "vi går vidare, men en post saknas").exit_code == 0
    judged = json.loads(run("verify", "--checkpoint", str(kept), "--json").stdout)
    assert judged["result"] == "bad"
    with command.look() as session:
        assert session.scalars(select(AuditHead.skipped)).one() == [4]
