"""The pages of a notice by e-mail: what leaves is shown before it is signed, and what a person typed is never lost."""

import hashlib
from collections.abc import Callable

import pytest

from core.access import Role
from incidents.case_waits import waits
from incidents.next_step import NoticeMailing
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.cases import PASSWORD
from tests.incidents.notice_mails import DENMARK, Sender, through

INSTEAD = "Vi har ingen dansk inloggning."


@pytest.fixture
def sender(small_world: World, postbox: Postbox) -> Sender:
    """The pages have the same relay as the worker."""
    small_world.settings = through(small_world, postbox)
    return Sender(small_world, postbox)


def said(sender: Sender, **changes: str) -> dict[str, str]:
    with sender.world.look() as session:
        version = str(sender.notice(session).version)
    return {"version": version, "instead": INSTEAD, "unencrypted": "yes", "password": PASSWORD, **changes}


def test_the_released_notice_leads_to_the_mail_only_where_the_authority_takes_one(
    small_world: World, postbox: Postbox
) -> None:
    denmark, sweden = Sender(small_world, postbox), Sender(small_world, postbox, "imy")
    manager = small_world.client(Role.MANAGER)
    for one, offered in ((denmark, True), (sweden, False)):
        page = manager.get(f"{one.case.path}/authority").text
        assert (f'href="{one.case.path}/authority/mail"' in page) == offered
    refused = manager.get(f"{sweden.case.path}/authority/mail")
    assert refused.status_code == 200
    assert "Inte med e-post till den här myndigheten" in refused.text
    assert "<form class" not in refused.text


def test_the_page_shows_all_that_leaves_before_it_is_signed(sender: Sender) -> None:
    manager = sender.world.client(Role.MANAGER)
    page = manager.get(f"{sender.case.path}/authority/mail").text
    for shown in (DENMARK, "manager@nordhamn.example", f"phase 1 · {sender.case.reference}", "okrypterade",
                  "går i väg efter 2 minuter", f"{sender.case.reference}-notice-1.pdf"):  # fmt: skip
        assert shown in page, shown
    for kind in ("pdf", "json"):
        content = manager.get(f"{sender.case.path}/authority/notice.{kind}").content
        assert hashlib.sha256(content).hexdigest() in page, kind


def test_signed_it_waits_is_shown_to_everybody_and_is_stopped_by_one_press(sender: Sender) -> None:
    manager, path = sender.world.client(Role.MANAGER), f"{sender.case.path}/authority"
    answer = manager.post(f"{path}/mail", data=said(sender))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/mail")
    assert "Stoppa mejlet" in manager.get(f"{path}/mail").text
    writer = sender.world.client(Role.WRITER).get(path).text
    assert "Mejlet går i väg" in writer
    assert "/authority/mail" not in writer
    assert manager.post(f"{path}/mail/stop").status_code == 303
    sender.leave()
    assert sender.letters() == []


def test_nothing_typed_is_lost_when_something_is_missing(sender: Sender) -> None:
    answer = sender.world.client(Role.MANAGER).post(
        f"{sender.case.path}/authority/mail", data=said(sender, unencrypted="", password="fel")
    )
    assert answer.status_code == 422
    assert INSTEAD in answer.text
    assert "Bilagorna är inte krypterade" in answer.text


def test_the_notice_cannot_be_saved_while_the_mail_is_under_way_and_what_was_typed_stays(sender: Sender) -> None:
    sender.send()
    with sender.world.look() as session:
        version = str(sender.notice(session).version)
    typed = {"version": version, "asked": "62", "q62": "En ny berättelse.", "q62_state": "known"}
    answer = sender.world.client(Role.MANAGER).post(f"{sender.case.path}/authority/edit", data=typed)
    assert answer.status_code == 409
    assert "Stoppa mejlet först" in answer.text
    assert "En ny berättelse." in answer.text


def test_taken_it_stands_among_what_was_sent_with_the_files_of_the_mail(sender: Sender) -> None:
    sender.send()
    sender.leave()
    page = sender.world.client(Role.MANAGER).get(f"{sender.case.path}/authority").text
    mail = sender.mails()[0]
    assert "<dt>Antecknad av</dt><dd>Vaka</dd>" in page
    assert f"/files/{mail.pdf_file_id}" in page
    assert f"/files/{mail.json_file_id}" in page
    again = sender.world.client(Role.MANAGER).get(f"{sender.case.path}/authority/mail").text
    assert "1 mejl med anmälan är avslutat" in again


def test_a_doubt_is_a_banner_on_the_case_and_the_next_step(sender: Sender) -> None:
    sender.in_doubt()
    manager = sender.world.client(Role.MANAGER)
    page = manager.get(sender.case.path).text
    assert "Ingen vet om anmälan till myndigheten kom fram" in page
    assert "Red ut om den kom fram" in page
    with sender.world.look() as session:
        incident = sender.case.row(session)
        found = waits(session, sender.world.actor(Role.MANAGER), [incident])[incident.id]
    assert found.notice_mail is NoticeMailing.IN_DOUBT


def arrives(sender: Sender, **changes: str) -> dict[str, str]:
    return {"how": "Myndigheten har bekräftat det.", "arrived_at_date": "2026-11-22", "arrived_at_time": "14:07",
            **changes}  # fmt: skip


def test_a_person_says_on_the_page_that_it_arrived(sender: Sender) -> None:
    sender.in_doubt()
    manager, path = sender.world.client(Role.MANAGER), f"{sender.case.path}/authority"
    page = manager.get(f"{path}/mail").text
    assert 'value="14:07"' in page, "when it was handed over"
    for changes in ({"how": "nja"}, {"arrived_at_date": "", "arrived_at_time": ""}, {"arrived_at_date": "2026-11-21"}):
        refused = manager.post(f"{path}/mail/arrived", data=arrives(sender, **changes))
        assert refused.status_code == 422, changes
    assert manager.post(f"{path}/mail/arrived", data=arrives(sender)).status_code == 303
    assert sender.filing() is not None
    assert manager.post(f"{path}/mail/arrived", data=arrives(sender)).status_code == 409


def test_a_person_sends_it_again_on_the_page(sender: Sender) -> None:
    sender.in_doubt()
    manager, path = sender.world.client(Role.MANAGER), f"{sender.case.path}/authority/mail"
    typed = {"reason": "Myndigheten har inget fått.", "password": "fel"}
    refused = manager.post(f"{path}/again", data=typed)
    assert refused.status_code == 422
    assert "Myndigheten har inget fått." in refused.text
    assert manager.post(f"{path}/again", data=typed | {"password": PASSWORD}).status_code == 303
    sender.leave()
    assert len(sender.letters()) == 2
    page = manager.get(path).text
    assert "Oklart, skickat igen av en person" in page
    assert "Myndigheten har inget fått." in page


@pytest.mark.parametrize("act", [lambda one: one.in_doubt(), lambda one: one.send()])
def test_the_page_of_the_filing_says_what_becomes_of_the_mail(sender: Sender, act: Callable[[Sender], object]) -> None:
    act(sender)
    page = sender.world.client(Role.MANAGER).get(f"{sender.case.path}/authority/file").text
    assert "avbryts mejlet, eller så frågar vi inte mer om det" in page


def test_without_a_relay_the_page_says_that_nobody_gets_the_mail(small_world: World, postbox: Postbox) -> None:
    sender = Sender(small_world, postbox)
    page = small_world.client(Role.MANAGER).get(f"{sender.case.path}/authority/mail").text
    assert "Mejlet blir en fil på den här datorn, och ingen får det." in page
