"""The company that hosts this installation: one row, set on the first-run page."""

from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base


class Organisation(Base):
    """Name, telephone, authority and languages. None of it is secret: most of it stands on the report form."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    authority: Mapped[str] = mapped_column(default="imy")
    zone: Mapped[str] = mapped_column(default="Europe/Stockholm")
    language: Mapped[str] = mapped_column(default="sv")
    intake_code: Mapped[str]
    smtp_url_sealed: Mapped[str] = mapped_column(default="")
    mail_from: Mapped[str] = mapped_column(default="")
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)


UNNAMED = Organisation(
    id=1, name="Vaka", phone="", zone="Europe/Stockholm", language="sv", intake_code="", authority="imy"
)


def organisation(session: Session) -> Organisation:
    """The company's row; before the first-run page an unnamed stand-in, never stored.

    Held for as long as the session, whose own memory is weak: a transaction asks for it many times and reads it once.
    """
    company = session.info["organisation"] = session.get(Organisation, 1)
    return company or UNNAMED


def is_set_up(session: Session) -> bool:
    return session.get(Organisation, 1) is not None
