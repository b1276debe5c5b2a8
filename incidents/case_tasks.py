"""The seven tasks of a case with a word each: stop, classify, commission, decision, authority, people, lessons."""

from dataclasses import dataclass

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import absolute, translate
from incidents.case_facts import Known
from incidents.catalogue import cause_of
from incidents.classification import CLASS_CLAUSES, CLASS_LABELS, CauseClass
from incidents.models import Incident
from incidents.next_step import NoticeMailing
from incidents.states import (
    AUTHORITY_SETTLED,
    ENDED,
    PEOPLE_SETTLED,
    AuthorityTrack,
    Containment,
    PeopleTrack,
    State,
    label,
)

ICONS = {"ok": "check", "calm": "half", "none": "ring", "soon": "triangle", "crit": "square", "late": "cross"}
DONE, WAITING, NOT_BEGUN, NOW = N_("Done"), N_("Waiting"), N_("Not begun"), N_("Do now")
SEALED = N_("Shown when you have given your assessment")


@dataclass(frozen=True, slots=True)
class Task:
    """What templates/parts/tasks.html reads."""

    level: str
    icon: str
    title: str
    word: str
    note: str
    href: str


def tasks(actor: Actor, incident: Incident, known: Known, lang: str, zone: str) -> list[Task]:
    """The list as this person may open it: a task that is not theirs to see is no link."""
    rows = (
        (N_("Stop"), "/contain", Operation.CONTAIN_CASE, _stop(incident)),
        (N_("Classify"), "/classify", Operation.CLASSIFY_CASE, _classify(incident, lang)),
        (N_("Commission"), "/commission", Operation.READ_COMMISSION, _commission(known, lang, zone)),
        (N_("Decision"), "/decision", Operation.READ_COMMISSION, _decision(incident, known)),
        (N_("Authority"), "/authority", Operation.READ_NOTICE, _authority(incident, known)),
        (N_("People affected"), "/people", Operation.READ_MAILING, _people(incident, known, lang, zone)),
        (N_("Lessons"), "/lesson", Operation.CLOSE_CASE, _lessons(known)),
    )
    return [
        Task(
            level,
            ICONS[level],
            translate(lang, title),
            translate(lang, word),
            translate(lang, note),
            incident.path + path if actor.may(operation) else "",
        )
        for title, path, operation, (level, word, note) in rows
    ]


Line = tuple[str, str, str]


def _stop(incident: Incident) -> Line:
    if Containment(incident.containment) is Containment.DONE:
        return "ok", DONE, ""
    if incident.still_going_on == "yes":
        return "soon", NOW, N_("The reporter says that it is still going on")
    return "none", NOT_BEGUN, N_("Write down when and how it was stopped")


def _classify(incident: Incident, lang: str) -> Line:
    if incident.classified_at is None:
        return "none", NOT_BEGUN, N_("What happened, to which data, to whom")
    kind = CauseClass(incident.cause_class)
    cause = cause_of(incident)
    if cause is not None:
        text = translate(lang, N_("{cause} (clause {clause})"), cause=cause.label.in_(lang), clause=cause.clause)
        return "ok", DONE, text
    clause = CLASS_CLAUSES[kind]
    return "ok", DONE, translate(lang, CLASS_LABELS[kind]) + (f" ({clause})" if clause else "")


def _commission(known: Known, lang: str, zone: str) -> Line:
    found = known.commission
    if found is None:
        return "none", NOT_BEGUN, N_("Clause 8.1: each case is assessed")
    votes = translate(lang, N_("{given} of {seats} have assessed"), given=found.given, seats=found.seats)
    if not found.open:
        return "ok", DONE, votes
    due = translate(lang, N_("Answer by {moment}"), moment=absolute(found.due_at, lang, zone))
    return "calm", votes, due


def _decision(incident: Incident, known: Known) -> Line:
    reopened = incident.state == State.UNDER_REVIEW and known.commission is not None and known.commission.decided
    if incident.state == State.DECIDED and known.facts.quorum_reached:
        return "soon", NOW, N_("Made in advance. The commission came to another answer, so decide again.")
    if incident.state == State.DECIDED:
        return "calm", WAITING, N_("Made in advance. The commission has still to confirm it.")
    if reopened or incident.state in {State.IN_REMEDY, State.CLOSED}:
        return "ok", DONE, N_("The decision is in force")
    if incident.state == State.IN_ASSESSMENT and known.facts.quorum_reached:
        return "soon", NOW, N_("The commission is done")
    return "none", WAITING, N_("The commission must be done first")


def _authority(incident: Incident, known: Known) -> Line:
    track = AuthorityTrack(incident.authority_track)
    if track is AuthorityTrack.NOT_REQUIRED and _hides_decision(known):
        return "none", WAITING, SEALED
    if known.waits.notice_mail is NoticeMailing.IN_DOUBT:
        return "crit", NOW, N_("Nobody knows whether the mail with the notice arrived")
    if track in AUTHORITY_SETTLED:
        return "ok", label(track), ""
    if known.waits.notice_mail is NoticeMailing.UNDER_WAY:
        return "calm", label(track), N_("The notice is on its way by e-mail")
    if track is AuthorityTrack.APPROVED:
        return "soon", NOW, N_("Phase 1 is approved but not sent")
    if known.facts.running_short and known.facts.untold and incident.state not in ENDED:
        late = N_("The deadline has passed")
        return ("late", NOW, late) if known.facts.overdue else ("soon", NOW, N_("Less than 24 hours are left"))
    if track is AuthorityTrack.NONE_YET:
        return "none", NOT_BEGUN, N_("A first, incomplete notice may go out at once")
    return "calm", label(track), ""


def _people(incident: Incident, known: Known, lang: str, zone: str) -> Line:
    track, waits = PeopleTrack(incident.people_track), known.waits
    if track is PeopleTrack.NOT_REQUIRED and _hides_decision(known):
        return "none", WAITING, SEALED
    if waits.came_back:
        return "soon", NOW, translate(lang, N_("Letters that came back: {count}. Tell these people in another way"),
                                      count=waits.came_back)  # fmt: skip
    if waits.difference:
        return "soon", NOW, N_("Not as many people are told as the case says")
    if track in PEOPLE_SETTLED:
        return "ok", label(track), ""
    if waits.leaves_at:
        leaves = translate(lang, N_("The letters leave {moment}"), moment=absolute(waits.leaves_at, lang, zone))
        return "soon", label(track), leaves
    return ("none" if track is PeopleTrack.PREPARING else "calm"), label(track), ""


def _hides_decision(known: Known) -> bool:
    return known.commission is not None and known.commission.hides_decision


def _lessons(known: Known) -> Line:
    if known.facts.learnt:
        return "ok", DONE, ""
    if known.facts.lesson_written:
        return "soon", NOW, N_("Name the risk or the control that changes")
    return "none", NOT_BEGUN, N_("Write down what you have learnt")
