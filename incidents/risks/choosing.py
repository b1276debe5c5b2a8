"""What the form of a risk offers: causes, people, controls, levels, and three examples to begin with."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.errors import N_, Invalid
from core.i18n import translate
from incidents.catalogue import catalogue
from incidents.causes.known import Catalogue
from incidents.classification import CLASS_LABELS, CauseClass
from risk.controls.cards import by_clause
from risk.queries import every_control
from risk.register.matrix import IMPACT_HINTS, IMPACTS, LIKELIHOOD_HINTS, LIKELIHOODS
from risk.register.rules import TREATMENT_HINTS, TREATMENT_LABELS
from risk.register.service import Cause, owners

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A risk of clause 8.2 that a company can begin with; its words are the form's proposal."""

    key: str
    title: str
    cause: str
    asset: str
    likelihood: int
    impact: int
    rationale: str
    controls: tuple[str, ...]


EXAMPLES = (
    Example("list", N_("A list is mailed to the wrong recipient"), "accidental.misrouting", N_("E-mail"), 3, 3,
            N_("Lists are sent by hand, and the address book proposes the last recipient."), ("no_shared_folders",)),
    Example("password", N_("A false mail gets hold of a password"), "intentional.phishing", N_("User accounts"), 3, 3,
            N_("One password opens much, and false mails look like ours."), ("password_change", "own_password_only")),
    Example("fire", N_("Fire or water takes the server room"), "unforeseen.fire", N_("Servers and copies"), 1, 4,
            N_("Copies kept in the same house are lost with it."), ("backup_copies", "restore_test")),
)  # fmt: skip


def example(key: str, lang: str) -> dict[str, Any]:
    """The words of an example as a form has them; nothing for an unknown one."""
    found = next((one for one in EXAMPLES if one.key == key), None)
    if found is None:
        return {}
    return {
        "title": translate(lang, found.title), "cause": found.cause, "asset": translate(lang, found.asset),
        "likelihood": str(found.likelihood), "impact": str(found.impact),
        "rationale": translate(lang, found.rationale), "controls": list(found.controls),
    }  # fmt: skip


def cause_of(session: Session, text: str, kept: str = "") -> Cause:
    """A class or a code as it was chosen. A retired code stays with the risk that has it.

    Raises:
        Invalid: there is no such cause to choose.
    """
    known = catalogue(session)
    if text in set(CauseClass):
        return Cause(text, "")
    found = known.get(text)
    if found is None or not (known.offers(text) or text == kept):
        raise Invalid({"cause": N_("Choose one of the causes.")})
    return Cause(str(found.cause_class), found.code)


def cause_options(known: Catalogue, lang: str, kept: str = "") -> list[Option]:
    """Each class of clause 8.2, and under it the causes that are offered today."""
    found: list[Option] = []
    for kind, label in CLASS_LABELS.items():
        found.append((str(kind), translate(lang, label)))
        if kind is not CauseClass.UNKNOWN:
            offered = [one for one in known.causes.values()
                       if one.cause_class is kind and (known.offers(one.code) or one.code == kept)]  # fmt: skip
            found += [(one.code, f"{translate(lang, label)}: {one.label.in_(lang)}") for one in offered]
    return found


def choices(session: Session, lang: str, kept: str = "") -> dict[str, Any]:
    """Everything that the form's lists hold."""
    adopted = {control.code for control in every_control(session)}
    return {
        "causes": cause_options(catalogue(session), lang, kept),
        "owners": [(user.id, user.name) for user in owners(session)],
        "control_choices": [(code, card.title.in_(lang)) for code, card in by_clause() if code in adopted],
        "likelihoods": _scale(LIKELIHOODS, LIKELIHOOD_HINTS, lang),
        "impacts": _scale(IMPACTS, IMPACT_HINTS, lang),
        "treatments": [(code.value, translate(lang, word), translate(lang, TREATMENT_HINTS[code]))
                       for code, word in TREATMENT_LABELS.items()],
    }  # fmt: skip


def _scale(words: dict[int, str], hints: dict[int, str], lang: str) -> list[tuple[str, str, str]]:
    return [(str(step), translate(lang, word), translate(lang, hints[step])) for step, word in words.items()]
