"""Where each next best action is done, who may do it, and one sentence that says why it comes now."""

from dataclasses import dataclass

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import translate
from incidents.models import Incident
from incidents.next_step import NEXT_STEP_LABELS, NextStep


@dataclass(frozen=True, slots=True)
class Action:
    """The button of the header and the panel under it. `post`: the address takes a form, not a visit."""

    step: NextStep
    label: str
    href: str
    allowed: bool
    why: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    path: str
    operation: Operation
    why: str
    post: bool = False


_NOTICE, _LETTERS = "/authority", "/people"
PLACES = {
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
        "/commission", Operation.ASSESS, N_("You have a seat in the commission and have not answered.")
    ),
    NextStep.AWAIT_VOTES: Place(
        "/commission", Operation.READ_COMMISSION, N_("The commission is not done. See who has not answered.")
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
    NextStep.SUPPLEMENT: Place(
        _NOTICE, Operation.WRITE_NOTICE, N_("The first notice is sent. Add what was not known then.")
    ),
    NextStep.PREPARE_LETTERS: Place(
        _LETTERS, Operation.WRITE_MAILING, N_("The people affected are to be told, or the reason why not written down.")
    ),
    NextStep.APPROVE_LETTERS: Place(
        _LETTERS, Operation.APPROVE_MAILING, N_("The letters are tested and wait for another person’s approval.")
    ),
    NextStep.WATCH_SENDING: Place(_LETTERS, Operation.READ_MAILING, N_("The letters are on their way.")),
    NextStep.RESUME_SENDING: Place(
        _LETTERS, Operation.WRITE_MAILING, N_("The sending was stopped half-way. Resume it when the cause is gone.")
    ),
    NextStep.CHECK_DELIVERY: Place(
        _LETTERS,
        Operation.WRITE_MAILING,
        N_("All letters are sent. See who was not reached, and reach them otherwise."),
    ),
    NextStep.LEARN: Place(
        "/close", Operation.CLOSE_CASE, N_("Write down what you have learnt, or say why there is nothing.")
    ),
    NextStep.CLOSE: Place(
        "/close", Operation.CLOSE_CASE, N_("Everything is done. Ask the chair or the head to agree.")
    ),
    NextStep.OPEN_TARGET: Place("/target", Operation.READ_CASE, N_("The work goes on in the other case.")),
    NextStep.NOTHING: Place("", Operation.READ_CASE, N_("The case is closed and stays in the register.")),
}


def action(actor: Actor, incident: Incident, step: NextStep, lang: str) -> Action:
    """The next best action as this person sees it."""
    place = PLACES[step]
    return Action(
        step,
        translate(lang, NEXT_STEP_LABELS[step]),
        incident.path + place.path,
        step is not NextStep.NOTHING and actor.may(place.operation),
        translate(lang, place.why),
        place.post,
    )
