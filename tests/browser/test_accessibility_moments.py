"""The pages of a moment: one's own report, a mail that became a file, signed out while typing, somebody else was
first, and letters on their way."""

from io import BytesIO

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, update

from core.access import Role
from identity.models import UserSession
from identity.sessions import open_session
from incidents import informing
from incidents.assessing.quorum_alarm import alarm_members
from incidents.cause_drafting import retire
from incidents.commission_models import Opinion
from incidents.informing import list_look
from incidents.informing.list_jobs import read_lists
from incidents.models import Incident
from incidents.opinions import OpinionForm, View, opine
from notifications.delivery import deliver_due
from tests.browser.looking import Looker
from tests.fixtures.browser import Visits
from tests.fixtures.looks import views
from tests.fixtures.serving import Serve
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case
from tests.incidents.letters import LIST, REFERENCE, letters_of
from tests.incidents.reporting import reported
from tests.incidents.severity import stated

LANGUAGES = ["sv", pytest.param("en", marks=pytest.mark.long)]
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", LANGUAGES)]
LETTERS = f"/incidents/{REFERENCE}/people"


@pytest.fixture
def looker(small_world: World, visit: Visits, serve: Serve, language: str) -> Looker:
    """Everybody is signed in."""
    return Looker(serve(small_world.app), visit, language, views, signed_in(small_world))


def send(page: Page, form: str) -> int:
    """The status of the answer to a form as it stands."""
    with page.expect_navigation(wait_until="load") as sent:
        page.locator(form).first.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    return sent.value.status


def judged(looker: Looker, seen: int) -> None:
    assert looker.wrong == [], "\n".join(looker.wrong)
    assert looker.seen == seen


def signed_in(world: World) -> dict[str, str]:
    with world.change() as session:
        return {key: open_session(session, user, world.now) for key, user in world.users.items()}


def look_at(looker: Looker, who: str, path: str, name: str) -> None:
    assert looker.open(who, path).status == 200, name
    looker.look(who, name)


def test_ones_own_report_and_a_mail_that_became_a_file(small_world: World, looker: Looker) -> None:
    world, reference = small_world, reported(small_world)
    with world.change() as session:
        session.execute(update(Incident).values(reporter_id=world.users[Role.EMPLOYEE].id))
    deliver_due(world.database, world.settings, lambda: world.now, "worker")
    looker.open(Role.MANAGER, "/development/mail")
    mail = looker.page(Role.MANAGER).locator("a[href^='/development/mail/']").first.get_attribute("href")
    for who, path in ((Role.EMPLOYEE, f"/report/mine/{reference}"), (Role.MANAGER, str(mail))):
        assert looker.open(who, path).status == 200, path
        looker.look(who, path.rpartition("/")[0])
    judged(looker, 2)


def test_minutes_that_something_has_happened_after(small_world: World, looker: Looker) -> None:
    bench = Bench(small_world).done()
    bench.decide()
    with small_world.change() as session:
        opinion = session.scalars(select(Opinion)).one()
        given = OpinionForm(view=View.AGREES, text="Ring dem först.")
        opine(session, small_world.actor(Role.DPO), opinion, given, small_world.now)
    assert looker.open(Role.MANAGER, f"{bench.path}/minutes").status == 200
    looker.look(Role.MANAGER, "minutes")
    judged(looker, 1)


def test_votes_corrected_and_departed_from(small_world: World, looker: Looker) -> None:
    bench = Bench(small_world)
    looker.tokens = signed_in(small_world)
    stated(small_world, bench.reference)
    bench.convene()
    bench.recuse("per")
    bench.abstain("leila")
    bench.vote("kim", "risk")
    look_at(looker, "kim", f"{bench.path}/commission/assess", "own answer, sealed")
    bench.vote("commissioner", "none")
    bench.vote("kim", "none", correction="Filen var låst.")
    look_at(looker, "kim", f"{bench.path}/commission/assess", "own answer, opened")
    bench.decide(facts_version=1, departure_reason="Numren är nya.", score_reason="Fler har sett dem.")
    look_at(looker, "commissioner", f"{bench.path}/decision", "a decision that waits")
    step = looker.page("commissioner").locator("main a[href*='/sign/']").first.get_attribute("href")
    look_at(looker, "commissioner", str(step), "a departure to sign")
    judged(looker, 4)


