"""Publishing the causes: the draft becomes a version that never changes. No case is classified anew by it."""

from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Conflict
from core.keys import seal, unseal
from incidents.catalogue import forget
from incidents.cause_drafting import Draft, discard, draft, published
from incidents.cause_models import CauseCatalogue, CauseDraft

NOTHING = N_("There is no draft to publish. Somebody else may have published or discarded it.")
CHANGED = N_("The draft has changed since you looked at it. Look again at what it would change.")


class PublishForm(BaseModel):
    """Why, and the state of the draft whose dry run was looked at."""

    note: str = Field(min_length=3, max_length=500)
    seen: str = Field(default="", max_length=40)


def seen(session: Session) -> str:
    """What the form carries, so that nobody publishes what they have not looked at."""
    row = session.get(CauseDraft, "draft")
    return row.changed_at.isoformat() if row else ""


def publish(session: Session, actor: Actor, form: PublishForm, now: datetime) -> CauseCatalogue:
    """Put the draft in force.

    Raises:
        Conflict: there is none, or it is not the one that was looked at.
    """
    session.get(CauseDraft, "draft", with_for_update=True)
    coming, before = draft(session), published(session)
    if coming is None:
        raise Conflict(NOTHING)
    if form.seen != seen(session):
        raise Conflict(CHANGED)
    row = CauseCatalogue(
        version=coming.number,
        cards=[card.model_dump(mode="json") for card in coming.cards],
        retired=sorted(coming.retired),
        note_sealed=seal(session, "", _place(coming.number), form.note.strip()),
        published_by=actor.id,
        published_at=now,
    )
    session.add(row)
    discard(session)
    session.flush()
    forget(session)
    counts = {name: len(codes) for name, codes in changes(before, coming).items()}
    record(session, actor, "causes:published", "causes", now, facts={"catalogue": coming.catalogue.version, **counts},
           changes={"reason": (None, form.note.strip())})  # fmt: skip
    return row


def why(session: Session, row: CauseCatalogue) -> str:
    """The reason that was written when a version was published."""
    return unseal(session, "", _place(row.version), row.note_sealed)


def _place(version: int) -> str:
    return f"cause_catalogue.note:{version}"


def changes(before: Draft, after: Draft) -> dict[str, list[str]]:
    """What a draft does: the codes it adds, changes, retires and puts back."""
    old = {card.code: card for card in before.cards}
    return {
        "added": [card.code for card in after.cards if card.code not in old],
        "changed": [card.code for card in after.cards if card.code in old and old[card.code] != card],
        "retired": sorted(after.retired - before.retired),
        "put_back": sorted(before.retired - after.retired),
    }


def versions(session: Session) -> list[CauseCatalogue]:
    """What was published, the newest first."""
    return list(session.scalars(select(CauseCatalogue).order_by(CauseCatalogue.version.desc())))
