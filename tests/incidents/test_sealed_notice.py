"""The notice says what the commission came to. A member may write it too, and reads that after the own answer."""

from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from identity.models import UserRole
from notifications.edpb.card import template
from notifications.notice_models import Filing, Notice
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first

OUTCOME = 89
FILES = ("notice", "notice.pdf", "notice.json", "notice.csv")


def begun(world: World) -> Bench:
    """Two of three have answered, and the notice begins with what they came to."""
    bench = Bench(world)
    with world.change() as session:
        for role in (Role.WRITER, Role.APPROVER, Role.AUDITOR):
            session.add(UserRole(user_id=world.users["leila"].id, role=role))
    bench.convene()
    bench.vote("commissioner", "high")
    bench.vote("per", "high")
    world.client(Role.MANAGER).post(f"{bench.path}/authority", data={"authority": "imy"})
    return bench


def outcome() -> str:
    choice = template().questions[OUTCOME].choice("high_risk")
    return choice.label.in_("sv") if choice else ""


def test_who_still_owes_an_answer_reads_everything_of_a_notice_but_what_the_others_came_to(small_world: World) -> None:
    bench = begun(small_world)
    reader, pages = small_world.client("leila"), [f"{bench.path}/authority/{page}" for page in ("edit", "copy")]
    assert all(outcome() in small_world.client(Role.MANAGER).get(page).text for page in pages[1:])
    edit, copy = (reader.get(page).text for page in pages)
    assert 'name="q62"' in edit
    assert f'name="q{OUTCOME}"' not in edit
    assert outcome() not in copy
    assert [reader.get(f"{bench.path}/authority/{file}").status_code for file in FILES] == [403] * 4
    bench.vote("leila", "none")
    assert f'name="q{OUTCOME}"' in reader.get(pages[0]).text
    assert outcome() in reader.get(pages[1]).text
    assert [reader.get(f"{bench.path}/authority/{file}").status_code for file in FILES] == [200] * 4


def test_nobody_releases_what_they_must_not_read_yet(small_world: World) -> None:
    bench = begun(small_world)
    with small_world.change() as session:
        notice = session.scalars(select(Notice)).one()
        notice.state = Case.of(small_world, bench.reference).row(session).authority_track = "in_review"
        session.flush()
        version = notice.version
    reader, form = small_world.client("leila"), {"answer": "release", "version": str(version)}
    assert 'value="release"' not in reader.get(f"{bench.path}/authority").text
    assert reader.post(f"{bench.path}/authority/release", data=form).status_code == 403
    bench.vote("leila", "none")
    assert reader.post(f"{bench.path}/authority/release", data=form).status_code == 303


def test_before_there_is_an_answer_of_the_commission_nothing_of_a_notice_is_kept_back(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        session.add(UserRole(user_id=small_world.users["leila"].id, role=Role.WRITER))
    bench.convene()
    writer = small_world.client("leila")
    writer.post(f"{bench.path}/authority", data={"authority": "imy"})
    assert f'name="q{OUTCOME}"' in writer.get(f"{bench.path}/authority/edit").text
    assert writer.get(f"{bench.path}/authority/notice.json").status_code == 200


def test_the_log_does_not_open_to_them_what_was_written_into_the_notice(small_world: World) -> None:
    bench = begun(small_world)
    form = {"asked": "90", "q90": "Kommissionen fann hög risk.", "version": "1"}
    assert small_world.client(Role.MANAGER).post(f"{bench.path}/authority/edit", data=form).status_code == 303
    with small_world.look() as session:
        edited = session.scalars(select(AuditEntry.seq).where(AuditEntry.action == "notice:edited")).one()
    reader = small_world.client("leila")
    assert reader.get(f"/log/{edited}").status_code == 404
    bench.vote("leila", "none")
    assert form["q90"] in reader.get(f"/log/{edited}").text


def test_what_was_filed_is_not_taken_out_before_the_own_answer(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        session.add(UserRole(user_id=small_world.users["leila"].id, role=Role.AUDITOR))
    bench.convene()
    file_first(Case.of(small_world, bench.reference))
    with small_world.look() as session:
        kept = session.scalars(select(Filing.json_file_id)).one()
    reader = small_world.client("leila")
    assert reader.get(f"{bench.path}/files/{kept}").status_code == 403
    bench.vote("leila", "none")
    assert reader.get(f"{bench.path}/files/{kept}").status_code == 200
