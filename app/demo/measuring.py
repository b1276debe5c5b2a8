"""Severity in the demonstration: the proposal of the classification, with what the manager knew better."""

from app.demo.case import Case
from incidents.severity_form import SeverityForm
from incidents.severity_proposal import proposed_answers
from incidents.stating import state


def measure(case: Case, by: str = "manager") -> None:
    """State the facts, in the tales that tell them."""
    if case.tale.facts:
        answers = proposed_answers(case.incident) | case.tale.facts
        form = SeverityForm.model_validate({name: value for name, value in answers.items() if value != ""})
        state(case.session, case.stage.actor(by), case.incident, form, case.now)
