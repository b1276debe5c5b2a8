"""The single next best action of a case (ux section 3, last column). It advises; nothing follows by itself."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.errors import N_
from incidents.states import (
    AUTHORITY_SETTLED,
    AUTHORITY_TOLD,
    PEOPLE_SETTLED,
    AuthorityTrack,
    Containment,
    PeopleTrack,
    State,
)

SHORT = timedelta(hours=24)


class Track(StrEnum):
    AUTHORITY = "authority"
    PEOPLE = "people"
    CONTAINMENT = "containment"


class NoticeMailing(StrEnum):
    """A notice that left by e-mail and is not recorded yet."""

    NONE = ""
    UNDER_WAY = "under_way"
    IN_DOUBT = "in_doubt"


# The kinds of steps that wait for a second person and hold up what comes next (incidents/countersigning.py).
DISMISSAL, CLOSING = "dismissal", "closing"
DEPARTURES = frozenset({"departure", "departure_by_chair"})


class NextStep(StrEnum):
    SIGN = "sign"
    OPINE = "opine"
    TAKE = "take"
    READ_NEW_FACTS = "read_new_facts"
    CONTAIN = "contain"
    CLASSIFY = "classify"
    CONVENE = "convene"
    ASSESS = "assess"
    AWAIT_VOTES = "await_votes"
    RECONVENE = "reconvene"
    DECIDE = "decide"
    DECIDE_EARLY = "decide_early"
    PREPARE_NOTICE = "prepare_notice"
    SUBMIT_NOTICE = "submit_notice"
    RELEASE_NOTICE = "release_notice"
    FILE_NOTICE = "file_notice"
    WATCH_NOTICE = "watch_notice"
    SETTLE_NOTICE = "settle_notice"
    SUPPLEMENT = "supplement"
    PREPARE_LETTERS = "prepare_letters"
    APPROVE_LETTERS = "approve_letters"
    WATCH_HOLD = "watch_hold"
    WATCH_SENDING = "watch_sending"
    RESUME_SENDING = "resume_sending"
    CHECK_DELIVERY = "check_delivery"
    EXPLAIN_NUMBERS = "explain_numbers"
    TELL_OTHERS = "tell_others"
    LEARN = "learn"
    CLOSE = "close"
    AWAIT_SIGNATURE = "await_signature"
    OPEN_TARGET = "open_target"
    NOTHING = "nothing"


NEXT_STEP_LABELS = {
    NextStep.SIGN: N_("Sign or refuse"),
    NextStep.OPINE: N_("Give your opinion"),
    NextStep.TAKE: N_("Take the report"),
    NextStep.READ_NEW_FACTS: N_("Read the new facts"),
    NextStep.CONTAIN: N_("Stop the leak"),
    NextStep.CLASSIFY: N_("Classify the incident"),
    NextStep.CONVENE: N_("Convene the commission"),
    NextStep.ASSESS: N_("Give your assessment"),
    NextStep.AWAIT_VOTES: N_("See whose assessment is missing"),
    NextStep.RECONVENE: N_("Call others to the commission"),
    NextStep.DECIDE: N_("Make the decision"),
    NextStep.DECIDE_EARLY: N_("Decide before the commission is done"),
    NextStep.PREPARE_NOTICE: N_("Prepare the notice"),
    NextStep.SUBMIT_NOTICE: N_("Ask for approval of the notice"),
    NextStep.RELEASE_NOTICE: N_("Approve the notice"),
    NextStep.FILE_NOTICE: N_("Send phase 1"),
    NextStep.WATCH_NOTICE: N_("Follow the notice"),
    NextStep.SETTLE_NOTICE: N_("Find out whether the notice arrived"),
    NextStep.SUPPLEMENT: N_("Supplement the notice"),
    NextStep.PREPARE_LETTERS: N_("Prepare the letters"),
    NextStep.APPROVE_LETTERS: N_("Approve the letters"),
    NextStep.WATCH_HOLD: N_("See or stop the letters"),
    NextStep.WATCH_SENDING: N_("Follow the sending"),
    NextStep.RESUME_SENDING: N_("Resume the sending"),
    NextStep.CHECK_DELIVERY: N_("Look at letters that did not arrive"),
    NextStep.EXPLAIN_NUMBERS: N_("Say why the numbers of people differ"),
    NextStep.TELL_OTHERS: N_("Tell the others on the list"),
    NextStep.LEARN: N_("Write down the lesson"),
    NextStep.CLOSE: N_("Close the case"),
    NextStep.AWAIT_SIGNATURE: N_("Waits for the signature of {who}"),
    NextStep.OPEN_TARGET: N_("Open the case it was merged into"),
    NextStep.NOTHING: N_("Nothing to do"),
}
_NOTICE = {
    AuthorityTrack.NONE_YET: NextStep.PREPARE_NOTICE,
    AuthorityTrack.DRAFT: NextStep.SUBMIT_NOTICE,
    AuthorityTrack.IN_REVIEW: NextStep.RELEASE_NOTICE,
    AuthorityTrack.APPROVED: NextStep.FILE_NOTICE,
    AuthorityTrack.FILED: NextStep.SUPPLEMENT,
    AuthorityTrack.SUPPLEMENT_EXPECTED: NextStep.SUPPLEMENT,
}
_LETTERS = {
    PeopleTrack.PREPARING: NextStep.PREPARE_LETTERS,
    PeopleTrack.TESTED: NextStep.APPROVE_LETTERS,
    PeopleTrack.APPROVED: NextStep.WATCH_HOLD,
    PeopleTrack.HOLDING: NextStep.WATCH_HOLD,
    PeopleTrack.SENDING: NextStep.WATCH_SENDING,
    PeopleTrack.PAUSED: NextStep.RESUME_SENDING,
    PeopleTrack.SENT: NextStep.CHECK_DELIVERY,
}

LEAVING = frozenset({NextStep.WATCH_HOLD, NextStep.WATCH_SENDING})


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the advice depends on. Of whoever is looking: `asked_to_assess`, a seat and no answer yet; `to_sign`, a step
    waits for this person's signature; `asked_opinion`, the DPO has not answered. `awaits`: the kinds of steps that wait
    for somebody's signature. `informs`: the decision says that the people are told. `others_wait`: somebody besides the
    authority has not been told all they are to be told.
    `change_named`: a risk or a control is linked to the case, or it is written why none changes."""

    state: State
    authority: AuthorityTrack = AuthorityTrack.NONE_YET
    people: PeopleTrack = PeopleTrack.PREPARING
    containment: Containment = Containment.OPEN
    still_going_on: bool = False
    reopened: bool = False
    classified: bool = False
    asked_to_assess: bool = False
    quorum_reached: bool = False
    lesson_written: bool = False
    change_named: bool = False
    to_sign: bool = False
    asked_opinion: bool = False
    awaits: frozenset[str] = frozenset()
    informs: bool = False
    quorum_lost: bool = False
    numbers_differ: bool = False
    notice_mail: NoticeMailing = NoticeMailing.NONE
    others_wait: bool = False
    left: timedelta | None = None
    oldest_first: tuple[Track, ...] = (Track.AUTHORITY, Track.PEOPLE, Track.CONTAINMENT)

    @property
    def running_short(self) -> bool:
        return self.left is not None and self.left < SHORT

    @property
    def overdue(self) -> bool:
        return self.left is not None and self.left < timedelta(0)

    @property
    def learnt(self) -> bool:
        """A lesson, and what it leads to: whichever door it came in by."""
        return self.lesson_written and self.change_named

    @property
    def untold(self) -> bool:
        return self.authority not in AUTHORITY_TOLD | AUTHORITY_SETTLED


