"""S5 and L8: a case is erased in tables, files, journals, free pages and dumps, and the log still verifies."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select, true

from app.models import METADATA
from core.access import Role
from core.audit.verify import verify
from core.crypto import CannotOpen
from core.keys import CaseKey, data_key, unseal
from core.moment import noon_of
from incidents.bundle_models import BundledCase
from incidents.erasing.parts import Part
from incidents.erasing.places import EMPTIED, deleted_afterwards, deleted_at_once, table_of
from incidents.erasing_models import ErasedPart
from incidents.models import Incident
from notifications.letters.models import Mailing, Recipient
from notifications.models import OutboxMessage
from tests.fixtures import machine
from tests.fixtures.canaries import scent
from tests.fixtures.demo import copied
from tests.fixtures.pages import pages_of
from tests.fixtures.world import World
from tests.incidents.erasing import (
    ended_case,
    erase_now,
    everything_kept,
    files,
    sealed_texts,
    swept,
    take_samples,
)

ROLES = ("manager", "dpo", "head", "auditor", "chair", "approver", "admin", "employee")
AHEAD_OF_THE_TABLES = "pg_wal"  # PostgreSQL's own journal cannot be cut: it ages out, as backups do (SECURITY.md)


def left(world: World, sought: list[str]) -> list[tuple[str, str]]:
    """Where one of these texts still lies: database, journals, free pages, folder of the service."""
    return [
        (name, text[:30])
        for name, data in everything_kept(world)
        if AHEAD_OF_THE_TABLES not in name and not name.startswith("log")
        for text in sought
        if text.encode() in data
    ]


def dump(world: World, folder: Path) -> bytes:
    """The database as text, as a backup holds it."""
    if world.database.url.startswith("sqlite"):
        import sqlite3

        connection = sqlite3.connect(world.database.url.removeprefix("sqlite:///"))
        text = "\n".join(connection.iterdump())
        connection.close()
        return text.encode()
    programs = machine.postgresql()
    assert programs is not None
    done = subprocess.run(
        [programs / "pg_dump", "--no-owner", world.database.url], check=True, capture_output=True, cwd=folder,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    return done.stdout


def test_nothing_of_an_erased_case_is_left_anywhere_and_the_log_still_verifies(world: World, tmp_path: Path) -> None:
    case, other = ended_case(world), ended_case(world)
    sealed = sealed_texts(world)
    assert {"case_key", "incident", "case_note", "stored_file", "thread_message", "audit_value", "countersign"} <= {
        name for name, texts in sealed.items() if texts
    }
    before = {text for texts in sealed.values() for text in texts}
    assert len(left(world, list(before)[:5])) >= 5
    assert scent(dump(world, tmp_path))  # titles are in clear, so the nose works
    take_samples(world)
    for one in (case, other):
        erase_now(world, one.now().id)
    assert swept(world)
    assert {name: texts for name, texts in sealed_texts(world).items() if texts} == {}
    assert left(world, sorted(before)) == []
    text = dump(world, tmp_path)
    assert scent(text) == []
    assert [one for one in before if one.encode() in text] == []
    assert case.reference.encode() in text
    for name, data in everything_kept(world):
        assert AHEAD_OF_THE_TABLES in name or name.startswith("log") or scent(data) == [], name
    with world.look() as session:
        assert verify(session).result == "ok"
    assert files(world) == 0
    assert case.log()[-1] == "erasure:erased"


def test_the_register_keeps_causes_counts_and_days_and_no_word_or_person(small_world: World) -> None:
    case = ended_case(small_world)
    case.do(lambda _s, _a, incident, now: setattr(incident, "detected_at", now), Role.MANAGER)
    before = case.now()
    erase_now(small_world, before.id)
    after = case.now()
    assert (after.state, after.cause_code, after.people_min) == ("not_an_incident", before.cause_code, 214)
    assert after.data_categories == ["contact"]
    assert after.reported_at == before.reported_at
    assert after.closed_at == before.closed_at
    assert before.detected_at is not None
    assert after.detected_at == noon_of(before.detected_at, "Europe/Stockholm")
    assert (after.title, after.systems, after.cause_text) == ("", "", "")
    assert set(before.search.split()) > set(after.search.split())
    assert scent(after.search.encode()) == []
    assert (after.owner_id, after.reporter_id, after.receipt_hash, after.client_uuid) == (None, None, None, None)
    assert [clock.duty for clock in after.clocks] == [clock.duty for clock in before.clocks]
    with small_world.look() as session:
        part = session.get_one(ErasedPart, (after.id, "case"))
        assert part.kept == {"letters": 0, "told_otherwise": 0, "notify_authority": None, "inform_people": None,
                             "decided_at": None, "files": 1}  # fmt: skip
        assert (part.proposed_by, part.approved_by, part.cleared_at) == ("one", "other", small_world.now)


def test_no_new_key_is_ever_made_for_an_erased_case(small_world: World) -> None:
    case = ended_case(small_world)
    erase_now(small_world, case.now().id)
    with small_world.change() as session:
        assert session.get_one(CaseKey, case.now().id).wrapped == ""
        with pytest.raises(CannotOpen):
            data_key(session, case.now().id)


def test_a_sealed_text_moved_to_another_row_column_or_case_is_refused(world: World) -> None:
    """S3: the place is part of the seal, so nothing can be read by putting it where one may read."""
    one, other = ended_case(world).now(), ended_case(world).now()
    with world.look() as session:
        place = f"incident.narrative:{one.id}"
        assert unseal(session, one.id, place, one.narrative_sealed)
        moves = [(one.id, f"incident.extra:{one.id}"), (one.id, f"incident.narrative:{other.id}"), (other.id, place)]
        for case, where in moves:
            with pytest.raises(CannotOpen):
                unseal(session, case, where, one.narrative_sealed)


def test_every_case_of_the_demonstration_can_be_erased_to_the_last_table(demo_world: World, tmp_path: Path) -> None:
    """Every state, letters by the hundred, joint and merged cases: each in its own transaction, newest first."""
    world = copied(demo_world, tmp_path)
    with world.look() as session:
        ids = list(session.scalars(select(Incident.id).order_by(Incident.reported_at.desc())))
        titles = list(session.scalars(select(Incident.title).where(Incident.title != "")))
    before = [text for texts in sealed_texts(world).values() for text in texts]
    assert len(before) > 1000
    for case_id in ids:
        erase_now(world, case_id)
    assert swept(world)
    assert sum(len(texts) for texts in sealed_texts(world).values()) == 0
    assert left(world, [*before[::7], *titles]) == []
    gone = {table_of(model) for model, _ in [*deleted_at_once(""), *deleted_afterwards("")]}
    with world.look() as session:
        rows = {table.name: session.scalar(select(func.count()).select_from(table)) for table in gone}
        of_no_case = [
            "supplier_link",
            "stored_file",
            "audit_value",
            "outbox_message",
            "delivery_attempt",
            "finding_reply",
        ]
        others = {name: rows.pop(name) for name in of_no_case}
        assert set(rows.values()) == {0}, rows
        assert others["supplier_link"]  # kept by suppliers for the day something happens
        tied = [table.c.case_id for table in gone if "case_id" in table.c]
        assert [session.scalar(select(func.count()).where(case != "")) for case in tied] == [0] * len(tied)
        assert session.scalar(select(func.count()).select_from(METADATA.tables["incident"])) == len(ids)
        for place in EMPTIED:
            for column, instead in place.instead.items():
                of_a_case = place.table.c.case_id != "" if "case_id" in place.table.c else true()
                kinds = set(session.scalars(select(place.table.c[column]).where(of_a_case)))
                assert kinds <= {instead}, (place.table.name, column)
        assert verify(session).result == "ok"
    world.database.dispose()


def test_every_page_of_an_erased_case_says_so_in_words_and_pages_that_lead_to_it_still_open(
    demo_world: World, tmp_path: Path
) -> None:
    """For everybody; and the pages of cases that were told or merged with an erased one, for the manager."""
    world = copied(demo_world, tmp_path)
    with world.look() as session:
        tied = [(row[0], row[1]) for row in session.execute(select(BundledCase.incident_id, BundledCase.lead_id))]
        merged = session.scalars(select(Incident).where(Incident.merged_into_id.is_not(None))).first()
        closed = session.scalars(select(Incident).where(Incident.state == "closed", Incident.people_track == "done"))
        gone = [one.id for one in closed][:1]
        others = [one for one, _ in tied] + ([merged.id] if merged else [])
        gone += [lead for _, lead in tied] + ([merged.merged_into_id] if merged and merged.merged_into_id else [])
        references = {row[0]: row[1] for row in session.execute(select(Incident.id, Incident.reference))}
    for case_id in dict.fromkeys(gone):
        erase_now(world, case_id)
    wrong, words = [], 0
    for page in pages_of(world):
        for who in ROLES if references[gone[0]] in page.path else [page.who]:
            if not any(references[one] in page.path for one in [*gone, *others]) and "{reference}" in page.route:
                continue
            answer = world.client(who).get(page.path)
            words += answer.status_code == 410
            erased = any(references[one] in page.path for one in gone)
            if answer.status_code not in ({200, 303, 404, 410} if erased else {200, 303, 403, 404, 409}):
                wrong.append((page.path, who, answer.status_code))
    assert wrong == []
    assert words > 100
    overview = world.client("manager").get(f"/incidents/{references[gone[0]]}?lang=en").text
    assert "The register keeps causes, counts and deadlines." in overview
    world.database.dispose()


def test_who_is_involved_sees_no_trace_of_an_erased_case_either(small_world: World) -> None:
    from incidents.involvement import exclude

    case = ended_case(small_world)
    user = small_world.users[Role.DEPUTY].id
    case.do(lambda s, a, i, now: exclude(s, a, i, user, "Är med.", now), Role.MANAGER)
    erase_now(small_world, case.now().id)
    deputy, manager = small_world.client(Role.DEPUTY), small_world.client(Role.MANAGER)
    for path in ("/incidents?show=ended", "/incidents", "/log"):
        assert case.reference not in deputy.get(path).text
    assert deputy.get(case.path).status_code == 404
    assert case.reference in manager.get("/log").text


def test_who_was_told_can_go_before_the_case_and_the_outcome_of_each_row_stays(
    demo_world: World, tmp_path: Path
) -> None:
    world = copied(demo_world, tmp_path)
    with world.look() as session:
        case = session.scalars(
            select(Incident).join(Mailing, Mailing.incident_id == Incident.id)
            .where(Incident.state == "closed", Incident.people_track == "done").limit(1)
        ).one()  # fmt: skip
    manager = world.client("manager")
    before = manager.get(f"{case.path}/people/proof.csv?lang=en").text.splitlines()
    assert len(before) > 3
    erase_now(world, case.id, Part.PEOPLE)
    assert swept(world)
    after = manager.get(f"{case.path}/people/proof.csv?lang=en").text.splitlines()
    told = [[line.split(",")[at] for line in after] for at in (0, 1, 2, 4, 5, 6, 7, 8, 9)]
    assert told == [[line.split(",")[at] for line in before] for at in (0, 1, 2, 4, 5, 6, 7, 8, 9)]
    assert {line.split(",")[3] for line in after[1:]} <= {"Erased: name and address", "Protected identity"}
    with world.look() as session:
        mine = select(Mailing.id).where(Mailing.incident_id == case.id)
        assert set(session.scalars(select(Recipient.fields_sealed).where(Recipient.mailing_id.in_(mine)))) == {""}
        letters = select(OutboxMessage.to_sealed, OutboxMessage.facts_sealed)
        rows = session.execute(letters.where(OutboxMessage.mailing_id.in_(mine))).all()
        assert {tuple(row) for row in rows} == {("", "")}
    pages = [one.path for one in pages_of(world) if case.reference in one.path]
    wrong = [(path, code) for path in pages if (code := manager.get(path).status_code) >= 500]
    assert wrong == []
    world.database.dispose()
