"""WCAG 2.2 AA on every page that the routes know, in both languages, both themes, on a phone and a desk.

A page is loaded once; theme and width are switched on it. The demonstration company fills the pages. Here every eighth
page is looked at, and of the forms sent with nothing in them the first few of each share; language, and what axe sees,
alternate from page to page. The long run sees all of it.
"""

from collections.abc import Iterator
from zlib import crc32

import pytest

from tests.browser.looking import Copy, Looker, opening
from tests.fixtures.browser import Visits
from tests.fixtures.looks import all_views, views
from tests.fixtures.pages import PageOf
from tests.fixtures.serving import serving
from tests.fixtures.world import World

pytestmark = pytest.mark.browser
LANGUAGES = ("sv", "en")
SHARES = 4
EACH = 8  # of the pages, in the short run
REFUSED = 6  # forms a share, in the short run


@pytest.fixture(scope="module")
def copy(demo_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    made = Copy(demo_world, tmp_path_factory.mktemp("looks"))
    yield made
    made.world.database.dispose()


@pytest.fixture(scope="module")
def pages(copy: Copy) -> list[PageOf]:
    return opening(copy.world, copy.tokens, 1)


@pytest.mark.parametrize("number", range(SHARES))
def test_every_page(copy: Copy, pages: list[PageOf], visit: Visits, number: int) -> None:
    with serving(copy.world.app) as address:
        looker = Looker(address, visit, LANGUAGES[number % 2], views, copy.tokens)
        for one in pages[number :: EACH * SHARES]:
            looker.open(one.who, one.path)
            looker.look(one.who, one.path)
    assert looker.wrong == [], "\n".join(looker.wrong)
    assert len(pages) > 45


@pytest.mark.parametrize("number", range(SHARES))
def test_every_form_that_is_refused(copy: Copy, pages: list[PageOf], visit: Visits, number: int) -> None:
    mixed = sorted(pages, key=lambda one: crc32(one.route.encode()))
    with serving(copy.world.app) as address:
        looker = Looker(address, visit, LANGUAGES[number // 2 % 2], views, copy.tokens)
        for one in mixed[number::SHARES]:
            looker.refused_forms(one.who, one.path, copy.restore)
            if looker.seen >= REFUSED:
                break
    assert looker.wrong == [], "\n".join(looker.wrong)
    assert looker.seen >= REFUSED


@pytest.mark.long
@pytest.mark.parametrize("number", range(SHARES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_and_every_refused_form_in_every_view(copy: Copy, visit: Visits, language: str, number: int) -> None:
    """Each page for up to three cases, since what a page shows depends on how far its case is."""
    with serving(copy.world.app) as address:
        looker = Looker(address, visit, language, all_views, copy.tokens)
        for one in opening(copy.world, copy.tokens, 3)[number::SHARES]:
            looker.open(one.who, one.path)
            looker.look(one.who, one.path)
            looker.refused_forms(one.who, one.path, copy.restore)
    assert looker.wrong == [], "\n".join(looker.wrong)
