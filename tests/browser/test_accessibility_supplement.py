"""A supplement in every view: what is new, what is promised and overdue, another moment of awareness, and no answer."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from core.access import Role
from identity.sessions import open_session
from incidents import notifying
from notifications.edpb.answers import Answer, Knowledge, known
from tests.browser.looking import Looker
from tests.fixtures.browser import Visits
from tests.fixtures.looks import views
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first, save

LANGUAGES = ["sv", pytest.param("en", marks=pytest.mark.long)]
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", LANGUAGES)]


def test_a_supplement_with_news_promises_and_another_moment(
    small_world: World, visit: Visits, serve: Serve, language: str
) -> None:
    world, case = small_world, Case(small_world).take().classify()
    file_first(case)
    world.later(hours=5)
    case.know(Role.MANAGER, world.now - timedelta(hours=8), world.now - timedelta(hours=9), "En annan tid.")
    with world.change() as session:
        tokens = {key: open_session(session, user, world.now) for key, user in world.users.items()}
    looker = Looker(serve(world.app), visit, language, views, tokens)
    for path in ("", "/authority"):
        _look(looker, case, path, "sent with another moment")
    case.do(lambda session, actor, one, now: notifying.draft(session, actor, one, "imy", now), Role.MANAGER)
    overdue = Answer((), Knowledge.NOT_KNOWN_YET, date(2026, 11, 20), world.users[Role.MANAGER].id)
    typed = known((world.now - timedelta(hours=30)).isoformat())
    save(case, Role.MANAGER, {62: known("Två listor gick fel."), 75: overdue, 48: typed})
    for path in ("", "/authority", "/authority/edit", "/authority/edit?only=new", "/authority/copy?only=new",
                 "/authority/notice"):  # fmt: skip
        _look(looker, case, path, "a supplement")
    looker.open(Role.MANAGER, f"{case.path}/authority/edit?only=new")
    page = looker.page(Role.MANAGER)
    page.context.set_offline(True)
    page.locator("main form[data-keep] button[type=submit]").first.click()
    expect(page.locator("form .not-saved")).to_be_visible()
    looker.look(Role.MANAGER, "not saved")
    page.context.set_offline(False)
    assert looker.wrong == [], "\n".join(looker.wrong)


def _look(looker: Looker, case: Case, path: str, name: str) -> None:
    assert looker.open(Role.MANAGER, f"{case.path}{path}").status == 200, path
    looker.look(Role.MANAGER, f"{name}: {path}")
