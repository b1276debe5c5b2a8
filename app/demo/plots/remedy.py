"""Decided cases in which something is still to be done."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from app.demo import letters, signing
from app.demo.case import Case
from app.demo.plots.common import assessed, closed, decided, taken_up, told, written
from app.demo.stage import Story


def letters_hold(case: Case) -> Story:
    """The letters were approved a moment ago: they can still be stopped."""
    yield from taken_up(case)
    yield from assessed(case)
    yield from decided(case, notify=True, inform="inform")
    yield from told(case, complete=False)
    yield from written(case)
    yield case.stage.present.replace(microsecond=0)
    letters.approve(case)


def letters_under_way(case: Case) -> Story:
    """Being sent, paused or sent, as the tale says."""
    yield from taken_up(case)
    yield from assessed(case)
    yield from decided(case, notify=True, inform="inform")
    yield from told(case)
    yield from written(case)
    yield from AS_TOLD[case.tale.letter](case)


def _being_sent(case: Case) -> Story:
    """Just now: all but one are out. That mailbox is full, and the worker tries it again."""
    yield case.stage.present - timedelta(minutes=12)
    yield from _released(case)
    letters.deliver_all(case, letters.FULL)


def _paused(case: Case) -> Story:
    """Stopped halfway, because colleagues called in doubt whether the letter was real."""
    yield case.later(days=1)
    yield from _released(case)
    letters.deliver(case, [letters.TAKEN] * 34)
    yield case.later(minutes=2)
    letters.pause(case)


def _sent(case: Case) -> Story:
    """All are out; one address does not exist, so somebody has to call."""
    yield case.later(days=1)
    yield from _released(case)
    letters.deliver_all(case, letters.UNKNOWN)
    yield case.later(seconds=15)
    letters.finish_sending(case)


def _released(case: Case) -> Story:
    letters.approve(case)
    yield case.now + letters.HOLD
    letters.start_sending(case)
    yield case.later(minutes=1)


AS_TOLD: Mapping[str, Callable[[Case], Story]] = {"sending": _being_sent, "paused": _paused, "sent": _sent}


def lesson_missing(case: Case) -> Story:
    """Nothing is left but the lesson."""
    yield from taken_up(case, "deputy")
    yield from assessed(case)
    yield from decided(case, notify=False, inform="not")


def reopened(case: Case) -> Story:
    """Closed a month ago; new facts came this morning."""
    yield from taken_up(case)
    yield from assessed(case)
    yield from decided(case, notify=False, inform="not")
    yield from closed(case, 9, "chair")
    yield case.stage.present.replace(minute=0, second=0, microsecond=0)
    signing.open_again(case)


PLOTS: Mapping[str, Callable[[Case], Story]] = {
    plot.__name__: plot for plot in (letters_hold, letters_under_way, lesson_missing, reopened)
}
