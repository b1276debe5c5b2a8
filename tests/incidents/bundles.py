"""Like cases for the tests of joint notices, told by the people of the small company."""

from typing import Any

from core.access import Role
from incidents import notifying
from incidents.bundling.bundling import bundle
from incidents.bundling.together import members
from incidents.notifying import Sent
from notifications.edpb.answers import Answers, known
from notifications.filings import answers_of, filings, notices
from notifications.notice_models import Filing, Notice
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.test_notifying import READY

REASONS = "Incidenterna utreddes tillsammans."


def like(world: World, **changes: Any) -> Case:
    """A taken and classified case; all of these are alike."""
    case = Case(world).take()
    case.classify(**changes)
    return case


def put_together(lead: Case, *others: Case, key: str = Role.MANAGER) -> None:
    wanted = [case.reference for case in others]
    before = told_with(lead)
    lead.do(lambda s, a, i, now: bundle(s, a, i, wanted, before, now), key)


def told_with(lead: Case) -> list[str]:
    with lead.world.look() as session:
        return [case.reference for case in members(session, lead.row(session))]


def begin(lead: Case) -> None:
    lead.do(lambda s, a, i, now: notifying.draft(s, a, i, "imy", now), Role.MANAGER)


def step(lead: Case, who: str, verb: str, *words: object) -> None:
    with lead.world.change() as session:
        incident = lead.row(session)
        notice = notices(session, incident.id)[-1]
        getattr(notifying, verb)(session, lead.world.actor(who), incident, notice, *words, lead.world.now)


def release(lead: Case) -> None:
    """Everything a first notice needs, kept beside what the cases say, and released by another person."""
    there = written(lead)
    answers = {number: answer for number, answer in READY.items() if number not in there}
    late = {49: known(f"{there[49].text}\n\n{REASONS}" if 49 in there else REASONS)}
    step(lead, Role.MANAGER, "save", answers | late)
    hand_over(lead)


def hand_over(lead: Case) -> None:
    step(lead, Role.MANAGER, "ask_release")
    with lead.world.look() as session:
        version = notices(session, lead.row(session).id)[-1].version
    step(lead, Role.APPROVER, "release", version)


def send(lead: Case, reasons: str = "", **changes: Any) -> None:
    step(lead, Role.MANAGER, "file_notice", Sent(lead.world.now, "portal", "IMY-2026-1", reasons, **changes))


def written(lead: Case) -> Answers:
    with lead.world.look() as session:
        return answers_of(session, notice_of(lead))


def notice_of(lead: Case) -> Notice:
    with lead.world.look() as session:
        return notices(session, lead.row(session).id)[-1]


def sent_of(case: Case) -> list[Filing]:
    with case.world.look() as session:
        return filings(session, case.row(session).id)


def track(case: Case) -> str:
    return case.now().authority_track
