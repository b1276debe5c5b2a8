"""The record of processing (GDPR Art. 30): kept, changed, archived, and read by who may."""

import html
import re

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from incidents.activities.keeping import find_activity, line
from incidents.activities.models import Activity, ActivityProcessor
from tests.fixtures.walking import walked
from tests.fixtures.world import World
from tests.incidents.activities import PAY, activity
from tests.incidents.suppliers import NAME, Supplier

SEEN = ("Löner", "Betala ut lön & pension", "Avtal med personen (b)", "Bankkonto eller kort", "Anställda",
        "Skatteverket", "Indien", "Standardavtalsklausuler", "7 år, från räkenskapsårets slut")  # fmt: skip


def test_an_activity_is_entered_read_and_changed(world: World) -> None:
    supplier, dpo = Supplier(world), world.client(Role.DPO)
    typed = PAY | {"transfers": "US, IN", "processors": supplier.id, "owner": world.users[Role.HEAD].id}
    path = dpo.post("/activities/new", data=typed).headers["location"].partition("?")[0]
    page = html.unescape(world.client(Role.AUDITOR).get(path).text)
    for shown in (*SEEN, NAME, "Avtal saknas", "Harald Huvud"):
        assert shown in page, shown
    assert "<form method" not in page.partition("<main")[2]
    assert "Löner" in world.client(Role.HEAD).get(f"/suppliers/{supplier.id}").text
    changed = typed | {"version": "1", "name": "Lön", "people_band": "over-1000", "processors": ""}
    assert dpo.post(path, data=changed).status_code == 303
    assert dpo.post(path, data=changed).status_code == 409
    with world.look() as session:
        kept = line(session, find_activity(session, path.rpartition("/")[2]))
        assert (kept.name, kept.people_band, kept.processors) == ("Lön", "over-1000", ())
        assert session.scalars(select(ActivityProcessor)).all() == []
        assert "Lön" not in session.scalars(select(Activity.texts_sealed)).one()
        logged = session.scalars(select(AuditEntry).where(AuditEntry.object == kept.id).order_by(AuditEntry.seq)).all()
        assert [entry.action for entry in logged] == ["activity:added", "activity:read", "activity:changed"]
        assert "Lön".encode() not in logged[1].entry


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Svara på frågan"),
        ({"transfers": "Norge"}, "utanför EU och EES"),
        ({"transfers": "Atlantis"}, "Skriv namn eller koder p"),
        ({"transfer_basis": ""}, "vad överföringen vilar på"),
        ({"legal_bases": []}, "minst en rättslig grund"),
        ({"role": "processor"}, "Skriv åt vem"),
        ({"data_categories": []}, "minst ett"),
        ({"retention_number": "0"}, "för litet"),
        ({"owner": "nobody"}, "Välj någon av personer"),
        ({"processors": ["nobody"]}, "Välj en leverantör"),
        ({"purpose": "x" * 2001}, "för lång"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_every_answer_is_kept(
    small_world: World, wrong: dict[str, object], sentence: str
) -> None:
    typed = PAY | {"transfers": "US, IN"} | wrong
    answer = small_world.client(Role.MANAGER).post("/activities/new", data=typed)
    assert answer.status_code == 422
    shown = html.unescape(answer.text)
    assert sentence in shown
    for name in ("recipients", "systems", "retention_trigger", "review_on"):
        assert str(typed[name]) in shown
    with small_world.look() as session:
        assert session.scalars(select(Activity)).all() == []


def test_what_we_do_no_more_is_archived_and_found_again(small_world: World) -> None:
    manager, path = small_world.client(Role.MANAGER), f"/activities/{activity(small_world)}"
    assert manager.post(f"{path}/archive").status_code == 303
    assert manager.post(f"{path}/archive").status_code == 409
    assert "Löner" not in manager.get("/activities").text
    assert "Löner" in manager.get("/activities?show=archived").text
    assert manager.post(f"{path}/bring-back").status_code == 303
    assert manager.post(f"{path}/bring-back").status_code == 409


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.COMMISSIONER, Role.CONTROL_OWNER, Role.ADMIN])
def test_who_does_not_watch_sees_nothing(small_world: World, role: Role) -> None:
    client, path = small_world.client(role), f"/activities/{activity(small_world)}"
    assert {client.get(one).status_code for one in ("/activities", path, f"{path}/edit", "/suppliers")} == {404}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.WRITER])
def test_reading_is_not_changing(small_world: World, role: Role) -> None:
    client, path = small_world.client(role), f"/activities/{activity(small_world)}"
    assert client.get(path).status_code == (200 if role is Role.AUDITOR else 404)
    assert {client.post(one, data=PAY).status_code for one in (path, "/activities/new", f"{path}/archive")} == {404}


def test_the_record_goes_on_by_key_and_says_what_is_to_look_at_in_all_of_it(small_world: World) -> None:
    supplier = Supplier(small_world).id
    for n in range(60):
        activity(small_world, name=f"Syfte {(n * 37) % 60:02}", review_on="2026-01-31" if n % 4 == 0 else "2027-01-31",
                 processors=[supplier] if n % 3 == 0 else [])  # fmt: skip
    pages = list(walked(small_world.client(Role.AUDITOR), "/activities?lang=en"))
    found = [re.findall(r"Syfte \d\d", page.partition("<table")[2]) for page in pages]
    assert [len(one) for one in found] == [25, 25, 10]
    assert [name for one in found for name in one] == [f"Syfte {n:02}" for n in range(60)]
    assert "20 activities use a supplier without a valid agreement." in pages[0]
    assert "15 activities were not reviewed in time." in pages[0]
