"""A backup beside a change of the key holds the key that opens it, however far the change came meanwhile."""

from collections.abc import Callable, Iterator

import pytest

from app import backing_up
from core.access import Role
from core.key_file import read_key_file
from core.key_rotation import Progress, prepare, rotate
from tests.fixtures.elsewhere import Elsewhere
from tests.fixtures.world import World
from tests.incidents.reporting import STORY, reported


def begun(here: World) -> Iterator[Progress]:
    return rotate(here.database, here.settings.data_key, lambda: here.now, batch=2)


def whole(here: World) -> None:
    """Begun and finished."""
    assert list(begun(here))[-1].left == 0


def twice(here: World) -> None:
    whole(here)
    whole(here)


def halfway(here: World) -> None:
    """Killed when some keys are under the new one and others are not."""
    assert next(begun(here)).left > 0


def only_prepared(here: World) -> None:
    prepare(here.database, here.settings.data_key)


MEANWHILE = [whole, twice, halfway, only_prepared]
Work = Callable[[World], None]


def beside_a_copy(
    elsewhere: Elsewhere, patch: pytest.MonkeyPatch, work: Work, *, times: int = 1, first: bool = False
) -> list[int]:
    """`work` is done when the copy is made and the backup has not gone on yet, or just before the copy begins."""
    done = list[int]()
    for name in ("copy_sqlite", "dump_postgresql"):
        copy = getattr(backing_up, name)

        def beside(*words: object, copy: Callable[..., None] = copy) -> None:
            if not first:
                copy(*words)
            if len(done) < times:
                done.append(len(done))
                work(elsewhere.here)
            if first:
                copy(*words)

        patch.setattr(backing_up, name, beside)
    return done


def comes_back(elsewhere: Elsewhere, *words: object) -> None:
    code, said = elsewhere.restore(there := elsewhere.settings(), *words)
    assert code == 0, said
    world = elsewhere.world(there)
    page = world.client(Role.MANAGER).get(f"/incidents/{elsewhere.folder.joinpath('case').read_text()}")
    assert (page.status_code, STORY in page.text) == (200, True)
    world.leave()


@pytest.fixture
def kept(elsewhere: Elsewhere) -> Elsewhere:
    for _ in range(3):
        elsewhere.folder.joinpath("case").write_text(reported(elsewhere.here))
    return elsewhere


@pytest.mark.parametrize("first", [True, False], ids=["before the copy", "after the copy"])
@pytest.mark.parametrize("work", MEANWHILE)
def test_it_opens_whatever_was_done_meanwhile(
    kept: Elsewhere, monkeypatch: pytest.MonkeyPatch, work: Work, first: bool
) -> None:
    with monkeypatch.context() as patch:
        done = beside_a_copy(kept, patch, work, first=first)
        code, said = kept.back_up()
    assert (code, done) == (0, [0]), said
    comes_back(kept)


def test_a_change_that_is_under_way_for_hours_keeps_no_backup_waiting(kept: Elsewhere) -> None:
    steps = begun(kept.here)
    next(steps)
    assert read_key_file(kept.here.settings.data_key).old
    code, said = kept.back_up()
    assert code == 0, said
    assert list(steps)[-1].left == 0
    comes_back(kept)


def test_without_the_keys_it_opens_with_the_file_of_that_moment(
    kept: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        beside_a_copy(kept, patch, whole)
        assert kept.back_up("--without-keys")[0] == 0
    comes_back(kept, "--data-key", kept.here.settings.data_key)


def test_a_key_that_changes_all_the_time_is_said_and_leaves_no_backup(
    kept: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        beside_a_copy(kept, patch, whole, times=99)
        code, said = kept.back_up()
    assert (code, said.strip()) == (2, backing_up.RESTLESS)
    assert not kept.file.exists()
    assert list(kept.folder.glob(".*")) == []
    assert kept.back_up()[0] == 0
