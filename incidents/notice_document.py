"""The notice as a document: the page to print and the PDF are made from the same answers, section by section."""

from sqlalchemy.orm import Session

from core.document import Document, Section, facts
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from incidents.models import Incident
from incidents.notice_head import Head, head_of
from incidents.notice_items import Item, Reading, items_of, sections_of
from incidents.notifying.reckoning import reckoned
from notifications.filings import answers_of, told_by
from notifications.notice_models import Notice

TITLE = N_("Notification of a personal data breach (GDPR\u00a0Art.\u00a033)")


def notice_document(session: Session, incident: Incident, notice: Notice, lang: str) -> Document:
    """One phase as it stands, in the authority's language where we write it; questions without an answer are left out
    when nothing needs them. In a supplement each answer says whether it is new."""
    answers = answers_of(session, notice)
    company = organisation(session)
    told = reckoned(session, incident, answers, notice.edited_at)
    how = Reading(lang, lang, company.zone, told=told_by(session, notice), phase=notice.phase)
    items = items_of(told, how)
    body = [
        Section(title=f"{section.number} {section.title}", blocks=(facts(*rows),))
        for section in sections_of(items, told, lang)
        if (rows := [(_label(item), item.words) for item in section.items if item.required or item.values])
    ]
    head = head_of(incident, notice, answers, lang)
    return Document(
        title=translate(lang, TITLE),
        language=lang,
        reference=head.running,
        made_at=notice.edited_at,
        company=company.name,
        notice=head.warning,
        sections=(_head(head, items, lang), *body),
    )


def _head(head: Head, items: list[Item], lang: str) -> Section:
    """What is new stands here once more by its numbers: an authority wants only that of a supplement."""
    news = ", ".join(str(item.number) for item in items if item.news)
    label = translate(lang, N_("New or changed answers"))
    return Section(title=translate(lang, N_("This notice")), blocks=(facts(*head.rows, (label, news)),))


def _label(item: Item) -> str:
    return f"{item.number} {item.label}" + (f" ({item.mark})" if item.mark else "")
