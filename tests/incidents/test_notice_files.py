"""The notice as page, PDF, JSON and CSV: the same answers everywhere, DRAFT until it is released, and remembered."""

import csv
import hashlib
import io
import json

from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.files import StoredFile, file_content
from notifications.edpb.exchange import from_json, schema
from notifications.filings import answers_of
from notifications.notice_models import Filing, Notice
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first, release_first

NATURE = "En kundlista gick till fel företag."


def test_the_notice_leaves_in_four_shapes_with_the_same_answers(small_world: World) -> None:
    world = small_world
    case = Case(world).take().classify()
    release_first(case)
    manager, base = world.client(Role.MANAGER), f"{case.path}/authority/notice"
    with world.look() as session:
        answers = answers_of(session, session.scalars(select(Notice)).one())
    assert NATURE in manager.get(base).text
    told = manager.get(f"{base}.json")
    assert from_json(told.text) == answers
    assert (told.json()["status"], told.json()["phase"]) == ("approved", 1)
    rows = list(csv.reader(io.StringIO(manager.get(f"{base}.csv").content.decode("utf-8-sig"))))
    assert NATURE in {row[2] for row in rows}
    pdf = manager.get(f"{base}.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["content-disposition"] == f'attachment; filename="{case.reference}-notice-1.pdf"'


def test_before_its_release_it_is_a_draft_and_every_file_taken_is_in_the_log(small_world: World) -> None:
    case = Case(small_world).take().classify()
    manager = small_world.client(Role.MANAGER)
    manager.post(f"{case.path}/authority", data={"authority": "imy"})
    assert "UTKAST" in manager.get(f"{case.path}/authority/notice").text
    assert json.loads(manager.get(f"{case.path}/authority/notice.json").text)["status"] == "draft"
    assert case.log()[-1] == "notice:exported"


def test_what_was_filed_is_kept_to_the_byte_and_its_digest_is_in_the_log(world: World) -> None:
    case = Case(world).take().classify()
    file_first(case)
    with world.look() as session:
        filing = session.scalars(select(Filing)).one()
        files = [session.get_one(StoredFile, one) for one in (filing.json_file_id, filing.pdf_file_id)]
        contents = [file_content(session, file) for file in files]
        entry = session.scalars(select(AuditEntry.entry).where(AuditEntry.action == "notice:filed")).one()
        answers = answers_of(session, session.scalars(select(Notice)).one())
    assert from_json(contents[0].decode()) == answers
    assert contents[1].startswith(b"%PDF-")
    assert all(hashlib.sha256(content).hexdigest().encode() in entry for content in contents)
    page = world.client(Role.MANAGER).get(f"{case.path}/authority").text
    assert all(f"/files/{file.id}" in page for file in files)
    assert world.client(Role.MANAGER).get(f"{case.path}/files/{files[0].id}").content == contents[0]


def test_without_a_notice_there_is_nothing_to_take(small_world: World) -> None:
    case = Case(small_world).take()
    manager = small_world.client(Role.MANAGER)
    for kind in ("", ".pdf", ".json", ".csv"):
        assert manager.get(f"{case.path}/authority/notice{kind}").status_code == 404


def test_the_schema_is_published_to_who_may_read_notices(small_world: World) -> None:
    assert small_world.client(Role.MANAGER).get("/notice-schema.json").json() == schema()
    assert small_world.client(Role.EMPLOYEE).get("/notice-schema.json").status_code == 404
