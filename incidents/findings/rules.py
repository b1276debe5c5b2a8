"""The states of a finding and who moves it (pure): the owner answers, the auditor closes or gives it back."""

from datetime import date
from enum import StrEnum

from core.errors import N_, Conflict


class Severity(StrEnum):
    SERIOUS = "serious"
    DEVIATION = "deviation"
    REMARK = "remark"


class State(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


SEVERITY_LABELS = {
    Severity.SERIOUS: N_("Serious deviation"),
    Severity.DEVIATION: N_("Deviation"),
    Severity.REMARK: N_("Remark"),
}
STATE_LABELS = {
    State.OPEN: N_("Waits for an answer"),
    State.ANSWERED: N_("Answered by the owner"),
    State.CLOSED: N_("Closed"),
}
OVERDUE = N_("Overdue")
MOVES = {
    "answer": (State.OPEN, State.ANSWERED),
    "close": (State.ANSWERED, State.CLOSED),
    "give_back": (State.ANSWERED, State.OPEN),
}
REFUSALS = {
    "answer": N_("This finding does not wait for an answer."),
    "close": N_("Only a finding that was answered can be closed."),
    "give_back": N_("Only a finding that was answered can be given back."),
}


def move(verb: str, current: State) -> State:
    """Where a verb leads.

    Raises:
        Conflict: the finding is not where the verb begins.
    """
    begin, end = MOVES[verb]
    if current is not begin:
        raise Conflict(REFUSALS[verb])
    return end


def overdue(state: State, due_on: date, today: date) -> bool:
    """The day itself is still in time; what is answered waits for the auditor and not for the owner."""
    return state is State.OPEN and due_on < today
