"""The form of a decision: two questions and the reasons; every other text only when the case asks for it."""

from typing import Literal

from pydantic import BaseModel, Field

from incidents.assessing.confirming import Inform
from incidents.commission import EXEMPTIONS, Ground


class DecideForm(BaseModel):
    """`facts_version` is the severity the decider has read, 0 for none; a newer one is looked at first."""

    version: int
    facts_version: int | None = None
    notify_authority: Literal["yes", "no"]
    inform_people: Inform
    ground: Literal["none", "34(3)(a)", "34(3)(b)", "34(3)(c)"] | None = None
    reasons: str = Field(min_length=10, max_length=4000)
    early_reason: str = Field(default="", max_length=1500)
    departure_reason: str = Field(default="", max_length=1500)
    score_reason: str = Field(default="", max_length=1500)
    separation_reason: str = Field(default="", max_length=1500)
    password: str

    @property
    def notifies(self) -> bool:
        return self.notify_authority == "yes"

    @property
    def article(self) -> Ground:
        """The article the decision stands on."""
        if self.inform_people is Inform.INFORM:
            return Ground.INFORM
        exempt = self.inform_people is Inform.NOT and self.ground in EXEMPTIONS
        return Ground(self.ground) if exempt and self.ground else Ground.NOTIFY
