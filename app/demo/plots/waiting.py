"""Cases in which a step waits for a second person, or a decision for the commission's confirmation."""

from collections.abc import Callable, Mapping

from app.demo import letters, notices, signing, suppliers
from app.demo.case import Case
from app.demo.measuring import measure
from app.demo.plots.common import taken_up
from app.demo.stage import Story


def later_awareness(case: Case) -> Story:
    """It was sure only hours later; until somebody signs, the earlier deadline shows."""
    yield from taken_up(case)
    yield case.later(hours=9)
    signing.propose_awareness(case, -1)


def departure_waits(case: Case) -> Story:
    """The manager decides another way than the commission: the chair must sign too."""
    yield from taken_up(case)
    yield case.later(minutes=20)
    measure(case)
    yield case.later(minutes=10)
    signing.call(case)
    yield case.later(hours=3)
    notices.begin(case)
    for place in range(3):
        yield case.later(hours=4)
        signing.judge(case, place)
    yield case.later(hours=6)
    signing.settle(case, False, "not")


def dismissal_waits(case: Case) -> Story:
    yield case.begins()
    case.report()
    yield case.later(minutes=22)
    case.take()
    yield case.later(minutes=40)
    case.classify()
    yield case.later(minutes=20)
    signing.propose_dismissal(case)


def decided_in_advance(case: Case) -> Story:
    """Less than a day left and too few answers: decided all the same, to be confirmed by the commission."""
    yield from taken_up(case)
    suppliers.ask_payroll(case)
    yield case.later(hours=1)
    signing.call(case)
    yield case.later(hours=2)
    code = suppliers.answer(case)
    yield case.later(hours=18)
    signing.judge(case, 0)
    yield case.later(hours=7)
    suppliers.add_more(case, code)
    yield case.later(hours=21)
    signing.settle(case, True, "inform")
    yield case.later(minutes=40)
    signing.advise(case)
    notices.begin(case)
    notices.promise(case, 14)
    yield case.later(minutes=30)
    notices.hand_over(case)
    yield case.later(minutes=35)
    notices.let_go(case, "head")
    yield case.later(minutes=10)
    notices.file(case)
    yield case.later(hours=2)
    letters.prepare(case)
    yield case.later(minutes=30)
    letters.try_out(case)


PLOTS: Mapping[str, Callable[[Case], Story]] = {
    plot.__name__: plot for plot in (later_awareness, departure_waits, dismissal_waits, decided_in_advance)
}
