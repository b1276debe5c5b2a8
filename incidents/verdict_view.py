"""What the form of a decision starts with, and what it must account for: ticked beforehand, signed by a person."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import N_
from core.i18n import translate
from incidents.assessing.confirming import Inform
from incidents.assessing.differing import DIFFERS_SENTENCES, differs
from incidents.assessing.quorum_alarm import default_proposed
from incidents.commission import Ground, Vote, called_for
from incidents.commission_models import Commission
from incidents.models import Incident
from incidents.sealed import sealed_from
from incidents.separation import failing
from incidents.stating import facts_of, latest
from risk.duties import duties

BY_DEFAULT = N_("The quorum is missing and the deadline is near. Our policy is then to notify.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`answers`: what is ticked. `by_default`: the policy's answer stands in for a commission without a quorum.
    `differs`: why the ticked answer needs a reason of its own. `separation`: what this signer cannot keep apart."""

    answers: dict[str, str] = field(default_factory=dict)
    by_default: bool = False
    differs: list[str] = field(default_factory=list)
    separation: list[str] = field(default_factory=list)
    facts_version: int = 0


def verdict(
    session: Session, actor: Actor, incident: Incident, commission: Commission, now: datetime, lang: str
) -> Verdict:
    by_default = default_proposed(session, incident, commission, now)
    answers = _by_default(lang) if by_default else _called_for(commission)
    stated = latest(session, incident)
    differing: list[str] = []
    if stated is not None and answers and not sealed_from(session, actor, incident):
        ground = Ground.INFORM if answers["inform_people"] == Inform.INFORM else Ground.NOTIFY
        found = differs(duties(facts_of(session, stated)), answers["notify_authority"] == "yes",
                        Inform(answers["inform_people"]), ground)  # fmt: skip
        differing = [translate(lang, DIFFERS_SENTENCES[code]) for code in found]
    return Verdict(
        answers,
        by_default,
        differing,
        [failure.sentence(lang) for failure in failing(session, actor, incident)],
        stated.version if stated else 0,
    )


def _called_for(commission: Commission) -> dict[str, str]:
    """What the law asks for by the commission's answer."""
    if not commission.outcome:
        return {}
    asked = called_for(Vote(commission.outcome))
    inform = Inform.INFORM if asked.inform else Inform.NOT
    return {"notify_authority": "yes" if asked.notify else "no", "inform_people": inform,
            "ground": "" if asked.inform else "none"}  # fmt: skip


def _by_default(lang: str) -> dict[str, str]:
    return {"notify_authority": "yes", "inform_people": Inform.LATER, "ground": "",
            "early_reason": translate(lang, BY_DEFAULT)}  # fmt: skip
