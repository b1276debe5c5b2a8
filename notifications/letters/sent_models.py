"""A long list on its way in: the file, sealed in parts until it is read, and the people seen in it so far."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, new_id


class ListState(StrEnum):
    SENT = "sent"
    ASKED = "asked"
    READ = "read"
    REFUSED = "refused"
    OVER = "over"


class SentList(Base):
    """A list too long to be read while somebody waits. The worker reads it row by row; nothing of it is imported before
    a person says so. Its rows stand among the recipients under this id until then, where no letter and no page looks.

    `state`: sent (the columns are to be confirmed), asked (the worker reads it), read (a person decides), refused,
    over (imported, or replaced by another: what is left of it is cleared away). `last_row` is the row up to which it
    is read, so that another worker goes on where one was killed; `fence` refuses the one that wakes up again. In
    `found_sealed` lie the first faults and the list's own words for data, in `head_sealed` its headings and first rows.
    """

    __tablename__ = "sent_list"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    mailing_id: Mapped[str] = mapped_column(index=True)
    incident_id: Mapped[str]
    state: Mapped[str]
    size: Mapped[int]
    about_rows: Mapped[int]
    head_sealed: Mapped[str]
    columns: Mapped[list[str]] = mapped_column(default=list)
    sent_by: Mapped[str]
    sent_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    last_row: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    by_mail: Mapped[int] = mapped_column(default=0)
    faulty: Mapped[int] = mapped_column(default=0)
    found_sealed: Mapped[str] = mapped_column(default="")
    refusal: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SentListPart(Base):
    """A mebibyte of the file."""

    __tablename__ = "sent_list_part"
    list_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[str]


class SentListPerson(Base):
    """Somebody seen in the list, by a keyed hash of name and address: who comes again is found without holding all."""

    __tablename__ = "sent_list_person"
    list_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    recipient_id: Mapped[str]
    address_key: Mapped[str]
    language: Mapped[str]
