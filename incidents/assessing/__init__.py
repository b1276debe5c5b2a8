"""The commission of one case at work: called, assessing under seal, done; then the decision and the DPO's opinion."""

from incidents.assessing.convening import convene
from incidents.assessing.deciding import decide
from incidents.assessing.recalling import recall
from incidents.assessing.reconvening import reconvene
from incidents.assessing.recusing import recuse
from incidents.assessing.reminders import remind, remind_members
from incidents.assessing.voting import abstain, assess
from incidents.opinions import opine

__all__ = [
    "abstain",
    "assess",
    "convene",
    "decide",
    "opine",
    "recall",
    "reconvene",
    "recuse",
    "remind",
    "remind_members",
]
