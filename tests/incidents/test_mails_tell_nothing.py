"""Nobody is told more than they may know: every mail of a case, from the report to its end, in both languages.

A mail says that something waits, for which case, until when and where. What it is about stands behind the sign-in.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from core.access import Role
from core.i18n import translate
from core.organisation import organisation
from identity.models import User
from incidents import assessing, service
from incidents.assessing.quorum_alarm import alarm_members
from incidents.awareness import set_aware
from incidents.causes import CAUSES
from incidents.commission import VOTE_LABELS, Vote
from incidents.ending import close, dismiss, reopen
from incidents.excluding import propose_exclusion, propose_lifting
from incidents.forms import AddMessage
from incidents.jobs import tick
from incidents.opinions import OpinionForm, View, open_opinions, opine
from incidents.thread import answer_reporter, write_as_reporter
from notifications.mail import written
from notifications.models import OutboxMessage
from notifications.opening import open_message
from tests.fixtures.world import World
from tests.incidents import suppliers
from tests.incidents.bench import HASH, RATIONALE, Bench
from tests.incidents.cases import Case, learnt
from tests.incidents.first_notice import file_first
from tests.incidents.reporting import STORY
from tests.incidents.suppliers import Supplier

TITLE, SYSTEM, SECRET = "Kundlista mejlad till fel företag", "Kundregistret Polaris", "hemligheten"
WHY = f"Skälet är {SECRET}, och det räcker."
SEEN = {"new_report", "level_L1", "signature_wanted", "signature_given", "signature_refused", "aware_moved", "convened",
        "assessment_missing", "quorum_reached", "opinion_asked", "dismissal_proposed", "report_closed", "case_reopened",
        "case_free", "report_received", "secretary_called", "quorum_alarm", "default_proposed", "supplier_asked",
        "supplier_told"}  # fmt: skip
TELLS = {  # the only facts that a mail of a case may be made of: a reference, a role or duty, a time, a number, a link
    "again", "by", "clause", "code", "differ", "due", "duty", "given", "late", "left", "means", "missing", "new_due",
    "old_due", "path", "quorum", "received", "reference", "short_due", "strip", "take_by", "title", "votes", "waited",
}  # fmt: skip
DUTIES = {"title", "means", "missing", "strip"}  # words of the law's clock, never of the case


def walk(world: World) -> Case:
    """Everything that sends a mail, from the report to the reopening."""
    bench = Bench(world)
    case = Case.of(world, bench.reference)
    with world.change() as session:
        for user in session.scalars(select(User)):
            user.password_hash = HASH
    _before_the_commission(world, case)
    _supplier(world, case)
    _commission(world, bench, case)
    _to_the_end(world, case)
    return case


def _before_the_commission(world: World, case: Case) -> None:
    case.classify(title=TITLE, systems=SYSTEM)
    case.do(propose_exclusion, Role.MANAGER, world.users[Role.AUDITOR].id, WHY)
    case.sign(Role.HEAD)
    case.do(propose_lifting, Role.DPO, world.users[Role.AUDITOR].id, WHY)
    case.sign(Role.DEPUTY, agree=False)
    case.do(service.contain, Role.MANAGER, WHY, world.now)
    case.do(dismiss, Role.MANAGER, WHY)
    case.sign(Role.HEAD, agree=False)
    world.later(hours=2)
    case.do(set_aware, Role.MANAGER, world.now - timedelta(hours=1), WHY)
    case.sign(Role.HEAD)
    case.do(service.hand_back, Role.MANAGER, WHY)
    tick(world.database, world.later(minutes=40))
    case.take()
    with world.change() as session:
        incident = case.row(session)
        answer_reporter(session, world.actor(Role.MANAGER), incident, AddMessage(text=WHY), world.now)
        write_as_reporter(session, incident, AddMessage(text=WHY), world.now)


def _supplier(world: World, case: Case) -> None:
    supplier = Supplier(world)
    supplier.tell(supplier.asked_about(case.reference))


def _commission(world: World, bench: Bench, case: Case) -> None:
    bench.convene(secretary=world.users[Role.DPO].id)
    bench.recuse("leila")
    world.later(hours=13)
    with world.change() as session:
        assessing.remind(session, world.now)
    alarm_members(world.database, world.later(hours=47))
    for key, vote in (("commissioner", "high"), ("per", "risk"), ("kim", "high")):
        bench.vote(key, vote)
    bench.decide(reasons=WHY, departure_reason=WHY)
    case.sign("commissioner")
    with world.change() as session:
        for asked in open_opinions(session, [case.row(session).id]):
            opine(session, world.actor(Role.DPO), asked, OpinionForm(view=View.OBJECTS, text=WHY), world.now)


def _to_the_end(world: World, case: Case) -> None:
    file_first(case)
    case.do(learnt, Role.MANAGER, WHY)
    with world.change() as session:
        incident = case.row(session)
        incident.authority_track = "complete"
    case.do(close, Role.MANAGER, WHY)
    case.sign(Role.HEAD)
    case.do(reopen, Role.DPO, WHY, world.now)


def mails(world: World, case: Case) -> Iterator[tuple[str, dict[str, object], str]]:
    """Kind, facts and text of every mail to one of us or to the reporter, once in each language."""
    with world.look() as session:
        company = organisation(session)
        rows = select(OutboxMessage).where(OutboxMessage.mailing_id.is_(None))
        for row in session.scalars(rows.where(OutboxMessage.case_id == case.row(session).id)):
            opened = open_message(session, row)
            for lang in ("sv", "en"):
                subject, text = written(replace(opened, language=lang), company, world.settings)
                assert len(subject) <= 50
                yield row.kind, dict(opened.facts), f"{subject}\n{text}"


def forbidden(world: World) -> list[str]:
    cause = CAUSES["accidental.misrouting"].label
    said = [TITLE, "Kundlista", SYSTEM, SECRET, STORY, RATIONALE, cause.sv, cause.en, "misrouting", "confidentiality"]
    votes = [translate(lang, VOTE_LABELS[vote]) for vote in Vote for lang in ("sv", "en")]
    people = [user.name for user in world.users.values()]
    told = [suppliers.NAME, suppliers.STORY, *(str(suppliers.ANSWERS[name]) for name in ("systems", "done"))]
    return [*said, *votes, *told, "rapportör@example.com", *people]


def test_no_mail_of_a_case_tells_what_it_is_about(small_world: World) -> None:
    case = walk(small_world)
    kinds, telling = set(), []
    for kind, facts, text in mails(small_world, case):
        kinds.add(kind)
        telling += [(kind, word) for word in forbidden(small_world) if word.lower() in text.lower()]
        telling += [(kind, fact) for fact in facts if fact not in TELLS]
        told = json.dumps({name: value for name, value in facts.items() if name not in DUTIES}, ensure_ascii=False)
        telling += [(kind, told) for word in forbidden(small_world) if word.lower() in told.lower()]
        assert case.reference in text
        assert str(facts["path"]) in text
    assert telling == []
    assert kinds >= SEEN
    shown = small_world.client(Role.MANAGER).get(case.path).text  # what no mail says stands behind the sign-in
    assert {TITLE, SECRET, STORY} <= {word for word in forbidden(small_world) if word in shown}
