"""The notice as a document: the page to print and the PDF are made from the same answers, section by section."""

from sqlalchemy.orm import Session

from core.document import Document, Section, facts
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from incidents.models import Incident
from incidents.notice_items import Reading, items_of, sections_of
from incidents.notifying.reckoning import reckoned
from incidents.states import AUTHORITY_LABELS, AuthorityTrack
from notifications.authorities import AUTHORITIES
from notifications.edpb.exchange import digest
from notifications.filings import answers_of
from notifications.notice_models import Notice

TITLE = N_("Notification of a personal data breach (GDPR\u00a0Art.\u00a033)")
DRAFT = N_("DRAFT: not released. Do not send it.")
RELEASED = frozenset({AuthorityTrack.APPROVED, AuthorityTrack.FILED})


def notice_document(session: Session, incident: Incident, notice: Notice, lang: str) -> Document:
    """One phase as it stands, in the authority's language where we write it; questions without an answer are left out
    when nothing needs them."""
    answers = answers_of(session, notice)
    company = organisation(session)
    told = reckoned(session, incident, answers, notice.edited_at)
    items = items_of(told, None, Reading(lang, lang, company.zone))
    body = [
        Section(title=f"{section.number} {section.title}", blocks=(facts(*rows),))
        for section in sections_of(items, told, lang)
        if (rows := [(f"{item.number} {item.label}", item.words) for item in section.items
                     if item.required or item.values])
    ]  # fmt: skip
    state = AuthorityTrack(notice.state)
    return Document(
        title=translate(lang, TITLE),
        language=lang,
        reference=f"{incident.reference} · {translate(lang, N_('phase {number}'), number=notice.phase)}",
        made_at=notice.edited_at,
        company=company.name,
        notice="" if state in RELEASED else translate(lang, DRAFT),
        sections=(_head(notice, state, digest(answers), lang), *body),
    )


def _head(notice: Notice, state: AuthorityTrack, found: str, lang: str) -> Section:
    rows = (
        (N_("To"), AUTHORITIES[notice.authority].title.in_(lang)),
        (N_("Phase"), str(notice.phase)),
        (N_("Version"), str(notice.version)),
        (N_("State"), translate(lang, AUTHORITY_LABELS[state])),
        (N_("Digest of the answers, SHA-256"), found),
    )
    return Section(title=translate(lang, N_("This notice")),
                   blocks=(facts(*((translate(lang, label), value) for label, value in rows)),))  # fmt: skip
