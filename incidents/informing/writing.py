"""Writing the letter: a reviewed template, filled in with what the case knows; a person adds what only people know."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Invalid
from core.i18n import long_date, translate
from core.keys import seal, unseal
from core.organisation import organisation
from core.settings import Settings
from identity.people import person
from incidents.classification import DATA_LABELS, DataCategory
from incidents.informing.mailings import mailing_of, mailing_to_edit
from incidents.models import Incident
from notifications.authorities import AUTHORITIES
from notifications.letters.actions import MOST, actions_for, advice
from notifications.letters.consequences import consequences
from notifications.letters.manuscript import Manuscript, Version, manuscript
from notifications.letters.models import Mailing
from notifications.letters.phrase import phrase
from notifications.letters.templates import TEMPLATES, suggested
from notifications.letters.wording import MOST_WORDS, Problem, words

LETTER_LANGUAGES = ("sv", "en")
WORDS_BY_LANGUAGE = ("subject", "text", "when", "what_happened", "data", "consequences", "measures", "advice")
WITHOUT_WORDS = {DataCategory.OTHER, DataCategory.UNKNOWN}
ROOM = 60  # words kept free for what happened and was done, and for names and the address of the notice
UNFIT = N_("The letter cannot be saved like this. See what must change.")


class LetterForm(BaseModel):
    """Both languages. What is empty here and has a proposal is asked for again, never filled in silently."""

    template: str
    contact_name: str = Field(max_length=120)
    contact_phone: str = Field(max_length=60)
    subject_sv: str = Field(max_length=200)
    subject_en: str = Field(max_length=200)
    text_sv: str = Field(max_length=6000)
    text_en: str = Field(max_length=6000)
    when_sv: str = Field(max_length=200)
    when_en: str = Field(max_length=200)
    what_happened_sv: str = Field(max_length=2000)
    what_happened_en: str = Field(max_length=2000)
    data_sv: str = Field(max_length=2000)
    data_en: str = Field(max_length=2000)
    consequences_sv: str = Field(max_length=2000)
    consequences_en: str = Field(max_length=2000)
    measures_sv: str = Field(max_length=2000)
    measures_en: str = Field(max_length=2000)
    advice_sv: str = Field(max_length=3000)
    advice_en: str = Field(max_length=3000)

    def said(self, name: str, lang: str) -> str:
        return str(getattr(self, f"{name}_{lang}")).replace("\r\n", "\n")


class Unfit(Invalid):
    """A letter with problems that stop it; `problems` by language, so that the page can list them."""

    def __init__(self, problems: Mapping[str, list[Problem]]) -> None:
        super().__init__({f"text_{lang}": UNFIT for lang, found in problems.items() if found})
        self.problems = problems


def letter_of(session: Session, mailing: Mailing | None) -> Manuscript | None:
    """The letter as it is written so far."""
    if mailing is None or not mailing.letter_sealed:
        return None
    return manuscript(unseal(session, mailing.incident_id, _place(mailing), mailing.letter_sealed))


def proposed(session: Session, incident: Incident, template: str = "") -> dict[str, str]:
    """The fields of an empty form: the template and what the case knows, with as much advice as fits."""
    drafts = (_draft(session, incident, template, most) for most in range(MOST, 0, -1))
    return next((draft for draft in drafts if _has_room(draft)), _draft(session, incident, template, 1))


def _has_room(fields: Mapping[str, str]) -> bool:
    filled = [name for name in WORDS_BY_LANGUAGE if name != "subject"]
    lengths = (sum(len(words(fields[f"{name}_{lang}"])) for name in filled) for lang in LETTER_LANGUAGES)
    return max(lengths) <= MOST_WORDS - ROOM


def _draft(session: Session, incident: Incident, template: str, most: int) -> dict[str, str]:
    company, kinds = organisation(session), incident.data_categories or incident.data_kinds
    owner = person(session, incident.owner_id)
    code = template if template in TEMPLATES else suggested(incident.kind)
    fields = {"template": code, "contact_name": owner.name if owner else company.name, "contact_phone": company.phone}
    at = incident.occurred_at or incident.detected_at or incident.reported_at
    for lang in LETTER_LANGUAGES:
        card = TEMPLATES[code].in_(lang)
        fields |= {
            f"subject_{lang}": card.subject,
            f"text_{lang}": card.body(lang),
            f"when_{lang}": on_the(long_date(at, lang, company.zone), lang),
            f"what_happened_{lang}": "",
            f"data_{lang}": "\n".join(data_words(kinds, lang)),
            f"consequences_{lang}": consequences(kinds, lang, most),
            f"measures_{lang}": "",
            f"advice_{lang}": advice(actions_for(kinds, most), lang),
        }
    return fields


def on_the(day: str, lang: str) -> str:
    """A day as it stands in a sentence."""
    return day if lang == "sv" else f"on {day}"


def data_words(kinds: list[str], lang: str) -> list[str]:
    """What the breach touched, in words. "Other data" and "don't know" tell a person nothing: somebody says what."""
    known = [DataCategory(kind) for kind in kinds if kind in set(DataCategory) - WITHOUT_WORDS]
    return [translate(lang, DATA_LABELS[kind]) for kind in known]


def names_other_data(incident: Incident) -> bool:
    """Whether the case holds data that only a person can put into words."""
    return DataCategory.OTHER in (incident.data_categories or incident.data_kinds)


def fields_of(letter: Manuscript) -> dict[str, str]:
    """A written letter as the fields of its form."""
    first = next(iter(letter.versions.values()))
    fields = {"template": letter.template} | {key: first.values[key] for key in ("contact_name", "contact_phone")}
    for lang, version in letter.versions.items():
        fields |= {f"subject_{lang}": version.subject, f"text_{lang}": version.text}
        fields |= {f"data_{lang}": "\n".join(version.data)}
        for name in ("when", "what_happened", "consequences", "measures", "advice"):
            fields[f"{name}_{lang}"] = version.values[name]
    return fields


def put_together(
    session: Session, incident: Incident, mailing_id: str, form: LetterForm, settings: Settings
) -> Manuscript:
    """The manuscript of a form, with the values that the case and the company give."""
    return Manuscript(form.template, {
        lang: Version(
            form.said("subject", lang).strip(),
            form.said("text", lang),
            _values(session, incident, mailing_id, form, lang, settings),
            tuple(line.strip(" -•\t") for line in form.said("data", lang).splitlines() if line.strip(" -•\t")),
        )
        for lang in LETTER_LANGUAGES
    })  # fmt: skip


def _values(
    session: Session, incident: Incident, mailing_id: str, form: LetterForm, lang: str, settings: Settings
) -> dict[str, str]:
    company = organisation(session)
    said = {name: form.said(name, lang) for name in ("when", "what_happened", "consequences", "measures", "advice")}
    authority = AUTHORITIES.get(company.authority)
    return said | {
        "company": company.name,
        "reference": incident.reference,
        "contact_name": form.contact_name,
        "contact_phone": form.contact_phone,
        "authority": authority.name if authority else company.authority,
        "notice_page": notice_page(session, incident, mailing_id, lang, settings),
    }


def notice_page(session: Session, incident: Incident, mailing_id: str, lang: str, settings: Settings) -> str:
    """The address to type by hand, and the words that open it."""
    host = settings.base_url.partition("://")[2]
    check_phrase = phrase(session.info["keyring"], mailing_id, lang)
    told = f"och orden ”{check_phrase}”" if lang == "sv" else f"and the words “{check_phrase}”"
    return f"{host}/notice/{incident.reference} {told}"


def write(
    session: Session, actor: Actor, incident: Incident, form: LetterForm, settings: Settings, now: datetime
) -> Mailing:
    """Save the letter in both languages; a test of the earlier text is void.

    Raises:
        Unfit: problems that no letter may be sent with; nothing is saved.
        Conflict: the letters are on their way.
    """
    if form.template not in TEMPLATES:
        raise Invalid({"template": N_("Choose a template.")})
    mailing = mailing_to_edit(session, actor, incident, now)
    letter = put_together(session, incident, mailing.id, form, settings)
    problems = {lang: [one for one in version.problems(lang) if one.stops] for lang, version in letter.versions.items()}
    if any(problems.values()):
        raise Unfit(problems)
    mailing.letter_sealed = seal(session, incident.id, _place(mailing), letter.dumped())
    mailing.template, mailing.template_version = form.template, template_version(form.template)
    mailing.edition += 1
    mailing.written_by = mailing.written_by or actor.id
    mailing.last_edited_by, mailing.edited_at = actor.id, now
    record(session, actor, "mailing:written", incident.reference, now, case=incident.id,
           facts={"template": form.template, "template_version": mailing.template_version, "edition": mailing.edition},
           changes={f"letter_{lang}": (None, version.text) for lang, version in letter.versions.items()})  # fmt: skip
    return mailing


def template_version(code: str) -> str:
    """Which wording of a template card was used: the start of its hash."""
    return hashlib.sha256(TEMPLATES[code].model_dump_json().encode()).hexdigest()[:12]


def problems_of(session: Session, incident: Incident, form: LetterForm, settings: Settings) -> dict[str, list[Problem]]:
    """All that is wrong with a letter as typed, advice included; nothing is saved."""
    mailing = mailing_of(session, incident)
    letter = put_together(session, incident, mailing.id if mailing else "", form, settings)
    return {lang: version.problems(lang) for lang, version in letter.versions.items()}


def _place(mailing: Mailing) -> str:
    return f"mailing.letter:{mailing.id}"
