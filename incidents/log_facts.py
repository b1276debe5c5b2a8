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
from incidents.informing.following import WORDS as WHOM
from incidents.informing.going_public import CHANNELS as PLACES
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
from risk.words import BANDS

LABELS: dict[str, str] = {
    "about": N_("About"),
    "action": N_("Exactly what"),
    "accepted": N_("Taken by the mail server"),
    "added": N_("Added"),
    "affected_least": N_("Affected, at least"),
    "affected_most": N_("Affected, at most"),
    "after": N_("After"),
    "alarm_hours": N_("Hours before the deadline"),
    "answered": N_("Acknowledged before"),
    "arrived": N_("Arrived"),
    "at": N_("Moment"),
    "authority": N_("Authority"),
    "authority_track": N_("Notice to the authority"),
    "aware_at": N_("Moment of awareness"),
    "band": N_("Severity"),
    "before": N_("Before"),
    "bundle": N_("Signed bundle"),
    "by_mail": N_("By e-mail"),
    "cases": N_("Cases"),
    "catalogue": N_("Catalogue of causes"),
    "case_state": N_("State of the case"),
    "cause": N_("Cause"),
    "cause_class": N_("Kind of cause"),
    "changed": N_("Changed"),
    "channel": N_("Channel"),
    "channels": N_("Channels"),
    "clause": N_("Clause"),
    "clock_moved": N_("The clock starts earlier"),
    "clocks": N_("Deadlines started"),
    "count": N_("Number"),
    "countries": N_("Countries"),
    "decided": N_("Decided by a person"),
    "departs": N_("Departs from the commission"),
    "differs": N_("Differs from"),
    "detected_at": N_("Noticed"),
    "due_at": N_("Deadline"),
    "duty": N_("Duty"),
    "doubtful": N_("May have left since"),
    "edition": N_("Version of the letter"),
    "ended": N_("How it ended"),
    "entry": N_("Entry"),
    "entries": N_("Entries of the log"),
    "erased_part": N_("What"),
    "event": N_("Event"),
    "failed": N_("Failed"),
    "fallen_out": N_("Could be in it no longer"),
    "faults": N_("Rows with faults"),
    "fell_at": N_("Due"),
    "fields": N_("Changed answers"),
    "filed_at": N_("Sent"),
    "files": N_("Files"),
    "found_by": N_("Noticed by"),
    "from": N_("From"),
    "followed": N_("The answer followed"),
    "finding": N_("What was found"),
    "format": N_("Format"),
    "found": N_("Entries found"),
    "from_reporter": N_("By the reporter"),
    "group": N_("Kind of entries"),
    "ground": N_("Ground"),
    "hours": N_("Hours by contract"),
    "how": N_("How"),
    "in_advance": N_("Before the commission was done"),
    "in_all": N_("Seconds in all"),
    "inform_people": N_("Tell the people affected?"),
    "into": N_("Into"),
    "joint_notice": N_("Joint notice of"),
    "kind": N_("Kind"),
    "land_authorities": N_("German authorities"),
    "oldest": N_("Oldest entry"),
    "on": N_("Day"),
    "languages": N_("Languages"),
    "letters": N_("Letters"),
    "late": N_("Late"),
    "level": N_("Alarm"),
    "mail": N_("Mail with the notice, number"),
    "mailboxes": N_("Mailboxes"),
    "majority": N_("To deny a risk it takes"),
    "members": N_("Members"),
    "mailings": N_("Mailings"),
    "main_establishment": N_("Main establishment"),
    "mails_not_sent": N_("Mails not sent"),
    "minutes": N_("Minutes"),
    "minutes_version": N_("Version of the minutes"),
    "needed_by": N_("Needed by"),
    "not_in_doubt": N_("Settled before"),
    "not_ours": N_("Mails of other cases"),
    "not_reached": N_("Not reached"),
    "notify_authority": N_("Tell the authority?"),
    "newest": N_("Newest entry"),
    "number": N_("Mailing number"),
    "occurred_at": N_("Happened"),
    "overtaken": N_("Overtaken by a later alarm"),
    "people": N_("People"),
    "people_by_country": N_("People by country"),
    "people_track": N_("People affected"),
    "period": N_("Period"),
    "person": N_("Who"),
    "phase": N_("Phase"),
    "procedure": N_("Procedure"),
    "processor_aware_at": N_("The supplier became aware"),
    "proposed_due_at": N_("Proposed deadline"),
    "put_back": N_("Brought back"),
    "queued": N_("To be sent again"),
    "quorum": N_("Needed"),
    "readers": N_("Readers of the test"),
    "recipient": N_("To whom"),
    "regime": N_("Law"),
    "regimes": N_("Laws"),
    "relay": N_("Mail server set"),
    "result": N_("Result"),
    "retention_rule": N_("Retention rule"),
    "retired": N_("Taken out of use"),
    "roles": N_("Roles"),
    "round": N_("Round"),
    "row": N_("Row"),
    "rows": N_("Rows"),
    "same": N_("The same person"),
    "sample_size": N_("Cases asked for"),
    "score": N_("Score"),
    "since": N_("From"),
    "seen_entries": N_("Entries that the log once had"),
    "seats": N_("Seats"),
    "seed": N_("Seed"),
    "seed_given": N_("The seed was given"),
    "separation": N_("Separation of duties that fails"),
    "seconds": N_("Seconds"),
    "short_members": N_("Members in the short procedure"),
    "short_people": N_("Short procedure up to"),
    "signed": N_("Entries signed"),
    "size": N_("Bytes"),
    "smtp_code": N_("Code of the mail server"),
    "source": N_("Came by"),
    "state": N_("State of the mail"),
    "status": N_("Code of the mail server"),
    "still_uncertain": N_("Still uncertain"),
    "settings_file": N_("Set in the settings of the server"),
    "taken_out": N_("Taken out"),
    "template": N_("Letter template"),
    "tie": N_("When votes are equal"),
    "told": N_("Told"),
    "told_otherwise": N_("Told in another way"),
    "total": N_("In all"),
    "tried_on": N_("Tried on"),
    "until": N_("Until"),
    "version": N_("Version of the facts"),
    "view": N_("Opinion"),
    "voided": N_("Took the approval away"),
    "votes": N_("Answers"),
    "whom": N_("To whom"),
    "with_keys": N_("With the keys"),
    "withheld": N_("Held back"),
}
PROOFS = frozenset({
    "batch", "commitment", "data_sha256", "deputy", "digest", "evidence", "file", "hash", "json_sha256", "letters_hash",
    "list_hash", "media_type", "new_key", "note", "old_key", "page", "pdf_sha256", "purpose", "recipient_id", "root",
    "step",
    "substitute", "supplier", "template_version", "text_hash",
})  # fmt: skip
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
    "about": ABOUT,
    "found_by": {"restore": N_("The command restore"), "signer": N_("The signer of the log")},
    "band": BANDS,
    "authority_track": AUTHORITY_LABELS,
    "case_state": STATE_LABELS,
    "cause": CLASS_LABELS,
    "cause_class": CLASS_LABELS,
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
    "countries": country_name,
    "land_authorities": authority_name,
    "main_establishment": country_name,
    "people_by_country": lambda figure, lang: (
        f"{country_name(figure.partition(':')[0], lang)}: {figure.partition(':')[2]}"
    ),
    "retention_rule": lambda code, lang: RULES[code].title.in_(lang) if code in RULES else code,
    "authority": lambda code, lang: AUTHORITIES[code].title.in_(lang) if code in AUTHORITIES else code,
    "template": lambda code, lang: TEMPLATES[code].title.in_(lang) if code in TEMPLATES else code,
    "channels": lambda codes, lang: ", ".join(translate(lang, PLACES.get(code, code)) for code in codes.split()),
    "languages": lambda codes, lang: ", ".join(
        LANGUAGES[code].title.in_(lang) if code in LANGUAGES else code for code in codes.split()
    ),
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*[+Z]")


