"""For the pages: that a notice gives another moment of awareness than its case, in a sentence, and what to do then."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from incidents.models import Incident
from incidents.notifying.addressee import Addressee
from incidents.notifying.correcting import differs, said, stated
from incidents.notifying.whom import addressee_of
from incidents.states import ENDED, AuthorityTrack, State
from notifications.filings import answers_of, notices
from notifications.notice_models import Notice

UNSENT = N_("The notice says {notice}, the case says {case}. Correct the answer, or the moment of the case.")
SENT = N_("The notice that was sent says {notice}, the case says {case}. How late it was stays as it was judged.")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """`sent`: it left like that, so only a supplement can correct it."""

    sentence: str
    sent: bool


def mismatch(session: Session, to: Addressee, notice: Notice, lang: str) -> Mismatch | None:
    """None while both say the same, to the minute; a withdrawn notice needs no correction."""
    incident, answers = to.incident, answers_of(session, notice)
    given = said(answers)
    if given is None or not differs(incident, answers) or to.track is AuthorityTrack.WITHDRAWN:
        return None
    sent, zone = AuthorityTrack(notice.state) is AuthorityTrack.FILED, organisation(session).zone
    words = {"notice": absolute(given, lang, zone), "case": absolute(stated(incident), lang, zone)}
    return Mismatch(translate(lang, SENT if sent else UNSENT, **words), sent)


def mismatch_of_case(session: Session, incident: Incident, lang: str) -> Mismatch | None:
    """The same for the notice to the authority, in its latest phase, of a case that is still worked on."""
    phases = notices(session, incident.id)
    if not phases or State(incident.state) in ENDED:
        return None
    return mismatch(session, addressee_of(session, incident, phases[-1]), phases[-1], lang)
