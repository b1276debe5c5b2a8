"""What the service exports, checked by the stand-alone verifier: the whole log, and one case that shows no other."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app import vaka_verify
from app.log_bundle import write_bundle
from app.vaka_verify import Verdict, judge
from core.access import SYSTEM, Role
from core.audit import kept_roots, record, subtrees
from core.audit.anchors import begin, hold
from core.audit.checkpoints import instance
from core.audit.head import canonical
from core.audit.kept_roots import keep_roots
from core.audit.models import AuditEntry
from core.audit.note import Checkpoint
from core.audit.note import sign as sign_note
from core.audit.note_keys import SigningKey
from core.audit.proof_models import AuditCheckpoint, AuditSubtree
from core.audit.proofs import consistency_proof, subtree_of
from core.audit.signer import Signer
from core.audit.tree import leaf_hash
from incidents import case_proof
from incidents.case_proof import NoProof, write_case_bundle
from incidents.models import Exclusion, Incident
from tests.app.test_log_command import vaka
from tests.app.test_vaka_verify_tokens import authority, token
from tests.core.test_audit import tamper
from tests.fixtures.log_bundles import zipped
from tests.fixtures.world import World

CASE, OTHER = "PUI-2026-7K3Q", "PUI-2026-C6PD"
ALONE = Path(vaka_verify.__file__)
BY_NUMBER = select(AuditEntry.entry).order_by(AuditEntry.seq)


def write(world: World, reference: str) -> None:
    with world.change() as session:
        case = session.scalars(select(Incident).where(Incident.reference == reference)).one()
        record(
            session, SYSTEM, "incident:noted", reference, world.now, case=case.id, changes={"text": (None, "Rut Berg")}
        )


def sign(world: World) -> str:
    """A checkpoint of the log as it is; its note."""
    point = Signer.of(world.database, world.settings).look(world.later(seconds=61))
    assert point is not None
    return point.note


@pytest.fixture
def signed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two cases among each other in a log of a few blocks, signed three times."""
    monkeypatch.setattr(subtrees, "BLOCK", 4)
    with world.change() as session:
        for reference in (CASE, OTHER):
            session.add(Incident(id=reference[-4:].lower() * 8, reference=reference, reported_at=world.now))
    for number in range(3):
        for _ in range(3):
            write(world, CASE)
            write(world, OTHER)
        world.later(minutes=number)
        sign(world)
    return world


def pins(world: World) -> tuple[str, str]:
    """The origin and the key, as the company would have told them."""
    with world.look() as session:
        key = instance(session).vkey
    return key.partition("+")[0], key


def packed(world: World, reference: str = "") -> bytes:
    target = BytesIO()
    with world.look() as session:
        if reference:
            case = session.scalars(select(Incident).where(Incident.reference == reference)).one()
            write_case_bundle(session, case, target, world.now)
        else:
            write_bundle(session, target, world.now)
    return target.getvalue()


def judged(
    world: World, bundle: bytes, folder: Path, anchor: Path | None = None, ca: Path | None = None
) -> tuple[Verdict, str]:
    (folder / "bundle.zip").write_bytes(bundle)
    origin, key = pins(world)
    return judge(folder / "bundle.zip", origin, [key], anchor, ca)


def kept(folder: Path, world: World, size: int) -> Path:
    """A folder outside with the checkpoint of this size."""
    outside = folder / "kept"
    outside.mkdir(exist_ok=True)
    with world.look() as session:
        note = session.scalars(select(AuditCheckpoint.note).where(AuditCheckpoint.size == size)).one()
    (outside / f"{size}.note").write_text(note)
    return outside


def test_the_whole_log_is_ok_with_one_note_from_outside_and_unanchored_without(signed: World, tmp_path: Path) -> None:
    bundle = packed(signed)
    found, _ = judged(signed, bundle, tmp_path)
    assert (found.result, found.size, found.anchored_size) == ("unanchored", 18, 0)
    found, _ = judged(signed, bundle, tmp_path, kept(tmp_path, signed, 12))
    assert (found.result, found.size, found.anchored_size) == ("ok", 18, 12)
    with zipfile.ZipFile(BytesIO(bundle)) as opened:
        assert "Rut Berg" not in "".join(opened.read(name).decode("latin-1") for name in opened.namelist())


