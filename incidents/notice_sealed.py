"""What a notice says of the commission's answer: a member who owes the own one does not read it here either.

A member may write and release notices too, and the deadline does not wait for them. So the rest stays open to them.
"""

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import Forbidden
from incidents.bundling.answers import FACTS, TEXTS
from incidents.bundling.together import check_joint, hidden_part
from incidents.models import Incident
from incidents.notifying.crossing import FOLLOWING, TOLD, WHETHER
from incidents.sealed import OWES, sealed_from
from notifications.edpb.answers import Answers
from notifications.filings import answers_of
from notifications.notice_models import Notice

JOINT = FACTS | TEXTS | FOLLOWING | WHETHER | {TOLD}
TELLING = frozenset({85, 86, 87, 89, 90, *range(97, 107)})  # harm, severity, outcome and why; what people are told
SAYS_NOTHING = frozenset({"to_be_determined", "more_needed", "investigating"})


def withheld(session: Session, actor: Actor, incident: Incident, answers: Answers) -> frozenset[int]:
    """The questions this reader must not see yet; none while they say nothing."""
    said = {value for number, answer in answers.items() if number in TELLING for value in answer.values}
    return TELLING if said - SAYS_NOTHING and sealed_from(session, actor, incident) else frozenset()


def not_for(session: Session, actor: Actor, incident: Incident) -> frozenset[int]:
    """What a joint notice says of its cases, for somebody who is involved in one of them."""
    return JOINT if hidden_part(session, actor, incident) else frozenset()


def check_whole(session: Session, actor: Actor, incident: Incident, notice: Notice) -> None:
    """A notice leaves as a document, and is released, only by who may read all of it.

    Raises:
        Forbidden: a part of it is withheld from this reader.
    """
    if withheld(session, actor, incident, answers_of(session, notice)):
        raise Forbidden(OWES)
    check_joint(session, actor, incident)
