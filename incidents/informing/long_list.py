"""A list too long to be read while somebody waits: kept, its columns confirmed, read by the worker, taken whole."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.db import new_id
from core.errors import Conflict, Invalid
from core.keys import seal, unseal
from incidents.informing.list_look import Look
from incidents.informing.listing import FAULTY, NO_DRAFT, keep_draft
from incidents.informing.mailings import mailing_of, mailing_to_edit
from incidents.informing.reading import seal_list_words
from incidents.models import Incident
from notifications.letters import sealed_file
from notifications.letters.columns import confirmed
from notifications.letters.list_rows import take_over
from notifications.letters.models import Mailing
from notifications.letters.recipients import Fault
from notifications.letters.sent_models import ListState, SentList
from notifications.letters.spreadsheet import Sheet


@dataclass(frozen=True, slots=True)
class Found:
    """What the worker found in the rows it has read: the first faults, and the list's own words for data."""

    faults: tuple[Fault, ...]
    words: dict[str, list[str]]


def send_in(session: Session, actor: Actor, incident: Incident, look: Look, now: datetime) -> Mailing:
    """Keep a list, sealed, until its columns are confirmed; a short one is read whole at once.

    Raises:
        Invalid: it cannot be read as a list.
        Conflict: the letters are on their way.
    """
    if look.wrong:
        raise look.wrong
    look.file.seek(0)
    if look.short:
        mailing = keep_draft(session, actor, incident, look.file.read(), now)
        _replaced(session, mailing)
        return mailing
    mailing = mailing_to_edit(session, actor, incident, now)
    mailing.draft_sealed = ""
    _replaced(session, mailing)
    _keep(session, actor, mailing, look, now)
    record(session, actor, "mailing:list_sent_in", incident.reference, now, case=incident.id, facts={"size": look.size})
    return mailing


def _keep(session: Session, actor: Actor, mailing: Mailing, look: Look, now: datetime) -> None:
    sent = SentList(
        id=new_id(),
        mailing_id=mailing.id,
        incident_id=mailing.incident_id,
        state=ListState.SENT,
        size=look.size,
        about_rows=max(look.about - 1, 1),
        sent_by=actor.id,
        sent_at=now,
    )
    head = {"heads": look.sheet.heads, "rows": look.sheet.rows, "name": look.sheet.name, "others": look.sheet.others}
    sent.head_sealed = seal(session, sent.incident_id, f"sent_list.head:{sent.id}", json.dumps(head))
    session.add(sent)
    sealed_file.keep(session, sent, look.file)


def waiting(session: Session, incident: Incident) -> SentList | None:
    """The long list that waits: for its columns, for the worker, or for a person's decision."""
    mailing = mailing_of(session, incident)
    if mailing is None:
        return None
    mine = (SentList.mailing_id == mailing.id) & (SentList.state != ListState.OVER)
    return session.scalar(select(SentList).where(mine).order_by(SentList.sent_at.desc()).limit(1))


def head_of(session: Session, sent: SentList) -> Sheet:
    """Headings and first rows."""
    known = json.loads(unseal(session, sent.incident_id, f"sent_list.head:{sent.id}", sent.head_sealed))
    rows = tuple((number, tuple(cells)) for number, cells in known["rows"])
    return Sheet(tuple(known["heads"]), rows, known["name"], tuple(known["others"]))


def found_in(session: Session, sent: SentList) -> Found:
    """What was found so far."""
    known = json.loads(unseal(session, sent.incident_id, _found(sent), sent.found_sealed) or '{"faults":[],"words":{}}')
    return Found(tuple(Fault(*one) for one in known["faults"]), known["words"])


def keep_found(session: Session, sent: SentList, found: Found) -> None:
    known = {"faults": [(one.row, one.column, one.reason) for one in found.faults], "words": found.words}
    sent.found_sealed = seal(session, sent.incident_id, _found(sent), json.dumps(known, ensure_ascii=False))


def _found(sent: SentList) -> str:
    return f"sent_list.found:{sent.id}"


def ask_reading(session: Session, actor: Actor, incident: Incident, columns: Sequence[str], now: datetime) -> SentList:
    """The columns are right: let the worker read the list.

    Raises:
        Invalid: columns that cannot work.
        Conflict: no list waits for it, or the letters are on their way.
    """
    mailing_to_edit(session, actor, incident, now)
    sent = _waiting(session, incident, ListState.SENT)
    confirmed(columns)
    sent.columns, sent.state = list(columns), ListState.ASKED
    record(session, actor, "mailing:list_asked", incident.reference, now, case=incident.id, facts={"size": sent.size})
    return sent


def take(session: Session, actor: Actor, incident: Incident, now: datetime, *, with_faults: bool) -> SentList:
    """Put the list that was read in the place of the one before, whole.

    Raises:
        Invalid: rows with faults, under the field `rows`.
        Conflict: no list waits for it, or the letters are on their way.
    """
    mailing = mailing_to_edit(session, actor, incident, now)
    sent = _waiting(session, incident, ListState.READ)
    if sent.faulty and not with_faults:
        raise Invalid({"rows": FAULTY}, count=sent.faulty)
    take_over(session, mailing, sent.id)
    seal_list_words(session, mailing, found_in(session, sent).words)
    sent.state = ListState.OVER
    mailing.imported_by = mailing.last_edited_by = actor.id
    mailing.imported_at = mailing.edited_at = now
    facts = {"rows": sent.rows, "people": sent.people, "faults": sent.faulty, "by_mail": sent.by_mail}
    record(session, actor, "mailing:list_imported", incident.reference, now, case=incident.id, facts=facts)
    return sent


def discard(session: Session, actor: Actor, incident: Incident, now: datetime) -> None:
    """Nothing of it is imported, and nothing of it is kept.

    Raises:
        Conflict: no list waits.
    """
    sent = _waiting(session, incident)
    sent.state = ListState.OVER
    record(session, actor, "mailing:list_discarded", incident.reference, now, case=incident.id)


def _waiting(session: Session, incident: Incident, state: ListState | None = None) -> SentList:
    """The list that waits, locked, so that the worker and a person never decide at once."""
    sent = waiting(session, incident)
    if sent is not None:
        session.refresh(sent, with_for_update=True)
    if sent is None or sent.state == ListState.OVER or state not in {None, sent.state}:
        raise Conflict(NO_DRAFT)
    return sent


def _replaced(session: Session, mailing: Mailing) -> None:
    mine = (SentList.mailing_id == mailing.id) & (SentList.state != ListState.OVER)
    session.execute(update(SentList).where(mine).values(state=ListState.OVER))
