"""The stretches that most cases have in common."""

from app.demo import letters, notices, signing
from app.demo.case import Case
from app.demo.measuring import measure
from app.demo.stage import Story


def taken_up(case: Case, by: str = "manager") -> Story:
    """Reported, taken within minutes, classified, stopped."""
    yield case.begins()
    case.report()
    yield case.later(minutes=14)
    case.take(by)
    yield case.later(minutes=35)
    case.classify(by)
    yield case.later(minutes=20)
    case.contain(by)


def assessed(case: Case) -> Story:
    """The commission is called the same day; everybody answers by the next."""
    yield case.later(minutes=10)
    measure(case)
    yield case.later(minutes=5)
    signing.call(case)
    for place, (day, clock) in enumerate(((0, "23:10"), (1, "09:20"), (1, "11:05"))):
        yield max(case.day(day, clock), case.later(minutes=5))
        signing.judge(case, place)


def decided(case: Case, *, notify: bool, inform: str, ground: str = "none") -> Story:
    """The manager signs after the commission, and the DPO answers when there is something to say."""
    yield case.day(1, "13:15")
    signing.settle(case, notify, inform, ground)
    if case.tale.opinion:
        yield case.day(1, "14:40")
        signing.advise(case)


def told(case: Case, *, complete: bool = True) -> Story:
    """Written by the manager, released by the approver, filed before the deadline."""
    yield case.day(1, "15:10")
    notices.begin(case)
    if complete:
        notices.fill_in(case)
    else:
        notices.promise(case, 14)
    yield case.later(minutes=25)
    notices.hand_over(case)
    yield case.later(minutes=50)
    notices.let_go(case)
    yield case.later(minutes=12)
    notices.file(case)


def supplemented(case: Case) -> Story:
    """What was missing, twelve days later."""
    yield case.day(12, "10:30")
    notices.begin(case)
    notices.fill_in(case)
    notices.hand_over(case)
    yield case.later(hours=2)
    notices.let_go(case)
    yield case.later(minutes=9)
    notices.file(case)


def written(case: Case) -> Story:
    """The letter is written and tried out."""
    yield case.day(2, "10:10")
    letters.prepare(case)
    yield case.later(minutes=40)
    letters.try_out(case)


def closed(case: Case, day: int, signer: str = "head") -> Story:
    """A lesson is written, and a second person agrees to the end."""
    yield case.day(day, "09:40")
    case.learn()
    yield case.later(minutes=5)
    signing.propose_closing(case)
    yield case.day(day, "15:25")
    signing.countersign(case, signer)
