"""What a reader asks the list of controls for: one state, one rule, and the page after a control."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from core.addresses import as_query
from core.errors import N_
from risk.control_status import Status
from risk.controls.roll import Entry
from risk.controls.shapes import OVERDUE

PAGE = 25
KINDS = {"all": N_("All"), "mine": N_("Mine"), "overdue": N_("Late and missed"), "soon": N_("Due soon"),
         "never": N_("Not done yet"), "failed": N_("Not in order"), "paused": N_("Paused")}  # fmt: skip
BY_STATUS = {"soon": Status.SOON, "never": Status.NEVER, "paused": Status.PAUSED}
NO_RULE = "own"  # how those that come from no rule are asked for


@dataclass(frozen=True, slots=True)
class Asked:
    """`show` is one of the kinds, `rule` a clause without its letter; an empty one means any."""

    show: str = "all"
    rule: str = ""

    def href(self, **change: str) -> str:
        """The same as an address, with something changed."""
        kept = {"show": self.show, "rule": self.rule} | change
        return f"/controls{as_query({name: value for name, value in kept.items() if value != 'all'})}"


def read_asked(entries: Sequence[Entry], show: str, rule: str) -> Asked:
    """What cannot be read asks for nothing: an address is no form."""
    return Asked(show if show in KINDS else "all", rule if rule in rules_of(entries) else "")


def rules_of(entries: Sequence[Entry]) -> list[str]:
    """The rules that these controls come from, in their order."""
    return list(dict.fromkeys(entry.rule or NO_RULE for entry in entries))


def counts(entries: Sequence[Entry]) -> dict[str, int]:
    """How many are of each kind."""
    by = Counter(entry.status for entry in entries)
    return {
        "all": len(entries),
        "mine": sum(entry.mine for entry in entries),
        "overdue": sum(by[status] for status in OVERDUE),
        "soon": by[Status.SOON],
        "never": by[Status.NEVER],
        "failed": sum(entry.failed for entry in entries),
        "paused": by[Status.PAUSED],
    }


def of_rule(entries: Sequence[Entry], rule: str) -> Sequence[Entry]:
    """Those of one rule, or of any."""
    return [entry for entry in entries if rule == (entry.rule or NO_RULE)] if rule else entries


def page_of(entries: Sequence[Entry], asked: Asked, after: str) -> tuple[list[Entry], str]:
    """So many of them, and the code after which the next begin; an unknown code is the beginning."""
    key = next((entry.key for entry in entries if entry.code == after), None)
    wanted = (entry for entry in of_rule(entries, asked.rule) if key is None or entry.key > key)
    found = list(islice((entry for entry in wanted if _is(entry, asked.show)), PAGE + 1))
    return found[:PAGE], found[PAGE - 1].code if len(found) > PAGE else ""


def _is(entry: Entry, kind: str) -> bool:
    match kind:
        case "all":
            return True
        case "mine":
            return entry.mine
        case "overdue":
            return entry.status in OVERDUE
        case "failed":
            return entry.failed
    return entry.status is BY_STATUS[kind]
