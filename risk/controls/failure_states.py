"""A control found not in order stays open until another person than who mended it has looked. Pure."""

from enum import StrEnum

from core.errors import N_, Conflict


class FailureState(StrEnum):
    FAILED = "failed"
    MENDED = "mended"
    CONFIRMED = "confirmed"


MOVES = {
    FailureState.FAILED: {FailureState.MENDED},
    FailureState.MENDED: {FailureState.CONFIRMED, FailureState.FAILED},
    FailureState.CONFIRMED: set[FailureState](),
}


def move(current: str, target: FailureState) -> str:
    """Where it stands next.

    Raises:
        Conflict: somebody was here before, or it is not mended yet.
    """
    if target not in MOVES[FailureState(current)]:
        raise Conflict(N_("The control does not wait for this any more. Load the page again and look."))
    return target.value


def require_another(mended_by: str, actor_id: str) -> None:
    """Four eyes: nobody confirms their own mending.

    Raises:
        Conflict: it is the same person.
    """
    if mended_by == actor_id:
        raise Conflict(N_("You said that it is mended, so somebody else has to confirm it."))
