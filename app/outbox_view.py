"""What the messages page shows: counts, how the relay is, and what has not arrived. No address in clear, and no trace
of a case the reader is involved in, not even in a count."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, select, text, tuple_
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.bounded import bounded
from core.crypto import CannotOpen
from core.errors import N_
from core.keys import unseal
from incidents.models import Exclusion, Incident
from incidents.queries import may_see
from notifications.models import ASIDE, IN_TROUBLE, UNSENT, OutboxMessage

PAGE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WAITING = ("queued", "deferred", "claimed", "in_data")
GROUPS = {
    "waiting": (N_("Waiting"), WAITING),
    "uncertain": (N_("In doubt"), ("uncertain",)),
    "failed": (N_("Failed"), ("failed", "dead", "bounced")),
    "accepted": (N_("Handed over"), ("accepted",)),
    "frozen": (N_("Held for release"), ("frozen",)),
    "cancelled": (N_("Cancelled"), ("cancelled",)),
    "decided": (N_("Settled by a person"), ("decided",)),
}
INDEXED = {"waiting": UNSENT, "uncertain": IN_TROUBLE, "failed": IN_TROUBLE, "frozen": ASIDE, "cancelled": ASIDE,
           "decided": ASIDE}  # fmt: skip
LISTS = {"waiting": WAITING, "uncertain": ("uncertain",), "failed": ("failed", "dead", "bounced")}
STATES = {
    "queued": (N_("Waits for its turn"), "none"),
    "deferred": (N_("Not now, said the mail server"), "soon"),
    "claimed": (N_("Being sent"), "calm"),
    "in_data": (N_("Being sent"), "calm"),
    "uncertain": (N_("In doubt"), "crit"),
    "failed": (N_("Refused for good"), "late"),
    "dead": (N_("Given up after many tries"), "late"),
    "bounced": (N_("Came back"), "late"),
}
CLASSES = {"resend": N_("Alert"), "hold": N_("Notice"), "reconcile": N_("Letter")}
TROUBLE = {
    "no_tls": N_("The mail server has offered no safe encryption since {since}, so nothing is sent to it."),
    "login_refused": N_("The mail server has not accepted our user name and password since {since}."),
    "sender_refused": N_("The mail server has not accepted our sender address since {since}."),
    "wrong_sender": N_("The sender address cannot be used. Correct it in the settings."),
    "wrong_address": N_("The address of the mail server cannot be used. Correct it in the settings."),
    "no_relay": N_("No mail server is set. Set one in the settings."),
}
SILENT = N_("The mail server has not answered since {since}.")


@dataclass(frozen=True)
class Row:
    """One message that has not arrived."""

    to: str
    reference: str
    what: str
    state: str
    level: str
    code: int | None
    attempts: int
    next_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """The last message of the page before."""

    priority: int
    due_at: datetime
    id: str

    @classmethod
    def of(cls, message: OutboxMessage) -> "Place":
        return cls(message.priority, message.due_at, message.id)

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """A place that was altered counts as none: the list starts from the top."""
        priority, _, rest = text.partition(".")
        micros, _, row_id = rest.partition(".")
        if not (priority.isdecimal() and micros.isdecimal() and row_id) or len(priority) > 4 or len(micros) > 17:
            return None
        return cls(int(priority), EPOCH + timedelta(microseconds=int(micros)), row_id)

    def __str__(self) -> str:
        return f"{self.priority}.{(self.due_at - EPOCH) // timedelta(microseconds=1)}.{self.id}"

    def key(self, waiting: bool) -> tuple[object, ...]:
        return (self.priority, self.due_at, self.id) if waiting else (self.due_at, self.id)


@dataclass(frozen=True, slots=True)
class Listed:
    rows: list[Row]
    following: Place | None


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many messages stand in each group, up to `MOST` + 1: a number that tells more costs more than the page."""
    return {group: _count(session, actor, group) for group in GROUPS}


def undelivered(session: Session, actor: Actor, chosen: str, after: Place | None = None) -> Listed:
    """A page of a list, found by key: what goes next, or what went wrong last."""
    message = OutboxMessage
    waiting = chosen == "waiting"
    key = (message.priority, message.due_at, message.id) if waiting else (message.due_at, message.id)
    found = (
        select(message, Incident.reference)
        .outerjoin(Incident, (Incident.id == message.case_id) & may_see(actor, Operation.READ_CASE))
        .where(_partial(INDEXED[chosen]), message.state.in_(LISTS[chosen]), not_about(actor))
        .order_by(*(key if waiting else [column.desc() for column in key]))
        .limit(PAGE + 1)
    )
    if after is not None:
        found = found.where(tuple_(*key) > after.key(waiting) if waiting else tuple_(*key) < after.key(waiting))
    rows = session.execute(found).all()
    following = Place.of(rows[PAGE - 1][0]) if len(rows) > PAGE else None
    return Listed([_row(session, message, reference or "") for message, reference in rows[:PAGE]], following)


def masked(address: str) -> str:
    """Enough to recognise an address one knows, too little to learn one: `a…@n….se`."""
    local, _, domain = address.rpartition("@")
    name, dot, end = domain.rpartition(".")
    return f"{local[:1]}…@{name[:1]}…{dot}{end}"


def _count(session: Session, actor: Actor, group: str) -> int:
    some = select(OutboxMessage.id).where(OutboxMessage.state.in_(GROUPS[group][1]), not_about(actor))
    if group in INDEXED:
        some = some.where(_partial(INDEXED[group]))
    return session.scalar(select(bounded(some))) or 0


def _row(session: Session, message: OutboxMessage, reference: str) -> Row:
    word, level = STATES[message.state]
    return Row(
        to=_to(session, message),
        reference=reference,
        what=CLASSES.get(message.message_class, CLASSES["resend"]),
        state=word,
        level=level,
        code=message.smtp_code,
        attempts=message.attempts,
        next_at=message.due_at if message.state in {"queued", "deferred"} else None,
        created_at=message.created_at,
    )


def _to(session: Session, message: OutboxMessage) -> str:
    try:
        return masked(unseal(session, message.case_id, f"outbox_message.to:{message.id}", message.to_sealed))
    except CannotOpen:
        return "…"


def _partial(condition: str) -> ColumnElement[bool]:
    """The words of a partial index, so that SQLite uses it; the join brings a second column called state."""
    return text(condition.replace("state", "outbox_message.state"))  # type: ignore[return-value]


def not_about(actor: Actor) -> ColumnElement[bool]:
    """Every message except those about a case this person is involved in, and those of a step about this person."""
    involved = select(Exclusion.user_id).where(
        Exclusion.incident_id == OutboxMessage.case_id, Exclusion.user_id == actor.id
    )
    return ~involved.exists() & OutboxMessage.hidden_from.is_distinct_from(actor.id)
