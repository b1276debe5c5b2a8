"""Every outcome in words with its number, and the number leads to the people; many failures are said aloud."""

import pytest

from core.access import Role
from incidents import informing
from incidents.informing.results import results
from notifications.letters.models import Recipient
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import LIST, REFERENCE, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people"


@pytest.fixture
def letters(small_world: World, postbox: Postbox) -> Letters:
    letters = letters_of(small_world, postbox)
    postbox.refuse("bo@kund.example.com")
    postbox.refuse("zofia@kund.example.com", "452 4.2.2 full")
    letters.import_list(LIST + "Ring Mig;;sv;;\n")
    letters.write()
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    return letters


def found(letters: Letters) -> dict[str, tuple[int, str]]:
    with letters.world.look() as session:
        return {one.label: (one.number, one.show) for one in results(session, letters.mailing, "en")}


def test_each_outcome_has_its_number_and_leads_to_its_people(letters: Letters) -> None:
    assert found(letters) == {
        "Delivered": (1, "arrived"),
        "Their mailbox does not receive just now": (1, "later"),
        "The address does not exist, or refuses mail": (1, "failed"),
        "No e-mail": (2, "unmailed"),
    }
    client = letters.world.client(Role.MANAGER)
    people = {"arrived": "Åsa Öberg", "later": "Žofia Łęcka", "failed": "Bo Ek", "unmailed": "Siv Brev"}
    page = client.get(HERE).text
    for show, name in people.items():
        assert f"{HERE}/list?show={show}" in page
        shown = client.get(f"{HERE}/list?show={show}").text
        assert [one for one in people.values() if one in shown] == [name]


def test_whoever_is_told_in_another_way_is_counted_there(letters: Letters) -> None:
    siv = letters.row(5).id
    letters.do(lambda session, actor, incident, now: informing.tell_otherwise(
        session, actor, incident, session.get_one(Recipient, siv), "letter", now), Role.MANAGER)  # fmt: skip
    counts = found(letters)
    assert (counts["Told in another way"], counts["No e-mail"]) == ((1, "told"), (1, "unmailed"))


def test_while_many_fail_the_page_says_so(letters: Letters) -> None:
    assert "Många mejl kommer inte fram" in letters.world.client(Role.MANAGER).get(HERE).text


def test_before_anything_is_sent_there_are_no_results(small_world: World, postbox: Postbox) -> None:
    letters = letters_of(small_world, postbox).prepared()
    letters.approve()
    assert "Så gick det" not in letters.world.client(Role.MANAGER).get(HERE).text


@pytest.mark.parametrize(
    ("allowed", "line"),
    [("", "Inga mejl går till riktiga personer."),
     ("asa@kund.example.com", "Bara adresserna i VAKA_MAIL_ALLOW får mejl.")],
)  # fmt: skip
def test_every_page_of_a_test_installation_says_whose_mail_leaves(
    small_world: World, allowed: str, line: str
) -> None:  # fmt: skip
    small_world.settings = small_world.settings.model_copy(update={"mail_allow": allowed})
    page = small_world.client(Role.MANAGER).get("/incidents").text
    assert line in page
