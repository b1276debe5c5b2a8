"""The report form, the receipt, the status page and the thread, as a browser without scripts uses them."""

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
from identity.throttle import Limit
from incidents import reported
from incidents.models import Incident, ThreadMessage
from incidents.receipt import ALPHABET, grouped
from notifications.models import OutboxMessage
from tests.fixtures.world import World
from tests.incidents.reporting import STORY, answers

FORM = "/r/nordhamn"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c63000100000500010d0a2db4"
    "0000000049454e44ae426082"
)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
CODE = re.compile(r'id="code-text">([^<]+)<')


def hidden(answer: Response) -> dict[str, Any]:
    """The answers that a page carries along."""
    carried: dict[str, Any] = {}
    for name, value in HIDDEN.findall(answer.text.partition('id="report"')[2]):
        carried.setdefault(name, []).append(html.unescape(value))
    return carried


def press(client: TestClient, before: Response, **given: Any) -> Response:
    """Fill in what a page asks for and send it on with all that it carries."""
    return client.post(FORM, data={**hidden(before), **given})


def code_on(answer: Response) -> str:
    found = CODE.search(answer.text)
    assert found, answer.status_code
    return found[1]


def sent(world: World, client: TestClient | None = None, **changes: Any) -> Response:
    return (client or world.client()).post(f"{FORM}/send", data=answers(**changes))


def incident_of(world: World) -> Incident:
    with world.look() as session:
        return session.scalars(select(Incident)).one()


def test_seven_answers_on_four_pages_a_check_and_a_receipt(world: World) -> None:
    client = world.client()
    told = answers()
    page = client.get(FORM)
    for names in (("what_happened_kind", "what_happened_text"), ("noticed_at_choice", "still_going_on"),
                  ("data_kinds", "people_band"), ("contact_choice", "contact_value")):  # fmt: skip
        page = press(client, page, **{name: told[name] for name in names})
        assert page.status_code == 200, page.text
    assert "Skickat till fel mottagare" in page.text
    assert STORY in page.text
    receipt = client.post(f"{FORM}/send", data=hidden(page))
    assert receipt.status_code == 201
    incident = incident_of(world)
    assert incident.reference in receipt.text
    assert "Återkalla mejlet" in receipt.text
    assert "senast 14:35 CET" in receipt.text
    again = client.post(f"{FORM}/send", data=hidden(page))
    assert (again.status_code, code_on(again)) == (200, code_on(receipt))


def test_the_first_page_brings_a_key_of_its_own_without_scripts(small_world: World) -> None:
    keys = {hidden(small_world.client().get(FORM))["client_uuid"][0] for _ in range(3)}
    assert len(keys) == 3
    assert all(len(key) == 24 for key in keys)


def test_the_check_page_leaves_out_a_day_from_an_answer_that_was_changed(small_world: World) -> None:
    told = answers(noticed_at_choice="today", noticed_date="2026-11-03", noticed_time="09:30", page="4")
    checked = small_world.client().post(FORM, data=told)
    shown = re.sub(r"<input[^>]*>", "", checked.text)
    assert "09:30" in shown
    assert "2026-11-03" not in shown


@pytest.mark.parametrize(
    ("page", "wrong", "sentence"),
    [
        (1, {"what_happened_text": "kort"}, "Skriv lite mer"),
        (1, {"what_happened_kind": None}, "Svara på frågan"),
        (2, {"noticed_at_choice": "other"}, "Ungefär räcker"),
        (2, {"noticed_at_choice": "other", "noticed_date": "2026-11-30"}, "inte varit än"),
        (2, {"noticed_at_choice": "other", "noticed_date": "1999-01-01"}, "mer än två år"),
        (2, {"noticed_at_choice": "other", "noticed_date": "i förrgår"}, "går inte att använda"),
        (3, {"data_kinds": None}, "Välj minst ett svar"),
        (3, {"people_band": "massor"}, "Välj ett av svaren"),
        (4, {"contact_value": "rut@"}, "Skriv en e-postadress"),
        (4, {"contact_choice": "phone", "contact_value": "ring mig"}, "Skriv ett telefonnummer"),
        (4, {"happened_at_date": "2026-11-30"}, "inte varit än"),
        (4, {"involved": ["auditor"]}, "Välj ett av svaren"),
        (4, {"unit": "x" * 301}, "för lång"),
    ],
)
def test_every_answer_is_kept_on_any_error(small_world: World, page: int, wrong: Any, sentence: str) -> None:
    told = answers(where_system="Sälj & <stöd>", **wrong)
    for address in (FORM, f"{FORM}/send"):
        answer = small_world.client().post(address, data={**told, "page": str(page)})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "Något behöver rättas" in answer.text
        assert "Fel: " in answer.text
        shown = html.unescape(answer.text)
        for name, value in told.items():
            for one in value if isinstance(value, list) else [value]:
                # an answer that is none of the choices cannot be shown as chosen
                if one not in {"massor", "auditor"}:
                    assert one in shown, name
    with small_world.look() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0


