"""The dry run of a draft: what past cases would say by it. Nothing is changed by looking, nor by publishing: a case
keeps its cause and the version it was classified by until somebody classifies it again.

Suggestions are compared over title and systems alone, because what people wrote is encrypted and opening ten thousand
texts would take minutes and be a reading of its own."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from core.access import Actor
from incidents.causes.known import Catalogue
from incidents.models import Incident
from incidents.queries import visible
from incidents.suggesting import phrases_of, suggest, touched_by

MOST_CASES = 20_000  # the newest; so many take a few seconds
SHOWN = 10  # links under each change; the count is of all


@dataclass(frozen=True, slots=True)
class PastCase:
    """What of a case the dry run looks at."""

    reference: str
    title: str
    systems: str
    cause_class: str
    cause_code: str
    further: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.systems}"


@dataclass(frozen=True, slots=True)
class Change:
    """Cases that go the same way: from what to what (codes, or class and clause), how many, and the first of them."""

    before: tuple[str, str]
    after: tuple[str, str]
    count: int
    first: tuple[PastCase, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would be different. `cut`: there are more cases than were looked at."""

    looked_at: int
    cut: bool
    retired: tuple[Change, ...]
    moved: tuple[Change, ...]
    suggested: tuple[Change, ...]

    @property
    def nothing(self) -> bool:
        return not (self.retired or self.moved or self.suggested)


def dry_run(session: Session, actor: Actor, before: Catalogue, after: Catalogue) -> DryRun:
    """Over the cases this person may see, and no others: not even in a number."""
    columns = (Incident.reference, Incident.title, Incident.systems, Incident.cause_class, Incident.cause_code,
               Incident.further_causes)  # fmt: skip
    newest = visible(actor).with_only_columns(*columns).order_by(Incident.reported_at.desc(), Incident.id.desc())
    rows = session.execute(newest.limit(MOST_CASES + 1)).all()
    cases = [PastCase(*row[:5], further=tuple(row[5])) for row in rows[:MOST_CASES]]
    return compare(cases, before, after, cut=len(rows) > MOST_CASES)


def compare(cases: Sequence[PastCase], before: Catalogue, after: Catalogue, *, cut: bool = False) -> DryRun:
    """The same for cases at hand (pure)."""
    return DryRun(
        len(cases),
        cut,
        _retired(cases, after.retired - before.retired),
        _moved(cases, before, after),
        _suggested(cases, before, after),
    )


def _retired(cases: Iterable[PastCase], codes: frozenset[str]) -> tuple[Change, ...]:
    """Cases that carry a code, as main cause or a further one, which nobody could choose any more."""
    pairs = [((code, ""), ("", ""), case) for case in cases for code in (case.cause_code, *case.further)
             if code in codes]  # fmt: skip
    return _counted(pairs)


def _moved(cases: Iterable[PastCase], before: Catalogue, after: Catalogue) -> tuple[Change, ...]:
    """Cases whose cause would stand in another class or under another clause."""
    pairs = []
    for case in cases:
        old, new = before.get(case.cause_code), after.get(case.cause_code)
        if old and new and (case.cause_class, old.clause) != (new.cause_class, new.clause):
            pairs.append(((case.cause_class, old.clause), (str(new.cause_class), new.clause), case))
    return _counted(pairs)


def _suggested(cases: Iterable[PastCase], before: Catalogue, after: Catalogue) -> tuple[Change, ...]:
    """Cases whose first suggestion would be another one; only words that changed can make a difference."""
    touched = touched_by(_changed_words(before, after))
    first_before, first_after = _first(before), _first(after)
    pairs = [((first_before(case.text), ""), (first_after(case.text), ""), case) for case in cases
             if touched(case.text)]  # fmt: skip
    return _counted([pair for pair in pairs if pair[0] != pair[1]])


def _changed_words(before: Catalogue, after: Catalogue) -> frozenset[str]:
    """The words of each cause that is offered in one catalogue only, or pointed to by other words or in another
    class."""
    phrases: set[str] = set()
    for code in {*before.causes, *after.causes}:
        if _pointing(code, before) != _pointing(code, after):
            phrases |= phrases_of(code, before) | phrases_of(code, after)
    return frozenset(phrases)


def _pointing(code: str, known: Catalogue) -> Hashable:
    cause = known.get(code)
    return (cause.words, cause.cause_class) if cause and known.offers(code) else None


def _first(known: Catalogue) -> Callable[[str], str]:
    @lru_cache(maxsize=MOST_CASES)
    def first(text: str) -> str:
        found = suggest(text, known).suggestions
        return found[0].code if found else ""

    return first


def _counted(pairs: Iterable[tuple[tuple[str, str], tuple[str, str], PastCase]]) -> tuple[Change, ...]:
    """The largest change first."""
    groups: dict[tuple[tuple[str, str], tuple[str, str]], list[PastCase]] = defaultdict(list)
    for before, after, case in pairs:
        groups[before, after].append(case)
    found = [Change(*key, len(members), tuple(members[:SHOWN])) for key, members in groups.items()]
    return tuple(sorted(found, key=lambda change: (-change.count, change.before, change.after)))
