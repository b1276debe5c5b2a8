"""The pages of a supplier without an account and of who handles the case, as a browser without scripts uses them."""

import html
import re
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import func, select
from starlette.testclient import TestClient

from core.access import Role
from core.audit.models import AuditEntry
from core.files import PER_CASE, StoredFile
from incidents.excluding import propose_exclusion
from incidents.models import Incident
from incidents.suppliers.models import SupplierLink, SupplierTelling
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.suppliers import ANSWERS, CONTACT, NAME, STORY, Supplier, token_in
from tests.incidents.test_report_pages import PNG, code_on, hidden

PAGES = (
    ("what_happened_kind", "what_happened_text", "still_going_on"),
    ("began_at_date", "began_at_time", "noticed_at_date", "noticed_at_time", "systems"),
    ("data_kinds", "subject_groups", "people", "hits"),
    ("done", "own_reference", "contact_name", "contact_email"),
)
ALL = {**ANSWERS, "client_uuid": "0f8fad5b-d9cb-469f-a165-70867728950e"}


def press(client: TestClient, path: str, before: Response, **given: Any) -> Response:
    return client.post(path, data={**hidden(before), **given})


def filled_in(client: TestClient, path: str) -> Response:
    """From the link to the check page."""
    page = client.post(path)
    for names in PAGES:
        assert page.status_code == 200, page.text
        page = press(client, path, page, **{name: ANSWERS[name] for name in names})
    return page


def cases(world: World) -> int:
    with world.look() as session:
        return session.scalar(select(func.count()).select_from(Incident)) or 0


def test_twelve_questions_on_four_pages_a_check_and_a_receipt(world: World) -> None:
    path, client = f"/tell/{Supplier(world).link()}", world.client()
    welcome = client.get(path)
    assert NAME in welcome.text
    check = filled_in(client, path)
    for shown in ("1. Vad har hänt?", STORY, "12. Er egen referens", "INC-4711", "1\u202f200", "Vet inte än"):
        assert shown in check.text
    receipt = client.post(f"{path}/send", data=hidden(check))
    assert receipt.status_code == 201
    again = client.post(f"{path}/send", data=hidden(check))
    assert (again.status_code, code_on(again)) == (200, code_on(receipt))
    assert cases(world) == 1
    assert Case.of(world, re.findall(r"PUI-2026-\w{4}", receipt.text)[0]).now().aware_at == world.now


def test_only_the_first_question_keeps_somebody_from_sending(small_world: World) -> None:
    path, client = f"/tell/{Supplier(small_world).link()}", small_world.client()
    page = press(client, path, client.post(path))
    assert page.status_code == 422
    page = press(client, path, page, what_happened_kind="hacked_malware", what_happened_text=STORY)
    for _ in range(3):
        page = press(client, path, page)
    assert "Kontrollera dina svar" in page.text
    assert client.post(f"{path}/send", data=hidden(page)).status_code == 201


@pytest.mark.parametrize(
    ("page", "wrong", "sentence"),
    [
        (1, {"what_happened_text": "kort"}, "Skriv lite mer"),
        (2, {"noticed_at_date": "2026-11-30"}, "inte varit än"),
        (2, {"ended_at_date": "2026-11-01"}, "innan det började"),
        (2, {"ended_at_time": "10:00"}, "Skriv dagen också"),
        (3, {"people": "många"}, "Skriv ett heltal"),
        (3, {"records": "99999999999"}, "för stort"),
        (4, {"contact_email": "moa@"}, "Skriv en e-postadress"),
        (4, {"contact_phone": "ring mig"}, "Skriv ett telefonnummer"),
        (4, {"done": "x" * 2001}, "för lång"),
    ],
)
def test_every_answer_is_kept_on_any_error(small_world: World, page: int, wrong: Any, sentence: str) -> None:
    path = f"/tell/{Supplier(small_world).link()}"
    told = {**ALL, "consequences": "Följder & <risker>", **wrong}
    for address in (path, f"{path}/send"):
        answer = small_world.client().post(address, data={**told, "page": str(page)})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "Något behöver rättas" in answer.text
        shown = html.unescape(answer.text)
        for value in told.values():
            assert all(one in shown for one in (value if isinstance(value, list) else [value]))
    assert cases(small_world) == 0