def test_changing_an_answer_from_the_check_page_leads_back_to_it(small_world: World) -> None:
    client = small_world.client()
    check = client.post(FORM, data={**answers(), "page": "4"})
    assert "Kontrollera dina svar" in check.text
    third = press(client, check, go="3")
    assert "Vilka uppgifter" in third.text
    back = press(client, third, data_kinds=["health"], people_band="1")
    assert "Kontrollera dina svar" in back.text
    assert "Hälsa eller sjukfrånvaro" in back.text
    assert STORY in back.text


def test_changing_the_language_half_way_keeps_every_answer(small_world: World) -> None:
    client = small_world.client()
    told = answers(what_happened_text="kort")
    page = client.post(f"{FORM}?lang=en", data={**told, "page": "1", "go": "stay"})
    assert page.status_code == 200
    assert "Report what has happened" in page.text
    assert ">\nkort</textarea>" in page.text


def test_a_personal_number_is_asked_about_and_never_blocks(small_world: World) -> None:
    client = small_world.client()
    told = answers(what_happened_text="Gäller 811228-9874 och en till.")
    asked = client.post(FORM, data={**told, "page": "1"})
    assert asked.status_code == 200
    assert "Står det ett personnummer?" in asked.text
    removed = press(client, asked, go="remove")
    assert hidden(removed)["what_happened_text"] == ["Gäller [borttaget] och en till."]
    kept = press(client, asked, go="keep")
    assert hidden(kept)["what_happened_text"] == ["Gäller 811228-9874 och en till."]
    further = press(client, kept, noticed_at_choice="now", still_going_on="no")
    assert "Vilka uppgifter" in further.text


def test_an_unknown_link_still_takes_the_report(small_world: World) -> None:
    client = small_world.client()
    page = client.get("/r/gammal")
    assert page.status_code == 200
    assert "känner inte igen" in page.text
    assert "031-390 06 42" in page.text
    assert client.post("/r/gammal/send", data=answers()).status_code == 201
    assert incident_of(small_world).source == "unverified_link"


def test_a_filled_trap_asks_once_more_and_loses_nothing(small_world: World) -> None:
    client = small_world.client()
    caught = client.post(f"{FORM}/send", data=answers(website="https://spam.example"))
    assert caught.status_code == 422
    assert "en gång till" in caught.text
    assert client.post(f"{FORM}/send", data=hidden(caught)).status_code == 201


def test_the_public_form_shows_roles_and_never_a_name(small_world: World) -> None:
    page = small_world.client().post(FORM, data={"page": "4", "go": "stay"})
    assert "Ställföreträdaren" in page.text
    for user in small_world.users.values():
        assert user.name not in page.text


def test_who_is_signed_in_finds_the_report_unless_they_say_no(world: World) -> None:
    employee = world.client(Role.EMPLOYEE)
    assert employee.get("/report").headers["location"] == FORM
    sent(world, employee)
    sent(world, employee, client_uuid="7d444840-9dc0-11d1-b245-5ffdce74fad2", not_my_account="yes")
    mine = employee.get("/report/mine")
    assert mine.text.count("PUI-2026-") == 2  # the link and the cell of one row
    assert "Mottagen" in mine.text
    assert world.client().get("/report").headers["location"].startswith("/sign-in")


def test_my_report_opens_without_a_code_and_for_nobody_else(world: World) -> None:
    employee = world.client(Role.EMPLOYEE)
    sent(world, employee)
    here = f"/report/mine/{incident_of(world).reference}"
    assert employee.post(f"{here}/message", data={"text": "En sak till."}).status_code == 303
    assert employee.post(f"{here}/files", files={"file": ("bild.png", PNG)}).status_code == 303
    shown = employee.get(here)
    assert "En sak till." in shown.text
    assert "bild.png" in shown.text
    assert world.client(Role.MANAGER).get(here).status_code == 404


