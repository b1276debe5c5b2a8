"""The page on which the public is told: what is said, where it stands, and whose turn it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import organisation
from identity.people import names
from incidents.informing.events import PUBLIC_GIVEN_BACK, Returned, returned
from incidents.informing.going_public import CHANNELS, Said, public_instead, public_of, releasers, said
from incidents.informing.mailings import mailing_of
from incidents.informing.public_notice import version_without_name
from incidents.informing.writing import letter_of
from incidents.models import Incident
from incidents.sealed import sealed_from
from notifications.letters.public_models import PublicCommunication

STATES = {
    "draft": N_("Waits for another person’s approval"),
    "approved": N_("Approved: publish it"),
    "published": N_("Published"),
}


@dataclass(frozen=True, slots=True)
class PublicPage:
    """`form`: the writer writes. `instead`: the decision says that nobody gets a letter."""

    state: str
    label: str
    form: bool
    fields: Mapping[str, object]
    channels: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    text: str
    may_approve: bool
    own_work: bool
    may_note: bool
    may_edit: bool
    instead: bool
    proof: str
    returned: Returned | None


def public_page(session: Session, actor: Actor, incident: Incident, lang: str, *, edit: bool) -> PublicPage:
    row = public_of(session, incident)
    known = said(session, row) if row else Said(text=_proposed(session, incident, lang))
    state = row.state if row else ""
    writer = actor.may(Operation.WRITE_MAILING)
    return PublicPage(
        state=state,
        label=translate(lang, STATES[state]) if state else "",
        form=writer and (row is None or edit),
        fields={"text": known.text, "channels": known.channels, "places": known.places, "reach": known.reach,
                "reason": known.reason},
        channels=[(code, translate(lang, word)) for code, word in CHANNELS.items()],
        facts=_facts(session, row, known, lang) if row else [],
        text=known.text,
        may_approve=row is not None and state == "draft" and _may_approve(session, actor, incident, row),
        own_work=row is not None and actor.id in {row.written_by, row.last_edited_by},
        may_note=writer and state == "approved",
        may_edit=writer and row is not None and not edit,
        instead=not sealed_from(session, actor, incident) and public_instead(session, incident),
        proof=f"{incident.path}/files/{row.proof_id}" if row and row.proof_id else "",
        returned=returned(session, incident, PUBLIC_GIVEN_BACK),
    )  # fmt: skip


def _may_approve(session: Session, actor: Actor, incident: Incident, row: PublicCommunication) -> bool:
    return actor.may(Operation.APPROVE_MAILING) and actor.id in {u.id for u in releasers(session, incident, row)}


def _facts(session: Session, row: PublicCommunication, known: Said, lang: str) -> list[tuple[str, str]]:
    zone = organisation(session).zone
    people = names(session, [row.last_edited_by, row.approved_by, row.noted_by])

    def when(at: object, who: str | None) -> str:
        return f"{people.get(who or '', '–')}, {absolute(at, lang, zone)}" if at else ""  # type: ignore[arg-type]

    rows = (
        (N_("Where"), ", ".join(translate(lang, CHANNELS[code]) for code in known.channels)),
        (N_("Exactly where"), known.places),
        (N_("Whom it reaches"), known.reach),
        (N_("Why not each person"), known.reason),
        (N_("Written by"), when(row.edited_at, row.last_edited_by)),
        (N_("Approved by"), when(row.approved_at, row.approved_by)),
        (N_("Published on"), row.published_on.isoformat() if row.published_on else ""),
        (N_("Noted by"), when(row.noted_at, row.noted_by)),
    )
    return [(translate(lang, label), value) for label, value in rows if value]


def _proposed(session: Session, incident: Incident, lang: str) -> str:
    """The letter without a name, where one is written; what a person affected reads is what everybody may read."""
    words = letter_of(session, mailing_of(session, incident))
    return version_without_name(words, words.shown_in(lang).lang)[1] if words else ""
