"""The open facts of a log entry in words. What is only proof (a hash, an id) is left to the entry's own page."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from core.access import Role
from core.audit.words import ACTIONS
from core.errors import N_
from core.i18n import absolute, translate
from core.territories import country_name
from identity.titles import TITLES
from incidents.assessing.confirming import INFORM_LABELS
from incidents.assessing.words import ABOUT
from incidents.classification import CLASS_LABELS
from incidents.commission import MAJORITY_LABELS, TIE_LABELS
from incidents.countersigning import KINDS as SIGNATURES
from incidents.erasing.words import PART_WORDS
from incidents.findings.rules import SEVERITY_LABELS
from incidents.informing.following import WORDS as WHOM
from incidents.informing.going_public import CHANNELS as PLACES
from incidents.log_labels import LABELS, PROOFS
from incidents.notice_mail_words import MAIL_ENDS, MAIL_STATES
from incidents.opinions import VIEW_LABELS
from incidents.questions import KINDS as REPORTS
from incidents.readiness.rule import RESULTS
from incidents.regime_choice import MOMENT_WORDS
from incidents.regimes import REGIMES
from incidents.retention import RULES
from incidents.states import AUTHORITY_LABELS, PEOPLE_LABELS, STATE_LABELS
from notifications.authorities import AUTHORITIES, authority_name
from notifications.letters.languages import LANGUAGES
from notifications.letters.templates import TEMPLATES
from notifications.others import KIND_LABELS
from risk.controls.cards import CONTROLS
from risk.register.rules import STATE_LABELS as RISK_STATES
from risk.tasks.cards import TASKS
from risk.tasks.service import SETTLED_LABELS
from risk.words import BANDS

LEVELS = {
    "L1": N_("level 1 of 5"),
    "L2": N_("level 2 of 5"),
    "L3": N_("level 3 of 5"),
    "L4": N_("level 4 of 5"),
    "L5": N_("level 5 of 5"),
}
WORDS: dict[str, Mapping[Any, str]] = {
    "action": ACTIONS,
    "period": {
        "today": N_("Today"),
        "week": N_("The last 7 days"),
        "month": N_("The last 30 days"),
        "quarter": N_("This quarter"),
    },
    "about": {**ABOUT, "case": N_("The case"), "other": N_("Something else")},
    "found_by": {"restore": N_("The command restore"), "signer": N_("The signer of the log")},
    "band": BANDS,
    "authority_track": AUTHORITY_LABELS,
    "case_state": STATE_LABELS,
    "cause": CLASS_LABELS,
    "cause_class": CLASS_LABELS,
    "finding_severity": SEVERITY_LABELS,
    "risk_state": RISK_STATES,
    "channel": {"portal": N_("E-service"), "email": N_("E-mail"), "post": N_("Post"), "phone": N_("By phone")},
    "duty": {stage.duty: stage.title for regime in REGIMES.values() for stage in regime.stages},
    "ended": MAIL_ENDS,
    "erased_part": PART_WORDS,
    "event": MOMENT_WORDS,
    "finding": {
        "smaller": N_("Shorter than what was signed"),
        "different": N_("Other than what was signed"),
        "unreadable": N_("Altered at its head, or the signer's own files are"),
    },
    "inform_people": INFORM_LABELS,
    "level": LEVELS,
    "majority": MAJORITY_LABELS,
    "people_track": PEOPLE_LABELS,
    "procedure": {"full": N_("The whole commission"), "short": N_("Short procedure")},
    "recipient": KIND_LABELS,
    "regime": {code: regime.title for code, regime in REGIMES.items()},
    "regimes": {code: regime.title for code, regime in REGIMES.items()},
    "result": {"pass": N_("In order"), "fail": N_("Not in order"), "not_applicable": N_("Not applicable"), **RESULTS},
    "state": MAIL_STATES,
    "tie": TIE_LABELS,
    "settled": SETTLED_LABELS,
    "source": {
        "form": N_("The form"),
        "phone": N_("Phone"),
        "import": N_("Another register"),
        "processor": N_("A supplier"),
    },
    "view": VIEW_LABELS,
    "whom": WHOM,
}
CARDS: dict[str, Callable[[str, str], str]] = {
    "controls": lambda code, lang: CONTROLS[code].title.in_(lang) if code in CONTROLS else code,
    "control": lambda code, lang: CONTROLS[code].title.in_(lang) if code in CONTROLS else code,
    "countries": country_name,
    "land_authorities": authority_name,
    "main_establishment": country_name,
    "people_by_country": lambda figure, lang: (
        f"{country_name(figure.partition(':')[0], lang)}: {figure.partition(':')[2]}"
    ),
    "retention_rule": lambda code, lang: RULES[code].title.in_(lang) if code in RULES else code,
    "task": lambda code, lang: TASKS[code].title.in_(lang) if code in TASKS else code,
    "authority": lambda code, lang: AUTHORITIES[code].title.in_(lang) if code in AUTHORITIES else code,
    "template": lambda code, lang: TEMPLATES[code].title.in_(lang) if code in TEMPLATES else code,
    "channels": lambda codes, lang: ", ".join(translate(lang, PLACES.get(code, code)) for code in codes.split()),
    "languages": lambda codes, lang: ", ".join(
        LANGUAGES[code].title.in_(lang) if code in LANGUAGES else code for code in codes.split()
    ),
}
NONE: Mapping[str, str] = {}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*[+Z]")


def facts_in_words(
    facts: Mapping[str, Any], lang: str, zone: str, titles: Mapping[str, str] = NONE, *, proofs: bool = False
) -> list[tuple[str, str]]:
    """Label and value of each fact, in the order of the alphabet; those that are only proof when asked for. `titles`:
    of the company's own controls, for a reader who may see them; the entry itself holds only their codes."""
    shown = [name for name in sorted(facts) if name != "happened_at" and (proofs or name not in PROOFS)]
    return [
        (translate(lang, (LABELS | PROOFS).get(name, name)), fact_in_words(name, facts[name], lang, zone, titles))
        for name in shown
    ]


