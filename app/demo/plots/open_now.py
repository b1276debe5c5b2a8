"""Cases that burn at the moment of filling. Every plot ends before the present."""

from collections.abc import Callable, Mapping

from app.demo import notices, others, signing
from app.demo.case import Case
from app.demo.measuring import measure
from app.demo.plots.common import taken_up
from app.demo.stage import Story


def handed_back(case: Case) -> Story:
    """Under six hours left, and nobody in charge: the ladder has begun again."""
    yield case.begins()
    case.report()
    yield case.later(minutes=25)
    case.take("deputy")
    yield case.later(hours=1)
    case.classify("deputy")
    yield case.later(hours=2)
    case.note("deputy")
    yield case.later(hours=62)
    case.hand_back("deputy")


def half_assessed(case: Case) -> Story:
    """One of three has answered; the first notice is released and can be sent."""
    yield case.begins()
    case.report()
    yield case.later(minutes=11)
    case.take()
    yield case.later(minutes=20)
    case.ask(0)
    yield case.later(minutes=16)
    case.answer(1)
    yield case.later(minutes=30)
    case.classify()
    yield case.later(hours=2)
    case.contain()
    yield case.later(hours=18)
    notices.begin(case)
    notices.promise(case, 10)
    yield case.later(hours=3)
    notices.hand_over(case)
    yield case.later(hours=2)
    notices.let_go(case, "head")
    others.list_them(case)
    yield case.later(hours=1)
    measure(case)
    yield case.later(hours=1)
    signing.call(case)
    yield case.later(hours=15)
    signing.judge(case, 0, "member")
    yield case.later(hours=1)
    case.ask(2)


def merged_into_the_list(case: Case) -> Story:
    """The same event, told a second time."""
    yield case.begins()
    case.report()
    yield case.later(minutes=40)
    case.take()
    yield case.later(minutes=10)
    case.classify()
    signing.join(case, "customer_list")


def found_and_locked(case: Case) -> Story:
    yield case.begins()
    case.report()
    yield case.later(minutes=18)
    case.take("deputy")
    yield case.later(minutes=25)
    case.contain("deputy")
    yield case.later(minutes=10)
    case.ask(0, "deputy")


def phoned_in(case: Case) -> Story:
    yield case.begins()
    case.phone_in("manager")
    case.take()
    yield case.later(minutes=20)
    case.contain()


def overdue(case: Case) -> Story:
    """The deadline has passed while the notice waited for its release."""
    yield from taken_up(case, "deputy")
    yield case.later(hours=2)
    case.note("deputy")
    yield case.later(hours=50)
    notices.begin(case, "deputy")
    notices.promise(case, 14, "deputy")
    yield case.later(hours=6)
    notices.hand_over(case, "deputy")


def manager_is_involved(case: Case) -> Story:
    """The reporter named who is involved: the deputy handles it, and the manager sees no trace."""
    yield from taken_up(case, "deputy")
    yield case.later(hours=1)
    signing.call(case, "deputy")
    yield case.later(hours=9)
    signing.judge(case, 0)


def just_reported(case: Case) -> Story:
    yield case.begins()
    case.report()


PLOTS: Mapping[str, Callable[[Case], Story]] = {
    plot.__name__: plot
    for plot in (
        handed_back, half_assessed, merged_into_the_list, found_and_locked, phoned_in, overdue, manager_is_involved,
        just_reported,
    )
}  # fmt: skip
