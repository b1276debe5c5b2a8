"""What a relay's log or a list says about messages in doubt. Reading only; `reconcile.py` acts on it."""

import csv
import re
from collections.abc import Iterable
from enum import StrEnum
from io import StringIO

from core.errors import N_, Invalid

COLUMNS = {"message_id", "status"}
QUEUE = r"postfix(?:/[\w-]+)*/{part}\[\d+\]: (?P<queue>[0-9A-Za-z]{{5,}}): "
HEADER_SEEN = re.compile(QUEUE.format(part="cleanup") + r"(?:resent-)?message-id=(?P<message_id>\S+)")
QUEUED = re.compile(QUEUE.format(part="qmgr") + r"from=.*\(queue active\)")
SENT = re.compile(QUEUE.format(part=r"(?:smtp|lmtp|local|virtual|pipe|relay)") + r"to=.*status=sent")


class Verdict(StrEnum):
    """What became of a message. `decided` is a person's word: it is settled without being known."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    UNKNOWN = "unknown"
    DECIDED = "decided"


def read_evidence(text: str) -> dict[str, Verdict]:
    """Verdicts by Message-ID, from a CSV file (message_id,status) or from lines of a Postfix log.

    Raises:
        Invalid: it is neither, or a row cannot be read; the message names row and column.
    """
    lines = text.lstrip("\ufeff").splitlines()
    head = next((line for line in lines if line.strip()), "")
    if {name.strip().casefold() for name in re.split("[,;]", head)} >= COLUMNS:
        return _csv(lines, ";" if ";" in head else ",")
    if not any("postfix/" in line for line in lines):
        raise Invalid({"evidence": N_("The file is neither a CSV file with message_id and status nor a Postfix log.")})
    return _postfix(lines)


def _csv(lines: Iterable[str], separator: str) -> dict[str, Verdict]:
    """A list has the last word, but never against an acceptance: nobody must get two letters."""
    found: dict[str, Verdict] = {}
    reader = csv.DictReader(StringIO("\n".join(lines)), delimiter=separator, skipinitialspace=True)
    reader.fieldnames = [name.strip().casefold() for name in reader.fieldnames or []]
    for row in reader:
        message_id, status = _id(row["message_id"] or ""), (row["status"] or "").strip().casefold()
        if not message_id:
            raise _wrong(reader.line_num, "message_id")
        if status not in set(Verdict) - {Verdict.DECIDED}:
            raise _wrong(reader.line_num, "status")
        _add(found, message_id, Verdict(status))
    return found


def _postfix(lines: Iterable[str]) -> dict[str, Verdict]:
    """`cleanup` shows the Message-ID before the dot, `qmgr` the same queue id only after it: both mean accepted.

    A Message-ID that is missing proves nothing: the log may have been cut.
    """
    names: dict[str, str] = {}
    found: dict[str, Verdict] = {}
    for line in lines:
        if seen := HEADER_SEEN.search(line):
            names[seen["queue"]] = _id(seen["message_id"])
            found.setdefault(names[seen["queue"]], Verdict.UNKNOWN)
        elif (taken := QUEUED.search(line) or SENT.search(line)) and taken["queue"] in names:
            found[names[taken["queue"]]] = Verdict.ACCEPTED
    return found


def _add(found: dict[str, Verdict], message_id: str, verdict: Verdict) -> None:
    if found.get(message_id) is not Verdict.ACCEPTED:
        found[message_id] = verdict


def _id(text: str) -> str:
    return f"<{text.strip().strip('<>')}>" if text.strip() else ""


def _wrong(row: int, column: str) -> Invalid:
    return Invalid({"evidence": N_("Row {row}: the column {column} cannot be used. Nothing was changed.")},
                   row=row, column=column)  # fmt: skip
