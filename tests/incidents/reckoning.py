"""What a commission must come to, reckoned a second time and another way than in incidents/commission.py."""

from collections.abc import Mapping

LEVELS = ("none", "risk", "high")


def reckoned(votes: Mapping[str, str], seats: int, majority: str = "simple", tie: str = "cautious",
             chair: str | None = None) -> str:  # fmt: skip
    """The answer most gave, but never lower than one that too few call too high. A tie is settled by the chair's own
    vote where the rules say so, else upwards."""
    by_level = [[vote for vote in votes.values() if vote == level] for level in LEVELS]
    longest = max(len(group) for group in by_level)
    tied = [level for level, group in zip(LEVELS, by_level, strict=True) if len(group) == longest]
    chairs = votes.get(chair or "") if tie == "chair" else None
    most = chairs if chairs in tied else tied[-1]
    undenied = [level for level in LEVELS if not _denied(level, votes, seats, majority, chairs)]
    return max(most, undenied[-1], key=LEVELS.index)


def _denied(level: str, votes: Mapping[str, str], seats: int, majority: str, chairs: str | None) -> bool:
    lower = [vote for vote in votes.values() if LEVELS.index(vote) < LEVELS.index(level)]
    needed = {"simple": len(votes) / 2, "absolute": max(seats, len(votes)) / 2}.get(majority)
    if needed is None:
        return len(lower) >= len(votes) * 2 / 3 - 1e-9
    if majority == "simple" and len(lower) == needed and chairs is not None:
        return LEVELS.index(chairs) < LEVELS.index(level)
    return len(lower) > needed


def departs(outcome: str, notify: bool, inform: str) -> bool:
    """Another way than the commission's, where no article of the law excuses it: at a risk the authority is told, at a
    high one the people too; "later" leaves the people open."""
    wants = {"none": (False, "not"), "risk": (True, "not"), "high": (True, "inform")}[outcome]
    return notify != wants[0] or inform not in {wants[1], "later"}