def test_a_browser_that_fills_in_the_hidden_field_loses_nothing(small_world: World) -> None:
    path, client = f"/tell/{Supplier(small_world).link()}", small_world.client()
    page = client.post(f"{path}/send", data={**ALL, "website": "x"})
    assert (page.status_code, cases(small_world)) == (422, 0)
    assert client.post(f"{path}/send", data=hidden(page)).status_code == 201


def test_with_link_and_code_the_supplier_reads_adds_and_sends_files(world: World) -> None:
    supplier, client = Supplier(world), world.client()
    path = f"/tell/{supplier.link()}"
    code = code_on(client.post(f"{path}/send", data=ALL))
    assert client.post(f"{path}/told", data={"code": "0" * 26}).status_code == 422
    told = client.post(f"{path}/told", data={"code": code.lower()})
    assert STORY in told.text
    first = client.post(path, data={"code": code})
    assert STORY in first.text
    world.later(hours=3)
    check = press(client, path, first, **{name: ANSWERS[name] for name in PAGES[0]}, go="5")
    check = press(client, path, check, people="1350", go="5")
    added = client.post(f"{path}/send", data=hidden(check))
    assert added.status_code == 201
    assert "Inget ni har berättat tidigare har skrivits över." in added.text
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(SupplierTelling)) == 2
    sent = client.post(f"{path}/files", data={"code": code}, files={"file": ("logg.png", PNG, "image/png")})
    assert "logg.png" in sent.text
    refused = client.post(f"{path}/files", data={"code": code}, files={"file": ("x.exe", b"MZ", "text/plain")})
    assert refused.status_code == 422
    as_file = client.post(f"{path}/code", data={"code": code})
    assert (code in as_file.text, path in as_file.text) == (True, False)
    assert cases(world) == 1


def test_ten_files_from_a_supplier_leave_room_for_the_reporter_and_us(small_world: World) -> None:
    world, supplier = small_world, Supplier(small_world)
    path = f"/tell/{supplier.link()}"
    client = world.client()
    code = code_on(client.post(f"{path}/send", data=ALL))
    for number in range(PER_CASE + 1):
        answer = client.post(f"{path}/files", data={"code": code}, files={"file": (f"{number}.png", PNG, "image/png")})
        assert answer.status_code == (422 if number == PER_CASE else 200)
    with world.look() as session:
        reference = session.scalars(select(Incident.reference)).one()
        assert set(session.scalars(select(StoredFile.uploaded_by))) == {f"supplier:{supplier.id}"}
    manager = world.client(Role.MANAGER)
    upload = manager.post(f"/incidents/{reference}/files", files={"file": ("vår.png", PNG, "image/png")})
    assert upload.status_code == 303
    assert NAME in manager.get(f"/incidents/{reference}/files").text


def test_unknown_ended_and_revoked_links_get_the_same_page(small_world: World) -> None:
    world, supplier = small_world, Supplier(small_world)
    case = Case(world).take()
    revoked, ended, client = supplier.asked_about(case.reference), supplier.link(), world.client()
    with world.change() as session:
        for link in session.scalars(select(SupplierLink)):
            link.revoked_at = world.now if link.incident_id else None
            link.ends_at = world.now if link.incident_id is None else link.ends_at
    texts = set()
    for token in ("never-made", revoked, ended):
        answer = client.get(f"/tell/{token}")
        assert answer.status_code == 404
        texts.add(re.sub(r"/tell/[\w-]+", "LINK", answer.text))
    assert len(texts) == 1
    assert "031-390 06 42" in texts.pop()
    kept = client.post(f"/tell/{revoked}/send", data=ALL)
    assert STORY in kept.text, "what was typed can be copied"
    assert cases(world) == 1


def test_guessing_links_is_slowed(small_world: World) -> None:
    client = small_world.client()
    answers = [client.get(f"/tell/guess-{number}").status_code for number in range(8)]
    assert (answers[:5], answers[-1]) == ([404] * 5, 429)


def test_guessing_codes_is_slowed(small_world: World) -> None:
    path, client = f"/tell/{Supplier(small_world).link()}", small_world.client()
    answers = [client.post(f"{path}/told", data={"code": f"{number:026}"}).status_code for number in range(8)]
    assert (answers[:5], answers[-1]) == ([422] * 5, 429)


def test_a_link_that_went_astray_cannot_flood_us(small_world: World) -> None:
    path, client = f"/tell/{Supplier(small_world).link()}", small_world.client()
    answers = [client.post(f"{path}/send", data={**ALL, "client_uuid": f"{number:022}"}) for number in range(21)]
    assert [one.status_code for one in answers[-2:]] == [201, 429]
    assert STORY in answers[-1].text


