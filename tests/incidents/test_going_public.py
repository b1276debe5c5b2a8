"""Art. 34(3)(c), R23: the public is told instead, after another has read it, and kept with day, reach and proof."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Forbidden, Invalid
from core.files import StoredFile
from incidents import informing
from incidents.informing.going_public import PublicForm, public_of, said
from notifications.letters.public_models import PublicCommunication
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import PASSWORD, REFERENCE, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people"
PNG = ("sidan.png", b"\x89PNG\r\n\x1a\n0000")
FORM = {
    "text": "Någon utifrån kom åt vårt kundregister. Det gäller namn och telefonnummer. Ring oss om du undrar något.",
    "channels": ["website", "newspaper"],
    "places": "Startsidan i två veckor.",
    "reach": "Alla kunder besöker sidan varje månad.",
    "reason": "Vi har inga adresser, och att söka upp alla skulle ta månader.",
}
TODAY = "2026-11-22"


@pytest.fixture
def letters(world: World, postbox: Postbox) -> Letters:
    return letters_of(world, postbox)


@pytest.fixture
def small(small_world: World, postbox: Postbox) -> Letters:
    return letters_of(small_world, postbox)


def write(letters: Letters, who: str = Role.WRITER, **said: object) -> None:
    letters.do(informing.write_public, who, PublicForm.model_validate(FORM | said))


def approve(letters: Letters, who: str = Role.APPROVER, password: str = PASSWORD) -> None:
    letters.do(informing.approve_public, who, password)


def publish(letters: Letters, on: str = TODAY, proof: tuple[str, bytes] = PNG) -> None:
    letters.do(informing.publish_public, Role.WRITER, on, proof)


def row(letters: Letters) -> PublicCommunication:
    with letters.world.look() as session:
        return session.scalars(select(PublicCommunication).order_by(PublicCommunication.number.desc())).first()  # type: ignore[return-value]


def test_published_with_proof_it_tells_the_people_and_ends_the_duty(letters: Letters) -> None:
    with letters.case() as (_, incident):
        incident.people_min = incident.people_max = 900
    write(letters)
    approve(letters)
    assert letters.track == "preparing"
    publish(letters)
    assert (letters.track, row(letters).state, str(row(letters).published_on)) == ("done", "published", TODAY)
    with letters.case() as (session, incident):
        kept = session.get_one(StoredFile, row(letters).proof_id)
        assert (kept.case_id, kept.purpose, kept.media_type) == (incident.id, "public", "image/png")
        found = public_of(session, incident)
        assert found is not None
        assert said(session, found).reason == FORM["reason"]
    page = letters.world.client(Role.MANAGER).get(HERE).text
    assert "Skälet står i ärendets berättelse" in page  # why fewer were told than the case counts


@pytest.mark.parametrize("who", [Role.WRITER, Role.MANAGER])
def test_whoever_wrote_or_changed_it_never_approves_it(letters: Letters, who: Role) -> None:
    write(letters, Role.WRITER)
    write(letters, Role.MANAGER)
    with pytest.raises(Forbidden):
        approve(letters, who)
    assert row(letters).state == "draft"


def test_the_password_is_the_signature(small: Letters) -> None:
    write(small)
    with pytest.raises(Invalid):
        approve(small, password="fel lösenord")
    assert row(small).state == "draft"


def test_a_change_makes_the_approval_void(letters: Letters) -> None:
    write(letters)
    approve(letters)
    write(letters, reach="Alla som läser Nordhamns Tidning.")
    assert (row(letters).state, row(letters).approved_by, row(letters).text_hash) == ("draft", None, "")
    with pytest.raises(Conflict):
        publish(letters)


@pytest.mark.parametrize("on", ["", "2026-11-21", "2026-11-23", "snart"])
def test_it_is_published_between_the_approval_and_today(small: Letters, on: str) -> None:
    write(small)
    approve(small)
    with pytest.raises(Invalid) as wrong:
        publish(small, on)
    assert "published_on" in wrong.value.fields
    assert small.track == "preparing"


def test_without_a_file_that_shows_it_nothing_is_noted(small: Letters) -> None:
    write(small)
    approve(small)
    answer = small.world.client(Role.WRITER).post(f"{HERE}/public/published", data={"published_on": TODAY})
    assert (answer.status_code, 'href="#file"' in answer.text) == (422, True)
    assert (row(small).state, small.track) == ("approved", "preparing")


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", "kort"), ("text", f"{FORM['text']} Det är ingen anledning till oro."), ("channels", ["telepathy"]),
     ("channels", []), ("reach", ""), ("reason", "dyrt")],
)  # fmt: skip
def test_text_channel_reach_and_reason_are_all_asked_for(small: Letters, field: str, value: object) -> None:
    answer = small.world.client(Role.WRITER).post(f"{HERE}/public", data=FORM | {field: value})
    assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True)
    assert "Vi har inga adresser" in answer.text or field == "reason"


def test_where_people_get_letters_too_only_those_whom_nothing_reaches_are_told_by_it(letters: Letters) -> None:
    letters.import_list("Namn;E-post;Postadress\nÅsa;asa@kund.example.com;\nNils Ingenstans;;\nSiv;;Vägen 1\n")
    letters.write()
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    write(letters)
    approve(letters)
    publish(letters)
    assert letters.track == "sent"
    assert {number: (letters.row(number).state, letters.row(number).told_how) for number in (3, 4)} == {
        3: ("told", "public"), 4: ("pending", "")
    }  # fmt: skip


def test_what_was_published_stays_and_a_correction_is_a_new_one(small: Letters) -> None:
    write(small)
    approve(small)
    publish(small)
    write(small, text=f"{FORM['text']} Rättelse: även adresser fanns med.")
    with small.world.look() as session:
        assert list(session.scalars(select(PublicCommunication.state).order_by(PublicCommunication.number))) == [
            "published", "draft"
        ]  # fmt: skip


def test_the_log_names_channel_and_day_and_not_a_word_of_the_text(small: Letters) -> None:
    write(small)
    approve(small)
    publish(small)
    with small.world.look() as session:
        entries = session.scalars(select(AuditEntry.entry).where(AuditEntry.action.like("mailing:public_%"))).all()
    assert [word in b"".join(entries) for word in (b"website newspaper", TODAY.encode())] == [True, True]
    assert b"kundregister" not in b"".join(entries)


def test_the_pages_show_each_whose_turn_it_is(small: Letters) -> None:
    writer, approver = small.world.client(Role.WRITER), small.world.client(Role.APPROVER)
    assert "Spara och be om godkännande" in writer.get(f"{HERE}/public").text
    assert "Spara och be om godkännande" not in approver.get(f"{HERE}/public").text
    assert writer.post(f"{HERE}/public", data=FORM).status_code == 303
    assert "Godkänn texten" in approver.get(f"{HERE}/public").text
    assert "Godkänn texten" not in writer.get(f"{HERE}/public").text
    assert approver.post(f"{HERE}/public/back", data={"comment": "Skriv vad de kan göra."}).status_code == 303
    assert approver.post(f"{HERE}/public/approve", data={"password": PASSWORD}).status_code == 303
    noted = writer.post(f"{HERE}/public/published", data={"published_on": TODAY}, files={"file": PNG})
    assert noted.status_code == 303
    assert "Text till allmänheten: Publicerad" in writer.get(HERE).text
    small.work()
    subjects = {(one.recipients[0].partition("@")[0], one.subject) for one in small.postbox.letters}
    assert ("approver", f"Godkänn en text till allmänheten · {REFERENCE}") in subjects
    assert ("writer", f"Texten till allmänheten är godkänd · {REFERENCE}") in subjects


@pytest.mark.parametrize("who", [Role.AUDITOR, Role.DPO])
def test_who_only_reads_changes_nothing(small: Letters, who: Role) -> None:
    write(small)
    client = small.world.client(who)
    assert client.get(f"{HERE}/public").status_code == 200
    assert client.post(f"{HERE}/public", data=FORM).status_code == 404
    assert client.post(f"{HERE}/public/approve", data={"password": PASSWORD}).status_code == 404