def test_the_code_opens_the_status_page_and_stands_in_no_address(world: World) -> None:
    client = world.client()
    code = code_on(sent(world))
    opened = client.post("/status", data={"code": code.lower().replace(" ", "-")})
    assert (opened.status_code, opened.headers["location"]) == (303, "/status/report")
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert code.replace(" ", "") not in cookie
    page = client.get("/status/report")
    assert incident_of(world).reference in page.text
    assert code_on(page) == code
    assert client.post("/status/report/saved").status_code == 303
    assert code not in client.get("/status/report").text
    world.later(minutes=61)
    assert client.get("/status/report").headers["location"] == "/status"


def test_an_unknown_code_looks_like_a_wrong_one_and_is_slowed(world: World) -> None:
    code = code_on(sent(world)).replace(" ", "")
    other = ALPHABET[(ALPHABET.index(code[-1]) + 1) % 32]
    client = world.client()
    pages = {}
    for wrong in (code[:-1] + other, "0" * 26, "hej", ""):
        answer = client.post("/status", data={"code": wrong})
        assert answer.status_code == 422
        pages[wrong] = answer.text.replace(f'value="{wrong}"', "") if wrong else answer.text
        assert "Ingen rapport har den koden" in answer.text
        assert "031-390 06 42" in answer.text
    assert len({re.sub(r"\s+", " ", page).replace(" >", ">") for page in pages.values()}) == 1
    for _ in range(3):
        slowed = client.post("/status", data={"code": "0" * 26})
    assert slowed.status_code == 429
    assert client.post("/status", data={"code": code}).status_code == 429
    world.later(minutes=16)
    assert client.post("/status", data={"code": code}).status_code == 303


def test_the_thread_goes_both_ways(world: World) -> None:
    reporter, manager = world.client(), world.client(Role.MANAGER)
    code = code_on(sent(world))
    here = f"{incident_of(world).path}/thread"
    assert manager.post(here, data={"text": "Vem fick filen?"}).status_code == 303
    reporter.post("/status", data={"code": code})
    assert "Vem fick filen?" in reporter.get("/status/report").text
    assert reporter.post("/status/report/message", data={"text": "Ett annat\nföretag."}).status_code == 303
    shown = manager.get(here)
    assert "Ett annat\nföretag." in shown.text
    assert "Markera som läst" in shown.text
    assert manager.post(f"{here}/read").status_code == 303
    assert "Markera som läst" not in manager.get(here).text
    with world.look() as session:
        kinds = sorted(session.scalars(select(OutboxMessage.kind)))
        assert kinds.count("question") == 1
        assert kinds.count("reporter_wrote") == 2
        assert all(row.read_at for row in session.scalars(select(ThreadMessage)))


def test_an_empty_message_is_asked_for_again(small_world: World) -> None:
    client = small_world.client()
    client.post("/status", data={"code": code_on(sent(small_world))})
    assert client.post("/status/report/message", data={"text": "  "}).status_code == 422
    manager = small_world.client(Role.MANAGER)
    assert manager.post(f"{incident_of(small_world).path}/thread", data={}).status_code == 422


def test_a_message_outlives_the_hour(small_world: World) -> None:
    client = small_world.client()
    code = code_on(sent(small_world))
    client.post("/status", data={"code": code})
    small_world.later(hours=2)
    asked = client.post("/status/report/message", data={"text": "Skrivet länge."})
    assert "Följ en rapport" in asked.text
    back = client.post("/status", data={"code": code, "text": "Skrivet länge."})
    assert ">\nSkrivet länge.</textarea>" in back.text


