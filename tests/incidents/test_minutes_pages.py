"""The page of the minutes: read, fetched, written anew; sealed for whoever still owes an answer."""

import pytest
from sqlalchemy import select, update

from core.access import Role
from core.document import texts
from core.i18n import translate
from incidents.commission_models import Opinion
from incidents.minutes_models import Minutes
from incidents.opinions import OpinionForm, View, opine
from tests.fixtures.world import World
from tests.incidents.bench import RATIONALE, Bench
from tests.incidents.minutes import file, newest, rows
from tests.incidents.test_deciding import early


def decided(world: World) -> Bench:
    bench = Bench(world).done()
    bench.decide()
    return bench


def advised(bench: Bench) -> None:
    world = bench.world
    with world.change() as session:
        opinion = session.scalars(select(Opinion)).one()
        opine(session, world.actor(Role.DPO), opinion, OpinionForm(view=View.AGREES, text="Ring dem först."), world.now)


def test_the_page_says_what_the_minutes_say_and_that_the_log_agrees(small_world: World) -> None:
    bench = decided(small_world)
    shown = small_world.client(Role.MANAGER).get(f"{bench.path}/minutes").text
    plain = shown.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")
    assert all(text in plain for text in texts(newest(bench)))
    assert "Kontrollsummorna är desamma" in shown
    assert rows(bench)[0].pdf_sha256 in shown


def test_the_file_is_the_one_whose_digest_is_logged_and_its_reading_too(small_world: World) -> None:
    bench = decided(small_world)
    answer = small_world.client("per").get(f"{bench.path}/minutes/1.pdf")
    assert (answer.status_code, answer.content) == (200, file(bench))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="{bench.reference}-1.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert bench.log()[-1] == "minutes:read"


def test_an_auditors_reading_of_the_page_is_logged(small_world: World) -> None:
    bench = decided(small_world)
    small_world.client(Role.MANAGER).get(f"{bench.path}/minutes")
    assert bench.log()[-1] == "minutes:written"
    small_world.client(Role.AUDITOR).get(f"{bench.path}/minutes")
    assert bench.log()[-1] == "minutes:read"


def test_before_a_decision_the_page_says_when_minutes_come(small_world: World) -> None:
    bench = Bench(small_world).done()
    shown = small_world.client(Role.MANAGER).get(f"{bench.path}/minutes")
    assert (shown.status_code, "Det finns inget protokoll än." in shown.text) == (200, True)
    assert "Skriv nytt protokoll" not in shown.text
    for path in ("minutes/1", "minutes/1.pdf"):
        assert small_world.client(Role.MANAGER).get(f"{bench.path}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["minutes", "minutes/1", "minutes/1.pdf"])
def test_who_owes_an_answer_sees_nothing_of_them(small_world: World, path: str) -> None:
    """A decision in advance would anchor the members who are still to answer."""
    bench = early(small_world)
    answer = small_world.client("per").get(f"{bench.path}/{path}")
    assert "Tolv timmar kvar." not in answer.text
    assert not answer.content.startswith(b"%PDF")
    assert small_world.client("per").post(f"{bench.path}/minutes").status_code == 403
    assert "Tolv timmar kvar." in small_world.client(Role.MANAGER).get(f"{bench.path}/minutes").text


def test_who_is_not_let_in_gets_the_answer_of_an_unknown_case(small_world: World) -> None:
    from incidents.models import Exclusion

    bench = decided(small_world)
    with small_world.change() as session:
        incident = bench._incident(session)
        session.add(Exclusion(incident_id=incident.id, user_id=small_world.users[Role.HEAD].id,
                              by_id=small_world.users[Role.MANAGER].id, at=small_world.now))  # fmt: skip
    for key in (Role.HEAD, Role.WRITER):
        client = small_world.client(key)
        for path in ("minutes", "minutes/1", "minutes/1.pdf"):
            found = client.get(f"{bench.path}/{path}")
            unknown = client.get(f"/incidents/PUI-2026-0000/{path}")
            assert found.status_code == unknown.status_code
            assert RATIONALE not in found.text


def test_an_opinion_given_later_asks_for_a_new_version(small_world: World) -> None:
    bench = decided(small_world)
    client = small_world.client(Role.MANAGER)
    changed = translate("sv", "Something has happened since these minutes were written")
    assert changed not in client.get(f"{bench.path}/minutes").text
    advised(bench)
    assert changed in client.get(f"{bench.path}/minutes").text
    assert client.post(f"{bench.path}/minutes").status_code == 303
    shown = client.get(f"{bench.path}/minutes").text
    assert "Ring dem först." in shown
    assert changed not in shown
    assert "Det finns ett nyare protokoll" in client.get(f"{bench.path}/minutes/1").text
    assert client.get(f"{bench.path}/minutes/3").status_code == 404


def test_a_member_without_a_part_in_it_has_no_button(small_world: World) -> None:
    bench = decided(small_world)
    assert "Skriv nytt protokoll" not in small_world.client("per").get(f"{bench.path}/minutes").text
    assert small_world.client("per").post(f"{bench.path}/minutes").status_code == 403
    assert "Skriv nytt protokoll" in small_world.client("commissioner").get(f"{bench.path}/minutes").text


def test_minutes_that_somebody_put_in_their_place_are_told_apart(small_world: World) -> None:
    """Another row's text is refused by its seal; other digests in the row are not those of the log."""
    bench = decided(small_world)
    with small_world.change() as session:
        session.execute(update(Minutes).values(pdf_sha256="0" * 64))
    shown = small_world.client(Role.MANAGER).get(f"{bench.path}/minutes").text
    assert "Protokollet är inte som det skrevs" in shown
    assert "Kontrollsummorna är desamma" not in shown


def test_decision_and_case_lead_to_the_minutes(small_world: World) -> None:
    bench = decided(small_world)
    client = small_world.client(Role.MANAGER)
    for page in ("", "/decision"):
        assert f'href="{bench.path}/minutes"' in client.get(f"{bench.path}{page}").text, page
