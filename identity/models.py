"""People with an account, their roles, sessions, invitations and failed sign-ins. Tokens are kept as hashes only."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access import Actor, Role
from core.db import Base, new_id


class User(Base):
    """A member of staff. Name and e-mail address are in clear: they are the address book of the alarms."""

    __tablename__ = "user"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="sv")
    theme: Mapped[str] = mapped_column(default="auto")
    unit: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    held_roles: Mapped[list["UserRole"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(held.role) for held in self.held_roles)

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.name, self.roles)


class UserRole(Base):
    __tablename__ = "user_role"
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True, index=True)


class UserSession(Base):
    """A signed-in browser: idle end after 30 minutes, absolute end after 12 hours, revocable at once.

    `confirmed_at`: when the password was given once more (identity/pages/confirming.py); signing in counts too."""

    __tablename__ = "user_session"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]


class Invitation(Base):
    """A one-time link to choose a password."""

    __tablename__ = "invitation"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """A try at something that can be guessed (password, receipt code), counted for every worker alike.

    `key_hash` is a keyed hash of what was tried (account or address), never the thing itself.
    """

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_hash_at", "key_hash", "at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    key_hash: Mapped[str]
    at: Mapped[datetime]


class Absence(Base):
    """When somebody is away, and who gets their alarms meanwhile."""

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_user_id_until_at", "user_id", "until_at"),)
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    deputy_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
