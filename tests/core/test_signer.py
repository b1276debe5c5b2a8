"""The signer signs what goes on from its last signature, and nothing else; it remembers before it answers."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from core.access import SYSTEM
from core.audit import record
from core.audit.checkpoints import instance, known_keys, newest
from core.audit.growth import Refused
from core.audit.head import canonical, head_mac
from core.audit.models import AuditEntry, AuditHead
from core.audit.note import Checkpoint, open_checkpoint, sign
from core.audit.note_keys import SigningKey, parse_vkey
from core.audit.occasions import AT_ONCE
from core.audit.proof_models import AuditCheckpoint
from core.audit.signer import CannotSign, Signer
from core.audit.signer_folder import Folder, Memory
from core.audit.tree import grow, leaf_hash
from core.audit.verify import verify
from tests.core.test_audit import APPENDED, tamper, tamper_again
from tests.fixtures.copies import brought_back, taken
from tests.fixtures.world import World


def write(world: World, count: int = 1, action: str = "test:ran") -> None:
    with world.change() as session:
        for number in range(count):
            record(session, SYSTEM, action, f"object-{number}", world.now)


def signer(world: World, folder: Path | None = None) -> Signer:
    made = Signer.of(world.database, world.settings)
    return Signer(world.database, Folder(folder), made.host) if folder else made


def checkpoints(world: World) -> list[AuditCheckpoint]:
    with world.look() as session:
        return list(session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.id)))


def reasons(world: World) -> list[tuple[int, str]]:
    return [(row.size, row.why) for row in checkpoints(world)]


def head(world: World) -> tuple[int, bytes]:
    with world.look() as session:
        found = verify(session)
    assert found.result == "ok"
    return found.size, bytes.fromhex(found.root)


@pytest.fixture
def signed(world: World) -> World:
    write(world, 9)
    assert signer(world).look(world.now)
    return world


def test_the_first_look_signs_what_is_there_under_a_key_of_its_own(signed: World) -> None:
    (row,) = checkpoints(signed)
    with signed.look() as session:
        log = instance(session)
    key = parse_vkey(log.vkey)
    assert key.name == f"127.0.0.1/audit/{log.name}"
    assert open_checkpoint(row.note, [key]) == Checkpoint(key.name, *head(signed))
    assert (row.size, row.root, row.key, row.why) == (9, head(signed)[1].hex(), key.hash.hex(), "first")
    folder = signed.settings.signer
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert {path.name for path in folder.iterdir()} == {"signer.key", "state.json", "lock"}


def test_a_log_that_grows_is_signed_each_minute_and_an_idle_one_each_day(signed: World) -> None:
    ours = signer(signed)
    write(signed)
    for seconds in (2, 57):
        signed.later(seconds=seconds)
        assert ours.look(signed.now) is None
    signed.later(seconds=1)
    assert ours.look(signed.now)
    for hours in (1, 22, 1, 12, 12):
        signed.later(hours=hours)
        ours.look(signed.now)
    assert reasons(signed) == [(9, "first"), (10, "grown"), (10, "daily"), (10, "daily")]
    assert len({row.note for row in checkpoints(signed)[1:]}) == 1


def test_what_others_rely_on_is_signed_at_the_next_knock(signed: World) -> None:
    ours = signer(signed)
    for action in AT_ONCE:
        write(signed)
        assert ours.look(signed.later(seconds=2)) is None
        write(signed, action=action)
        assert ours.look(signed.later(seconds=2))
        assert ours.look(signed.later(seconds=2)) is None
    assert reasons(signed)[1:] == [(11 + 2 * turn, why) for turn, why in enumerate(AT_ONCE.values())]


@pytest.mark.parametrize(
    "action",
    ["notice:filed", "notice:approved", "mailing:approved", "mailing:done", "incident:closed", "incident:excluded"],
)
def test_filing_approval_the_end_of_a_mailing_close_and_exclusion_wait_for_no_minute(action: str) -> None:
    assert action in AT_ONCE


def test_a_forged_checkpoint_keeps_nobody_from_signing(signed: World) -> None:
    with signed.change() as session:
        forged = AuditCheckpoint(size=10**9, root="0" * 64, at=signed.now, key="", why="grown", note="")
        session.add(forged)
    write(signed, action="notice:filed")
    assert signer(signed).look(signed.later(seconds=2))
    assert reasons(signed)[-1] == (10, AT_ONCE["notice:filed"])


def test_a_clock_that_is_put_back_keeps_no_entry_from_being_signed(signed: World) -> None:
    write(signed)
    signed.now -= timedelta(days=3)
    assert signer(signed).look(signed.now)


def refusal(world: World, ours: Signer | None = None) -> tuple[str, int, int]:
    with pytest.raises(Refused) as found:
        (ours or signer(world)).look(world.later(seconds=61))
    return found.value.kind, found.value.signed_size, found.value.found_size


def forge(world: World, *statements: str, rewritten: int | None = None) -> None:
    """As somebody with the key of the head would: rows, leaves and head are altered, and the head's MAC is right."""
    tamper(world, *statements)
    with world.database.transaction() as session:
        rows = list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))
        for row in rows:
            if row.seq == rewritten:
                row.actor, row.entry = "nobody", canonical({**json.loads(row.entry), "actor": "nobody"})
                row.leaf = leaf_hash(row.entry)
        head = session.get_one(AuditHead, 1)
        head.size, head.frontier = len(rows), [node.hex() for node in grow([row.leaf for row in rows])]
        head.mac = head_mac(session.info["keyring"], head)