def _notice(facts: CaseFacts) -> NextStep:
    match facts.notice_mail:
        case NoticeMailing.IN_DOUBT:
            return NextStep.SETTLE_NOTICE
        case NoticeMailing.UNDER_WAY:
            return NextStep.WATCH_NOTICE
        case _:
            return _NOTICE[facts.authority]


def next_step(facts: CaseFacts) -> NextStep:
    """One action, never a list: the page shows it as its only primary button."""
    if facts.to_sign:
        return NextStep.SIGN
    if facts.asked_opinion:
        return NextStep.OPINE
    match facts.state:
        case State.REPORTED:
            return NextStep.TAKE
        case State.UNDER_REVIEW:
            return _in_review(facts)
        case State.IN_ASSESSMENT:
            return _in_assessment(facts)
        case State.DECIDED:
            return _decided(facts)
        case State.IN_REMEDY:
            return _in_remedy(facts)
        case State.MERGED:
            return NextStep.OPEN_TARGET
        case _:
            return NextStep.NOTHING


def _in_review(facts: CaseFacts) -> NextStep:
    if facts.reopened:
        return NextStep.READ_NEW_FACTS
    if facts.still_going_on and facts.containment is Containment.OPEN:
        return NextStep.CONTAIN
    hurry = facts.running_short and facts.untold
    if DISMISSAL in facts.awaits and not hurry:
        return NextStep.AWAIT_SIGNATURE
    if not facts.classified:
        return NextStep.CLASSIFY
    return _notice(facts) if hurry else NextStep.CONVENE