def test_a_quorum_that_is_missing(small_world: World, looker: Looker) -> None:
    bench = Bench(small_world)
    bench.convene()
    alarm_members(small_world.database, small_world.later(hours=61))
    looker.tokens = signed_in(small_world)
    look_at(looker, Role.MANAGER, f"{bench.path}/decision", "the default proposed")
    assert looker.page(Role.MANAGER).locator("input[name=notify_authority][value=yes]").is_checked()
    judged(looker, 1)


def test_signed_out_while_typing(small_world: World, looker: Looker) -> None:
    reference = reported(small_world)
    looker.open(Role.MANAGER, f"/incidents/{reference}/note")
    with small_world.change() as session:
        session.execute(update(UserSession).values(revoked_at=small_world.now))
    assert send(looker.page(Role.MANAGER), "main form[method=post]") == 401
    looker.look(Role.MANAGER, "401")
    judged(looker, 1)


def test_somebody_else_was_first(small_world: World, looker: Looker) -> None:
    path = f"/incidents/{reported(small_world)}"
    deputy = small_world.client(Role.DEPUTY)
    looker.open(Role.MANAGER, path)
    assert deputy.post(f"{path}/take").status_code == 303
    assert send(looker.page(Role.MANAGER), "form[action$='/take']") == 409
    looker.look(Role.MANAGER, "409")
    judged(looker, 1)


def test_letters_on_their_way(small_world: World, looker: Looker, postbox: Postbox) -> None:
    letters = letters_of(small_world, postbox).prepared()
    postbox.refuse("bo@kund.example.com", "450 4.2.1 Later")
    for at in ("written", "approved", "under way"):
        if at == "approved":
            letters.approve()
        if at == "under way":
            small_world.later(minutes=11)
            letters.work()
        for page in ("", "/preview", "/preview?look=plain", "/preview?look=dark", "/list", "/list?show=not"):
            looker.open(Role.MANAGER, LETTERS + page)
            looker.look(Role.MANAGER, f"letters {at} {page}")
    judged(looker, 18)


def test_a_long_list_on_its_way_in(
    small_world: World, looker: Looker, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_look, "AT_ONCE_ROWS", 1)
    letters = letters_of(small_world, postbox)
    for rows in (f"{LIST}Kaj;kaj@;sv;;\n", f'{LIST}Kaj;"kaj@kund.example.com'):
        letters.do(informing.send_in, Role.WRITER, informing.look_through(BytesIO(rows.encode())))
        for at in ("sent", "asked", "read"):
            if at == "asked":
                letters.do(informing.ask_reading, Role.WRITER, ["name", "email", "language", "data", "address"])
            if at == "read":
                read_lists(small_world.database, lambda: small_world.now)
            look_at(looker, Role.WRITER, f"{LETTERS}/import", f"long list {at}")
    judged(looker, 6)


def test_a_draft_of_the_causes_and_the_question_of_two_places(small_world: World, looker: Looker) -> None:
    world = small_world
    case = Case(world).take().classify(title="Kundlista till fel mottagare")
    new = Case(world).take()
    with world.change() as session:
        retire(session, world.actor(Role.MANAGER), "accidental.misrouting", world.now)
    for path in ("/settings/causes", "/settings/causes/publish", f"{new.path}/similar"):
        assert looker.open(Role.MANAGER, path).status == 200
        looker.look(Role.MANAGER, path.replace(new.reference, "*"))
    assert case.reference in looker.page(Role.MANAGER).content()
    looker.open(Role.MANAGER, f"{new.path}/classify")
    looker.page(Role.MANAGER).locator("#cause").select_option("accidental.system_outage")
    assert send(looker.page(Role.MANAGER), "main form[method=post]") == 422
    looker.look(Role.MANAGER, "classify asked")
    judged(looker, 4)
