"""What the signer signs is carried outside by the worker: to a folder, to a time-stamping authority, by mail."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app import vaka_verify
from app.anchoring.folder_round import add_to_folder
from app.anchoring.mail_round import mail_out
from app.anchoring.mailboxes import choose
from app.anchoring.stamp_round import stamp
from app.log_bundle import write_bundle
from core.access import SYSTEM, Role
from core.audit import record
from core.audit.anchoring import Standing, standing
from core.audit.models import AuditEntry, AuditValue
from core.audit.note import open_checkpoint
from core.audit.note import sign as sign_note
from core.audit.note_keys import SigningKey, parse_vkey
from core.audit.proof_models import AuditAnchor, AuditCheckpoint
from core.audit.rechecking import unproven
from core.audit.signer import Signer
from core.audit.timestamps import check_token, question, read_authority
from core.errors import Invalid
from core.organisation import organisation
from core.settings import Settings
from notifications.delivery import deliver_due
from notifications.models import OutboxMessage
from tests.fixtures.authority import TimeAuthority
from tests.fixtures.smtp import Letter, Postbox
from tests.fixtures.world import World

BOXES = ("log@advokat.example", "revisor@granskning.example")


def grow(world: World, action: str = "test:ran") -> None:
    with world.change() as session:
        record(session, SYSTEM, action, "object", world.now)


def sign(world: World, why: str = "") -> AuditCheckpoint:
    """The log has grown, and it is time."""
    grow(world)
    made = Signer.of(world.database, world.settings).look(world.later(minutes=2), why)
    assert made
    return made


def with_settings(world: World, **more: Any) -> Settings:
    world.settings = Settings(**(world.settings.model_dump(exclude_defaults=True) | more))
    return world.settings


def anchors(world: World) -> list[tuple[str, str, str]]:
    with world.look() as session:
        rows = session.scalars(select(AuditAnchor).order_by(AuditAnchor.id)).all()
    return [(row.kind, row.state, row.fault) for row in rows]


def how_it_stands(world: World) -> Standing:
    with world.look() as session:
        return standing(session)


# The folder


@pytest.fixture
def share(world: World, tmp_path: Path) -> Path:
    """The folder elsewhere, set and there."""
    folder = tmp_path / "share"
    folder.mkdir()
    world.settings.var_dir.joinpath("inside").mkdir()
    with_settings(world, var_dir=world.settings.var_dir / "inside", database_url=world.settings.database_url,
                  anchor_dir=folder)  # fmt: skip
    return folder


def test_every_checkpoint_is_added_to_the_folder_with_the_key(world: World, share: Path) -> None:
    assert add_to_folder(world.database, world.settings, world.now) == 0  # nothing is signed yet
    first = sign(world)
    for _ in range(2):
        add_to_folder(world.database, world.settings, world.now)
    second, third = sign(world), sign(world, "asked")
    assert add_to_folder(world.database, world.settings, world.now) == 2
    notes = sorted(path for path in share.iterdir() if path.suffix == ".note")
    assert [path.read_text() for path in notes] == [first.note, second.note, third.note]
    assert notes[0].name == f"{first.size:012d}-{first.root[:8]}.note"
    (key,) = (share / "keys").iterdir()
    assert open_checkpoint(notes[2].read_text(), [parse_vkey(key.read_text().strip())]).size == third.size
    found = how_it_stands(world)
    assert (found.anchored_size, found.kinds, found.unanchored) == (third.size, ("folder",), found.size - third.size)


def test_a_new_key_is_laid_beside_the_old_one(world: World, share: Path) -> None:
    sign(world)
    add_to_folder(world.database, world.settings, world.now)
    signer = Signer.of(world.database, world.settings)
    signer.change_key(SYSTEM, world.later(minutes=1))
    sign(world)
    add_to_folder(world.database, world.settings, world.now)
    keys = [parse_vkey(path.read_text().strip()) for path in (share / "keys").iterdir()]
    assert len(keys) == 2
    for path in share.glob("*.note"):
        open_checkpoint(path.read_text(), keys)


def test_the_folder_goes_on_after_both_keys_have_signed_one_tree(world: World, share: Path) -> None:
    sign(world)
    add_to_folder(world.database, world.settings, world.now)
    Signer.of(world.database, world.settings).change_key(SYSTEM, world.later(minutes=1))
    assert add_to_folder(world.database, world.settings, world.now) == 2
    with world.look() as session:
        new = session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.id.desc()).limit(1)).one()
    second = share / f"{new.size:012d}-{new.root[:8]}-{new.key}.note"
    assert second.read_text() == new.note
    with world.look() as session:
        assert unproven(session, world.settings) == {}
    last = sign(world)
    assert add_to_folder(world.database, world.settings, world.now) == 1
    assert how_it_stands(world).anchored_size == last.size


def test_a_row_that_tells_of_a_key_that_nobody_has_is_passed_over(world: World, share: Path) -> None:
    ours = sign(world)
    with world.change() as session:
        session.add(AuditCheckpoint(size=ours.size, root=ours.root, at=world.now, key="0" * 8, why="grown",
                                    note=ours.note))  # fmt: skip
    assert add_to_folder(world.database, world.settings, world.now) == 0
    last = sign(world)
    add_to_folder(world.database, world.settings, world.now)
    assert how_it_stands(world).anchored_size == last.size


def test_a_folder_that_fails_is_said_and_caught_up_with(world: World, share: Path) -> None:
    sign(world)
    add_to_folder(world.database, world.settings, world.now)
    away = share.rename(share.with_name("away"))
    sign(world)
    for _ in range(2):
        assert add_to_folder(world.database, world.settings, world.now) == 0
    share.mkdir()  # where the share was mounted there is an empty folder of this machine
    sign(world)
    assert add_to_folder(world.database, world.settings, world.now) == 0
    assert list(share.iterdir()) == []
    assert anchors(world) == [("folder", "held", ""), ("folder", "waiting", "lost")]
    assert how_it_stands(world).by_kind[0].fault == "lost"
    share.rmdir()
    away.rename(share)
    assert add_to_folder(world.database, world.settings, world.now) == 2
    assert [state for _, state, _ in anchors(world)] == ["held"] * 3


def test_a_note_that_somebody_changed_in_the_folder_is_said(world: World, share: Path) -> None:
    sign(world)
    add_to_folder(world.database, world.settings, world.now)
    (note,) = share.glob("*.note")
    note.write_text(note.read_text().replace("\n1\n", "\n2\n"))
    sign(world)
    add_to_folder(world.database, world.settings, world.now)
    assert anchors(world)[-1] == ("folder", "waiting", "differs")
    assert len(list(share.glob("*.note"))) == 1


def test_a_checkpoint_that_our_signer_has_not_signed_is_never_carried_outside(
    world: World, share: Path, time_authority: TimeAuthority, postbox: Postbox
) -> None:
    """Whoever can write to the database can put a row there, with a key of their own and the right origin."""
    ours = sign(world)
    add_to_folder(world.database, world.settings, world.now)
    forger = SigningKey.new(ours.note.partition("\n")[0])
    with world.change() as session:
        text = ours.note.partition("\n\n")[0].replace(f"\n{ours.size}\n", "\n99\n") + "\n"
        session.add(AuditCheckpoint(size=99, root=ours.root, at=world.now, key=forger.verifier.hash.hex(),
                                    why="closed", note=sign_note(text, forger)))  # fmt: skip
    settings = with_settings(world, tsa_url=time_authority.url, tsa_ca=time_authority.root, tsa_private=True,
                             anchor_mail=",".join(BOXES), smtp_url=postbox.url)  # fmt: skip
    add_to_folder(world.database, settings, world.now)
    stamp(world.database, settings, lambda: world.now)
    mail_out(world.database, settings, world.now)
    assert len(list(share.glob("*.note"))) == len(list((share / "keys").iterdir())) == 1
    assert time_authority.asked == []
    assert [(kind, fault) for kind, _, fault in anchors(world)[1:]] == [
        ("folder", "forged"), ("tsa", "forged"), ("mail", "forged"),
    ]  # fmt: skip
    with world.look() as session:
        assert session.scalar(select(OutboxMessage.id).where(OutboxMessage.kind == "log_anchor")) is None
    later = sign(world, "asked")
    assert add_to_folder(world.database, settings, world.now) == 1
    assert how_it_stands(world).anchored_size == later.size
    assert mail_out(world.database, settings, world.now) == len(BOXES)  # a forged row costs no day's mail
    assert stamp(world.database, settings, lambda: world.now)


# Time-stamps


@pytest.fixture
def stamped(world: World, time_authority: TimeAuthority) -> Callable[[], bool]:
    """One round of the worker for time-stamps."""
    settings = with_settings(world, tsa_url=time_authority.url, tsa_ca=time_authority.root, tsa_private=True)
    return lambda: stamp(world.database, settings, lambda: world.now)


def tokens(world: World) -> list[tuple[bytes, str]]:
    with world.look() as session:
        query = (
            select(AuditAnchor.evidence, AuditCheckpoint.note).join(AuditCheckpoint).where(AuditAnchor.kind == "tsa")
        )
        return [(token, note) for token, note in session.execute(query) if token]


def test_a_stamp_comes_at_once_for_what_others_rely_on_and_else_once_a_day(
    world: World, time_authority: TimeAuthority, stamped: Callable[[], bool]
) -> None:
    sign(world)
    assert stamped()
    assert not stamped()
    for _ in range(3):
        sign(world)  # only grown: no stamp
        assert not stamped()
    grow(world, "incident:closed")
    closed = sign(world)
    assert closed.why == "closed"
    assert stamped()
    world.later(hours=23)
    sign(world)
    assert not stamped()
    world.later(hours=1)
    assert stamped()
    assert len(time_authority.asked) == 3
    for token, note in tokens(world):
        assert check_token(token, note.encode(), read_authority(time_authority.root))
        assert time_authority.vouches(token, note.encode())
    assert how_it_stands(world).kinds == ("tsa",)


def test_answers_that_are_no_proof_are_refused_by_name_and_asked_again_later(
    world: World, time_authority: TimeAuthority, stamped: Callable[[], bool], tmp_path: Path
) -> None:
    sign(world)
    other = TimeAuthority(tmp_path / "other")
    elsewhere = time_authority.stamp(question(b"something else").content)
    faults = {
        "other_authority": lambda _: other.stamp(time_authority.asked[-1]),
        "other_digest": lambda _: elsewhere,
        "unreadable": lambda _: b"<html>",
        "too_long": lambda answer: answer + b"x" * 70_000,
    }
    for fault, change in faults.items():
        time_authority.change = change
        assert not stamped()
        assert anchors(world) == [("tsa", "waiting", fault)]
        asked = len(time_authority.asked)
        assert not stamped()
        assert len(time_authority.asked) == asked  # it waits its turn
        world.later(hours=8)
    time_authority.answer = 503
    assert not stamped()
    assert anchors(world) == [("tsa", "waiting", "refused")]
    assert tokens(world) == []
    assert how_it_stands(world).anchored_size == 0
    world.later(hours=8)
    time_authority.answer, time_authority.change = 200, lambda answer: answer
    newest = sign(world)
    assert stamped()
    assert [note for _, note in tokens(world)] == [newest.note]  # what waits moves on to the newest
    assert anchors(world) == [("tsa", "held", "")]


def test_an_authority_that_is_down_stops_nothing(
    world: World, time_authority: TimeAuthority, stamped: Callable[[], bool]
) -> None:
    time_authority.stop()
    sign(world)
    assert not stamped()
    grow(world)
    assert anchors(world) == [("tsa", "waiting", "unreachable")]
    time_authority.start()
    world.later(minutes=2)
    assert stamped()


def test_the_companys_own_network_is_shut_unless_it_is_said(
    world: World, time_authority: TimeAuthority, stamped: Callable[[], bool]
) -> None:
    sign(world)
    settings = with_settings(world, tsa_private=False)
    assert not stamp(world.database, settings, lambda: world.now)
    assert (anchors(world), time_authority.asked) == ([("tsa", "waiting", "private_address")], [])


# Mail


@pytest.fixture
def mailed(world: World, postbox: Postbox) -> Callable[[], list[Letter]]:
    """One round of the worker for mails and deliveries; the letters that have come so far."""
    with world.change() as session:
        choose(session, world.actor(Role.ADMIN), organisation(session), "\n".join(BOXES), world.now)
    settings = with_settings(world, smtp_url=postbox.url)

    def round() -> list[Letter]:
        mail_out(world.database, settings, world.now)
        deliver_due(world.database, settings, lambda: world.now, "worker")
        mail_out(world.database, settings, world.now)
        return list(postbox.letters)

    return round


def test_the_note_goes_once_a_day_to_each_mailbox_and_can_be_cut_out(
    world: World, mailed: Callable[[], list[Letter]]
) -> None:
    point = sign(world)
    letters = mailed()
    assert {letter.recipients[0] for letter in letters} == set(BOXES)
    for letter in letters:
        assert letter.subject == "Loggens signerade läge"
        note = letter.text.partition("-----BEGIN SIGNED NOTE-----\n")[2].partition("-----END SIGNED NOTE-----")[0]
        assert note == point.note
        key = parse_vkey(next(line for line in letter.text.splitlines() if line.startswith(point.note.split("\n")[0])
                              and "+" in line))  # fmt: skip
        assert open_checkpoint(note, [key]).size == point.size
        assert vaka_verify.straightened(letter.text).count(note) == 1
    assert anchors(world) == [("mail", "held", "")] * 2
    assert how_it_stands(world).kinds == ("mail",)
    sign(world)
    assert len(mailed()) == 2
    world.later(hours=24)
    assert len(mailed()) == 4
    world.later(hours=24)
    assert len(mailed()) == 4  # the same checkpoint is never mailed again


def test_a_mail_that_is_refused_is_said_and_the_other_holds(
    world: World, postbox: Postbox, mailed: Callable[[], list[Letter]]
) -> None:
    postbox.refusals[BOXES[0]] = "550 no such mailbox"
    sign(world)
    mailed()
    assert anchors(world) == [("mail", "failed", "refused"), ("mail", "held", "")]
    (held,) = how_it_stands(world).by_kind
    assert (held.size > 0, held.fault) == (True, "refused")


def test_who_chose_the_mailboxes_stands_in_the_log_and_the_addresses_are_sealed(world: World, postbox: Postbox) -> None:
    with world.change() as session:
        choose(session, world.actor(Role.ADMIN), organisation(session), "\n".join(BOXES), world.now)
        choose(session, world.actor(Role.ADMIN), organisation(session), "\n".join(BOXES), world.now)
    settings = with_settings(world, anchor_mail="a@advokat.example, b@advokat.example", smtp_url=postbox.url)
    for _ in range(2):
        mail_out(world.database, settings, world.now)
    with world.look() as session:
        entries = list(session.scalars(select(AuditEntry).where(AuditEntry.action == "settings:anchor_mailboxes_set")))
        values = session.scalars(select(AuditValue.field)).all()
    assert [entry.actor for entry in entries] == [world.users[Role.ADMIN].id, SYSTEM.id]
    assert not any(b"advokat" in entry.entry for entry in entries)
    assert list(values) == ["addresses"] * 2


@pytest.mark.parametrize(
    "typed", ["one@advokat.example", "a@advokat.example\nA@advokat.example", "a@b.example\nnobody"]
)
def test_one_mailbox_is_not_enough_and_a_word_is_none(small_world: World, typed: str) -> None:
    with pytest.raises(Invalid), small_world.change() as session:
        choose(session, small_world.actor(Role.ADMIN), organisation(session), typed, small_world.now)


def test_outside_production_only_allowed_mailboxes_are_mailed(
    world: World, mailed: Callable[[], list[Letter]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay of the tests is on this machine; seen from it as one elsewhere, nothing leaves."""
    monkeypatch.setattr("notifications.permitted.is_loopback", lambda _: False)
    sign(world)
    assert mailed() == []
    assert anchors(world) == [("mail", "failed", "held_back")] * 2
    assert how_it_stands(world).anchored_size == 0


