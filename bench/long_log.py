"""A log of millions of entries that verifies: the exact bytes, their leaves and the head, as `core.audit.record` writes
them, with each case's steps scattered among those of the others."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.archive import YEARS, case_id, reference
from bench.pouring import Row, indexed_afterwards, pour
from core.audit.head import head_mac
from core.audit.models import AuditHead
from core.audit.tree import node_hash
from core.db import Database
from core.keys import INSTANCE
from identity.models import User

NAMES = ("seq", "entry", "leaf", "at", "actor", "action", "object", "case_id")
STEPS = ("incident:reported", "level:raised", "incident:taken", "incident:classified", "file:added", "thread:written",
         "note:written", "commission:convened", "notice:edited")  # fmt: skip
READING, SELDOM = "log:read", "key:rotated"
SELDOM_EVERY = 100_003


def long_log(database: Database, entries: int, cases: int, at: datetime) -> None:
    """Add the entries to a log that is still empty."""
    tree = Tree()
    with database.reading() as session:
        people = sorted(session.scalars(select(User.id)))
    with indexed_afterwards(database, "audit_entry"), database.transaction() as session:
        pour(session, "audit_entry", NAMES, _rows(entries, cases, at, people, tree))
        _write_head(session, tree)
    with database.transaction() as session:
        session.execute(text("ANALYZE"))


class Tree:
    """The frontier in a list, for speed; a test holds it against `core.audit.tree`."""

    def __init__(self) -> None:
        self.size = 0
        self.nodes: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        size, nodes = self.size, self.nodes
        while size & 1:
            leaf = node_hash(nodes.pop(), leaf)
            size >>= 1
        nodes.append(leaf)
        self.size += 1


def _rows(entries: int, cases: int, at: datetime, people: list[str], tree: Tree) -> Iterator[Row]:
    step = YEARS / entries
    for seq in range(entries):
        when = at - YEARS + step * seq
        number = cases - 1 - (seq * cases // entries + seq % 7 * 13) % cases
        action, case, about = _what(seq, number)
        actor = people[seq * 31 % len(people)]
        entry = _bytes(seq, when, actor, action, about, case)
        leaf = hashlib.sha256(b"\x00" + entry).digest()
        tree.add(leaf)
        yield seq, entry, leaf, when, actor, action, about, case


def _what(seq: int, number: int) -> tuple[str, str, str]:
    """The action, its case, and what it is about."""
    if seq % SELDOM_EVERY == 1:
        return SELDOM, INSTANCE, "log"
    if seq % 10 == 9:
        return READING, INSTANCE, "log"
    return STEPS[seq % 10], case_id(number), reference(number)


def _bytes(seq: int, when: datetime, actor: str, action: str, about: str, case: str) -> bytes:
    """What `canonical` would write, without its cost; a test holds one against the other."""
    return (
        f'{{"action":"{action}","actor":"{actor}","case":"{case}","changes":{{}},"facts":{{"step":{seq}}},'
        f'"object":"{about}","roles":["manager"],"seq":{seq},"ts":"{when:%Y-%m-%dT%H:%M:%S.%f}Z","v":1}}'
    ).encode()


def _write_head(session: Session, tree: Tree) -> None:
    head = session.scalars(select(AuditHead)).one()
    assert head.size == 0, "the log has entries already"
    head.size, head.frontier = tree.size, [node.hex() for node in tree.nodes]
    head.mac = head_mac(session.info["keyring"], head)


def span(entries: int) -> timedelta:
    """Between two entries."""
    return YEARS / entries
