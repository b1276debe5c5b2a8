"""Filling the classification from what the registers know, and taking that back. A person's own answer is never written
over: kinds are added to those that are ticked, the rest is filled only where nothing is written.

What was filled travels in the form as marks (`data_categories=health`, `-subject_groups=unknown`), so that it can be
said, and taken back, without being kept anywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from incidents.people_count import PeopleCount

UNKNOWN = "unknown"
KINDS = ("data_categories", "subject_groups")
TEXTS = ("countries", "systems")
Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Known:
    """What one entry of a register knows, by the fields of the classification."""

    name: str
    kinds: Mapping[str, tuple[str, ...]]
    people: PeopleCount = field(default_factory=PeopleCount)
    countries: tuple[str, ...] = ()
    systems: str = ""
    recipients: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields that change, each with all its values now, and every mark so far."""

    answers: dict[str, list[str]]
    marks: tuple[str, ...]


def fill(answers: Answers, known: Sequence[Known], marks: Sequence[str]) -> Filled:
    """What was filled once and then changed by a person is not filled again."""
    changed: dict[str, list[str]] = {}
    made = list(marks)
    for name in KINDS:
        ticked = list(answers.get(name, ()))
        fresh = [code for code in _kinds(known, name) if code not in ticked and f"{name}={code}" not in marks]
        if fresh:
            if ticked == [UNKNOWN]:
                ticked, made = [], [*made, f"-{name}={UNKNOWN}"]
            changed[name] = ticked + fresh
            made += [f"{name}={code}" for code in fresh]
    texts = {"countries": ", ".join(_merged(one.countries for one in known)),
             "systems": ", ".join(_merged([one.systems] for one in known))}  # fmt: skip
    for name, text in texts.items():
        if text and not _one(answers, name) and f"{name}={text}" not in marks:
            changed[name] = [text]
            made.append(f"{name}={text}")
    count = together([one.people for one in known])
    mark = f"people={_ends(count)}"
    if count.known and _unsaid(answers) and mark not in marks:
        least, most = str(count.least), "" if count.most is None else str(count.most)
        exact = count.least == count.most
        changed |= {"people_known": ["exact" if exact else "range"], "people_min": [least],
                    "people_max": ["" if exact else most]}  # fmt: skip
        made.append(mark)
    return Filled(changed, tuple(made))


def take_back(answers: Answers, marks: Sequence[str]) -> Filled:
    """As it was before: what a person has changed since stays."""
    changed: dict[str, list[str]] = {}
    for mark in marks:
        name, _, value = mark.removeprefix("-").partition("=")
        now = changed.get(name, list(answers.get(name, ())))
        if mark.startswith("-") and name in KINDS:
            changed[name] = now if value in now else [*now, value]
        elif name in KINDS and value in now:
            changed[name] = [one for one in now if one != value]
        elif name in TEXTS and _one(answers, name) == value:
            changed[name] = [""]
        elif name == "people" and _typed_ends(answers) == value:
            changed |= {"people_known": [UNKNOWN], "people_min": [""], "people_max": [""]}
    return Filled(changed, ())


def fields_of(marks: Sequence[str]) -> dict[str, int]:
    """Which fields were filled, and how many answers in each."""
    found: dict[str, int] = {}
    for mark in marks:
        if not mark.startswith("-"):
            name = mark.partition("=")[0]
            found[name] = found.get(name, 0) + 1
    return found


def together(counts: Sequence[PeopleCount]) -> PeopleCount:
    """The same people may be in several: at least as many as in the largest, at most all of them."""
    known = [one for one in counts if one.least is not None]
    if not known or len(known) < len(counts):
        return PeopleCount()
    least = max(one.least or 0 for one in known)
    most = [one.most for one in known]
    return PeopleCount(least, None if None in most else sum(one or 0 for one in most))


def _kinds(known: Sequence[Known], name: str) -> list[str]:
    return [code for code in _merged(one.kinds.get(name, ()) for one in known) if code != UNKNOWN]


def _merged(parts: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(one for part in parts for one in part if one))


def _unsaid(answers: Answers) -> bool:
    """Nobody has written how many people."""
    ends = _one(answers, "people_min") + _one(answers, "people_max")
    return not ends and _one(answers, "people_known") in {"", UNKNOWN}


def _one(answers: Answers, name: str) -> str:
    return next(iter(answers.get(name, ())), "").strip()


def _ends(count: PeopleCount) -> str:
    return f"{count.least}-{'' if count.most is None else count.most}"


def _typed_ends(answers: Answers) -> str:
    least, most = _one(answers, "people_min"), _one(answers, "people_max")
    return f"{least}-{least if _one(answers, 'people_known') == 'exact' else most}"
