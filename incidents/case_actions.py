"""Where each next best action is done, who may do it, and one sentence that says why it comes now. Names, moments and
numbers of the case go into label and sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import absolute, translate
from incidents.case_facts import Known
from incidents.case_waits import Signature, Waits
from incidents.countersigning import KINDS
from incidents.models import Incident
from incidents.next_step import NEXT_STEP_LABELS, NextStep, next_step
from incidents.people_told import when_told


@dataclass(frozen=True, slots=True)
class Action:
    """The button of the header and the panel under it. `post`: the address takes a form, not a visit. `waits`: somebody
    else is to act, and the label says who."""

    step: NextStep
    label: str
    href: str
    allowed: bool
    why: str
    post: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    path: str
    operation: Operation
    why: str
    post: bool = False


LEAVES = N_("The letters are approved and leave {moment}. Until then they can be stopped.")
_NOTICE, _LETTERS = "/authority", "/people"
PLACES = {
    NextStep.SIGN: Place(
        "", Operation.COUNTERSIGN, N_("“{title}” takes effect only when you have signed. Read it, then sign or refuse.")
    ),
    NextStep.OPINE: Place(
        "/decision/opinion",
        Operation.OPINE,
        N_("You are asked as data protection officer. Nothing waits for your answer, but it is kept and read."),
    ),
    NextStep.TAKE: Place(
        "/take",
        Operation.TAKE_CASE,
        N_("Nobody is in charge yet. Take the case, and the alarms about it stop."),
        post=True,
    ),
    NextStep.READ_NEW_FACTS: Place(
        "/classify",
        Operation.CLASSIFY_CASE,
        N_("The case was opened again. Check whether the classification still holds, and save it."),
    ),
    NextStep.CONTAIN: Place(
        "/contain",
        Operation.CONTAIN_CASE,
        N_("The reporter says that it is still going on. Stop it first, then write down how."),
    ),
    NextStep.CLASSIFY: Place(
        "/classify",
        Operation.CLASSIFY_CASE,
        N_("Say what happened, to which data and to whom. “Not yet known” is a good answer."),
    ),
    NextStep.CONVENE: Place(
        "/commission",
        Operation.CONVENE,
        N_("Clause 8.1: a commission judges every case. Call it, and prepare the notice meanwhile."),
    ),
    NextStep.ASSESS: Place(
        "/commission/assess", Operation.ASSESS, N_("You have a seat in the commission and have not answered.")
    ),
    NextStep.AWAIT_VOTES: Place(
        "/commission", Operation.READ_COMMISSION, N_("The commission is not done. See who has not answered.")
    ),
    NextStep.RECONVENE: Place(
        "/commission",
        Operation.CONVENE,
        N_("So many have stepped aside or abstain that the commission cannot finish. Call others."),
    ),
    NextStep.DECIDE: Place("/decision", Operation.DECIDE, N_("The commission is done. Now the decision is signed.")),
    NextStep.DECIDE_EARLY: Place(
        "/decision",
        Operation.DECIDE,
        N_("The deadline does not wait. You may decide now; the commission confirms afterwards."),
    ),
    NextStep.PREPARE_NOTICE: Place(
        _NOTICE,
        Operation.WRITE_NOTICE,
        N_("Write what you know now, and supplement later."),
    ),
    NextStep.SUBMIT_NOTICE: Place(
        _NOTICE,
        Operation.WRITE_NOTICE,
        N_("The draft has been begun. Another person must approve it before it is sent."),
    ),
    NextStep.RELEASE_NOTICE: Place(
        _NOTICE, Operation.APPROVE_NOTICE, N_("The draft waits for approval by somebody who has not written it.")
    ),
    NextStep.FILE_NOTICE: Place(
        _NOTICE,
        Operation.FILE_NOTICE,
        N_("The notice is approved but not sent. Send what you know, and supplement later."),
    ),
    NextStep.WATCH_NOTICE: Place(
        _NOTICE,
        Operation.READ_NOTICE,
        N_("The notice is on its way by e-mail. The clock runs until it has been taken."),
    ),
    NextStep.SETTLE_NOTICE: Place(
        "/authority/mail",
        Operation.FILE_NOTICE,
        N_("The mail server did not answer. Say that the notice arrived, send it again, or use another way."),
    ),
    NextStep.SUPPLEMENT: Place(
        _NOTICE, Operation.WRITE_NOTICE, N_("The first notice is sent. Add what was not known then.")
    ),
    NextStep.PREPARE_LETTERS: Place(
        _LETTERS, Operation.WRITE_MAILING, N_("The people affected are to be told, or the reason why not written down.")
    ),
    NextStep.APPROVE_LETTERS: Place(
        _LETTERS, Operation.APPROVE_MAILING, N_("The letters are tested and wait for another person’s approval.")
    ),
    NextStep.WATCH_HOLD: Place(_LETTERS, Operation.READ_MAILING, LEAVES),
    NextStep.WATCH_SENDING: Place(_LETTERS, Operation.READ_MAILING, N_("The letters are on their way.")),
    NextStep.RESUME_SENDING: Place(
        _LETTERS, Operation.WRITE_MAILING, N_("The sending was stopped half-way. Resume it when the cause is gone.")
    ),
    NextStep.CHECK_DELIVERY: Place(
        _LETTERS,
        Operation.WRITE_MAILING,
        N_("All letters are sent. See who was not reached, and reach them otherwise."),
    ),
    NextStep.EXPLAIN_NUMBERS: Place(
        _LETTERS,
        Operation.WRITE_MAILING,
        N_("{numbers} Tell the rest, correct the number, or write why. The case cannot be closed before that."),
    ),
    NextStep.TELL_OTHERS: Place(
        "/others",
        Operation.READ_NOTICE,
        N_("Besides the authority somebody is still to be told. See who, and until when."),
    ),
    NextStep.LEARN: Place(
        "/close", Operation.CLOSE_CASE, N_("Write down what you have learnt, or say why there is nothing.")
    ),
    NextStep.CLOSE: Place(
        "/close", Operation.CLOSE_CASE, N_("Everything is done. Ask the chair or the head to agree.")
    ),
    NextStep.AWAIT_SIGNATURE: Place(
        "", Operation.COUNTERSIGN, N_("“{title}” is proposed and takes effect when a second person has signed.")
    ),
    NextStep.OPEN_TARGET: Place("/target", Operation.READ_CASE, N_("The work goes on in the other case.")),
    NextStep.NOTHING: Place("", Operation.READ_CASE, N_("The case is closed and stays in the register.")),
}


def action(actor: Actor, incident: Incident, known: Known, lang: str, zone: str) -> Action:
    """The next best action as this person sees it."""
    step, waits = next_step(known.facts), known.waits
    place = PLACES[step]
    signature = _signature(step, waits)
    words = _words(signature, waits, lang, zone)
    waiting = step is NextStep.AWAIT_SIGNATURE
    return Action(
        step,
        translate(lang, NEXT_STEP_LABELS[step], **words),
        signature.path if signature else incident.path + place.path,
        step is not NextStep.NOTHING and not waiting and actor.may(place.operation),
        translate(lang, place.why, **words),
        place.post,
        waiting,
    )


def leaves(action: Action, waits: Waits, lang: str, zone: str) -> str:
    """During the hold, when something else comes first: when the letters leave, and that they can be stopped."""
    if waits.leaves_at is None or action.step is NextStep.WATCH_HOLD:
        return ""
    return translate(lang, LEAVES, moment=absolute(waits.leaves_at, lang, zone))


def _signature(step: NextStep, waits: Waits) -> Signature | None:
    """The step that the reader signs, or that others sign and everything else waits for."""
    if step is NextStep.SIGN:
        return waits.to_sign
    return next(iter(waits.blocking), None) if step is NextStep.AWAIT_SIGNATURE else None


def _words(signature: Signature | None, waits: Waits, lang: str, zone: str) -> Mapping[str, str]:
    numbers = when_told(waits.difference, lang)
    return {
        "who": one_of(signature.who, lang) if signature else "",
        "title": translate(lang, KINDS[signature.kind].title) if signature else "",
        "moment": absolute(waits.leaves_at, lang, zone) if waits.leaves_at else "",
        "numbers": numbers.sentence if numbers else "",
    }


def one_of(names: Sequence[str], lang: str) -> str:
    """Several names of whom one is enough."""
    *first, last = names or ("–",)
    return translate(lang, N_("{first} or {last}"), first=", ".join(first), last=last) if first else last