def test_looking_at_a_link_changes_nothing(small_world: World) -> None:
    """Mail scanners open links before people do."""
    world, case = small_world, Case(small_world).take()
    path, client = f"/tell/{Supplier(world).asked_about(case.reference)}", world.client()
    assert case.reference in client.get(path).text
    assert "supplier:opened" not in case.log()
    client.post(path)
    assert case.log()[-1] == "supplier:opened"


def test_a_handler_enters_a_supplier_and_sees_the_link_once(world: World) -> None:
    manager = world.client(Role.MANAGER)
    assert manager.post("/suppliers/new", data={"name": NAME, "email": "jour@"}).status_code == 422
    form = {"name": NAME, "email": CONTACT, "language": "en", "note": "Fillagring"}
    where = manager.post("/suppliers/new", data=form).headers["location"].partition("?")[0]
    made = manager.post(f"{where}/link", data={"by_mail": "yes"})
    assert made.status_code == 201
    address = re.findall(r'id="link">([^<]+)<', made.text)[0]
    token = token_in(address.partition(world.settings.base_url)[2])
    assert len(token) == 43
    assert token not in manager.get(where).text
    assert "Tell us about a personal data breach" in world.client().get(f"/tell/{token}?lang=en").text
    assert manager.post(where, data={**form, "name": "Molnlagret Syd AB"}).status_code == 303
    assert "Molnlagret Syd AB" in manager.get("/suppliers").text
    assert manager.post(f"{where}/link/revoke").status_code == 303
    assert world.client().get(f"/tell/{token}").status_code == 404
    with world.look() as session:
        actions = select(AuditEntry.action).where(AuditEntry.action.like("supplier:%")).order_by(AuditEntry.seq)
        assert list(session.scalars(actions)) == [
            "supplier:added",
            "supplier:link_made",
            "supplier:changed",
            "supplier:link_revoked",
        ]


def test_a_handler_asks_and_reads_the_numbered_answers(world: World) -> None:
    case, supplier, manager = Case(world).take(), Supplier(world), world.client(Role.MANAGER)
    page = f"{case.path}/suppliers"
    assert manager.post(page, data={"supplier": supplier.id}).status_code == 422
    due = {"needed_by_date": "2026-11-23", "needed_by_time": "12:00"}
    asked = manager.post(page, data={"supplier": supplier.id, **due})
    assert asked.status_code == 201
    token = token_in(re.findall(rf'id="link">{world.settings.base_url}([^<]+)<', asked.text)[0])
    assert "Tillfrågad, inte öppnat" in manager.get(page).text
    client = world.client()
    client.post(f"/tell/{token}")
    assert "Öppnat, inte svarat" in manager.get(page).text
    world.later(hours=30)
    manager = world.client(Role.MANAGER)
    assert "Sen" in manager.get(page).text
    assert client.post(f"/tell/{token}/send", data=ALL).status_code == 201
    told = manager.get(page).text
    for shown in ("Besvarat", "1\u202f200", STORY, "lör 21 nov 2026 18:00 CET",
                  "Deras tid är inte vår"):  # fmt: skip
        assert shown in told
    assert "lör 21 nov 2026 18:00 CET" in manager.get(case.path).text
    auditor = world.client(Role.AUDITOR).get(page).text
    assert STORY in auditor
    assert "Be en leverantör om uppgifter" not in auditor


@pytest.mark.parametrize("key", [Role.MANAGER, Role.HEAD])
def test_whoever_is_involved_sees_no_trace_of_what_a_supplier_told(small_world: World, key: str) -> None:
    """Not even when the standing link was last used."""
    world, supplier = small_world, Supplier(small_world)
    Case(world)  # gives everybody a password, so that the second person can sign
    token, client = supplier.link(), world.client(key)
    paths = ("/suppliers", f"/suppliers/{supplier.id}", "/incidents")
    before = [client.get(path).text for path in paths]
    case = Case.of(world, supplier.tell(token).incident.reference)
    assert [client.get(path).text for path in paths] != before
    case.do(propose_exclusion, Role.DEPUTY, world.users[key].id, "Sålde tjänsten till oss.")
    case.sign(Role.HEAD if key == Role.MANAGER else Role.MANAGER)
    assert [client.get(path).text for path in paths] == before
    assert client.get(f"{case.path}/suppliers").status_code == 404
    assert client.post(f"{case.path}/suppliers", data={"supplier": supplier.id}).status_code == 404
