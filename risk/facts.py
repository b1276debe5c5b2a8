"""What is known of a breach, as a commission can say it: the facts that severity and duties are reckoned from."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from risk.severity import MANY, Circumstances, DataKind, Severity, severity


class Breach(StrEnum):
    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class Unreadable(StrEnum):
    YES = "yes"
    COULD_BE_BROKEN = "could_be_broken"
    NO = "no"
    UNKNOWN = "unknown"


class Copy(StrEnum):
    """Whether another copy restores the data in time."""

    YES = "yes"
    LATE = "late"
    NO = "no"
    UNKNOWN = "unknown"


class Taken(StrEnum):
    YES = "yes"
    LIKELY = "likely"
    NO = "no"
    UNKNOWN = "unknown"


class Recipient(StrEnum):
    NONE = "none"
    TRUSTED = "trusted"
    KNOWN = "known"
    UNKNOWN = "unknown"


class Returned(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Enables(StrEnum):
    """What somebody could do with the data."""

    IDENTITY_THEFT = "identity_theft"
    FRAUD = "fraud"
    ACCOUNT_ACCESS = "account_access"
    FINANCIAL_LOSS = "financial_loss"
    PHYSICAL_HARM = "physical_harm"
    DISCRIMINATION = "discrimination"
    REPUTATION = "reputation"
    LOSS_OF_CONTROL = "loss_of_control"
    NOTHING = "none"


GRAVE = frozenset({Enables.IDENTITY_THEFT, Enables.FRAUD, Enables.ACCOUNT_ACCESS, Enables.PHYSICAL_HARM,
                   Enables.DISCRIMINATION})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a breach (`vaka assess --schema`)."""

    breach_types: frozenset[Breach]
    data: tuple[DataKind, ...]
    identifiability: Fraction
    circumstances: Circumstances
    special_category: bool = False
    people: int | None = None
    vulnerable_people: bool = False
    unintelligible: Unreadable = Unreadable.UNKNOWN
    copy_available: Copy = Copy.UNKNOWN
    exfiltrated: Taken = Taken.UNKNOWN
    recipient: Recipient = Recipient.UNKNOWN
    returned_or_destroyed: Returned = Returned.UNKNOWN
    enables: frozenset[Enables] = frozenset()
    essential_service_hit: bool = False
    subsequent_measures: bool = False
    disproportionate_effort: bool = False

    @property
    def severity(self) -> Severity:
        unreadable = self.unintelligible is Unreadable.YES
        return severity(
            self.data, self.identifiability, self.circumstances, people=self.people, unintelligible=unreadable
        )

    @property
    def seen(self) -> bool:
        """Somebody who should not may have read the data in clear."""
        return Breach.CONFIDENTIALITY in self.breach_types and self.unintelligible is not Unreadable.YES

    @property
    def missed(self) -> bool:
        """The data were away, and no copy came in time."""
        return Breach.AVAILABILITY in self.breach_types and self.copy_available is not Copy.YES

    @property
    def changed(self) -> bool:
        return Breach.INTEGRITY in self.breach_types and self.circumstances.integrity > 0

    @property
    def safe_hands(self) -> bool:
        """A trusted recipient confirms that nothing is kept, or surely nobody got it; and nobody took anything."""
        if self.circumstances.malicious or self.exfiltrated in {Taken.YES, Taken.LIKELY}:
            return False
        given_back = self.recipient is Recipient.TRUSTED and self.returned_or_destroyed is Returned.YES
        return given_back or (self.recipient is Recipient.NONE and self.exfiltrated is Taken.NO)

    @property
    def in_the_open(self) -> bool:
        """It reached people nobody knows, or was taken."""
        return self.recipient is Recipient.UNKNOWN or self.exfiltrated in {Taken.YES, Taken.LIKELY}

    @property
    def harmless(self) -> bool:
        """Somebody has judged that nothing can be done with the data, and every other fact bears it out."""
        quiet = not (self.vulnerable_people or self.circumstances.malicious or self.in_the_open)
        few = self.people is not None and self.people <= MANY
        return self.enables == {Enables.NOTHING} and quiet and few and self.exfiltrated is Taken.NO

    @property
    def graves(self) -> bool:
        return bool(self.enables & GRAVE)
