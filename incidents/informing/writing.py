"""Writing the letter: what the form holds and the case and the company know, put together in each language."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Invalid
from core.keys import seal, unseal
from core.organisation import Organisation, organisation
from core.settings import Settings
from incidents.informing.form import CHOICES, STATEMENTS, LetterForm
from incidents.informing.mailings import earlier_mailing, mailing_of, mailing_to_edit
from incidents.informing.reading import list_words, untranslated
from incidents.models import Incident
from notifications.authorities import AUTHORITIES
from notifications.letters.languages import LANGUAGES, Certainty
from notifications.letters.manuscript import Manuscript, Version, manuscript
from notifications.letters.models import Mailing
from notifications.letters.phrase import phrase
from notifications.letters.templates import TEMPLATES
from notifications.letters.wording import Problem

UNFIT = N_("The letter cannot be saved like this. See what must change.")
PAST = N_("This day has passed. Choose a later one.")
UNTRANSLATED = N_("Say in this language what the list calls: {words}.")
CONTRADICTED = N_("The letter says both that this was part of it and that it was not. Choose one.")


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


def put_together(
    session: Session, incident: Incident, mailing: Mailing | None, form: LetterForm, settings: Settings
) -> Manuscript:
    """The manuscript of a form, with the values that the case and the company give."""
    choices = {name: str(getattr(form.choices, name) or "") for name in CHOICES}
    versions = {
        lang: Version(
            lang=lang,
            subject=said["subject"].strip(),
            text=said["text"],
            values=_values(session, incident, mailing, form, lang, settings),
            data=tuple(line.strip(" -•\t") for line in said["data"].splitlines() if line.strip(" -•\t")),
            said=dict(said),
            list_words=_pairs(said["list_words"]),
            absent=form.choices.absent,
        )
        for lang, said in form.said.items()
    }
    return Manuscript(form.choices.template, versions, choices)


def _pairs(text: str) -> dict[str, str]:
    """`lön = lønn`, a line each."""
    split = (line.partition(" =") for line in text.splitlines())
    return {word.strip(): meaning.strip() for word, _, meaning in split if word.strip() and meaning.strip()}


def _values(
    session: Session, incident: Incident, mailing: Mailing | None, form: LetterForm, lang: str, settings: Settings
) -> dict[str, str]:
    company, said, language = organisation(session), form.said[lang], LANGUAGES[lang]
    choices = form.choices
    values = {name: said[name] for name in ("when", "consequences", "measures", "advice")}
    values |= {
        "what_happened": stated(form, lang),
        "company": company.name,
        "reference": incident.reference,
        "contact_name": choices.contact_name,
        "contact_phone": choices.contact_phone,
        "contact_hours": language.hours(choices.hours_days, choices.hours_from, choices.hours_to),
        "next_message": language.next_by.format(day=language.day(choices.next_on))
        if choices.next_on else language.next_open,
        "notice_page": notice_page(session, incident, mailing, lang, settings),
    }  # fmt: skip
    return values | _authority(company, lang) | _earlier(session, mailing, lang)


def stated(form: LetterForm, lang: str) -> str:
    """What happened, statement by statement. Where all is known nothing is said about it; otherwise each says how sure
    we are, in our three words."""
    sure = [(Certainty(getattr(form.choices, how)), form.said[lang][name].strip()) for name, how in STATEMENTS.items()]
    told = [(how, text) for how, text in sure if text]
    if all(how is Certainty.KNOW for how, _ in told):
        return "\n".join(text for _, text in told)
    return "\n".join(f"{LANGUAGES[lang].certainty[how]}: {text}" for how, text in told)


def _authority(company: Organisation, lang: str) -> dict[str, str]:
    """To whom one complains, as the letter's language calls them, and where they are."""
    card = AUTHORITIES.get(company.authority)
    if card is None:
        return {"authority": company.authority, "authority_address": ""}
    lines = [line for line in card.address if line != card.name]
    return {"authority": card.in_letters[lang], "authority_address": ", ".join(lines)}


def _earlier(session: Session, mailing: Mailing | None, lang: str) -> dict[str, str]:
    """When the letter before this one went out."""
    before = earlier_mailing(session, mailing)
    at = (before.started_at or before.approved_at) if before else None
    return {"earlier": LANGUAGES[lang].happened(at, organisation(session).zone)} if at else {}


def notice_page(session: Session, incident: Incident, mailing: Mailing | None, lang: str, settings: Settings) -> str:
    """The address to type by hand, and the words that open it."""
    host = settings.base_url.partition("://")[2]
    check_phrase = phrase(session.info["keyring"], mailing.id if mailing else "", lang)
    return LANGUAGES[lang].notice_page.format(address=f"{host}/notice/{incident.reference}", phrase=check_phrase)


def write(
    session: Session, actor: Actor, incident: Incident, form: LetterForm, settings: Settings, now: datetime
) -> Mailing:
    """Save the letter in its languages; a test of the earlier text is void.

    Raises:
        Unfit: problems that no letter may be sent with; nothing is saved.
        Invalid: a day that has passed, a word of the list that is in no language, or data said to be in and not in.
        Conflict: the letters are on their way.
    """
    mailing = mailing_to_edit(session, actor, incident, now)
    letter = put_together(session, incident, mailing, form, settings)
    _require_sense(session, mailing, letter, form, now)
    problems = {lang: [one for one in version.problems() if one.stops] for lang, version in letter.versions.items()}
    if any(problems.values()):
        raise Unfit(problems)
    mailing.letter_sealed = seal(session, incident.id, _place(mailing), letter.dumped())
    mailing.template, mailing.template_version = letter.template, template_version(letter.template)
    mailing.edition += 1
    mailing.written_by = mailing.written_by or actor.id
    mailing.last_edited_by, mailing.edited_at = actor.id, now
    record(session, actor, "mailing:written", incident.reference, now, case=incident.id,
           facts={"template": letter.template, "template_version": mailing.template_version,
                  "edition": mailing.edition, "languages": " ".join(letter.versions)},
           changes={f"letter_{lang}": (None, version.text) for lang, version in letter.versions.items()})  # fmt: skip
    return mailing


def _require_sense(session: Session, mailing: Mailing, letter: Manuscript, form: LetterForm, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(organisation(session).zone)).date()
    if form.choices.next_on and form.choices.next_on < today:
        raise Invalid({"next_on": PAST})
    if any(version.contradicted for version in letter.versions.values()):
        raise Invalid({"absent": CONTRADICTED})
    for lang, words in list_words(session, mailing).items():
        if lang in letter.versions and (left := untranslated(words, letter.versions[lang].list_words)):
            raise Invalid({f"list_words_{lang}": UNTRANSLATED}, words=", ".join(left))


def template_version(code: str) -> str:
    """Which wording of a template card was used: the start of its hash."""
    return hashlib.sha256(TEMPLATES[code].model_dump_json().encode()).hexdigest()[:12]


def draft_letter(session: Session, incident: Incident, form: LetterForm, settings: Settings) -> Manuscript:
    """The letter as typed, to be looked at; nothing is saved."""
    return put_together(session, incident, mailing_of(session, incident), form, settings)


def _place(mailing: Mailing) -> str:
    return f"mailing.letter:{mailing.id}"
