"""A first notice to the authority: written by the manager, released by another, recorded as sent at this moment."""

from core.access import Role
from incidents import notifying
from notifications.edpb.answers import Answer, known
from notifications.filings import notices
from tests.incidents.cases import Case
from tests.incidents.test_notifying import READY


def file_first(case: Case, reasons: str = "") -> None:
    """`reasons` are asked for when the deadline has passed. A draft that has been begun is gone on with."""
    release_first(case, reasons)
    step(case, Role.MANAGER, "file_notice", notifying.Sent(case.world.now, "portal", "", reasons))


def release_first(case: Case, reasons: str = "", authority: str = "imy") -> None:
    """Written and released, not yet sent."""
    answers = READY | ({49: known(reasons)} if reasons else {})
    if case.now().authority_track != "draft":
        case.do(lambda session, actor, one, now: notifying.draft(session, actor, one, authority, now), Role.MANAGER)
    save(case, Role.MANAGER, answers)
    step(case, Role.MANAGER, "ask_release")
    with case.world.look() as session:
        version = notices(session, case.row(session).id)[-1].version
    step(case, Role.APPROVER, "release", version)


def save(case: Case, who: str, answers: dict[int, Answer]) -> None:
    step(case, who, "save", answers)


def step(case: Case, who: str, verb: str, *words: object) -> None:
    """One verb on the latest phase, by one person, now."""
    with case.world.change() as session:
        incident = case.row(session)
        notice = notices(session, incident.id)[-1]
        getattr(notifying, verb)(session, case.world.actor(who), incident, notice, *words, case.world.now)
