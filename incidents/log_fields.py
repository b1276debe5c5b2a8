"""What the fields are called that an entry of the log committed to, as the forms call them where they are written."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from core.errors import N_
from core.i18n import translate
from incidents.classified_words import FIELD_LABELS
from incidents.log_labels import LABELS
from incidents.retention import RULES
from incidents.retention.choosing import BACKUPS
from incidents.risks.story import FIELDS as OF_A_RISK
from notifications.edpb.card import CARDS, template
from notifications.edpb.questions import Question
from notifications.letters.languages import LANGUAGES
from risk.words import QUESTIONS

ANSWERS, RETENTION, LETTER = "notice:edited", "settings:retention_changed", "letter_"
FIELDS: dict[str, str] = {
    "activities": N_("Processing activities"),
    "address": N_("Postal address"),
    "addresses": N_("Mailboxes"),
    "agreement_ends_on": N_("Agreement until"),
    "agreement_on": N_("Agreement from"),
    "answers": N_("Answers for the control"),
    "authority_reference": N_("The authority’s reference"),
    "breach_hours": N_("Hours to tell us of a breach"),
    "comment": N_("Comment"),
    "contact": N_("Contact"),
    "countries": N_("Countries"),
    "country": N_("Country"),
    "data_categories": N_("Kinds of data"),
    "delay_reasons": N_("Reasons for delay"),
    "deputy": N_("Deputy"),
    "email": N_("E-mail"),
    "grace_seconds": N_("Grace, in seconds"),
    "holder": N_("Who logs in?"),
    "holds": N_("With which eID and role?"),
    "instead": N_("Why not the usual way?"),
    "language": N_("Language"),
    "legal_bases": N_("Legal basis"),
    "measures": N_("Measures"),
    "name": N_("Name"),
    "narrative": N_("What happened"),
    "note": N_("Note"),
    "on_behalf_of": N_("On behalf of"),
    "outcome": N_("Answer of the commission"),
    "owner": N_("Owner"),
    "payload": N_("What was proposed"),
    "people_band": N_("How many people"),
    "person": N_("Person"),
    "phone": N_("Telephone"),
    "places": N_("Exactly where?"),
    "processors": N_("Suppliers that process it for us"),
    "proposed_by": N_("Who proposed it"),
    "purpose": N_("Purpose"),
    "rationale": N_("Why it stands so"),
    "reach": N_("Whom does it reach, and how many?"),
    "reason": N_("Reason"),
    "recipients": N_("Recipients"),
    "reference": N_("Their reference"),
    "representative": N_("Name of the representative"),
    "representative_contact": N_("How the representative is reached"),
    "retention_number": N_("Kept for"),
    "retention_trigger": N_("From when"),
    "retention_unit": N_("Days, months or years"),
    "review_on": N_("Review by"),
    "role": N_("Role"),
    "schedule": N_("Schedule"),
    "seats": N_("Seats"),
    "secretary": N_("Secretary"),
    "security": N_("How it is protected"),
    "sub_processors": N_("Sub-processors"),
    "subject_groups": N_("Kinds of people"),
    "systems": N_("Systems"),
    "text": N_("Text"),
    "theme": N_("Colours"),
    "to": N_("To whom"),
    "transfer_basis": N_("The transfer rests on"),
    "transfers": N_("Outside the EU and the EEA"),
    "unit": N_("Unit"),
    "value": N_("Value"),
    "zone": N_("Time zone"),
}
OF: Mapping[str, Mapping[str, str]] = {
    "incident:classified": {
        "title": N_("Title"),
        "cause_class": N_("Kind of cause"),
        "cause_code": N_("Main cause"),
        "cause_text": N_("The cause in your own words"),
        "people_min": N_("Affected, at least"),
        "people_max": N_("Affected, at most"),
        **FIELD_LABELS,
    },
    "severity": {**QUESTIONS, "cause": N_("Kind of cause"), "circumstances": N_("Circumstances")},
    "decision": {
        "reasons": N_("Reasons"),
        "early": N_("Why in advance?"),
        "departure": N_("Why another way than the commission?"),
        "score": N_("Why another way than the score or the proposal?"),
        "separation": N_("Why does one person hold several parts?"),
    },
    "clock": {"reasons": N_("Reasons for delay")},
    "mailing:public_written": {"text": N_("What is said"), "reason": N_("Why not each person?")},
    "risk": OF_A_RISK,
    "control": {
        "title": N_("Title"),
        "todo": N_("What shall be done?"),
        "clause": N_("Which rule does it come from?"),
        "why": N_("Why?"),
        "proof": N_("How is it proved?"),
        "questions": N_("Questions to answer"),
        "group": N_("What is it about?"),
        "interval_days": N_("Days between two checks"),
        "grace_days": N_("Days of grace"),
    },
    "supplier:agreement_added": {"value": N_("File")},
    "settings:company_changed": {"number": N_("Organisation number"), "phone": N_("Telephone for incidents")},
    RETENTION: {BACKUPS: N_("Backups are kept, days")},
}  # by action, or by its first word


def field_in_words(action: str, field: str, lang: str) -> str:
    """A field that nobody gave a word to stays as it is."""
    if action == ANSWERS and (question := question_of(field)):
        return f"{question.number}. {question.label.in_(lang)}"
    if action == RETENTION and field in RULES:
        return RULES[field].title.in_(lang)
    code = field.removeprefix(LETTER)
    if field.startswith(LETTER) and code in LANGUAGES:
        return f"{translate(lang, N_('Letter'))}: {LANGUAGES[code].title.in_(lang)}"
    known = (OF.get(action, {}), OF.get(action.partition(":")[0], {}), FIELDS, LABELS)
    return translate(lang, next((words[field] for words in known if field in words), field))


def in_order(action: str, fields: Iterable[str]) -> list[str]:
    """As the form asks for them, the questions of a notice by number, and then by name."""
    form = [*(OF.get(action) or OF.get(action.partition(":")[0], {}))]
    return sorted(fields, key=lambda one: (_index(form, one), int(one) if one.isdecimal() else 0, one))


def _index(form: Sequence[str], field: str) -> int:
    return form.index(field) if field in form else len(form)


@cache
def question_of(field: str) -> Question | None:
    """The question of a number in a notice. It means the same in each form, so the EDPB's template is asked first."""
    forms = (template(card).questions for card in CARDS)
    return next((found for form in forms if field.isdecimal() and (found := form.get(int(field)))), None)
