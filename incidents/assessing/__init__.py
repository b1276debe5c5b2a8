"""The commission of one case at work: called, assessing under seal, done; then the decision and the DPO's opinion."""

from incidents.assessing.convening import convene
from incidents.assessing.deciding import decide
from incidents.assessing.opinions import opine
from incidents.assessing.recalling import recall
from incidents.assessing.reminders import remind, remind_members
from incidents.assessing.voting import assess, recuse

__all__ = ["assess", "convene", "decide", "opine", "recall", "recuse", "remind", "remind_members"]
