"""Who gets the signed state of the log by mail: addresses that a person has chosen, in the settings or on their page.

Choosing them is the signature under every such mail, so it stands in the log: how many in clear, the addresses sealed.
"""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from app.anchoring.configured import FEWEST, MOST, parse_mailboxes, ways_of
from core.access import SYSTEM, Actor
from core.audit import record
from core.errors import N_, Invalid
from core.keys import INSTANCE, seal, unseal
from core.organisation import Organisation, organisation
from core.settings import Settings
from notifications.mail import UnusableAddress
from notifications.outbox import keyed
from notifications.service_state import recall, remember

KEPT, PLACE, SEEN = "anchor_mailboxes", "organisation.anchor_mailboxes", "anchor:mailboxes"
NO_ADDRESS = N_("One of the lines is not an e-mail address.")
HOW_MANY = N_("Write {fewest} to {most} different addresses, one on each line, or none.")


def mailboxes(session: Session, settings: Settings) -> tuple[str, ...]:
    """The addresses in force: those of the settings file, else those of the page."""
    return ways_of(settings).mailboxes or kept(session, organisation(session))


def kept(session: Session, company: Organisation) -> tuple[str, ...]:
    sealed = (company.preferences or {}).get(KEPT)
    return tuple(json.loads(unseal(session, INSTANCE, PLACE, sealed))) if sealed else ()


def choose(session: Session, actor: Actor, company: Organisation, typed: str, now: datetime) -> None:
    """A person chooses who gets it; nobody is an answer too.

    Raises:
        Invalid: a line is no address, or there are too few or too many.
    """
    try:
        new = parse_mailboxes(typed) if typed.strip() else ()
    except UnusableAddress:
        raise Invalid({"mailboxes": NO_ADDRESS}) from None
    except ValueError:
        raise Invalid({"mailboxes": HOW_MANY}, fewest=FEWEST, most=MOST) from None
    before = kept(session, company)
    if new == before:
        return
    sealed = seal(session, INSTANCE, PLACE, json.dumps(new)) if new else ""
    company.preferences = {**(company.preferences or {}), KEPT: sealed}
    _write_down(session, actor, before, new, now)


def note_settings(session: Session, settings: Settings, now: datetime) -> None:
    """Whoever runs the server has chosen them in its settings: the log learns of each change once."""
    chosen = ways_of(settings).mailboxes
    seen = recall(session, SEEN)
    code = keyed(session, SEEN, "\n".join(chosen)) if chosen else ""
    if code != (seen.value["code"] if seen else ""):
        remember(session, SEEN, {"code": code}, now)
        _write_down(session, SYSTEM, (), chosen, now)


def _write_down(session: Session, actor: Actor, before: tuple[str, ...], new: tuple[str, ...], now: datetime) -> None:
    record(session, actor, "settings:anchor_mailboxes_set", "settings", now,
           facts={"mailboxes": len(new), "settings_file": actor is SYSTEM},
           changes={"addresses": ("\n".join(before) or None, "\n".join(new) or None)})  # fmt: skip
