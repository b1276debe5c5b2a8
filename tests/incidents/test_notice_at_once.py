"""Many hands on one notice at the same moment: nothing is overwritten, released twice or filed twice, and whoever
released it has written nothing in it."""

import html
from collections import Counter
from collections.abc import Sequence

import pytest
from httpx2 import Response
from sqlalchemy import func, select

from core.access import Role
from core.audit.verify import verify
from core.files import StoredFile
from incidents.notice_view import latest_notice
from notifications.filings import answers_of, digest
from notifications.notice_models import Filing, Notice
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.test_commission_at_once import Post, at_once
from tests.incidents.test_notice_refused import NEW, at, sent_at, version

RELEASERS = (Role.APPROVER, Role.HEAD, Role.DEPUTY)
WRITERS = (Role.MANAGER, Role.WRITER)
FILERS = (Role.MANAGER, Role.DEPUTY)


def edit(case: Case, who: str, text: str, seen: str = "", then: str = "") -> Post:
    form: dict[str, object] = {"version": seen or version(case), "asked": "62", "q62": text, "then": then}
    return who, f"{case.path}/authority/edit", form


def release(case: Case, who: str, seen: str = "") -> Post:
    return who, f"{case.path}/authority/release", {"version": seen or version(case), "answer": "release"}


def filing(case: Case, who: str) -> Post:
    return who, f"{case.path}/authority/file", dict(sent_at(0))


def send(world: World, post: Post) -> int:
    who, where, form = post
    return world.client(who).post(where, data=form).status_code


def won(answers: Sequence[Response]) -> list[int]:
    """The places of those that went through; nothing but a refusal happens to the others."""
    assert {one.status_code for one in answers} <= {303, 409}
    return [place for place, one in enumerate(answers) if one.status_code == 303]


def sound(case: Case) -> Notice:
    """The notice, its account checked: released by somebody else, bound to its answers, filed as it was released."""
    with case.world.look() as session:
        notice = latest_notice(session, case.row(session))
        assert notice is not None
        if notice.approved_by is not None:
            assert notice.approved_by not in notice.editors
            assert notice.approved_digest == digest(session, notice)
        sent = list(session.scalars(select(Filing)))
        assert [one.content_digest for one in sent] == [notice.approved_digest] * (notice.state == "filed")
        assert case.log().count("notice:filed") == len(sent)
        assert verify(session).result == "ok"
    return notice


def text_of(case: Case) -> str:
    with case.world.look() as session:
        notice = latest_notice(session, case.row(session))
        assert notice is not None
        return answers_of(session, notice)[62].text


# one after the other


def test_whoever_writes_in_one_browser_does_not_release_in_another(world: World) -> None:
    case = at(world, "in_review")
    for who in (Role.HEAD, Role.MANAGER, Role.DEPUTY):
        assert send(world, edit(case, who, f"Rättat av {who}.", then="release")) == 303
        assert send(world, release(case, who)) == 409
    assert send(world, release(case, Role.APPROVER)) == 303
    assert sound(case).approved_by == world.users[Role.APPROVER].id


def test_a_page_that_was_read_before_an_edit_releases_nothing(world: World) -> None:
    case = at(world, "in_review")
    read = version(case)
    assert send(world, edit(case, Role.MANAGER, "Det var två företag.", then="release")) == 303
    assert send(world, release(case, Role.APPROVER, seen=read)) == 409
    assert sound(case).state == "in_review"
    assert "notice:approved" not in case.log()


def test_a_release_that_an_edit_has_voided_is_not_filed(world: World) -> None:
    case = at(world, "in_review")
    assert send(world, release(case, Role.APPROVER)) == 303
    assert send(world, edit(case, Role.HEAD, "Det var två företag.")) == 303
    assert send(world, filing(case, Role.MANAGER)) == 409
    assert sound(case).state == "draft"


# at the same moment


@pytest.fixture(params=[16, pytest.param(50, marks=pytest.mark.long)])
def crowd(request: pytest.FixtureRequest) -> int:
    """How many come at once."""
    return int(request.param)


