"""Hands and eyes of the accessibility tests: a company that is put back after each change, and who looks at it."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Page, Response
from starlette.testclient import TestClient

from identity.sessions import LATELY, open_session
from tests.fixtures.browser import DESKTOP, Visits
from tests.fixtures.demo import copied, copy_rows
from tests.fixtures.looks import View, faults
from tests.fixtures.pages import PageOf, pages_of
from tests.fixtures.world import World

NO_PAGE = re.compile(r"/health/|/metrics$|/export$|\.csv$|/progress$|/target$|/files/\{|/evidence/")
FORMS = "main form[method=post]"
EMPTIED = """form => {
  for (const one of form.elements) {
    if (['radio', 'checkbox'].includes(one.type)) one.checked = false
    else if (one.matches('textarea, input:not([type=hidden])')) one.value = ''
  }
  HTMLFormElement.prototype.submit.call(form)
}"""


class Copy:
    """A copy of the demonstration company; everybody signed in long enough ago to be asked for the password."""

    def __init__(self, demo: World, folder: Path) -> None:
        self._before, self._file = folder / "before.db", folder / "company.db"
        self.world = copied(demo, folder)
        with self.world.change() as session:
            self.tokens = {key: open_session(session, user, demo.now - LATELY) for key, user in demo.users.items()}
        copy_rows(self._file, self._before)

    def restore(self) -> None:
        """As if nothing had been sent."""
        copy_rows(self._before, self._file)


def opening(world: World, tokens: Mapping[str, str], most: int) -> list[PageOf]:
    """The pages that open, each for at most so many cases."""
    clients: dict[str, TestClient] = {}
    found: list[PageOf] = []
    opened = Counter[str]()
    for one in pages_of(world):
        if NO_PAGE.search(one.route) or opened[one.route] >= most:
            continue
        client = clients.setdefault(one.who, world.client())
        client.cookies.set("vaka", tokens.get(one.who, ""))
        answer = client.get(one.path)
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            found.append(one)
            opened[one.route] += 1
    return found


class Looker:
    """Opens pages in one language, as whoever may, and collects what is wrong with them."""

    def __init__(
        self, address: str, visit: Visits, language: str, views: Callable[[str, str], list[View]],
        tokens: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.address, self.visit, self.language, self.views = address, visit, language, views
        self.tokens = tokens or {}
        self.wrong: list[str] = []
        self.seen = 0
        self._pages: dict[str, Page] = {}

    def page(self, who: str = "") -> Page:
        """The one page of this person, signed in."""
        if who not in self._pages:
            page = self.visit(DESKTOP, language="sv-SE" if self.language == "sv" else "en-GB")
            cookies = {"lang": self.language} | ({"vaka": self.tokens[who]} if who else {})
            page.context.add_cookies([{"name": n, "value": v, "url": self.address} for n, v in cookies.items()])
            self._pages[who] = page
        return self._pages[who]

    def open(self, who: str, path: str) -> Response:
        answer = self.page(who).goto(self.address + path, wait_until="load")
        assert answer is not None
        return answer

    def look(self, who: str, name: str) -> None:
        """Judge the page as it stands."""
        found = faults(self.page(who), self.language, self.views(name, self.language))
        self.wrong += [f"{name} {fault}" for fault in found]
        self.seen += 1

    def _kinds(self, page: Page) -> list[int]:
        """The first form of each kind: a list has the same one in every row."""
        actions: list[str] = page.locator(FORMS).evaluate_all("forms => forms.map(one => one.getAttribute('action'))")
        kinds = [re.sub(r"\w{32}", "*", action or "") for action in actions]
        return [number for number, kind in enumerate(kinds) if kind not in kinds[:number]]

    def refused_forms(self, who: str, path: str, restore: Callable[[], None]) -> None:
        """Send each kind of form of the page with nothing in it; what is answered with 422 is looked at."""
        self.open(who, path)
        page = self.page(who)
        for number in self._kinds(page):
            if number:
                self.open(who, path)
            with page.expect_navigation(wait_until="load") as sent:
                page.locator(FORMS).nth(number).evaluate(EMPTIED)
            if sent.value.status == 422:
                self.look(who, f"{path} form {number} refused")
            else:
                restore()