def facts_in_words(facts: Mapping[str, Any], lang: str, zone: str, *, proofs: bool = False) -> list[tuple[str, str]]:
    """Label and value of each fact, in the order of the alphabet; those that are only proof when asked for."""
    shown = [name for name in sorted(facts) if name != "happened_at" and (proofs or name not in PROOFS)]
    return [(translate(lang, LABELS.get(name, name)), fact_in_words(name, facts[name], lang, zone)) for name in shown]


def fact_in_words(name: str, value: Any, lang: str, zone: str) -> str:
    """One value as people say it; a code that nobody gave a word to stays as it is."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return translate(lang, N_("yes") if value else N_("no"))
    if isinstance(value, list):
        return str(len(value)) if name == "fields" else ", ".join(_said(name, one, lang) for one in value)
    if isinstance(value, str) and MOMENT.match(value):
        return absolute(datetime.fromisoformat(value), lang, zone)
    return _said(name, value, lang)


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


def _said(name: str, value: Any, lang: str) -> str:
    code = str(value)
    if name in CARDS:
        return CARDS[name](code, lang)
    if name == "kind":
        return translate(lang, SIGNATURES[code].title if code in SIGNATURES else REPORTS.get(code, code))
    if code in set(Role):
        return translate(lang, TITLES[Role(code)])
    return translate(lang, WORDS.get(name, {}).get(code, code))
