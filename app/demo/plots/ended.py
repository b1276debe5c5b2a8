"""A year of cases that have come to their end."""

from collections.abc import Callable, Mapping

from app.demo import letters, notices, signing
from app.demo.case import Case
from app.demo.plots.common import assessed, closed, decided, supplemented, taken_up, told, written
from app.demo.stage import Story


def no_risk(case: Case) -> Story:
    """No risk to anybody: neither authority nor people are told, and the reasons stay in the register."""
    yield from taken_up(case, "deputy" if len(case.code) % 2 else "manager")
    yield from assessed(case)
    yield from decided(case, notify=False, inform="not")
    yield from closed(case, 8, "chair")


def soon_over(case: Case) -> Story:
    """A small one: two of three answers are a quorum, and it is closed within the week."""
    yield from taken_up(case)
    yield case.later(minutes=10)
    signing.call(case)
    for place, clock in enumerate(("08:50", "10:30")):
        yield case.day(1, clock)
        signing.judge(case, place)
    yield from decided(case, notify=False, inform="not")
    yield from closed(case, 5, "chair")


def filed_and_closed(case: Case) -> Story:
    """A risk: a first notice in time, a supplement later."""
    yield from taken_up(case)
    yield from assessed(case)
    yield from decided(case, notify=True, inform="not")
    yield from told(case, complete=False)
    yield from supplemented(case)
    yield from closed(case, 16)


def filed_late(case: Case) -> Story:
    """The deadline passed while nobody released it; the reasons for delay go with the notice."""
    yield from taken_up(case)
    yield from assessed(case)
    yield from decided(case, notify=True, inform="not")
    yield case.day(1, "16:30")
    notices.begin(case)
    notices.fill_in(case)
    notices.hand_over(case)
    yield case.day(4, "08:10")
    notices.give_reasons_for_delay(case)
    notices.hand_over(case)
    yield case.day(4, "08:55")
    notices.let_go(case, "head")
    yield case.later(minutes=11)
    notices.file(case)
    yield from closed(case, 10)


def withdrawn(case: Case) -> Story:
    """Notified at once to be safe; then it turned out that nothing had happened (law R17)."""
    yield from taken_up(case)
    yield case.later(hours=2)
    notices.begin(case)
    notices.hand_over(case)
    yield case.later(minutes=40)
    notices.let_go(case, "deputy")
    yield case.later(minutes=6)
    notices.file(case)
    yield from assessed(case)
    yield case.day(1, "12:50")
    notices.take_back(case)
    yield from decided(case, notify=False, inform="not")
    yield from closed(case, 5)


def dismissed(case: Case) -> Story:
    yield case.begins()
    case.report()
    yield case.later(minutes=50)
    case.take("deputy")
    yield case.later(minutes=30)
    case.classify("deputy")
    signing.propose_dismissal(case, "deputy")
    yield case.later(hours=3)
    signing.countersign(case, "chair")


def letters_done(case: Case) -> Story:
    """Authority and people are told; whom no mail reached got a letter in the post."""
    yield from taken_up(case)
    yield from assessed(case)
    yield from decided(case, notify=True, inform="inform")
    yield from told(case)
    yield from written(case)
    yield case.later(hours=1)
    letters.approve(case)
    yield case.now + letters.HOLD
    letters.start_sending(case)
    yield case.later(minutes=1)
    letters.deliver_all(case)
    yield case.later(seconds=20)
    letters.finish_sending(case)
    yield case.day(4, "11:30")
    letters.finish(case)
    yield from closed(case, 12)


def with_a_substitute(case: Case) -> Story:
    """A member steps aside, the substitute comes in, and a public notice takes the place of thousands of letters."""
    yield from taken_up(case)
    yield case.later(minutes=15)
    signing.call(case)
    yield case.day(1, "07:40")
    signing.step_aside(case, "member")
    yield case.later(minutes=30)
    signing.judge(case, 0)
    yield case.day(1, "09:55")
    signing.judge(case, 1, "substitute")
    yield case.day(1, "11:20")
    signing.judge(case, 2, "second_member")
    yield from decided(case, notify=True, inform="not", ground="34(3)(c)")
    yield from told(case, complete=False)
    yield case.later(hours=1)
    letters.tell_the_public(case)
    yield case.day(3, "08:15")
    letters.note_published(case)
    yield from supplemented(case)
    yield from closed(case, 20)


PLOTS: Mapping[str, Callable[[Case], Story]] = {
    plot.__name__: plot
    for plot in (
        no_risk,
        soon_over,
        filed_and_closed,
        filed_late,
        withdrawn,
        dismissed,
        letters_done,
        with_a_substitute,
    )
}
