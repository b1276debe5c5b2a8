"""The page that proposes like cases, what each authority page says of a joint notice, and no trace for the involved."""

from datetime import timedelta

import pytest
from httpx2 import Response

from core.access import Role
from tests.fixtures.world import World
from tests.incidents.bundles import begin, like, put_together, release, send, told_with
from tests.incidents.cases import Case
from tests.incidents.test_bundling import involve

UNKNOWN = "PUI-2026-0000"


@pytest.fixture
def lead(small_world: World) -> Case:
    return like(small_world, title="Lista till fel kund")


@pytest.fixture
def other(small_world: World, lead: Case) -> Case:
    small_world.later(hours=20)
    return like(small_world, title="Lista till fel leverantör")


def page(case: Case, path: str = "/authority/bundle", key: str = Role.MANAGER) -> str:
    return str(case.world.client(key).get(f"{case.path}{path}").text)


def is_ticked(shown: str, case: Case) -> bool:
    return "checked" in shown.partition(f'name="cases" value="{case.reference}"')[2].partition(">")[0]


def save(lead: Case, *references: str, before: str = "", key: str = Role.MANAGER) -> Response:
    form = {"cases": list(references), "before": before, "days": "14"}
    return lead.world.client(key).post(f"{lead.path}/authority/bundle", data=form)


def test_like_cases_are_proposed_with_the_reason_and_their_own_deadline(lead: Case, other: Case) -> None:
    shown = page(lead)
    assert "Liknande ärenden rapporterade inom 14 dagar" in shown
    assert f'value="{other.reference}"' in shown
    assert "samma orsak" in shown
    assert "tors 26 nov 2026 10:05 CET" in shown
    lead.world.later(days=12)
    assert f'value="{other.reference}"' in page(lead, "/authority/bundle?days=7")


def test_ticking_puts_together_and_unticking_takes_out(lead: Case, other: Case) -> None:
    assert save(lead, other.reference).headers["location"] == f"{lead.path}/authority"
    assert told_with(lead) == [other.reference]
    assert is_ticked(page(lead), other)
    assert save(lead, before=other.reference).status_code == 303
    assert told_with(lead) == []


def test_both_pages_tell_of_it_and_the_earliest_deadline_counts(lead: Case, other: Case) -> None:
    put_together(other, lead)
    shown = page(other, "/authority")
    assert "2 incidenter anmäls i den här anmälan." in shown
    assert f"Den tidigaste fristen gäller: ons 25 nov 2026 14:05 CET, för {lead.reference}." in shown
    assert "gemensam anmälan" in shown.partition("case-head")[2][:1500]
    assert "52 h 00 min kvar" in shown.partition("case-head")[2][:1500]
    joined = page(lead, "/authority")
    assert "Ska anmälas i en gemensam anmälan" in joined
    assert f'href="{other.path}/authority"' in joined
    assert "Börja anmälan" not in joined


def test_the_record_of_the_filing_says_which_is_late_and_by_how_much(lead: Case, other: Case) -> None:
    put_together(other, lead)
    other.world.now = lead.due() + timedelta(hours=3)
    begin(other)
    release(other)
    shown = page(other, "/authority/file")
    assert f"{lead.reference} ingår i den här anmälan och är 3 h 00 min efter sin frist." in shown
    sent = {"filed_at_date": "2026-11-25", "filed_at_time": "17:05", "channel": "portal"}
    refused = other.world.client(Role.MANAGER).post(f"{other.path}/authority/file", data=sent)
    assert (refused.status_code, 'href="#delay_reasons"' in refused.text) == (422, True)


def test_what_was_sent_stands_on_the_page_of_each(lead: Case, other: Case) -> None:
    put_together(lead, other)
    begin(lead)
    release(lead)
    send(lead)
    shown = page(other, "/authority")
    assert "Anmält i en gemensam anmälan" in shown
    assert "IMY-2026-1" in shown
    assert f"{other.path}/files/" in shown
    assert "Börja anmälan" not in shown
    assert "Anmälan är skickad. Lägg det nya i en komplettering." in page(lead)


def test_a_page_that_is_out_of_date_comes_back_with_what_was_ticked(lead: Case, other: Case) -> None:
    answer = save(lead, other.reference, before=UNKNOWN)
    assert (answer.status_code, "Någon annan har ändrat" in answer.text) == (409, True)
    assert is_ticked(answer.text, other)


def test_what_is_not_for_this_person_is_answered_as_what_does_not_exist(lead: Case, other: Case) -> None:
    involve(other, Role.HEAD)
    answers = [save(lead, one, key=Role.HEAD) for one in (other.reference, UNKNOWN)]
    assert [one.status_code for one in answers] == [422, 422]
    first, second = (
        one.text.replace(one.headers["x-request-id"], "ID").replace(other.reference, UNKNOWN) for one in answers
    )
    assert first == second


def test_the_involved_read_the_leading_case_as_if_there_were_no_other(small_world: World, lead: Case) -> None:
    """Byte for byte: the pages of a case of which they are no part, before and after others are told with it."""
    world = small_world
    other = like(world, title="Lista till fel leverantör")
    involve(other, Role.HEAD)
    third = like(world, title="Lista till fel skola")
    paths = ("", "/authority", "/authority/bundle", "/countries", "/log", "/similar")
    client = world.client(Role.HEAD)
    before = [_plain(client.get(f"{lead.path}{path}")) for path in paths]
    assert save(lead, other.reference).status_code == 422
    assert save(third, other.reference).status_code == 422
    assert [_plain(client.get(f"{lead.path}{path}")) for path in paths] == before


def test_only_those_who_file_change_it(lead: Case, other: Case) -> None:
    for key in (Role.WRITER, Role.DPO, Role.AUDITOR):
        assert save(lead, other.reference, key=key).status_code == 404
    assert told_with(lead) == []


def _plain(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(answer.headers["x-request-id"], "ID")