CUT = "DELETE FROM audit_entry WHERE seq >= 7"
LATE = "UPDATE audit_entry SET entry = leaf WHERE seq = 9"


def in_turn(*steps: Callable[[World], None]) -> Callable[[World], None]:
    def alter(world: World) -> None:
        for step in steps:
            step(world)

    return alter


REFUSED: dict[str, tuple[Callable[[World], None], tuple[str, int, int]]] = {
    "cut off, and the head with it": (lambda world: forge(world, CUT), ("smaller", 9, 7)),
    "rewritten before the signature": (lambda world: forge(world, rewritten=3), ("different", 9, 9)),
    "rewritten and grown since": (
        in_turn(lambda world: forge(world, rewritten=3), lambda world: write(world, 3)), ("different", 9, 12),
    ),
    "cut off and grown past it": (
        in_turn(lambda world: forge(world, CUT), lambda world: write(world, 5)), ("different", 9, 12),
    ),
    "an entry since then edited": (in_turn(write, lambda world: tamper(world, LATE)), ("different", 9, 10)),
    "an entry since then taken out": (
        in_turn(write, write, lambda world: tamper(world, "DELETE FROM audit_entry WHERE seq = 9")),
        ("different", 9, 11),
    ),
    "a head that lost its seal": (
        lambda world: tamper(world, "UPDATE audit_head SET mac = 'x'"), ("unreadable", 9, 9),
    ),
    "no head": (lambda world: tamper(world, "DELETE FROM audit_head"), ("smaller", 9, 0)),
    "the name of another log": (
        lambda world: tamper(world, "UPDATE audit_instance SET name = 'other'"), ("different", 9, 9),
    ),
    "the key of somebody else": (
        lambda world: tamper(world, "UPDATE audit_instance SET vkey = 'other'"), ("different", 9, 9),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_go_on_from_the_signature_is_not_signed(signed: World, name: str) -> None:
    alter, found = REFUSED[name]
    running = signer(signed)
    alter(signed)
    assert refusal(signed) == found
    assert refusal(signed, running) == found
    assert len(checkpoints(signed)) == 1
    memory = Folder(signed.settings.signer).memory()
    assert memory is not None
    assert memory.size == 9


def test_a_restored_copy_is_noticed_at_the_first_look_and_the_right_one_goes_on(world: World) -> None:
    """Also when it has grown since, and past what was signed."""
    write(world, 4)
    assert signer(world).look(world.now)
    old = taken(world)
    write(world, 3)
    assert signer(world).look(world.later(seconds=60))
    right = taken(world)
    brought_back(world, old)
    assert refusal(world) == ("smaller", 7, 4)
    write(world, 2)
    assert refusal(world) == ("smaller", 7, 6)
    write(world, 2)
    assert refusal(world) == ("different", 7, 8)
    brought_back(world, right)
    write(world)
    assert signer(world).look(world.later(seconds=60))
    assert [row.size for row in checkpoints(world)] == [4, 7, 8]


class Killed(Exception):
    """Stands for a power cut."""


def test_a_signature_that_never_reached_the_database_is_brought_there_and_not_made_again(
    signed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(signed, 2)
    with monkeypatch.context() as patch:
        patch.setattr("core.audit.signer.keep", lambda *_: _raise())
        with pytest.raises(Killed):
            signer(signed).look(signed.later(seconds=60))
    memory = Folder(signed.settings.signer).memory()
    assert memory is not None
    assert memory.size == 11
    assert reasons(signed) == [(9, "first")]
    assert signer(signed).look(signed.later(seconds=2))
    assert checkpoints(signed)[1].note == memory.note
    assert reasons(signed) == [(9, "first"), (11, "missed")]


def test_a_signature_that_never_reached_the_database_comes_before_the_next_one(
    signed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(signed, 2)
    with monkeypatch.context() as patch:
        patch.setattr("core.audit.signer.keep", lambda *_: _raise())
        with pytest.raises(Killed):
            signer(signed).look(signed.later(seconds=60))
    write(signed, 2)
    assert signer(signed).look(signed.later(seconds=2))
    assert reasons(signed) == [(9, "first"), (11, "missed"), (13, "missed")]


def _raise() -> None:
    raise Killed


def test_a_memory_that_could_not_be_written_gives_out_no_signature(
    signed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(signed)
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "remember", lambda *_: _raise())
        with pytest.raises(Killed):
            signer(signed).look(signed.later(seconds=60))
    assert reasons(signed) == [(9, "first")]


def test_while_another_process_of_the_host_signs_nobody_else_does(signed: World) -> None:
    write(signed)
    signed.later(seconds=60)
    ours = signer(signed)
    with ours.folder.held() as held:
        assert held
        assert signer(signed).look(signed.now) is None
    assert signer(signed).look(signed.now)
    assert signer(signed).look(signed.now) is None
    assert len(checkpoints(signed)) == 2


def test_a_second_host_without_the_key_says_so_and_makes_none(signed: World, tmp_path: Path) -> None:
    write(signed)
    elsewhere = tmp_path / "elsewhere"
    with pytest.raises(CannotSign, match="belongs to one host"):
        signer(signed, elsewhere).look(signed.later(seconds=60))
    assert {path.name for path in elsewhere.iterdir()} == {"lock"}
    assert signer(signed).look(signed.now)


def test_of_two_hosts_that_start_together_the_first_to_claim_the_log_signs(world: World, tmp_path: Path) -> None:
    one, other = signer(world, tmp_path / "one"), signer(world, tmp_path / "other")
    write(world)
    for ours in (one, other):
        with ours.folder.held():
            ours.holder()
    assert one.look(world.now)
    with pytest.raises(CannotSign, match="belongs to one host"):
        other.look(world.later(seconds=60))
    assert len(checkpoints(world)) == 1


@pytest.mark.parametrize(
    ("spoil", "trouble"),
    [
        (lambda folder: (folder / "signer.key").unlink(), CannotSign),
        (lambda folder: (folder / "state.json").unlink(), CannotSign),
        (lambda folder: (folder / "signer.key").write_text("x"), Refused),
        (lambda folder: (folder / "state.json").write_text("{"), Refused),
        (lambda folder: _edit(folder / "state.json", size=8), Refused),
        (lambda folder: _edit(folder / "state.json", frontier=["00" * 32, "11" * 32]), Refused),
        (lambda folder: _edit(folder / "state.json", note=""), Refused),
    ],
    ids=["no key", "no memory", "a key that is none", "half a memory", "a smaller size", "another tree", "no note"],
)  # fmt: skip
def test_a_signer_that_has_lost_its_own_files_never_signs(
    small_world: World, spoil: Callable[[Path], None], trouble: type[Exception]
) -> None:
    write(small_world, 9)
    assert signer(small_world).look(small_world.now)
    spoil(small_world.settings.signer)
    write(small_world)
    with pytest.raises(trouble):
        signer(small_world).look(small_world.later(seconds=60))
    assert len(checkpoints(small_world)) == 1


def _edit(file: Path, **values: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_a_forged_row_in_the_way_is_passed_over_as_the_log_does(signed: World) -> None:
    tamper(signed, APPENDED)
    write(signed, 2)
    assert signer(signed).look(signed.later(seconds=60))
    tamper_again(signed, "DELETE FROM audit_entry WHERE seq = 9")
    assert (checkpoints(signed)[1].size, bytes.fromhex(checkpoints(signed)[1].root)) == head(signed)


def test_nothing_is_signed_of_an_empty_log(world: World) -> None:
    assert signer(world).look(world.now) is None
    assert signer(world).look(world.now, "asked") is None
    assert checkpoints(world) == []


def judged(world: World, kept: str | None = None) -> tuple[str, int | None, str | None]:
    with world.look() as session:
        found = verify(session, kept=kept)
    return found.result, found.first_bad, found.kind


def test_what_was_signed_shows_where_a_log_was_rewritten_with_the_key_of_its_head(signed: World) -> None:
    """L2 of security.md, as the service itself sees it: the place is named to the interval of two checkpoints."""
    for _ in range(3):
        write(signed, 4)
        assert signer(signed).look(signed.later(seconds=60))
    kept = checkpoints(signed)[2].note
    assert judged(signed, kept) == ("ok", None, None)
    forge(signed, rewritten=14)
    assert judged(signed) == ("bad", 13, "rewritten")
    trigger = "_no_delete" if signed.database.url.startswith("sqlite") else "_only_grows ON audit_checkpoint"
    tamper_again(signed, f"DROP TRIGGER audit_checkpoint{trigger}", "DELETE FROM audit_checkpoint")
    assert judged(signed) == ("ok", None, None)
    assert judged(signed, kept) == ("bad", 0, "rewritten")


def test_a_tail_that_was_signed_and_is_gone_is_missed(signed: World) -> None:
    kept = checkpoints(signed)[0].note
    forge(signed, CUT)
    assert judged(signed) == judged(signed, kept) == ("bad", 7, "truncated")


def test_a_checkpoint_that_our_keys_did_not_sign_is_named(signed: World) -> None:
    size, root = head(signed)
    foreign = SigningKey.new("vaka.other.example/audit/1")
    for note in (
        sign(Checkpoint(foreign.name, size, root).text, foreign),
        sign(Checkpoint(foreign.name, size, bytes(32)).text, foreign),
        sign(Checkpoint(foreign.name, 50, root).text, foreign),
    ):
        assert judged(signed, note) == ("bad", None, "bad_signature")


def test_a_note_that_is_altered_in_the_database_is_named_though_its_columns_agree(signed: World) -> None:
    write(signed, 1)
    assert signer(signed).look(signed.later(seconds=60))
    first, second = checkpoints(signed)
    size, root = head(signed)
    trigger = "_no_update" if signed.database.url.startswith("sqlite") else "_only_grows ON audit_checkpoint"
    foreign = SigningKey.new("vaka.other.example/audit/1")
    tamper_again(signed, f"DROP TRIGGER audit_checkpoint{trigger}")
    for note in ("", second.note, first.note[:-3], sign(Checkpoint(foreign.name, size, root).text, foreign)):
        with signed.change() as session:
            session.execute(update(AuditCheckpoint).where(AuditCheckpoint.id == first.id).values(note=note))
        assert judged(signed) == ("bad", None, "bad_signature"), note


@pytest.mark.parametrize("verb", ["UPDATE audit_checkpoint SET size = 1", "DELETE FROM audit_checkpoint"])
def test_the_database_itself_refuses_to_change_a_checkpoint(signed: World, verb: str) -> None:
    with pytest.raises(Exception, match="only grows"), signed.database.writer.begin() as connection:
        connection.execute(text(verb))


def test_the_keys_that_signed_are_all_known(signed: World) -> None:
    with signed.look() as session:
        first = instance(session).vkey
    second = signer(signed).change_key(SYSTEM, signed.now)
    with signed.look() as session:
        assert [key.text for key in known_keys(session)] == [first, second]
        last = newest(session)
    assert last is not None
    assert last.key == parse_vkey(second).hash.hex()
    assert isinstance(Folder(signed.settings.signer).memory(), Memory)
