"""The states of an incident and of the tracks beside it, as tables one can read aloud (ux section 3).

The legal clock belongs to the authority track, so a slow commission can never hide it: a first, incomplete notice may
go out from `under_review` on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from core.errors import N_, Conflict


class State(StrEnum):
    REPORTED = "reported"
    UNDER_REVIEW = "under_review"
    IN_ASSESSMENT = "in_assessment"
    DECIDED = "decided"
    IN_REMEDY = "in_remedy"
    CLOSED = "closed"
    NOT_AN_INCIDENT = "not_an_incident"
    MERGED = "merged"


class AuthorityTrack(StrEnum):
    NONE_YET = "none_yet"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    FILED = "filed"
    SUPPLEMENT_EXPECTED = "supplement_expected"
    COMPLETE = "complete"
    WITHDRAWN = "withdrawn"
    NOT_REQUIRED = "not_required"


class PeopleTrack(StrEnum):
    PREPARING = "preparing"
    TESTED = "tested"
    APPROVED = "approved"
    HOLDING = "holding"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    DONE = "done"
    NOT_REQUIRED = "not_required"


class Containment(StrEnum):
    OPEN = "open"
    DONE = "done"


class Who(StrEnum):
    """Who may move a case: role codes, the chair of the commission, and the system itself."""

    MANAGER = "manager"
    DEPUTY = "deputy"
    HEAD = "head"
    CHAIR = "chair"
    DPO = "dpo"
    WRITER = "writer"
    APPROVER = "approver"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Move:
    """Who may make a move, who must sign beside them, and whether a reason is asked for."""

    by: frozenset[Who]
    second: frozenset[Who] = frozenset()
    reason: bool = False

    @property
    def needs_second(self) -> bool:
        return bool(self.second)


_HANDLERS = frozenset({Who.MANAGER, Who.DEPUTY})
_SECOND = frozenset({Who.CHAIR, Who.HEAD})
_WRITERS = frozenset({Who.MANAGER, Who.DEPUTY, Who.HEAD, Who.DPO, Who.WRITER})
_RELEASERS = frozenset({Who.MANAGER, Who.DEPUTY, Who.HEAD, Who.APPROVER})

handler = Move(_HANDLERS)
handler_with_reason = Move(_HANDLERS, reason=True)
handler_and_second = Move(_HANDLERS, second=_SECOND, reason=True)
handler_and_chair = Move(_HANDLERS, second=frozenset({Who.CHAIR}), reason=True)
reopen = Move(_HANDLERS | {Who.DPO}, reason=True)
writer = Move(_WRITERS)
writer_with_reason = Move(_WRITERS, reason=True)
releaser = Move(_RELEASERS)
system = Move(frozenset({Who.SYSTEM}))
sender = Move(_WRITERS | _RELEASERS | {Who.SYSTEM})

MOVES: Mapping[State, Mapping[State, Move]] = {
    State.REPORTED: {State.UNDER_REVIEW: handler, State.MERGED: handler},
    State.UNDER_REVIEW: {
        State.REPORTED: handler,  # handed back: escalation starts again
        State.IN_ASSESSMENT: handler,
        State.NOT_AN_INCIDENT: handler_and_second,
        State.MERGED: handler,
    },
    State.IN_ASSESSMENT: {
        State.DECIDED: handler,  # the chair signs too when it departs from the commission
        State.UNDER_REVIEW: handler_with_reason,
        State.MERGED: handler,
    },
    State.DECIDED: {
        State.IN_REMEDY: system,  # at once, or when the commission has confirmed a decision made in advance
        State.IN_ASSESSMENT: handler_and_chair,
        State.MERGED: handler,
    },
    State.IN_REMEDY: {State.CLOSED: handler_and_second, State.MERGED: handler},
    State.CLOSED: {State.UNDER_REVIEW: reopen},
    State.NOT_AN_INCIDENT: {State.UNDER_REVIEW: reopen},
    State.MERGED: {},
}

AUTHORITY_MOVES: Mapping[AuthorityTrack, Mapping[AuthorityTrack, Move]] = {
    AuthorityTrack.NONE_YET: {AuthorityTrack.DRAFT: writer, AuthorityTrack.NOT_REQUIRED: handler_with_reason},
    AuthorityTrack.DRAFT: {AuthorityTrack.IN_REVIEW: writer, AuthorityTrack.NOT_REQUIRED: handler_with_reason},
    AuthorityTrack.IN_REVIEW: {AuthorityTrack.DRAFT: writer, AuthorityTrack.APPROVED: releaser},
    AuthorityTrack.APPROVED: {AuthorityTrack.DRAFT: writer, AuthorityTrack.FILED: handler},  # an edit voids approval
    AuthorityTrack.FILED: {
        AuthorityTrack.SUPPLEMENT_EXPECTED: handler,
        AuthorityTrack.COMPLETE: handler,
        AuthorityTrack.WITHDRAWN: handler_with_reason,
    },
    AuthorityTrack.SUPPLEMENT_EXPECTED: {
        AuthorityTrack.COMPLETE: handler,
        AuthorityTrack.WITHDRAWN: handler_with_reason,
    },
    AuthorityTrack.COMPLETE: {
        AuthorityTrack.SUPPLEMENT_EXPECTED: handler_with_reason,  # new facts after the last part
        AuthorityTrack.WITHDRAWN: handler_with_reason,
    },
    AuthorityTrack.WITHDRAWN: {},
    AuthorityTrack.NOT_REQUIRED: {AuthorityTrack.DRAFT: writer_with_reason},  # R04: a change of facts reopens it
}

PEOPLE_MOVES: Mapping[PeopleTrack, Mapping[PeopleTrack, Move]] = {
    PeopleTrack.PREPARING: {
        PeopleTrack.TESTED: writer,
        PeopleTrack.DONE: sender,  # the public was told instead of each person, Art. 34(3)(c)
        PeopleTrack.NOT_REQUIRED: handler_with_reason,
    },
    PeopleTrack.TESTED: {PeopleTrack.PREPARING: writer, PeopleTrack.APPROVED: releaser},
    PeopleTrack.APPROVED: {PeopleTrack.PREPARING: sender, PeopleTrack.HOLDING: system},
    PeopleTrack.HOLDING: {PeopleTrack.PREPARING: sender, PeopleTrack.SENDING: system},  # stopped in time
    PeopleTrack.SENDING: {PeopleTrack.PAUSED: sender, PeopleTrack.SENT: system},
    PeopleTrack.PAUSED: {PeopleTrack.SENDING: sender},
    PeopleTrack.SENT: {PeopleTrack.DONE: sender},
    PeopleTrack.DONE: {PeopleTrack.PREPARING: writer_with_reason},  # a correction letter
    PeopleTrack.NOT_REQUIRED: {PeopleTrack.PREPARING: writer_with_reason},  # new facts, or Art. 34(4)
}

CONTAINMENT_MOVES: Mapping[Containment, Mapping[Containment, Move]] = {
    Containment.OPEN: {Containment.DONE: handler},
    Containment.DONE: {Containment.OPEN: handler_with_reason},
}

ENDED = frozenset({State.CLOSED, State.NOT_AN_INCIDENT, State.MERGED})
AUTHORITY_SETTLED = frozenset({AuthorityTrack.NOT_REQUIRED, AuthorityTrack.COMPLETE, AuthorityTrack.WITHDRAWN})
PEOPLE_SETTLED = frozenset({PeopleTrack.NOT_REQUIRED, PeopleTrack.DONE})
AUTHORITY_TOLD = frozenset({AuthorityTrack.FILED, AuthorityTrack.SUPPLEMENT_EXPECTED, AuthorityTrack.COMPLETE})

STATE_LABELS: Mapping[State, str] = {
    State.REPORTED: N_("Reported"),
    State.UNDER_REVIEW: N_("Under review"),
    State.IN_ASSESSMENT: N_("Being assessed"),
    State.DECIDED: N_("Decided"),
    State.IN_REMEDY: N_("In remedy"),
    State.CLOSED: N_("Closed"),
    State.NOT_AN_INCIDENT: N_("Not an incident"),
    State.MERGED: N_("Merged"),
}
AUTHORITY_LABELS = {
    AuthorityTrack.NONE_YET: N_("Not begun"),
    AuthorityTrack.DRAFT: N_("Draft"),
    AuthorityTrack.IN_REVIEW: N_("In review"),
    AuthorityTrack.APPROVED: N_("Approved"),
    AuthorityTrack.FILED: N_("Sent, phase 1"),
    AuthorityTrack.SUPPLEMENT_EXPECTED: N_("Supplement expected"),
    AuthorityTrack.COMPLETE: N_("Complete"),
    AuthorityTrack.WITHDRAWN: N_("Withdrawn"),
    AuthorityTrack.NOT_REQUIRED: N_("Not required"),
}
PEOPLE_LABELS = {
    PeopleTrack.PREPARING: N_("Being prepared"),
    PeopleTrack.TESTED: N_("Tested"),
    PeopleTrack.APPROVED: N_("Approved"),
    PeopleTrack.HOLDING: N_("Waiting before sending"),
    PeopleTrack.SENDING: N_("Being sent"),
    PeopleTrack.PAUSED: N_("Paused"),
    PeopleTrack.SENT: N_("All sent"),
    PeopleTrack.DONE: N_("Done"),
    PeopleTrack.NOT_REQUIRED: N_("Not required"),
}
CONTAINMENT_LABELS = {Containment.OPEN: N_("Not stopped yet"), Containment.DONE: N_("Stopped")}


@dataclass(frozen=True, slots=True)
class Table:
    """The moves of one kind of state, its words, and the sentence that refuses a move."""

    moves: Mapping[Any, Mapping[Any, Move]]
    labels: Mapping[Any, str]
    refusal: str


TABLES: Mapping[type[StrEnum], Table] = {
    State: Table(MOVES, STATE_LABELS, N_("An incident cannot go from “{current}” to “{target}”.")),
    AuthorityTrack: Table(
        AUTHORITY_MOVES,
        AUTHORITY_LABELS,
        N_("The notice cannot go from “{current}” to “{target}”."),
    ),
    PeopleTrack: Table(PEOPLE_MOVES, PEOPLE_LABELS, N_("The letters cannot go from “{current}” to “{target}”.")),
    Containment: Table(
        CONTAINMENT_MOVES, CONTAINMENT_LABELS, N_("Containment cannot go from “{current}” to “{target}”.")
    ),
}
Place = TypeVar("Place", State, AuthorityTrack, PeopleTrack, Containment)


def how(current: Place, target: Place) -> Move:
    """The line of the table for one move: who makes it, who signs beside them.

    Raises:
        Conflict: the table has no such line.
    """
    table = TABLES[type(current)]
    found = table.moves[current].get(target)
    if found is None:
        raise Conflict(table.refusal, current=label(current), target=label(target))
    return found


def move(current: Place, target: Place) -> Place:
    """The new state, or Conflict when the table has no such line."""
    how(current, target)
    return target


def next_states(current: Place) -> tuple[Place, ...]:
    """Where one can go from here."""
    return tuple(TABLES[type(current)].moves[current])


def label(place: StrEnum) -> str:
    """The word shown for a state, to be translated where it is shown."""
    return TABLES[type(place)].labels[place]
