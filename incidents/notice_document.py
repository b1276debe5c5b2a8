"""The notice as a document: the page to print and the PDF are made from the same answers, section by section."""

from sqlalchemy.orm import Session

from core.audit.anchoring import log_line
from core.document import Document, Section, facts
from core.errors import N_
from core.i18n import translate
from core.organisation import organisation
from incidents.models import Incident
from incidents.notice_head import Head, head_of
from incidents.notice_items import Item, Reading, items_of, sections_of
from incidents.notifying.reckoning import reckoned
from incidents.notifying.whom import addressee_of
from notifications.edpb.card import EDPB
from notifications.filings import answers_of, told_by
from notifications.notice_models import Notice


def notice_document(session: Session, incident: Incident, notice: Notice, lang: str) -> Document:
    """One phase as it stands, in the recipient's language where we write it; questions without an answer are left out
    when nothing needs them. In a supplement each answer says whether it is new. Only the authority knows the template's
    numbers."""
    answers = answers_of(session, notice)
    company, to = organisation(session), addressee_of(session, incident, notice)
    told = reckoned(session, incident, answers, notice.edited_at, notice)
    how = Reading(lang, lang, company.zone, told=told_by(session, notice), phase=notice.phase)
    items, numbered = items_of(told, how), to.card == EDPB
    body = [
        Section(title=f"{section.number} {section.title}", blocks=(facts(*rows),))
        for section in sections_of(items, told, lang)
        if (rows := [(_label(item, numbered), item.words) for item in section.items if item.required or item.values])
    ]
    head = head_of(to, notice, answers, lang)
    return Document(
        title=to.heading(lang),
        language=lang,
        reference=head.running,
        made_at=notice.edited_at,
        company=company.name,
        notice=head.warning,
        foot=log_line(session, notice.approved_at or notice.edited_at, lang, company.zone),
        sections=(_head(head, items, numbered, lang), *body),
    )


def _head(head: Head, items: list[Item], numbered: bool, lang: str) -> Section:
    """What is new stands here once more by its numbers: an authority wants only that of a supplement."""
    news = [str(item.number) if numbered else item.label for item in items if item.news]
    label = translate(lang, N_("New or changed answers"))
    return Section(title=translate(lang, N_("This notice")),
                   blocks=(facts(*head.rows, (label, (", " if numbered else "; ").join(news))),))  # fmt: skip


def _label(item: Item, numbered: bool) -> str:
    label = f"{item.number} {item.label}" if numbered else item.label
    return f"{label} ({item.mark})" if item.mark else label
