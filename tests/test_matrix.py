"""Every operation x role, for another's, one's own, an excluded and an unknown case: generated from the routes.

What a person may not reach looks exactly like what does not exist.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.main import operations
from core.access import ANONYMOUS, LEADERS, POLICY, Actor, Operation, Relation, Role
from core.db import new_id
from core.document import Document
from core.keys import seal, seal_bytes
from identity.training.keeping import CourseForm, add_course
from incidents import assessing, informing, notifying, opinions
from incidents.assessing.convening import ConveneForm
from incidents.attachments import attach
from incidents.commission_models import Commission
from incidents.ending import dismiss
from incidents.findings import keeping as keeping_findings
from incidents.findings.keeping import FindingForm
from incidents.findings.rules import Severity
from incidents.intake import report
from incidents.minutes_models import Minutes
from incidents.models import Exclusion, Incident
from incidents.notifying import listing_others
from incidents.notifying.listing_others import OtherForm
from incidents.notifying.to_other import TheOther
from incidents.sampling.drawing import SampleForm, draw_sample
from incidents.service import take
from incidents.standing_panel import PanelForm, save_panel
from incidents.suppliers import asking, keeping
from incidents.suppliers.keeping import SupplierForm
from incidents.suppliers.links import links_of
from notifications.delivery import deliver_due
from notifications.letters.columns import guess
from notifications.letters.models import Recipient
from notifications.models import OutboxMessage
from notifications.others import Kind
from notifications.transport import mail_folder
from risk.control_status import Result
from risk.heartbeats import keeping as keeping_heartbeats
from risk.heartbeats.keeping import HeartbeatForm
from risk.models import Control
from risk.service import TickForm, Upload, adopt, tick_control
from tests.fixtures.databases import Databases
from tests.fixtures.rules import publish_rules
from tests.fixtures.tasks import start_task
from tests.fixtures.world import World, build
from tests.incidents.activities import activity
from tests.incidents.letters import SAID
from tests.incidents.reporting import form
from tests.incidents.suppliers import Supplier
from tests.risk.register.risks import make as make_risk

UNKNOWN = "PUI-2026-0000"
KINDS = ("theirs", "own", "excluded")
# Reached, but there is nothing of the kind in the prepared case.
NOTHING_THERE = {
    ("GET", "/suppliers/{supplier_id}/agreement/{file_id}"),
    ("GET", "/incidents/{reference}/minutes/{version:int}"),
    ("GET", "/incidents/{reference}/minutes/{version:int}.pdf"),
    ("POST", "/incidents/{reference}/commission/recuse"),
    ("POST", "/incidents/{reference}/sign/{step_id}"),
    ("GET", "/incidents/{reference}/sign/{step_id}"),
    ("POST", "/profile/sessions/{handle}/end"),
    ("POST", "/profile/absences/{absence_id}/end"),
    ("GET", "/training/certificates/{file_id}"),
    ("POST", "/retention/{batch_id}/approve"),
    ("POST", "/retention/{batch_id}/give-back"),
    ("GET", "/incidents/{reference}/duties/{regime}/{duty}"),
    ("POST", "/incidents/{reference}/duties/{regime}/{duty}"),
    ("GET", "/controls/{code}/edit"),  # the one of the matrix is of the catalogue
    ("POST", "/controls/{code}/edit"),
}


@dataclass
class Case:
    reference: str
    inner: dict[str, str] = field(default_factory=dict)


@dataclass
class Matrix:
    world: World
    cases: dict[tuple[str, str], Case] = field(default_factory=dict)
    company: Case = field(default_factory=lambda: Case(""))  # what belongs to no case

    def routes(self) -> list[tuple[str, str, Operation]]:
        return [
            (method, str(route.path), operation)
            for route, operation in operations(self.world.app)
            for method in sorted(route.methods or ())
            if operation is not None
        ]


@pytest.fixture(scope="module")
def matrix(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    world = build(databases.fresh("sqlite"), tmp_path_factory.mktemp("matrix"))
    made = Matrix(world)
    for key in ("second", "third"):
        world.user(Role.COMMISSIONER, f"Ledamot {key}", key)
    with world.change() as session:
        adopt(session, world.now)
        panel = PanelForm(chair=world.users["second"].id, member_1=world.users["third"].id,
                          member_2=world.users[Role.COMMISSIONER].id)  # fmt: skip
        save_panel(session, world.actor(Role.MANAGER), panel, world.now)
    publish_rules(world)
    for role in Role:
        for kind in KINDS:
            made.cases[role, kind] = prepared(world, role, kind)
    made.company.inner = {"file_id": _evidence(world), "mail_id": _mail(world), "supplier_id": Supplier(world).id,
                          "activity_id": activity(world),
                          "sample_id": _sample(world), "finding_id": _finding(world),
                          "heartbeat_id": _heartbeat(world),
                          "task_id": start_task(world).id, "course_id": _course(world),
                          "risk_id": str(make_risk(world).id)}  # fmt: skip
    yield made
    world.database.dispose()


def _sample(world: World) -> str:
    with world.change() as session:
        return draw_sample(session, world.actor(Role.AUDITOR), SampleForm(size=3), world.now).id


def _finding(world: World) -> str:
    """In general, so that every watcher sees it."""
    today = world.now.date()
    form = FindingForm(text="Jourlistan är gammal.", severity=Severity.REMARK, due_on=today,
                       owner=world.users[Role.MANAGER].id)  # fmt: skip
    with world.change() as session:
        return keeping_findings.write(session, world.actor(Role.AUDITOR), form, today, world.now).id


def _course(world: World) -> str:
    with world.change() as session:
        return add_course(session, world.actor(Role.MANAGER), CourseForm(title="GDPR grund"), world.now).id


def _evidence(world: World) -> str:
    """A control that is done, with a file."""
    with world.change() as session:
        control = session.get_one(Control, "antivirus")
        done = TickForm(result=Result.PASS, done_on=world.now.date())
        upload = Upload("lista.txt", b"Alla datorer.\n")
        return tick_control(session, world.actor(Role.CONTROL_OWNER), control, done, [upload], world.now).evidence[0]


def _heartbeat(world: World) -> str:
    """A machine of a control that everybody who keeps controls may see."""
    form = HeartbeatForm(name="db1", how="interval", every=1, grace=30)
    with world.change() as session:
        control = session.get_one(Control, "antivirus")
        return keeping_heartbeats.add(session, world.actor(Role.MANAGER), control, form, world.now)[0].id


def _mail(world: World) -> str:
    """One of the mails that became files, as there is no relay; about a case that nobody is involved in."""
    deliver_due(world.database, world.settings, lambda: world.now, "worker")
    with world.look() as session:
        involved = select(Exclusion.incident_id)
        open_to_all = set(session.scalars(select(OutboxMessage.id).where(OutboxMessage.case_id.not_in(involved))))
    return next(file.stem for file in mail_folder(world.settings).glob("*.eml") if file.stem in open_to_all)


def prepared(world: World, role: Role, kind: str, key: str = "") -> Case:
    """A case with everything a route can name: a commission (not with a `key` of its own), a notice, another
    recipient with one, a letter to people affected, a file, a question to the DPO, a waiting signature."""
    handler = world.actor(Role.DEPUTY if (role, kind) == (Role.MANAGER, "excluded") else Role.MANAGER)
    with world.change() as session:
        incident = report(
            session, ANONYMOUS, form(client_uuid=(key or f"{role}-{kind}").ljust(36, "0")), world.now
        ).incident
        if kind == "own":
            incident.reporter_id = world.users[role].id
        take(session, handler, incident, world.now)
        notifying.draft(session, handler, incident, "imy", world.now)
        form_of = OtherForm(kind=Kind.POLICE, name="Polisen", language="sv")
        police = listing_others.add(session, handler, incident, form_of, world.now)
        notifying.begin(session, handler, TheOther(session, incident, police), world.now)
        person = _written_to(session, world, handler, incident)
        asked = opinions.ask_dpo(session, incident, opinions.DECISION, world.now)
        file = attach(session, handler, incident, "bild.png", b"\x89PNG\r\n\x1a\n0000", world.now)
        step = dismiss(session, handler, incident, "Ingen personuppgift fanns med i filen.", world.now)
        session.flush()
        if not key:
            _seat(session, world, incident, kind)
        if kind == "excluded":
            session.add(Exclusion(incident_id=incident.id, user_id=world.users[role].id, by_id="system", at=world.now))
        inner = {"file_id": file.id, "step_id": step.id, "recipient_id": person.id, "clock_id": incident.clocks[0].id,
                 "link_id": _asked(session, handler, incident, world), "addressee_id": police.id}  # fmt: skip
        return Case(incident.reference, inner | {"opinion_id": asked.id if asked else ""})


def _asked(session: Session, handler: Actor, incident: Incident, world: World) -> str:
    """A question to a supplier."""
    form = SupplierForm(name="Molnlagret AB", email="jour@molnlagret.example", language="sv")
    supplier = keeping.add(session, handler, form, world.now)
    session.flush()
    asking.ask(session, handler, incident, supplier.id, world.now + timedelta(hours=24), world.now)
    return links_of(session, incident)[0].id


def _written_to(session: Session, world: World, handler: Actor, incident: Incident) -> Recipient:
    """A list with one person, and a letter to them."""
    people = "namn;e-post;språk\nÅsa Öberg;asa@kund.example.com;sv\n"
    informing.keep_draft(session, handler, incident, people.encode(), world.now)
    informing.import_list(session, handler, incident, guess(people.splitlines()[0].split(";")), world.now,
                          with_faults=False)  # fmt: skip
    letter = informing.letter_form({**informing.proposed(session, incident), **SAID}, ["sv"])
    informing.write(session, handler, incident, letter, world.settings, world.now)
    mailing = informing.mailing_of(session, incident)
    assert mailing
    return session.scalars(select(Recipient).where(Recipient.mailing_id == mailing.id)).one()


def _seat(session: Session, world: World, incident: Incident, kind: str) -> None:
    """The commissioner of the matrix sits in "own" cases only."""
    people = [world.users["second"], world.users["third"]]
    if kind == "own":
        people.append(world.users[Role.COMMISSIONER])
    chosen = ConveneForm(version=incident.version, chair=people[0].id, member_1=people[1].id,
                         member_2=people[2].id if len(people) > 2 else "")  # fmt: skip
    commission = assessing.convene(session, world.actor(Role.HEAD), incident, chosen, world.now)
    session.add(_minutes(session, incident, commission, world))


def _minutes(session: Session, incident: Incident, commission: Commission, world: World) -> Minutes:
    """One version as it would lie there after a decision; only that it is reached or not is asked here."""
    text = Document(title="x", language="sv", reference="x", made_at=world.now, sections=()).as_json
    row = Minutes(id=new_id(), incident_id=incident.id, commission_id=commission.id, language="sv", data_sha256="x",
                  pdf_sha256="x", written_by="system", written_at=world.now)  # fmt: skip
    row.data_sealed = seal(session, incident.id, f"minutes.data:{row.id}", text)
    row.pdf_sealed = seal_bytes(session, incident.id, f"minutes.pdf:{row.id}", b"%PDF-").encode()
    return row


def address(path: str, case: Case, world: World) -> str:
    values = {"user_id": world.users[Role.EMPLOYEE].id, "code": "antivirus", "token": "x", "intake_code": "nordhamn",
              "handle": "x", "seq": "0", "message_id": "x", "regime": "rights", "panel_id": "standing",
              "anchor": "received", "version": "1", "edition": "1", "step": "access_removed",
              "picture": "trend", "table": "trend",
              **case.inner, "reference": case.reference}  # fmt: skip
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda slot: values.get(slot[1], "x"), path)


def ask(client: TestClient, method: str, path: str, case: Case, world: World) -> Response:
    sent = {"opinion": case.inner.get("opinion_id", "")} if method == "POST" else None
    return client.request(method, address(path, case, world), data=sent)


def normal(answer: Response, case: Case) -> tuple[int, str, set[str]]:
    """An answer without what the question put into it."""
    text = answer.text.replace(answer.headers["x-request-id"], "ID")
    for part in (case.reference, *case.inner.values()):
        text = text.replace(part, "PART")
    return answer.status_code, text, set(answer.headers) - {"set-cookie"}


def reachable(operation: Operation, role: Role, kind: str) -> bool:
    granted = POLICY[operation].grants.get(role)
    if kind == "excluded" or granted is None:
        return False
    return granted is Relation.ANY or kind == "own"  # "own": reported by this person, who also has a seat if any


def test_the_matrix_is_made_of_every_route(matrix: Matrix) -> None:
    assert len(matrix.routes()) > 90
    assert {operation for _, _, operation in matrix.routes()} == set(Operation)


@pytest.mark.parametrize("role", Role)
def test_a_case_is_reached_by_the_table_and_by_nothing_else(matrix: Matrix, role: Role) -> None:
    client = matrix.world.client(role)
    wrong = []
    for method, path, operation in matrix.routes():
        if "{reference}" not in path or POLICY[operation].public:
            continue
        nowhere = Case(UNKNOWN, matrix.cases[role, "theirs"].inner)
        unknown = normal(ask(client, method, path, nowhere, matrix.world), nowhere)
        if unknown[0] != 404:
            wrong.append((method, path, "unknown", unknown[0]))
        for kind in KINDS:
            if kind == "own" and POLICY[operation].grants.get(role) is Relation.ANY:
                continue  # reached as any other
            case = matrix.cases[role, kind]
            found = normal(ask(client, method, path, case, matrix.world), case)
            if not reachable(operation, role, kind):
                if found != unknown:
                    wrong.append((method, path, kind, found[0]))
            elif found[0] >= 500 or (found[0] == 404 and (method, path) not in NOTHING_THERE):
                wrong.append((method, path, kind, found[0]))
    assert wrong == [], "\n".join(map(str, wrong))


def test_a_case_whose_leaders_are_all_involved_is_reached_by_the_chair_of_the_panel_and_by_nobody_instead(
    matrix: Matrix,
) -> None:
    """The user “second” is the chair of the standing panel, “third” has another seat on it."""
    world = matrix.world
    case = prepared(world, Role.COMMISSIONER, "theirs", key="last-resort")
    with world.change() as session:
        found = session.scalars(select(Incident).where(Incident.reference == case.reference)).one()
        for role in LEADERS:
            session.add(Exclusion(incident_id=found.id, user_id=world.users[role].id, by_id="system", at=world.now))
    wrong = []
    for key in ("second", "third"):
        client = world.client(key)
        for method, path, operation in matrix.routes():
            if "{reference}" not in path or POLICY[operation].public or operation is Operation.COUNTERSIGN:
                continue
            nowhere = Case(UNKNOWN, case.inner)
            unknown = normal(ask(client, method, path, nowhere, world), nowhere)
            answer = normal(ask(client, method, path, case, world), case)
            if key == "second" and POLICY[operation].last_resort:
                if answer[0] >= 500 or (answer[0] == 404 and (method, path) not in NOTHING_THERE):
                    wrong.append((key, method, path, answer[0]))
            elif answer != unknown:
                wrong.append((key, method, path, answer[0]))
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", Role)
def test_a_page_without_a_case_opens_for_its_roles_only(matrix: Matrix, role: Role) -> None:
    wrong = []
    for method, path, operation in matrix.routes():
        if "{reference}" in path or POLICY[operation].public or operation is Operation.SIGN_OUT:
            continue
        client = matrix.world.client(role)
        answer = ask(client, method, path, matrix.company, matrix.world)
        granted = POLICY[operation].grants.get(role)
        if granted is None and answer.status_code != 404:
            wrong.append((method, path, answer.status_code))
        nothing = granted is Relation.OWN or (method, path) in NOTHING_THERE
        if granted is not None and (answer.status_code >= 500 or (answer.status_code == 404 and not nothing)):
            wrong.append((method, path, answer.status_code))
    assert wrong == [], "\n".join(map(str, wrong))


def test_without_an_account_everything_leads_to_the_sign_in_page(matrix: Matrix) -> None:
    client = matrix.world.client()
    wrong = []
    for method, path, operation in matrix.routes():
        if not POLICY[operation].public:
            answer = ask(client, method, path, matrix.cases[Role.MANAGER, "theirs"], matrix.world)
            if answer.status_code != 303 or not answer.headers["location"].startswith("/sign-in"):
                wrong.append((method, path, answer.status_code))
    assert wrong == [], "\n".join(map(str, wrong))


def test_lists_counts_search_and_log_show_nothing_of_an_excluded_case(matrix: Matrix) -> None:
    for role in Role:
        hidden = matrix.cases[role, "excluded"].reference
        client = matrix.world.client(role)
        for path in ("/incidents", "/incidents?show=mine", "/log", "/report/mine", "/outbox"):
            assert hidden not in client.get(path).text, (role, path)
        asked = [normal(client.get(f"/incidents?q={one}"), Case(one)) for one in (hidden, UNKNOWN)]
        assert asked[0] == asked[1], role