def test_files_come_after_the_report_and_are_only_downloaded(world: World) -> None:
    reporter, manager = world.client(), world.client(Role.MANAGER)
    code = code_on(sent(world))
    added = reporter.post("/status/report/files", data={"code": code}, files={"file": ("Åsas skärm.png", PNG)})
    assert added.status_code == 200
    assert "Åsas skärm.png" in added.text
    assert code_on(added) == code
    here = f"{incident_of(world).path}/files"
    assert manager.post(here, files={"file": ("anteckning.txt", b"Vi ringde.")}).status_code == 303
    shown = manager.get(here)
    assert "anteckning.txt" in shown.text
    with world.look() as session:
        file = session.scalars(select(StoredFile).where(StoredFile.purpose == "report")).one()
        assert file.uploaded_by == "reporter"
    got = manager.get(f"{here}/{file.id}")
    assert got.content == PNG
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%C3%85sas")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    with world.look() as session:
        actions = list(session.scalars(select(AuditEntry.action)))
        assert {"file:added", "file:listed", "file:read"} <= set(actions)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("virus.exe", b"MZ", "tas inte emot"),
        ("tom.txt", b"", "tom"),
        ("bild.png", b"<script>", "stämmer inte"),
        (None, b"", "Välj en fil"),
    ],
)
def test_files_that_are_refused_say_why(small_world: World, name: str | None, content: bytes, sentence: str) -> None:
    code = code_on(sent(small_world))
    files = {"file": (name, content)} if name else {"other": ("x.txt", b"x")}
    answer = small_world.client().post("/status/report/files", data={"code": code}, files=files)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(small_world: World) -> None:
    code = code_on(sent(small_world))
    huge = b"x" * (20 * 2**20 + 70_000)
    answer = small_world.client().post("/status/report/files", data={"code": code}, files={"file": ("a.txt", huge)})
    assert answer.status_code == 413


def test_the_reporter_may_add_ten_files(small_world: World) -> None:
    code = code_on(sent(small_world))
    client = small_world.client()
    for number in range(PER_CASE):
        added = client.post("/status/report/files", data={"code": code}, files={"file": (f"{number}.txt", b"x")})
        assert added.status_code == 200
    more = client.post("/status/report/files", data={"code": code}, files={"file": ("11.txt", b"x")})
    assert more.status_code == 422
    assert "redan tio filer" in more.text


def test_the_receipt_can_be_kept_as_a_file_and_mailed_only_when_asked(small_world: World) -> None:
    client = small_world.client()
    code = code_on(sent(small_world))
    kept = client.post("/receipt/file", data={"code": code})
    assert code in kept.text
    assert kept.headers["content-disposition"].startswith("attachment")
    with small_world.look() as session:
        assert "receipt_code" not in set(session.scalars(select(OutboxMessage.kind)))
    assert client.post("/receipt/mail", data={"code": code}).status_code == 200
    with small_world.look() as session:
        assert "receipt_code" in set(session.scalars(select(OutboxMessage.kind)))
    assert client.get("/receipt").headers["location"] == "/status"
    assert client.post("/receipt/file", data={"code": grouped("0" * 26)}).status_code == 422


def test_a_spoken_report_is_written_on_one_page(world: World) -> None:
    manager = world.client(Role.MANAGER)
    assert manager.get("/incidents/phone-in").status_code == 200
    told = answers(reported_by_phone_at_date="2026-11-22", reported_by_phone_at_time="12:30", what_happened_text="x")
    refused = manager.post("/incidents/phone-in", data=told)
    assert refused.status_code == 422
    assert 'value="12:30"' in refused.text
    saved = manager.post("/incidents/phone-in", data={**told, "what_happened_text": STORY})
    assert saved.status_code == 201
    incident = incident_of(world)
    assert (incident.source, incident.taken_by_phone, incident.reporter_id) == ("phone", True, None)
    with world.look() as session:
        assert reported.narrative(session, incident) == STORY
    assert world.client().post("/status", data={"code": code_on(saved)}).status_code == 303
    assert world.client(Role.AUDITOR).get("/incidents/phone-in").status_code == 404


def test_who_is_involved_finds_no_thread_and_no_file(world: World) -> None:
    sent(world, involved=["manager"])
    path = incident_of(world).path
    for page in ("thread", "files"):
        unknown = world.client(Role.MANAGER).get(f"/incidents/PUI-2026-0000/{page}")
        answer = world.client(Role.MANAGER).get(f"{path}/{page}")
        assert (answer.status_code, len(answer.text)) == (404, len(unknown.text))
        assert world.client(Role.DEPUTY).get(f"{path}/{page}").status_code == 200


def test_a_flood_from_one_address_is_slowed_and_a_retry_never_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.pages.report.NEW_REPORTS", Limit(tries=2, free=2))
    keys = [f"{number}fad5b-d9cb-469f-a165-70867728950e" for number in "123"]
    assert [sent(world, client_uuid=key).status_code for key in keys] == [201, 201, 429]
    refused = sent(world, client_uuid=keys[2])
    assert refused.status_code == 429
    assert hidden(refused)["what_happened_text"] == [STORY]
    assert "031-390 06 42" in refused.text
    assert sent(world, client_uuid=keys[0]).status_code == 200
    world.later(minutes=15)
    assert sent(world, client_uuid=keys[2]).status_code == 201
