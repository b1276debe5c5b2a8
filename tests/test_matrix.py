"""Every operation x role, for another's, one's own, an excluded and an unknown case: generated from the routes.

What a person may not reach looks exactly like what does not exist.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.main import operations
from core.access import ANONYMOUS, LEADERS, POLICY, Operation, Relation, Role
from incidents import assessing, notifying
from incidents.assessing.convening import ConveneForm
from incidents.attachments import attach
from incidents.ending import dismiss
from incidents.intake import report
from incidents.models import Exclusion, Incident
from incidents.service import take
from incidents.standing_panel import PanelForm, save_panel
from risk.service import adopt
from tests.fixtures.databases import Databases
from tests.fixtures.world import World, build
from tests.incidents.reporting import form

UNKNOWN = "PUI-2026-0000"
KINDS = ("theirs", "own", "excluded")
# Reached, but there is nothing of the kind in the prepared case.
NOTHING_THERE = {
    ("GET", "/incidents/{reference}/target"),
    ("POST", "/incidents/{reference}/commission/recuse"),
    ("GET", "/incidents/{reference}/decision/opinion"),
    ("POST", "/incidents/{reference}/decision/opinion"),
    ("POST", "/incidents/{reference}/sign/{step_id}"),
    ("GET", "/incidents/{reference}/sign/{step_id}"),
    ("POST", "/profile/sessions/{handle}/end"),
    ("POST", "/profile/absences/{absence_id}/end"),
    ("GET", "/controls/{code}/evidence/{file_id}"),
    ("GET", "/development/mail/{mail_id}"),
    ("GET", "/incidents/{reference}/people/approve"),
    ("POST", "/incidents/{reference}/people/approve"),
    ("POST", "/incidents/{reference}/people/approve/back"),
    ("GET", "/incidents/{reference}/people/list"),
    ("POST", "/incidents/{reference}/people/list/{recipient_id}"),
    ("POST", "/incidents/{reference}/people/evidence"),
    ("GET", "/incidents/{reference}/duties/{regime}/{duty}"),
    ("POST", "/incidents/{reference}/duties/{regime}/{duty}"),
    ("GET", "/incidents/{reference}/people/preview"),
    ("GET", "/incidents/{reference}/people/not-reached.csv"),
}


@dataclass
class Case:
    reference: str
    inner: dict[str, str] = field(default_factory=dict)


@dataclass
class Matrix:
    world: World
    cases: dict[tuple[str, str], Case] = field(default_factory=dict)

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
    for role in Role:
        for kind in KINDS:
            made.cases[role, kind] = prepared(world, role, kind)
    yield made
    world.database.dispose()


def prepared(world: World, role: Role, kind: str, key: str = "") -> Case:
    """A case with everything a route can name: a commission (not with a `key` of its own), a notice, a file, a waiting
    signature."""
    handler = world.actor(Role.DEPUTY if (role, kind) == (Role.MANAGER, "excluded") else Role.MANAGER)
    with world.change() as session:
        incident = report(
            session, ANONYMOUS, form(client_uuid=(key or f"{role}-{kind}").ljust(36, "0")), world.now
        ).incident
        if kind == "own":
            incident.reporter_id = world.users[role].id
        take(session, handler, incident, world.now)
        notifying.draft(session, handler, incident, "imy", world.now)
        file = attach(session, handler, incident, "bild.png", b"\x89PNG\r\n\x1a\n0000", world.now)
        step = dismiss(session, handler, incident, "Ingen personuppgift fanns med i filen.", world.now)
        session.flush()
        if not key:
            _seat(session, world, incident, kind)
        if kind == "excluded":
            session.add(Exclusion(incident_id=incident.id, user_id=world.users[role].id, by_id="system", at=world.now))
        inner = {"file_id": file.id, "step_id": step.id, "clock_id": incident.clocks[0].id}
        return Case(incident.reference, inner)


def _seat(session: Session, world: World, incident: Incident, kind: str) -> None:
    """The commissioner of the matrix sits in "own" cases only."""
    people = [world.users["second"], world.users["third"]]
    if kind == "own":
        people.append(world.users[Role.COMMISSIONER])
    chosen = ConveneForm(version=incident.version, chair=people[0].id, member_1=people[1].id,
                         member_2=people[2].id if len(people) > 2 else "")  # fmt: skip
    assessing.convene(session, world.actor(Role.HEAD), incident, chosen, world.now)


def address(path: str, case: Case, world: World) -> str:
    values = {"user_id": world.users[Role.EMPLOYEE].id, "code": "antivirus", "token": "x", "intake_code": "nordhamn",
              "handle": "x", "seq": "0", "message_id": "x", "regime": "rights",
              "anchor": "received"} | case.inner | {"reference": case.reference}  # fmt: skip
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda slot: values.get(slot[1], "x"), path)


def ask(client: TestClient, method: str, url: str) -> Response:
    return client.request(method, url, data={"nothing": ""} if method == "POST" else None)


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
        unknown = normal(ask(client, method, address(path, nowhere, matrix.world)), nowhere)
        if unknown[0] != 404:
            wrong.append((method, path, "unknown", unknown[0]))
        for kind in KINDS:
            case = matrix.cases[role, kind]
            found = normal(ask(client, method, address(path, case, matrix.world)), case)
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
    for key in ("second", "third", Role.COMMISSIONER):
        client = world.client(key)
        for method, path, operation in matrix.routes():
            if "{reference}" not in path or POLICY[operation].public or operation is Operation.COUNTERSIGN:
                continue
            nowhere = Case(UNKNOWN, case.inner)
            unknown = normal(ask(client, method, address(path, nowhere, world)), nowhere)
            answer = normal(ask(client, method, address(path, case, world)), case)
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
        answer = ask(client, method, address(path, matrix.cases[role, "theirs"], matrix.world))
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
            answer = ask(client, method, address(path, matrix.cases[Role.MANAGER, "theirs"], matrix.world))
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
