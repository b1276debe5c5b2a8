"""The rows of a long list, a few hundred at a time: who comes again is found by a keyed hash, not by holding all.

What this gives is what `duplicates.united` gives for a list that fits in memory; a property test holds both together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core.db import new_id
from notifications.letters.data import unknown
from notifications.letters.duplicates import loose
from notifications.letters.list_rows import opened, recipient, sealed
from notifications.letters.models import Recipient
from notifications.letters.recipients import Channel, Person, words_of
from notifications.letters.sent_models import SentList, SentListPerson
from notifications.outbox import keyed


@dataclass
class Staged:
    """What a batch has brought: rows that stand for a person, rows that get a mail, and words for data with the
    language of whoever has them on a row."""

    people: int = 0
    by_mail: int = 0
    words: list[tuple[str, str]] = field(default_factory=list)


def stage(session: Session, sent: SentList, people: Sequence[Person]) -> Staged:
    """Write the rows under the list's own id: the first of a person carries the data of all."""
    batch = _Batch(session, sent, people)
    for person in people:
        batch.add(person)
    batch.write()
    return batch.found


class _Batch:
    def __init__(self, session: Session, sent: SentList, people: Sequence[Person]) -> None:
        self.found = Staged()
        self._session, self._sent = session, sent
        self._keys = {person.row: _key(session, sent, person) for person in people}
        self._rows: dict[str, tuple[Recipient, Person]] = {}
        self._new: list[SentListPerson] = []
        mine = SentListPerson.list_id == sent.id
        known = select(SentListPerson).where(mine, SentListPerson.key.in_({key for key in self._keys.values() if key}))
        self._firsts = {seen.key: seen for seen in session.scalars(known)}

    def add(self, person: Person) -> None:
        row = recipient(self._session, self._sent.incident_id, self._sent.id, new_id(), person)
        self._rows[row.id] = row, person
        key = self._keys[person.row]
        first = self._firsts.get(key)
        if first is None:
            self.found.people += 1
            if key:
                self._remember(key, row)
        else:
            row.same_as = first.recipient_id
            surely = person.channel is not Channel.EMAIL or row.address_key == first.address_key
            row.state = "merged" if surely else "doubt"
            if surely:
                self._unite(first.recipient_id, person.data)
        reads = first.language if first is not None and row.state == "merged" else row.language
        self.found.words += [(reads, word) for word in unknown(person.data)]
        self.found.by_mail += person.channel is Channel.EMAIL

    def _remember(self, key: str, row: Recipient) -> None:
        self._firsts[key] = SentListPerson(list_id=self._sent.id, key=key, recipient_id=row.id,
                                           address_key=row.address_key, language=row.language)  # fmt: skip
        self._new.append(self._firsts[key])

    def _unite(self, first: str, data: tuple[str, ...]) -> None:
        """The first row of a person, in this batch or an earlier one, says what the later one adds."""
        case = self._sent.incident_id
        if first in self._rows:
            row, person = self._rows[first]
            person = replace(person, data=tuple(dict.fromkeys((*person.data, *data))))
            row.fields_sealed = sealed(self._session, case, first, person)
            self._rows[first] = row, person
            return
        fields = self._session.scalar(select(Recipient.fields_sealed).where(Recipient.id == first)) or ""
        known = opened(self._session, case, first, fields)
        if not set(data) <= set(known.data):
            known = replace(known, data=tuple(dict.fromkeys((*known.data, *data))))
            fields = sealed(self._session, case, first, known)
            self._session.execute(update(Recipient).where(Recipient.id == first).values(fields_sealed=fields))

    def write(self) -> None:
        for rows in ([row for row, _ in self._rows.values()], self._new):
            if rows:
                self._session.execute(insert(type(rows[0])), [_values(row) for row in rows])


def _values(row: Recipient | SentListPerson) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def _key(session: Session, sent: SentList, person: Person) -> str:
    """What two rows of one person have in common, as a keyed hash that says nothing outside this list."""
    place = loose(person)
    words = " ".join(words_of(person.name))
    return keyed(session, "list-person", f"{sent.id}|{len(place)}|{place}|{words}") if place else ""
