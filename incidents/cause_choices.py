"""The causes as the classification form offers them, and the question a cause asks that stands in several places."""

from dataclasses import dataclass

from core.errors import N_
from core.i18n import translate
from incidents.causes import CARDS
from incidents.causes.cards import Cause
from incidents.causes.known import Catalogue
from incidents.classification import CLASS_LABELS, CauseClass
from incidents.models import Incident

ANSWER_IT = N_("The policy has this in several places. Answer the question under the cause.")


@dataclass(frozen=True, slots=True)
class Question:
    """From outside, or on purpose? With the reason, and each answer with its clause and what it means."""

    ask: str
    why: str
    answers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """One class of clause 8.2; each option a code, its words, and what they mean."""

    label: str
    clause: str
    options: tuple[tuple[str, str, str], ...]


def question(known: Catalogue, code: str, lang: str) -> Question | None:
    """What is asked when this cause is chosen; None when it stands in one place only."""
    cause, places = known.get(code), known.asked_about(code)
    if cause is None or cause.ask is None or cause.why is None or not places:
        return None
    answers = tuple((one.code, with_clause(one, lang), one.hint.in_(lang)) for one in places)
    return Question(cause.ask.in_(lang), cause.why.in_(lang), answers)


def unanswered(known: Catalogue, code: str, answer: str, incident: Incident) -> dict[str, str]:
    """Power failure and virus stand under several classes of the policy: which one is a question, not a guess. A case
    that has the cause already has answered it."""
    places = {one.code for one in known.asked_about(code)}
    return {"cause_sure": ANSWER_IT} if places and code != incident.cause_code and answer not in places else {}


def choices(known: Catalogue, incident: Incident, lang: str) -> list[Choices]:
    """What is offered today, and what this case has already, though it may be retired."""
    kept = {incident.cause_code, *incident.further_causes}
    return [
        Choices(
            translate(lang, CLASS_LABELS[kind]),
            CARDS[kind].clause,
            tuple((one.code, _offered(known, one, lang), one.hint.in_(lang)) for one in known.causes.values()
                  if one.cause_class is kind and (known.offers(one.code) or one.code in kept)),
        )
        for kind in CauseClass if kind is not CauseClass.UNKNOWN
    ]  # fmt: skip


def with_clause(cause: Cause, lang: str) -> str:
    """The words of a cause and its clause."""
    return f"{cause.label.in_(lang)} ({unbroken(cause.clause)})"


def unbroken(clause: str) -> str:
    return clause.replace(" ", "\N{NO-BREAK SPACE}")


def _offered(known: Catalogue, cause: Cause, lang: str) -> str:
    words = cause.label.in_(lang)
    return words if known.offers(cause.code) else translate(lang, N_("{cause} (retired)"), cause=words)
