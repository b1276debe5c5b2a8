"""What a dry run found, in words, for its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import N_
from core.i18n import translate
from incidents.cause_dry_run import Change, DryRun
from incidents.cause_view import label_of
from incidents.causes.known import Catalogue
from incidents.classification import CLASS_LABELS, CauseClass


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """From what to what, for how many cases, and the first of them as links."""

    before: str
    after: str
    count: int
    more: int
    cases: tuple[tuple[str, str], ...]  # reference, title


@dataclass(frozen=True, slots=True)
class DryRunView:
    looked_at: int
    cut: bool
    nothing: bool
    parts: tuple[tuple[str, str, tuple[ChangeRow, ...]], ...]  # heading, what it means, rows


def dry_run_view(found: DryRun, before: Catalogue, after: Catalogue, lang: str) -> DryRunView:
    gone = translate(lang, N_("Cannot be chosen any more"))
    parts = (
        (N_("Cases with a retired cause"), N_("They keep their cause. Nobody can choose it anew."),
         [_row(change, label_of(change.before[0], before, lang), gone) for change in found.retired]),
        (N_("Cases whose class or clause would be another"),
         N_("They keep theirs until somebody classifies them again."),
         [_row(change, _place(change.before, lang), _place(change.after, lang)) for change in found.moved]),
        (N_("Cases whose first suggestion would be another"),
         N_("Compared over title and systems only. What people wrote is encrypted and is not opened for this."),
         [_row(change, label_of(change.before[0], before, lang), label_of(change.after[0], after, lang))
          for change in found.suggested]),
    )  # fmt: skip
    shown = tuple((translate(lang, head), translate(lang, note), tuple(rows)) for head, note, rows in parts if rows)
    return DryRunView(found.looked_at, found.cut, found.nothing, shown)


def _row(change: Change, before: str, after: str) -> ChangeRow:
    cases: Iterable[tuple[str, str]] = ((case.reference, case.title) for case in change.first)
    return ChangeRow(before, after, change.count, change.count - len(change.first), tuple(cases))


def _place(place: tuple[str, str], lang: str) -> str:
    kind, clause = place
    return f"{translate(lang, CLASS_LABELS[CauseClass(kind)])} ({clause})"
