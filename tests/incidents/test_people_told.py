"""The case's number of people beside the people told: it warns at every step, asks for words, and holds nobody back."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Invalid
from incidents import informing
from incidents.case_facts import gather
from incidents.case_notes import NoteKind, note_text, notes
from incidents.ending import NotYet, close
from incidents.informing.accounting import list_beside_case, told_beside_case
from incidents.informing.approving import Fewer
from incidents.next_step import NextStep, next_step
from incidents.people_count import PEOPLE_BANDS, PeopleCount
from incidents.people_told import Side, difference, on_list, when_told
from notifications.letters.models import Recipient
from notifications.letters.reach import listed, told
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.cases import learnt
from tests.incidents.letters import LIST, PASSWORD, Letters, letters_of

WHY = "De andra 86 bor på okänd adress; en annons står i tidningen."


@pytest.fixture
def letters(world: World, postbox: Postbox) -> Letters:
    return counting(letters_of(world, postbox), 90)


@pytest.fixture
def small(small_world: World, postbox: Postbox) -> Letters:
    return counting(letters_of(small_world, postbox), 90)


def counting(letters: Letters, number: int, most: int | None = None) -> Letters:
    """Classified just now, with so many people."""
    with letters.case() as (_, incident):
        incident.people_min, incident.people_max = number, most or number
        incident.classified_at = letters.world.now
    return letters


def sent(letters: Letters) -> Letters:
    """Three mails have arrived; Siv waits for her letter in the post."""
    letters.prepared()
    letters.do(informing.approve, Role.APPROVER, str(letters.mails), PASSWORD, fewer=Fewer(confirmed=True))
    letters.world.later(minutes=10)
    letters.work()
    letters.work()
    assert letters.track == "sent"
    return letters


def settled(letters: Letters) -> Letters:
    """Everything but the people is done."""
    with letters.case() as (_, incident):
        incident.authority_track, incident.containment = "complete", "done"
    letters.do(learnt, Role.MANAGER, "Dubbelkolla listan.")
    return letters


def facts_of(letters: Letters, action: str) -> dict[str, Any]:
    with letters.case() as (session, incident):
        query = select(AuditEntry.entry).where(AuditEntry.case_id == incident.id, AuditEntry.action == action)

        found: dict[str, Any] = json.loads(session.scalars(query).one())["facts"]
        return found


@pytest.mark.parametrize(
    ("affected", "number", "side"),
    [
        (PeopleCount.exact(90), 3, Side.FEWER),
        (PeopleCount.exact(90), 90, None),
        (PeopleCount.exact(90), 91, Side.MORE),
        (PeopleCount(11, 100), 11, None),
        (PeopleCount(11, 100), 100, None),
        (PeopleCount(11, 100), 10, Side.FEWER),
        (PeopleCount(1001), 5000, None),
        (PeopleCount(1001), 1000, Side.FEWER),
        (PeopleCount(), 0, None),
        (PEOPLE_BANDS["1"], 0, Side.FEWER),
    ],
)
def test_a_number_fits_or_is_told_to_be_less_or_more(affected: PeopleCount, number: int, side: Side | None) -> None:
    found = difference(affected, number)
    assert (found.side if found else None) is side


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("sv", "Berörda enligt ärendet: 90 personer. På listan: 3."),
        ("en", "Affected according to the case: 90 people. On the list: 3."),
    ],
)
def test_both_numbers_stand_in_the_sentence(lang: str, sentence: str) -> None:
    found = difference(PeopleCount.exact(90), 3)
    shown, said = on_list(found, lang), when_told(found, lang)
    assert shown is not None
    assert said is not None
    assert shown.sentence == sentence
    assert said.sentence != sentence
    assert on_list(None, lang) is when_told(None, lang) is None


def test_people_are_counted_by_mail_by_hand_and_in_public_and_once_for_two_letters(letters: Letters) -> None:
    sent(letters)
    with letters.case() as (session, incident):
        assert told(session, [incident.id]) == {incident.id: 3}
        assert listed(session, letters.mailing) == 4
    siv = letters.row(5)
    letters.do(lambda session, actor, incident, now: informing.tell_otherwise(
        session, actor, incident, session.get_one(Recipient, siv.id), "public", now), Role.MANAGER)  # fmt: skip
    letters.do(informing.finish, Role.MANAGER, WHY)
    letters.do(informing.start_again, Role.MANAGER, "En rättelse till två, och en ny.")
    letters.import_list("Namn;E-post\nÅsa Öberg;asa@kund.example.com\nKaj Ny;kaj@kund.example.com\n")
    with letters.case() as (session, incident):
        assert told(session, [incident.id]) == {incident.id: 4}
        assert listed(session, letters.mailing) == 5


def test_the_approver_says_that_the_list_is_short_and_the_first_letters_leave(letters: Letters) -> None:
    letters.prepared()
    with pytest.raises(Invalid) as wrong:
        letters.approve()
    assert list(wrong.value.fields) == ["fewer"]
    letters.do(informing.approve, Role.APPROVER, str(letters.mails), PASSWORD, fewer=Fewer(why="Resten i morgon."))
    assert letters.track == "holding"
    assert facts_of(letters, "mailing:short_list_approved") == {"affected_least": 90, "affected_most": 90, "told": 4}


@pytest.mark.parametrize("number", [3, 4])
def test_a_list_as_long_as_the_case_says_or_longer_asks_nothing_of_the_approver(small: Letters, number: int) -> None:
    counting(small, number).prepared().approve()
    assert small.track == "holding"


def test_marking_as_done_asks_why_and_the_reason_is_kept_and_logged(letters: Letters) -> None:
    sent(letters)
    for reason in ("", "Nja."):
        with pytest.raises(Invalid):
            letters.do(informing.finish, Role.MANAGER, reason)
    letters.do(informing.finish, Role.MANAGER, WHY)
    assert letters.track == "done"
    with letters.case() as (session, incident):
        [note] = [one for one in notes(session, incident) if one.kind == NoteKind.DIFFERENCE]
        assert note_text(session, note) == WHY
    assert facts_of(letters, "mailing:difference_explained")["told"] == 3
    settled(letters).do(close, Role.MANAGER, "")


def test_everybody_told_asks_for_no_reason(small: Letters) -> None:
    sent(counting(small, 3))
    siv = small.row(5)
    with pytest.raises(Invalid):
        small.do(informing.finish, Role.MANAGER, "")  # Siv is still to be told, although the case says three
    small.do(lambda session, actor, incident, now: informing.tell_otherwise(
        session, actor, incident, session.get_one(Recipient, siv.id), "letter", now), Role.MANAGER)  # fmt: skip
    counting(small, 4).do(informing.finish, Role.MANAGER, "")
    settled(small).do(close, Role.MANAGER, "")


def test_closing_needs_numbers_that_agree_or_a_reason_since_the_number_was_saved(letters: Letters) -> None:
    sent(letters)
    letters.do(informing.finish, Role.MANAGER, WHY)
    settled(letters)
    letters.world.later(hours=1)
    counting(letters, 200)
    with pytest.raises(NotYet) as missing:
        letters.do(close, Role.MANAGER, "")
    assert len(missing.value.missing) == 1
    with letters.case() as (session, incident):
        found = gather(session, letters.actor(Role.MANAGER), incident, letters.world.now)
        assert next_step(found.facts) is NextStep.EXPLAIN_NUMBERS
    letters.do(informing.explain, Role.MANAGER, WHY)
    letters.do(close, Role.MANAGER, "")


def test_an_updated_number_is_enough(small: Letters) -> None:
    sent(small)
    small.do(informing.finish, Role.MANAGER, WHY)
    settled(small)
    small.world.later(hours=1)
    counting(small, 3)
    small.do(close, Role.MANAGER, "")


def test_more_people_told_than_the_case_says_is_seen_and_its_reason_kept(small: Letters) -> None:
    sent(counting(small, 2))
    small.do(informing.finish, Role.MANAGER, "Siv får brev.")
    with small.case() as (session, incident):
        found = told_beside_case(session, incident)
        assert found is not None
        assert (found.side, found.told) == (Side.MORE, 3)
        assert list_beside_case(session, incident, small.mailing) is not None
    settled(small).do(close, Role.MANAGER, "")


def manager(letters: Letters) -> TestClient:
    return letters.world.client(Role.MANAGER)


def test_the_pages_say_both_numbers_from_the_list_to_the_end(small: Letters) -> None:
    on_paper, done = "Berörda enligt ärendet: 90 personer. På listan: 4.", "Har fått besked: 3."
    path = "/incidents/PUI-2026-7K3Q"
    client, approver = manager(small), small.world.client(Role.APPROVER)
    client.post(f"{path}/people/import", data={"pasted": LIST})
    assert on_paper in client.get(f"{path}/people/import").text
    small.prepared()
    assert on_paper in client.get(f"{path}/people").text
    shown = approver.get(f"{path}/people/approve").text
    assert on_paper in shown
    assert 'name="fewer"' in shown
    form = {"count": "3", "password": PASSWORD}
    refused = approver.post(f"{path}/people/approve", data=form)
    assert (refused.status_code, "Bekräfta att du vet det" in refused.text) == (422, True)
    assert approver.post(f"{path}/people/approve", data=form | {"fewer": "yes"}).status_code == 303
    small.world.later(minutes=10)
    small.work()
    small.work()
    assert done in client.get(f"{path}/people").text
    assert client.post(f"{path}/people/done", data={"reason": ""}).status_code == 422
    assert client.post(f"{path}/people/done", data={"reason": WHY}).status_code == 303
    shown = client.get(f"{path}/people").text
    assert done in shown
    assert "Skälet står i ärendets berättelse." in shown


def test_the_closing_page_asks_for_the_reason_and_takes_it(small: Letters) -> None:
    path = "/incidents/PUI-2026-7K3Q"
    sent(small).do(informing.finish, Role.MANAGER, WHY)
    settled(small).world.later(hours=1)
    counting(small, 200)
    client = manager(small)
    shown = client.get(f"{path}/close").text
    assert "Berörda enligt ärendet: 200 personer. Har fått besked: 3." in shown
    assert 'action="/incidents/PUI-2026-7K3Q/close"' not in shown
    assert "Skriv varför antalen skiljer sig åt" in client.get(path).text
    assert client.post(f"{path}/people/difference", data={"difference": "Nja"}).status_code == 422
    assert client.post(f"{path}/people/difference", data={"difference": WHY}).status_code == 303
    assert 'action="/incidents/PUI-2026-7K3Q/close"' in client.get(f"{path}/close").text
    assert re.search("varför antalet som fått besked skiljer sig", client.get(path).text)