def test_a_token_that_the_service_keeps_is_in_the_bundle_and_counts(signed: World, tmp_path: Path) -> None:
    tsa = authority(tmp_path / "tsa", kind="ec")
    with signed.change() as session:
        point = session.scalars(select(AuditCheckpoint).where(AuditCheckpoint.size == 12)).one()
        hold(begin(session, point.id, "tsa", "tsa.example", signed.now), token(tsa, point.note), signed.now)
        hold(begin(session, point.id, "folder", "folder", signed.now), None, signed.now)
    found, _ = judged(signed, packed(signed), tmp_path, ca=tsa.root)
    assert (found.result, found.anchored_size) == ("ok", 12)
    case = packed(signed, CASE)
    found, words = judged(signed, case, tmp_path, ca=tsa.root)
    assert (found.result, found.size, found.anchored_size) == ("ok", 18, 12)
    assert "9 entries of the case PUI-2026-7K3Q stand in the log; 6 of them are anchored." in words
    with zipfile.ZipFile(BytesIO(case)) as opened:
        held = [json.loads(line) for line in opened.read("anchors/held.jsonl").splitlines()]
    assert {(one["kind"], one["place"]) for one in held} == {("tsa", "tsa.example"), ("folder", "folder")}


def test_an_entry_edited_by_sql_is_placed_by_whoever_reads_the_bundle(signed: World, tmp_path: Path) -> None:
    edited = "CAST(substr(entry, 1, 20) || 'x' || substr(entry, 22) AS BLOB)"
    if not signed.database.url.startswith("sqlite"):
        edited = "overlay(entry placing 'x'::bytea from 21)"
    tamper(signed, f"UPDATE audit_entry SET entry = {edited} WHERE seq = 7")
    found, _ = judged(signed, packed(signed), tmp_path)
    assert (found.result, found.first_bad, found.kind) == ("bad", 7, "edited")


def test_the_bundle_of_a_case_proves_its_entries_and_shows_no_other(signed: World, tmp_path: Path) -> None:
    """L7."""
    bundle = packed(signed, CASE)
    found, words = judged(signed, bundle, tmp_path, kept(tmp_path, signed, 18))
    assert (found.result, found.size, found.anchored_size) == ("ok", 18, 18)
    assert "9 of them are anchored" in words
    with zipfile.ZipFile(BytesIO(bundle)) as opened:
        everything = b"".join(opened.read(name) for name in opened.namelist())
        numbers = [json.loads(line)["seq"] for line in opened.read("entries.jsonl").splitlines()]
    assert numbers == list(range(0, 18, 2))
    assert OTHER.encode() not in everything
    assert OTHER[-4:].lower().encode() * 8 not in everything
    assert b"Rut Berg" not in everything


def test_a_note_from_outside_that_the_bundle_does_not_reach_leaves_it_unanchored(signed: World, tmp_path: Path) -> None:
    """L4: whoever holds the key of the signer and makes the bundle leaves out what would show a forged line."""
    kept(tmp_path, signed, 18)
    found, words = judged(signed, packed(signed, CASE), tmp_path, kept(tmp_path, signed, 6))
    assert (found.result, found.kind, found.anchored_size) == ("unanchored", "unheld", 18)
    assert "6.note is of 6 entries; this bundle cannot be held against it" in words
    (tmp_path / "kept" / "6.note").unlink()
    early = packed(signed, CASE)
    write(signed, OTHER)
    signed.later(minutes=1)
    sign(signed)
    found, words = judged(signed, early, tmp_path, kept(tmp_path, signed, 19))
    assert (found.result, found.anchored_size) == ("ok", 18)
    assert "newer than this bundle and say nothing: 1" in words


def test_a_step_that_is_missing_from_the_bundle_is_named(signed: World, tmp_path: Path) -> None:
    with signed.change() as session:
        point = session.scalars(select(AuditCheckpoint).where(AuditCheckpoint.size == 12)).one()
        hold(begin(session, point.id, "folder", "folder", signed.now), None, signed.now)
    with zipfile.ZipFile(BytesIO(packed(signed, CASE))) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    bundle = zipped(files | {"consistency.jsonl": b""}, tmp_path / "x.zip").read_bytes()
    found, words = judged(signed, bundle, tmp_path, kept(tmp_path, signed, 18))
    assert (found.result, found.kind) == ("bad", "deleted")
    assert "consistency.jsonl lacks the step from checkpoints/" in words


def test_a_note_that_no_key_of_ours_has_signed_is_refused_whatever_its_size(signed: World, tmp_path: Path) -> None:
    kept(tmp_path, signed, 18)
    strange = tmp_path / "kept" / "strange.note"
    origin, _ = pins(signed)
    strange.write_text(sign_note(Checkpoint(origin, 7, bytes(32)).text, SigningKey.new(origin)))
    found, words = judged(signed, packed(signed, CASE), tmp_path, kept(tmp_path, signed, 18))
    assert (found.result, found.kind) == ("bad", "bad_signature")
    assert "strange.note is signed by no key that you pinned" in words