def _in_assessment(facts: CaseFacts) -> NextStep:
    """The notice is prepared beside the commission: a phased notice is the norm, waiting is not."""
    if facts.asked_to_assess and not facts.quorum_lost:
        return NextStep.ASSESS
    if facts.untold and (facts.running_short or not facts.quorum_reached):
        return _notice(facts)
    if facts.quorum_reached:
        return _decide(facts)
    if facts.running_short:
        return NextStep.DECIDE_EARLY
    return NextStep.RECONVENE if facts.quorum_lost else NextStep.AWAIT_VOTES


def _decide(facts: CaseFacts) -> NextStep:
    """Signed by one already, against the commission: then only the second signature is missing."""
    return NextStep.AWAIT_SIGNATURE if facts.awaits & DEPARTURES else NextStep.DECIDE


def _decided(facts: CaseFacts) -> NextStep:
    """Decided in advance: the commission answers still; when it answers otherwise, somebody decides again."""
    if facts.asked_to_assess and not facts.quorum_lost:
        return NextStep.ASSESS
    if facts.quorum_reached:
        return _decide(facts)
    open_track = _in_remedy(facts)
    if facts.quorum_lost and not facts.untold and open_track not in LEAVING:
        return NextStep.RECONVENE
    return NextStep.AWAIT_VOTES if open_track in {NextStep.LEARN, NextStep.CLOSE} else open_track


def _in_remedy(facts: CaseFacts) -> NextStep:
    for track in _order(facts):
        if track is Track.AUTHORITY and facts.authority not in AUTHORITY_SETTLED:
            return _notice(facts)
        if track is Track.PEOPLE and facts.people not in PEOPLE_SETTLED:
            return _LETTERS[facts.people]
        if track is Track.CONTAINMENT and facts.containment is Containment.OPEN:
            return NextStep.CONTAIN
    if facts.numbers_differ:
        return NextStep.EXPLAIN_NUMBERS
    if facts.others_wait:
        return NextStep.TELL_OTHERS
    if not facts.learnt:
        return NextStep.LEARN
    return NextStep.AWAIT_SIGNATURE if CLOSING in facts.awaits else NextStep.CLOSE


def _order(facts: CaseFacts) -> tuple[Track, ...]:
    """The people come before a supplement: the authority knows already, and they cannot protect themselves yet."""
    if not facts.informs or facts.untold:
        return facts.oldest_first
    return (Track.PEOPLE, *(track for track in facts.oldest_first if track is not Track.PEOPLE))


UNFINISHED = {
    Track.AUTHORITY: N_("The notice to the authority is neither complete nor declared unnecessary."),
    Track.PEOPLE: N_("The letters to the people affected are neither done nor declared unnecessary."),
    Track.CONTAINMENT: N_("The incident has not been stopped yet."),
}
NUMBERS_DIFFER = N_("Not as many people are told as the case says. Tell the rest, correct the number, or write why.")
OTHERS_WAIT = N_("Somebody on the list of others to tell has not been told everything yet.")
NO_LESSON = N_("Write down a lesson, or say why there is none.")
NO_CHANGE = N_("Name the risk or the control that changes by the lesson, or say why none does.")


def missing_before_closing(facts: CaseFacts) -> list[str]:
    """What still stands between a case in remedy and its end, one sentence each."""
    done = {
        Track.AUTHORITY: facts.authority in AUTHORITY_SETTLED,
        Track.PEOPLE: facts.people in PEOPLE_SETTLED,
        Track.CONTAINMENT: facts.containment is Containment.DONE,
    }
    sentences = [UNFINISHED[track] for track in Track if not done[track]]
    sentences += [NUMBERS_DIFFER] if facts.numbers_differ else []
    sentences += [OTHERS_WAIT] if facts.others_wait else []
    if not facts.lesson_written:
        return [*sentences, NO_LESSON]
    return sentences if facts.change_named else [*sentences, NO_CHANGE]
