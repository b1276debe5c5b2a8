"""The test: the letter goes to its writer and two colleagues first, marked and filled in with a made-up person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import POLICY, Actor, Operation, Role
from core.audit import record
from core.errors import N_, Conflict, Invalid
from identity.models import User
from identity.people import person
from incidents.alerts import people_for
from incidents.informing.compared import keep_tested
from incidents.informing.mailings import mailing_of, put
from incidents.informing.reading import unwritten
from incidents.informing.writing import letter_of
from incidents.models import Incident
from incidents.states import PeopleTrack
from notifications.letters.languages import LANGUAGES
from notifications.letters.letter import trial
from notifications.letters.list_rows import count, list_hash
from notifications.letters.manuscript import Manuscript
from notifications.letters.models import Mailing, Recipient
from notifications.outbox import enqueue, keyed

WANTED = 2
ASKED_FIRST = (Role.DPO, Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.WRITER)
NO_LIST = N_("Import the list of people first.")
NO_LETTER = N_("Write the letter first.")
SPEECHLESS = N_("The list has people who read what the letter is not yet written in: {languages}. Write that too.")
DOUBTS = N_("Answer first who is the same person: {count} rows wait for it.")


def colleagues(session: Session, actor: Actor, incident: Incident) -> list[User]:
    """Who can be asked to read the test: whoever may read the letters and is not involved in the case."""
    people = people_for(session, incident, *POLICY[Operation.READ_MAILING].grants)
    return [user for user in people if user.id != actor.id]


def first_asked(people: Sequence[User]) -> list[str]:
    """Two of them, ticked beforehand: who advises and who handles the case. Whoever approves reads it then anyway."""
    return [user.id for user in sorted(people, key=_turn)][:WANTED]


def _turn(user: User) -> int:
    return min((ASKED_FIRST.index(role) for role in user.roles if role in ASKED_FIRST), default=len(ASKED_FIRST))


def test_send(session: Session, actor: Actor, incident: Incident, chosen: Sequence[str], now: datetime) -> Mailing:
    """Send the letter, in every language, to oneself and two colleagues; fewer when the company has fewer.

    Raises:
        Conflict: list or letter is missing, or a doubt is open.
        Invalid: too few colleagues are named.
    """
    mailing, words = ready(session, incident)
    known = {user.id: user for user in colleagues(session, actor, incident)}
    readers = [known[one] for one in dict.fromkeys(chosen) if one in known]
    if len(readers) < min(WANTED, len(known)):
        raise Invalid({"colleagues": N_("Choose {count} colleagues who read the test.")}, count=min(WANTED, len(known)))
    if PeopleTrack(incident.people_track) is not PeopleTrack.TESTED:
        put(incident, mailing, PeopleTrack.TESTED)
    me = person(session, actor.id)
    for reader in [*([me] if me else []), *readers]:
        _send(session, incident, mailing, words, reader, now)
    mailing.tested_by, mailing.tested_at, mailing.tested_count = actor.id, now, len(readers) + 1
    mailing.tested_hash = hash_now(session, mailing, words)
    keep_tested(session, mailing, words, now)
    record(session, actor, "mailing:tested", incident.reference, now, case=incident.id,
           facts={"readers": len(readers) + 1, "hash": mailing.tested_hash})  # fmt: skip
    return mailing


def ready(session: Session, incident: Incident) -> tuple[Mailing, Manuscript]:
    """A mailing with everything in it.

    Raises:
        Conflict: what is missing.
    """
    mailing = mailing_of(session, incident)
    if mailing is None or not count(session, mailing):
        raise Conflict(NO_LIST)
    words = letter_of(session, mailing)
    if words is None:
        raise Conflict(NO_LETTER)
    if left := unwritten(session, mailing, words):
        raise Conflict(SPEECHLESS, languages=", ".join(LANGUAGES[lang].own_name for lang in left))
    if doubts := count(session, mailing, Recipient.state == "doubt"):
        raise Conflict(DOUBTS, count=doubts)
    return mailing, words


def hash_now(session: Session, mailing: Mailing, words: Manuscript) -> str:
    """A keyed hash over list and text, so that a change after the test shows."""
    return keyed(session, "mailing", f"{list_hash(session, mailing)}|{words.dumped()}")


def _send(
    session: Session, incident: Incident, mailing: Mailing, words: Manuscript, reader: User, now: datetime
) -> None:
    for lang, version in words.versions.items():
        letter = trial(version)
        enqueue(
            session, "letter_test", to=reader.email, language=lang, now=now, case=incident.id, priority=2,
            once=f"letter_test:{mailing.id}:{mailing.version}:{now.isoformat()}:{reader.id}:{lang}", facts=letter.facts,
        )  # fmt: skip