def test_what_is_altered_in_the_bundle_of_a_case_is_named(signed: World, tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(packed(signed, CASE))) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    lines, paths = files["entries.jsonl"].splitlines(), files["paths.jsonl"].splitlines()
    about = json.loads(files["case.json"])
    with signed.look() as session:
        other = session.scalars(select(AuditEntry.entry).where(AuditEntry.seq == 3)).one()
    cases: list[tuple[dict[str, list[bytes] | bytes], str, int | None]] = [
        ({"entries.jsonl": [*lines[:2], lines[2].replace(b"noted", b"nated"), *lines[3:]]}, "edited", 4),
        ({"entries.jsonl": lines[:2] + lines[3:], "paths.jsonl": paths}, "deleted", 4),
        ({"entries.jsonl": lines[:2] + lines[3:], "paths.jsonl": paths[:2] + paths[3:]}, "truncated", 17),
        ({"entries.jsonl": lines[:-1], "paths.jsonl": paths[:-1]}, "truncated", 15),
        ({"entries.jsonl": [lines[1], lines[0], *lines[2:]]}, "deleted", 0),
        ({"entries.jsonl": [lines[0], other, *lines[1:]]}, "deleted", 2),
        ({"entries.jsonl": [lines[0], lines[0], *lines[1:]], "paths.jsonl": [paths[0], *paths]}, "inserted", 0),
        ({"paths.jsonl": [*paths[:4], paths[5], *paths[5:]]}, "inserted", 8),
        ({"case.json": json.dumps({**about, "root": "00" * 32}).encode()}, "edited", 0),
        ({"case.json": json.dumps({**about, "case": "x"}).encode()}, "inserted", 0),
        ({"case.json": json.dumps({**about, "size": 17}).encode()}, "edited", None),
    ]
    for change, kind, first in cases:
        made = {
            name: b"".join(line + b"\n" for line in to) if isinstance(to, list) else to for name, to in change.items()
        }
        found, _ = judged(signed, zipped({**files, **made}, tmp_path / "x.zip").read_bytes(), tmp_path)
        assert (found.result, found.kind) == ("bad", kind), change
        assert first is None or found.first_bad == first
    without = {name: content for name, content in files.items() if not name.startswith("checkpoints/")}
    found, _ = judged(signed, zipped(without, tmp_path / "x.zip").read_bytes(), tmp_path)
    assert (found.result, found.kind) == ("bad", "bad_signature")


def test_a_bundle_of_a_case_without_an_entry_or_with_none_that_is_held_outside_is_not_ok(
    signed: World, tmp_path: Path
) -> None:
    with zipfile.ZipFile(BytesIO(packed(signed, CASE))) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    about, outside = json.loads(files["case.json"]), kept(tmp_path, signed, 18)
    emptied = {"entries.jsonl": b"", "paths.jsonl": b"", "case.json": json.dumps({**about, "entries": 0}).encode()}
    found, _ = judged(signed, zipped(files | emptied, tmp_path / "x.zip").read_bytes(), tmp_path, outside)
    assert (found.result, found.kind, found.first_bad) == ("bad", "truncated", 0)
    late = {name: b"".join(files[name].splitlines(keepends=True)[4:]) for name in ("entries.jsonl", "paths.jsonl")}
    late["case.json"] = json.dumps({**about, "entries": 5}).encode()
    with signed.look() as session:
        path = consistency_proof(6, 18, subtree_of([leaf_hash(entry) for entry in session.scalars(BY_NUMBER)]))
    late["consistency.jsonl"] = canonical({"path": [node.hex() for node in path], "size": 6}) + b"\n"
    (outside / "18.note").unlink()
    bundle = zipped(files | late, tmp_path / "x.zip").read_bytes()
    found, words = judged(signed, bundle, tmp_path, kept(tmp_path, signed, 6))
    assert (found.result, found.anchored_size) == ("unanchored", 0)
    assert "0 of them are anchored" in words


def test_a_case_under_the_name_of_another_is_said_to_be_so(signed: World, tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(packed(signed, CASE))) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    assert "Only the bundle calls" not in judged(signed, packed(signed, CASE), tmp_path)[1]
    files["case.json"] = files["case.json"].replace(CASE.encode(), OTHER.encode())
    _, words = judged(signed, zipped(files, tmp_path / "x.zip").read_bytes(), tmp_path)
    assert f"Only the bundle calls the case {OTHER}" in words


def test_a_case_whose_entries_are_not_signed_yet_has_no_proof(world: World) -> None:
    with world.change() as session:
        session.add(Incident(id=CASE[-4:].lower() * 8, reference=CASE, reported_at=world.now))
    write(world, CASE)
    with pytest.raises(NoProof, match="not signed yet"):
        packed(world, CASE)


def test_a_log_that_is_not_the_signed_one_gives_no_proof(signed: World) -> None:
    tamper(signed, "UPDATE audit_entry SET leaf = (SELECT leaf FROM audit_entry WHERE seq = 2) WHERE seq = 9")
    with pytest.raises(NoProof, match="not the one that was signed"):
        packed(signed, CASE)


