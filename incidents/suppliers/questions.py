"""The twelve questions a supplier is asked, in the order of what Art. 33(3) wants to know, and their answers in words.
"Not known yet" is an answer to each of them but the first."""

from collections.abc import Mapping
from enum import StrEnum

from core.errors import N_
from incidents.classification import BREACH_LABELS, GROUP_LABELS, BreachType, SubjectGroup
from incidents.questions import DATA_KINDS, KINDS, Answer, DataKind, Kind

NOT_KNOWN = N_("Not known yet")


class Hit(StrEnum):
    """What happened to the data: the three kinds of breach, or not known yet."""

    CONFIDENTIALITY = BreachType.CONFIDENTIALITY
    INTEGRITY = BreachType.INTEGRITY
    AVAILABILITY = BreachType.AVAILABILITY
    UNKNOWN = "unknown"


YES_NO: Mapping[str, str] = {Answer.YES: N_("Yes"), Answer.NO: N_("No"), Answer.UNKNOWN: NOT_KNOWN}
HITS: Mapping[str, str] = {**{str(code): word for code, word in BREACH_LABELS.items()}, Hit.UNKNOWN: NOT_KNOWN}
DATA: Mapping[str, str] = {**DATA_KINDS, DataKind.UNKNOWN: NOT_KNOWN}
GROUPS: Mapping[str, str] = {
    **{str(code): word for code, word in GROUP_LABELS.items()},
    SubjectGroup.UNKNOWN: NOT_KNOWN,
}
WHAT: Mapping[str, str] = {
    **KINDS,
    Kind.NOT_AVAILABLE: N_("Data cannot be reached"),
    Kind.OTHER_UNKNOWN: N_("Something else, or not known yet"),
}

QUESTIONS: tuple[str, ...] = (
    N_("What has happened?"),
    N_("Is it still going on?"),
    N_("When did it begin, and when did it end?"),
    N_("When did you become aware of it?"),
    N_("Which of our services or systems does it hit, and where?"),
    N_("Which kinds of data?"),
    N_("Whose data, and roughly how many?"),
    N_("What happened to the data?"),
    N_("What can it lead to for those concerned?"),
    N_("What have you done, and what will you do?"),
    N_("Are others involved who work for you (sub-processors)?"),
    N_("Your own reference, and whom we reach"),
)
