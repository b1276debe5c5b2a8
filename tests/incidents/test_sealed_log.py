"""The log is read by members of the commission too, who may be auditors as well: it tells them nothing too early."""

from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.i18n import translate
from identity.models import UserRole
from incidents.commission import VOTE_LABELS, Vote
from incidents.findings import keeping
from incidents.findings.keeping import FindingForm
from incidents.findings.models import Finding
from incidents.findings.rules import Severity
from tests.fixtures.world import World
from tests.incidents.bench import Bench


def test_who_still_owes_an_answer_does_not_read_in_the_log_what_the_others_came_to(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        session.add(UserRole(user_id=small_world.users["leila"].id, role=Role.AUDITOR))
    bench.convene()
    bench.vote("commissioner", "high")
    bench.vote("per", "high")
    with small_world.look() as session:
        counted = session.scalars(select(AuditEntry.seq).where(AuditEntry.action == "commission:counted")).one()
    reader = small_world.client("leila")
    assert reader.get(f"/log/{counted}").status_code == 404
    assert f"/log/{counted}" not in reader.get("/log").text
    bench.vote("leila", "none")
    assert translate("sv", VOTE_LABELS[Vote.HIGH]) in reader.get(f"/log/{counted}").text


def test_nor_in_what_an_auditor_found_and_its_owner_answered(small_world: World) -> None:
    bench, said = Bench(small_world), "Rösterna är tre mot en för att anmäla."
    with small_world.change() as session:
        session.add(UserRole(user_id=small_world.users["leila"].id, role=Role.AUDITOR))
    bench.convene()
    bench.vote("commissioner", "high")
    today, owner = small_world.now.date(), small_world.users[Role.MANAGER].id
    form = FindingForm(text=said, severity=Severity.REMARK, owner=owner, due_on=today, case=bench.reference)
    with small_world.change() as session:
        finding = keeping.write(session, small_world.actor(Role.AUDITOR), form, today, small_world.now)
    with small_world.change() as session:
        mine = session.get_one(Finding, finding.id)
        keeping.answer(session, small_world.actor(Role.MANAGER), mine, f"Ja: {said}", small_world.now)
        keeping.give_back(session, small_world.actor(Role.AUDITOR), mine, f"Nej: {said}", small_world.now)
        keeping.answer(session, small_world.actor(Role.MANAGER), mine, f"Jo: {said}", small_world.now)
        keeping.close(session, small_world.actor(Role.AUDITOR), mine, f"Bra: {said}", small_world.now)
    with small_world.look() as session:
        told = select(AuditEntry.seq).where(AuditEntry.action.startswith("finding:"))
        entries = session.scalars(told).all()
    assert len(entries) == 5
    reader = small_world.client("leila")
    assert [reader.get(f"/log/{seq}").status_code for seq in entries] == [404] * 5
    for page in ("/findings", finding.path, "/log", f"/incidents/{bench.reference}/trails"):
        assert said not in reader.get(page).text
    bench.vote("leila", "none")
    assert all(said in reader.get(f"/log/{seq}").text for seq in entries)
    assert said in reader.get(finding.path).text
