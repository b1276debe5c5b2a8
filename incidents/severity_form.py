"""The facts of a severity as a form: every category by what it weighs in the end, with the reason for each step."""

from typing import Literal

from pydantic import BaseModel, Field

from core.errors import N_, Invalid
from risk.facts import Breach, Copy, Enables, Recipient, Returned, Taken, Unreadable
from risk.facts_form import CircumstancesForm, DataForm, FactsForm
from risk.severity import BASE, Category

NONE = "none"
REASON = 3
YesNo = Literal["yes", "no"]
Weight = Literal["none", "1", "2", "3", "4"]
Element = Literal["0", "0.25", "0.5"]
WHY_STEP = N_("Say why it weighs more or less than this kind of data usually does.")
NO_DATA = N_("Name at least one category of data.")
ALONE = N_("“Nothing that we can see” stands alone. Take it away, or the others.")


class SeverityForm(BaseModel):
    """What is asked. `version` is the statement that the form was opened on, 0 for none; `reason` is why it changes."""

    version: int = 0
    breach_types: list[Breach] = Field(min_length=1)
    data_simple: Weight = "none"
    why_simple: str = Field(default="", max_length=500)
    data_behavioural: Weight = "none"
    why_behavioural: str = Field(default="", max_length=500)
    data_financial: Weight = "none"
    why_financial: str = Field(default="", max_length=500)
    data_sensitive: Weight = "none"
    why_sensitive: str = Field(default="", max_length=500)
    special_category: YesNo
    identifiability: Literal["0.25", "0.5", "0.75", "1"]
    confidentiality: Element
    integrity: Element
    availability: Element
    malicious: YesNo
    people: int | None = Field(default=None, ge=0, le=2_000_000_000)
    vulnerable_people: YesNo
    unintelligible: Unreadable
    copy_available: Copy
    exfiltrated: Taken
    recipient: Recipient
    returned_or_destroyed: Returned
    enables: list[Enables] = Field(default_factory=list)
    essential_service_hit: YesNo
    subsequent_measures: YesNo
    disproportionate_effort: YesNo
    reason: str = Field(default="", max_length=1500)

    def facts(self, cause: str) -> FactsForm:
        """The facts as they are kept and reckoned from.

        Raises:
            Invalid: no data, a step without its reason, or a contradiction.
        """
        wrong = self._faults()
        if wrong:
            raise Invalid(wrong)
        return FactsForm(
            cause=cause,  # type: ignore[arg-type]
            breach_types=self.breach_types,
            data=self._data(),
            special_category=self.special_category == "yes",
            identifiability=float(self.identifiability),
            circumstances=CircumstancesForm(
                confidentiality=float(self.confidentiality), integrity=float(self.integrity),
                availability=float(self.availability), malicious=self.malicious == "yes",
            ),
            people=self.people,
            vulnerable_people=self.vulnerable_people == "yes",
            unintelligible=self.unintelligible,
            copy_available=self.copy_available,
            exfiltrated=self.exfiltrated,
            recipient=self.recipient,
            returned_or_destroyed=self.returned_or_destroyed,
            enables=self.enables,
            essential_service_hit=self.essential_service_hit == "yes",
            subsequent_measures=self.subsequent_measures == "yes",
            disproportionate_effort=self.disproportionate_effort == "yes",
        )  # fmt: skip

    def _data(self) -> list[DataForm]:
        found = []
        for category in Category:
            weight = getattr(self, f"data_{category}")
            if weight != NONE:
                step = int(weight) - BASE[category]
                why = getattr(self, f"why_{category}").strip() if step else ""
                found.append(DataForm(category=category, adjustment=step, why=why))
        return found

    def _faults(self) -> dict[str, str]:
        data = self._data()
        wrong = {f"why_{kind.category}": WHY_STEP for kind in data if kind.adjustment and len(kind.why) < REASON}
        if not data:
            wrong["data_simple"] = NO_DATA
        if Enables.NOTHING in self.enables and len(self.enables) > 1:
            wrong["enables"] = ALONE
        return wrong


def answers_of(facts: FactsForm) -> dict[str, object]:
    """Stated facts as the form shows them again."""
    answers: dict[str, object] = {
        "breach_types": [str(one) for one in facts.breach_types],
        "enables": [str(one) for one in facts.enables],
        "people": facts.people,
        "identifiability": f"{facts.identifiability:g}",
        **{
            name: f"{getattr(facts.circumstances, name):g}" for name in ("confidentiality", "integrity", "availability")
        },
        "malicious": _yes_no(facts.circumstances.malicious),
    }
    for name in ("special_category", "vulnerable_people", "essential_service_hit", "subsequent_measures",
                 "disproportionate_effort"):  # fmt: skip
        answers[name] = _yes_no(getattr(facts, name))
    for name in ("unintelligible", "copy_available", "exfiltrated", "recipient", "returned_or_destroyed"):
        answers[name] = str(getattr(facts, name))
    for kind in facts.data:
        answers |= {f"data_{kind.category}": str(weight(kind)), f"why_{kind.category}": kind.why}
    return answers


def weight(kind: DataForm) -> int:
    return BASE[kind.category] + kind.adjustment


def _yes_no(answer: bool) -> str:
    return "yes" if answer else "no"
