"""Whether what the signer signs is held outside, by two kinds of anchors at least: one alone may fail unnoticed."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.anchoring.configured import ways_of
from app.anchoring.mailboxes import mailboxes
from app.anchoring.words import NAMES, fault_in_words
from app.checking.finding import Finding, Said, advice, failed, fine
from core.audit.anchoring import Held, Standing, standing
from core.audit.anchors import FOLDER, MAIL, TSA
from core.audit.rechecking import unproven
from core.errors import N_
from core.settings import Environment, Settings

WANTED = 2
LATE = {FOLDER: timedelta(hours=1), TSA: timedelta(hours=36), MAIL: timedelta(hours=50)}
ONE = N_("One kind of anchor is set, and two are needed.")
NONE = N_("None is set: nobody outside could tell whether the log was written anew.")
ADD = N_(
    "Set two of these: VAKA_ANCHOR_DIR, VAKA_TSA_URL with VAKA_TSA_CA, and mailboxes outside in VAKA_ANCHOR_MAIL or at "
    "{page}."
)
PAGE = "/settings/anchors"
SEE = N_("Look at {page}. It says when each was last held.")


def anchors(session: Session, settings: Settings, now: datetime) -> Finding:
    """In production fewer than two that work are a failure, elsewhere advice; one that is set and broken always is."""
    chosen, gone = set_kinds(session, settings), unproven(session, settings)
    found = standing(session, without=gone)
    for kind in chosen:
        name = Said(NAMES[kind])
        if why := fault_in_words(kind, gone[kind]) if kind in gone else trouble(found, kind):
            text = N_("{kind} does not hold the log. {why}")
            return failed("anchors", text, SEE, page=PAGE, kind=name, why=Said(why))
        if is_late(found, kind, now):
            text = N_("{kind} holds nothing new. The worker may not run, or not sign.")
            return failed("anchors", text, SEE, page=PAGE, kind=name)
    if len(chosen) < WANTED:
        tell = failed if settings.environment is Environment.PRODUCTION else advice
        return tell("anchors", ONE if chosen else NONE, ADD, page=PAGE)
    if fresh := next((kind for kind in chosen if _of(found, kind).at is None), None):
        return advice("anchors", N_("{kind} has not held anything yet."), SEE, page=PAGE, kind=Said(NAMES[fresh]))
    return fine("anchors", N_("The log is held outside up to {size} entries, by {count} kinds."),
                size=found.anchored_size, count=len(chosen))  # fmt: skip


def failing(session: Session, settings: Settings, now: datetime) -> list[str]:
    """The names of the kinds that are set and have held nothing new for longer than their rhythm allows. One that
    failed a moment ago is tried again first."""
    chosen = set_kinds(session, settings)
    found = standing(session) if chosen else Standing()
    return [NAMES[kind] for kind in chosen
            if is_late(found, kind, now) or (trouble(found, kind) and _long(found, kind, now))]  # fmt: skip


def _long(found: Standing, kind: str, now: datetime) -> bool:
    held = _of(found, kind).at
    return held is None or now - held > LATE[FOLDER]


def set_kinds(session: Session, settings: Settings) -> list[str]:
    """The kinds of anchors that somebody has set."""
    ways = ways_of(settings)
    there = {FOLDER: ways.folder, TSA: ways.stamping, MAIL: mailboxes(session, settings)}
    return [kind for kind, way in there.items() if way]


def trouble(found: Standing, kind: str) -> str:
    """What is wrong with the newest try, as a sentence."""
    held = _of(found, kind)
    return fault_in_words(kind, held.fault) if held.fault else ""


def is_late(found: Standing, kind: str, now: datetime) -> bool:
    """Whether what it holds is older than its rhythm allows, although the log was signed since."""
    held = _of(found, kind).at
    return held is not None and held != found.signed_at and now - held > LATE[kind]


def _of(found: Standing, kind: str) -> Held:
    return next((one for one in found.by_kind if one.kind == kind), Held(kind))