def controls_in(facts: Mapping[str, Any]) -> set[str]:
    """The codes of controls that an entry names."""
    found = facts.get("controls") or []
    return {str(one) for one in (*(found if isinstance(found, list) else [found]), facts.get("control") or "") if one}


def fact_in_words(name: str, value: Any, lang: str, zone: str, titles: Mapping[str, str] = NONE) -> str:
    """One value as people say it; a code without a word stays as it is, and so does what somebody altered."""
    try:
        return _in_words(name, value, lang, zone, titles)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        return str(value)


def _in_words(name: str, value: Any, lang: str, zone: str, titles: Mapping[str, str]) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return translate(lang, N_("yes") if value else N_("no"))
    if isinstance(value, list):
        return str(len(value)) if name == "fields" else ", ".join(_said(name, one, lang, titles) for one in value)
    if isinstance(value, str) and MOMENT.match(value):
        return absolute(datetime.fromisoformat(value), lang, zone)
    return _said(name, value, lang, titles)


def level_in_words(duty: str, level: str, lang: str) -> str:
    """What a level means for its duty, as in the alarm itself; a rung that is no longer there is named by number."""
    rungs = (
        step
        for regime in REGIMES.values()
        for stage in regime.stages
        if stage.duty == duty
        for step in stage.ladder
        if step.level == level
    )
    step = next(rungs, None)
    return translate(lang, step.means if step else LEVELS.get(level, level))


def _task_step(code: str, lang: str) -> str:
    """`leaver.access_removed` as its card says it."""
    kind, _, step = code.partition(".")
    found = TASKS[kind].step_of(step) if kind in TASKS else None
    return found.title.in_(lang) if found else code


CARDS["task_step"] = _task_step


def _said(name: str, value: Any, lang: str, titles: Mapping[str, str]) -> str:
    code = str(value)
    if name in {"control", "controls"} and code in titles:
        return titles[code]
    if name in CARDS:
        return CARDS[name](code, lang)
    if name == "kind":
        return translate(lang, SIGNATURES[code].title if code in SIGNATURES else REPORTS.get(code, code))
    if code in set(Role):
        return translate(lang, TITLES[Role(code)])
    return translate(lang, WORDS.get(name, {}).get(code, code))
