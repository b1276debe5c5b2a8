"""What the reporter said, opened for those who may read it. The identity lies apart from the story: fewer see it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.keys import seal, unseal
from core.personal_numbers import without
from incidents.models import Incident

DETAILS = ("recipient_who", "where_system", "done_already")
IDENTITY = ("contact_choice", "contact_value", "reporter_name", "unit", "reporter_relation", "safe_to_contact_hours")


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported and how to reach them. Only manager, deputy and DPO see this, and each look is logged."""

    contact_choice: str = "code"
    contact_value: str = ""
    reporter_name: str = ""
    unit: str = ""
    reporter_relation: str = ""
    safe_to_contact_hours: str = ""

    @property
    def email(self) -> str:
        return self.contact_value if self.contact_choice == "email" else ""


def seal_report(session: Session, incident: Incident, narrative: str, answers: Mapping[str, str]) -> None:
    """Put the story, the further details and the identity under the incident's key, each in its own place."""
    incident.narrative_sealed = seal(session, incident.id, f"incident.narrative:{incident.id}", narrative)
    details = {name: answers[name] for name in DETAILS if answers.get(name)}
    if details:
        incident.extra_sealed = seal(session, incident.id, f"incident.extra:{incident.id}", _text(details))
    identity = {name: answers[name] for name in IDENTITY if answers.get(name)}
    incident.contact_sealed = seal(session, incident.id, f"incident.contact:{incident.id}", _text(identity))


def narrative(session: Session, incident: Incident) -> str:
    """The reporter's own words."""
    return unseal(session, incident.id, f"incident.narrative:{incident.id}", incident.narrative_sealed)


def narrative_without_numbers(session: Session, incident: Incident, hidden: str) -> str:
    """The same with `hidden` in the place of what looks like a personal number, for who need not see it at once."""
    return without(narrative(session, incident), hidden)


def details(session: Session, incident: Incident) -> dict[str, str]:
    """The optional answers: `recipient_who`, `where_system`, `done_already`."""
    opened = unseal(session, incident.id, f"incident.extra:{incident.id}", incident.extra_sealed)
    return dict(json.loads(opened)) if opened else {}


def reporter(session: Session, incident: Incident) -> Reporter:
    """Who reported; ask `Operation.READ_REPORTER` first and log the look when a person will see it."""
    opened = unseal(session, incident.id, f"incident.contact:{incident.id}", incident.contact_sealed)
    return Reporter(**json.loads(opened)) if opened else Reporter()


def _text(values: Mapping[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False)
