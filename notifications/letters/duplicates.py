"""The same person twice gets one letter about all of their data; two people behind one mailbox are both told."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from notifications.letters.recipients import Channel, Person, same_name


@dataclass(frozen=True, slots=True)
class Entry:
    """A person of the list. `same_as` is the row it repeats; `doubt` asks somebody whether it does."""

    person: Person
    same_as: int | None = None
    doubt: bool = False


def united(people: Iterable[Person]) -> list[Entry]:
    """Every row, in its order: the first of a person carries the data of all."""
    entries: list[Entry] = []
    places: dict[str, list[int]] = {}
    for person in people:
        entry = Entry(person)
        for place in places.get(loose(person), []):
            first = entries[place]
            if not same_name(first.person.name, person.name):
                continue
            surely = _exact(first.person) == _exact(person)
            if surely:
                data = tuple(dict.fromkeys((*first.person.data, *person.data)))
                entries[place] = replace(first, person=replace(first.person, data=data))
            entry = Entry(person, first.person.row, doubt=not surely)
            break
        entries.append(entry)
        if entry.same_as is None and loose(person):
            places.setdefault(loose(person), []).append(len(entries) - 1)
    return entries


def loose(person: Person) -> str:
    """What two rows of one person share at least, beside the name; nothing for those nobody may compare."""
    if person.mailbox and person.channel is Channel.EMAIL:
        return person.mailbox.loose
    if person.channel is Channel.LETTER:
        return f"post:{' '.join(person.address.casefold().split())}"
    return ""


def _exact(person: Person) -> str:
    return person.mailbox.exact if person.mailbox and person.channel is Channel.EMAIL else loose(person)