def test_kept_roots_give_the_same_bundle_and_a_wrong_one_is_not_believed(
    signed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_roots, "BLOCK", 2)
    from_leaves = read_paths(packed(signed, CASE))
    while keep_roots(signed.database):
        pass
    monkeypatch.setattr(case_proof, "leaves_of", never)
    assert read_paths(packed(signed, CASE)) == from_leaves
    monkeypatch.undo()
    with signed.change() as session:
        session.execute(update(AuditSubtree).values(root=bytes(32)))
    assert read_paths(packed(signed, CASE)) == from_leaves


def never(*_: object) -> None:
    raise AssertionError("the whole log was read")


def read_paths(bundle: bytes) -> tuple[bytes, bytes]:
    with zipfile.ZipFile(BytesIO(bundle)) as found:
        return found.read("paths.jsonl"), found.read("consistency.jsonl")


def test_the_command_exports_a_case_and_the_one_file_checks_it_in_a_second(signed: World, tmp_path: Path) -> None:
    target, outside = tmp_path / "case.zip", kept(tmp_path, signed, 18)
    assert vaka(signed, "log", "export", "--case", CASE.lower(), str(target)).returncode == 0
    origin, key = pins(signed)
    command = [
        sys.executable,
        "-I",
        str(ALONE),
        str(target),
        "--origin",
        origin,
        "--key",
        key,
        "--anchor",
        str(outside),
    ]
    answer = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False, cwd="/")
    assert (answer.returncode, json.loads(answer.stdout)["result"]) == (0, "ok")
    with signed.look() as session:
        taken = session.scalars(select(AuditEntry).where(AuditEntry.action == "log:exported")).one()
    assert (taken.object, taken.case_id) == (CASE, CASE[-4:].lower() * 8)
    assert vaka(signed, "log", "export", "--case", "PUI-2026-ZZZZ", str(tmp_path / "none.zip")).returncode == 2
    assert not (tmp_path / "none.zip").exists()


def test_the_proof_is_for_auditor_dpo_and_head_and_its_taking_is_logged(signed: World, tmp_path: Path) -> None:
    path = f"/incidents/{CASE}/log/proof"
    for role in Role:
        expected = 200 if role in {Role.AUDITOR, Role.DPO, Role.HEAD} else 404
        assert signed.client(role).get(path).status_code == expected, role
    page = signed.client(Role.AUDITOR).get(f"/incidents/{CASE}/log").text
    assert f'href="{path}"' in page
    assert f'href="{path}"' not in signed.client(Role.MANAGER).get(f"/incidents/{CASE}/log").text
    answer = signed.client(Role.DPO).get(path)
    assert answer.headers["content-disposition"] == f'attachment; filename="{CASE}-log.zip"'
    found, _ = judged(signed, answer.content, tmp_path, kept(tmp_path, signed, 18))
    assert found.result == "ok"
    with signed.look() as session:
        taken = session.scalars(select(AuditEntry).where(AuditEntry.action == "log:exported")).all()
    assert len(taken) == 4
    assert {entry.case_id for entry in taken} == {CASE[-4:].lower() * 8}


def test_what_a_reader_must_not_see_is_not_in_the_proof_either(signed: World, tmp_path: Path) -> None:
    dpo = signed.users[Role.DPO].id
    with signed.change() as session:
        case = session.scalars(select(Incident).where(Incident.reference == CASE)).one()
        record(session, SYSTEM, "incident:noted", "hidden step", signed.now, case=case.id, hidden_from=dpo)
    sign(signed)
    for role, count in ((Role.DPO, 9), (Role.AUDITOR, 10)):
        found, words = judged(signed, signed.client(role).get(f"/incidents/{CASE}/log/proof").content, tmp_path)
        assert found.result == "unanchored"
        assert words.startswith(f"{count} entries of the case")


def test_whoever_is_involved_gets_no_proof(signed: World) -> None:
    with signed.change() as session:
        case = session.scalars(select(Incident).where(Incident.reference == CASE)).one()
        session.add(Exclusion(incident_id=case.id, user_id=signed.users[Role.DPO].id, by_id="x", at=signed.now))
    assert signed.client(Role.DPO).get(f"/incidents/{CASE}/log/proof").status_code == 404


def test_the_verifier_can_be_taken_from_the_page_of_the_log(small_world: World) -> None:
    auditor = small_world.client(Role.AUDITOR)
    assert 'href="/log/vaka_verify.py"' in auditor.get("/log").text
    assert auditor.get("/log/vaka_verify.py").content == ALONE.read_bytes()
    assert small_world.client(Role.EMPLOYEE).get("/log/vaka_verify.py").status_code == 404