# No loop, and the whole


def test_anchoring_writes_no_entry(
    world: World, share: Path, time_authority: TimeAuthority, mailed: Callable[[], list[Letter]]
) -> None:
    """Otherwise the log would grow by its own proofs, a minute after the other."""
    settings = with_settings(world, tsa_url=time_authority.url, tsa_ca=time_authority.root, tsa_private=True)
    point = sign(world)
    for _ in range(3):
        add_to_folder(world.database, settings, world.now)
        stamp(world.database, settings, lambda: world.now)
        mailed()
    found = how_it_stands(world)
    assert (found.size, found.anchored_size, found.kinds) == (point.size, point.size, ("folder", "tsa", "mail"))
    assert Signer.of(world.database, settings).look(world.later(minutes=5)) is None


def test_a_stranger_finds_the_log_anchored_with_what_was_carried_outside(
    world: World, share: Path, time_authority: TimeAuthority, mailed: Callable[[], list[Letter]], tmp_path: Path
) -> None:
    """The verifier knows nothing of Vaka: it gets the bundle, the pinned key, and what others have kept."""
    settings = with_settings(world, tsa_url=time_authority.url, tsa_ca=time_authority.root, tsa_private=True)
    first = sign(world)
    letter = mailed()[0]
    second = sign(world, "asked")
    stamp(world.database, settings, lambda: world.now)
    third = sign(world, "asked")
    add_to_folder(world.database, settings, world.now)
    with world.look() as session, (tmp_path / "log.zip").open("wb") as file:
        write_bundle(session, file, world.now)
    (key,) = (share / "keys").iterdir()
    mails, both = tmp_path / "mails", tmp_path / "both"
    mails.mkdir()
    both.mkdir()
    (mails / "one.eml").write_bytes(letter.raw)
    (both / "second.note").write_text(second.note)
    (both / "second.tsr").write_bytes(tokens(world)[0][0])

    def judged(anchor: Path | None, ca: Path | None = None) -> tuple[str, int]:
        origin = first.note.partition("\n")[0]
        found, _ = vaka_verify.judge(tmp_path / "log.zip", origin, [key.read_text().strip()], anchor, ca)
        return found.result, found.anchored_size

    assert judged(share) == ("ok", third.size)
    assert judged(mails) == ("ok", first.size)
    assert judged(both, time_authority.root) == ("ok", second.size)
    (both / "second.tsr").write_bytes(TimeAuthority(tmp_path / "other").stamp(question(second.note.encode()).content))
    assert judged(both, time_authority.root)[0] == "bad"


def test_a_host_that_does_not_sign_carries_nothing(world: World, share: Path) -> None:
    sign(world)
    settings = with_settings(world, signer_dir=share.parent / "nobody")
    assert add_to_folder(world.database, settings, world.now) == 0
    assert list(share.iterdir()) == []


def test_what_a_row_calls_held_and_is_not_there_does_not_count(
    world: World, share: Path, time_authority: TimeAuthority, stamped: Callable[[], bool]
) -> None:
    """Who can write to the database can write that something is held; folder and token cannot be written."""
    sign(world)
    add_to_folder(world.database, world.settings, world.now)
    assert stamped()
    with world.look() as session:
        assert unproven(session, world.settings) == {}
    with world.change() as session:
        session.execute(update(AuditAnchor).where(AuditAnchor.kind == "tsa").values(evidence=b"\x30\x00"))
    (note,) = share.glob("*.note")
    note.unlink()
    with world.look() as session:
        gone = unproven(session, world.settings)
        found = standing(session, without=gone)
    assert gone == {"folder": "lost", "tsa": "unreadable"}
    assert (found.anchored_size, found.kinds) == (0, ())
