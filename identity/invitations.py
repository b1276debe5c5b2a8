"""Coming in: a one-time link lets a person choose a password. The link is shown once; only its hash is stored."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.db import new_id
from core.errors import N_, Conflict, Invalid, NotFound
from identity import passwords
from identity.forms import InvitationForm
from identity.models import Invitation, User, UserRole
from identity.sessions import hashed, revoke_all
from notifications.outbox import enqueue

LIFE = timedelta(days=7)
LIFE_OF_A_NEW_PASSWORD = timedelta(minutes=15)  # a link for somebody who has worked here before opens more


def invite(session: Session, actor: Actor, form: InvitationForm, now: datetime) -> tuple[User, str]:
    """Add a person and return the path of the one-time link, which is mailed too.

    Raises:
        Invalid: somebody has this address already.
    """
    if session.scalar(select(User.id).where(User.email == form.email)):
        raise Invalid({"email": N_("Somebody with this e-mail address is here already.")})
    user = User(id=new_id(), email=form.email, name=form.name, language=form.language, created_at=now)
    user.held_roles = [UserRole(role=role) for role in _each_once(form.roles)]
    session.add(user)
    session.flush()
    record(session, actor, "identity:invited", user.id, now, facts={"roles": sorted(user.roles)},
           changes={"email": (None, user.email), "name": (None, user.name)})  # fmt: skip
    return user, _new_link(session, user, now)


def invite_again(session: Session, actor: Actor, user: User, now: datetime) -> str:
    """A fresh link; the earlier ones stop working. For a person who has joined it means a new password.

    Raises:
        Conflict: the account is closed.
    """
    if user.disabled_at:
        raise Conflict(N_("This account is closed. Open it first."))
    record(session, actor, "identity:invited_again", user.id, now)
    return _new_link(session, user, now)


def invited(session: Session, token: str, now: datetime) -> User:
    """Whose link this is.

    Raises:
        NotFound: unknown, used, replaced or too old: all alike.
    """
    query = select(User).join(Invitation, Invitation.user_id == User.id).where(*_usable(token, now))
    user = session.scalar(query.where(User.disabled_at.is_(None)))
    if user is None:
        raise NotFound(N_("This link no longer works. It works once, for a limited time. Ask for a new one."))
    return user


def accept(session: Session, token: str, password: str, now: datetime) -> User:
    """Choose the password and use up the link; of two at once only one wins.

    Raises:
        NotFound: the link no longer works.
        Invalid: the password is not good enough.
    """
    user = invited(session, token, now)
    passwords.require_good(password, user.email, user.name)
    used = update(Invitation).where(*_usable(token, now)).values(used_at=now).returning(Invitation.user_id)
    if session.scalar(used) is None:
        raise NotFound(N_("This link no longer works. It works once, for a limited time. Ask for a new one."))
    user.password_hash = passwords.hashed(password)
    user.joined_at = user.joined_at or now
    revoke_all(session, user.id, now)
    record(session, user.actor, "identity:password_chosen", user.id, now)
    return user


def ends_at(user: User, now: datetime) -> datetime:
    return now + (LIFE_OF_A_NEW_PASSWORD if user.joined_at else LIFE)


def _new_link(session: Session, user: User, now: datetime) -> str:
    earlier = update(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None))
    session.execute(earlier.values(ends_at=now))
    token = secrets.token_urlsafe(32)
    session.add(Invitation(token_hash=hashed(token), user_id=user.id, made_at=now, ends_at=ends_at(user, now)))
    path = f"/invitation/{token}"
    enqueue(session, "new_password" if user.joined_at else "invitation", to=user.email, language=user.language,
            once=f"invitation:{hashed(token)}", now=now, priority=1, recipient_id=user.id,
            facts={"name": user.name, "path": path})  # fmt: skip
    return path


def _usable(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Invitation.token_hash == hashed(token), Invitation.used_at.is_(None), Invitation.ends_at > now)


def _each_once(roles: list[Role]) -> list[Role]:
    return sorted(set(roles))
