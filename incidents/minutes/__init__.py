"""The minutes of a commission as a document: everything that led to the decision, in words that stand up in court.

No reporter and nobody affected is named; members, deciders and signers are. Page and PDF are made from the same.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from core.audit.anchoring import log_line
from core.document import Document, Section, facts, told
from core.errors import N_
from incidents.assessing.confirming import Confirmation, confirmation
from incidents.commission_models import Commission, Decision
from incidents.minutes.binding import advice, decided
from incidents.minutes.calling import calling
from incidents.minutes.lanes import lanes
from incidents.minutes.matter import matter, severity
from incidents.minutes.rounds import earlier_rounds
from incidents.minutes.scribe import Scribe
from incidents.minutes.voices import result, voices
from incidents.models import Incident

TITLE = N_("Minutes of the commission")
WAITS = N_("The decision was made in advance. The commission has still to confirm it, and new minutes follow then.")
PROOF = N_(
    "The digest of this text and of its PDF file stand in the log of the case, in the entry about version {version}. "
    "A file with another digest is not these minutes."
)


def minutes_document(
    session: Session, incident: Incident, commission: Commission, decision: Decision, lang: str, version: int, by: str,
    at: datetime,
) -> Document:  # fmt: skip
    """What the minutes say if `by` writes them at the moment `at`, as version `version`."""
    scribe = Scribe(session, incident, lang, at)
    waits = confirmation(decision, commission) is Confirmation.WAITING
    parts = (
        _head(scribe, commission, version, by),
        calling(scribe, commission),
        matter(scribe),
        severity(scribe),
        voices(scribe, commission),
        result(scribe, commission),
        decided(scribe, commission, decision),
        advice(scribe),
        earlier_rounds(scribe, commission),
        lanes(scribe, decision),
        Section(title=scribe.say(N_("How to check these minutes")), blocks=told(scribe.say(PROOF, version=version))),
    )
    return Document(
        title=scribe.say(TITLE),
        language=lang,
        reference=incident.reference,
        made_at=at,
        company=scribe.company.name,
        notice=scribe.say(WAITS) if waits else "",
        foot=log_line(session, at, lang, scribe.company.zone),
        sections=tuple(part for part in parts if part is not None),
    )


def _head(scribe: Scribe, commission: Commission, version: int, by: str) -> Section:
    say = scribe.say
    rows = facts(
        (say(N_("Company")), scribe.company.name),
        (say(N_("Incident")), scribe.incident.title),
        (say(N_("Reference")), scribe.incident.reference),
        (say(N_("Round")), str(commission.round)),
        (say(N_("Version")), str(version)),
        (say(N_("Written")), scribe.at(scribe.now)),
        (say(N_("Written by")), scribe.who(by)),
    )
    return Section(title=say(N_("The case")), blocks=(rows,))