def test_of_many_beginnings_one_notice_is_made(world: World, crowd: int) -> None:
    case = Case(world).take().classify()
    posts: list[Post] = [(WRITERS[n % 2], f"{case.path}/authority", dict(NEW)) for n in range(crowd)]
    assert len(won(at_once(world, posts))) == 1
    assert case.log().count("notice:drafted") == 1
    assert sound(case).phase == 1


def test_of_many_saves_one_is_kept_and_the_others_see_what_they_typed(world: World, crowd: int) -> None:
    case = at(world, "draft")
    seen = version(case)
    posts = [edit(case, WRITERS[n % 2], f"Så här var det, {n}.", seen) for n in range(crowd)]
    answers = at_once(world, posts)
    [winner] = won(answers)
    assert text_of(case) == f"Så här var det, {winner}."
    assert case.log().count("notice:edited") == 2  # the one at the beginning, and the one that won
    for place, answer in enumerate(answers):
        assert place == winner or f"Så här var det, {place}." in html.unescape(answer.text)


def test_of_many_releases_one_counts(world: World, crowd: int) -> None:
    case = at(world, "in_review")
    seen = version(case)
    posts = [release(case, RELEASERS[n % 3], seen) for n in range(crowd)]
    [winner] = won(at_once(world, posts))
    assert sound(case).approved_by == world.users[posts[winner][0]].id
    assert case.log().count("notice:approved") == 1


@pytest.mark.parametrize("first", ["edits", "releases"])
def test_released_is_only_what_was_read(world: World, first: str, crowd: int) -> None:
    """Edits and releases of the same version: one goes through, whichever it is."""
    case = at(world, "in_review")
    seen, before = version(case), text_of(case)
    edits = [edit(case, (Role.HEAD, Role.MANAGER)[n % 2], f"Ändrat, {n}.", seen, "release") for n in range(crowd // 2)]
    releases = [release(case, (Role.APPROVER, Role.DEPUTY)[n % 2], seen) for n in range(crowd // 2)]
    posts = edits + releases if first == "edits" else releases + edits
    [winner] = won(at_once(world, posts))
    notice = sound(case)
    if posts[winner] in releases:
        assert (notice.state, text_of(case)) == ("approved", before)
    else:
        assert (notice.state, text_of(case)) == ("in_review", posts[winner][2]["q62"])


def test_a_filing_at_the_moment_of_the_release_follows_it_or_is_refused(world: World, crowd: int) -> None:
    case = at(world, "in_review")
    seen = version(case)
    posts = [filing(case, FILERS[n % 2]) if n % 2 else release(case, Role.APPROVER, seen) for n in range(crowd)]
    through = Counter(n % 2 for n in won(at_once(world, posts)))
    assert through[0] == 1
    assert through[1] <= 1
    assert sound(case).state == ("filed" if through[1] else "approved")
    order = [action for action in case.log() if action in {"notice:approved", "notice:filed"}]
    assert order == ["notice:approved", "notice:filed"][: len(order)]


def test_of_many_filings_one_is_recorded_and_its_files_are_kept_once(world: World, crowd: int) -> None:
    case = at(world, "in_review")
    assert send(world, release(case, Role.APPROVER)) == 303
    assert len(won(at_once(world, [filing(case, FILERS[n % 2]) for n in range(crowd)]))) == 1
    assert sound(case).state == "filed"
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 2  # JSON and PDF
    clock = case.now().clock("notify_authority")
    assert clock is not None
    assert clock.stop_reason == "filed"


def test_what_is_edited_at_the_moment_of_its_filing_is_not_filed_or_not_edited(world: World, crowd: int) -> None:
    case = at(world, "in_review")
    assert send(world, release(case, Role.APPROVER)) == 303
    seen, before = version(case), text_of(case)
    posts = [
        filing(case, FILERS[n % 2]) if n % 2 else edit(case, Role.HEAD, f"Ändrat, {n}.", seen) for n in range(crowd)
    ]
    [winner] = won(at_once(world, posts))
    notice = sound(case)
    assert notice.state == ("filed" if winner % 2 else "draft")
    assert (text_of(case) == before) is bool(winner % 2)
