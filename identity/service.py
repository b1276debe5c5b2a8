"""What can be done with an account. Whoever changes the rights of another person gives the own password again."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.db import whatever_happens
from core.errors import N_, Conflict, Invalid, NotFound, Throttled
from identity import passwords, throttle
from identity.forms import ProfileForm, UnitForm
from identity.models import User, UserRole, UserSession
from identity.sessions import IDLE, confirm, revoke, revoke_all
from notifications.outbox import enqueue

WRONG_PASSWORD = N_("The password is wrong.")
TOO_MANY = N_("Too many wrong passwords. Wait a few minutes, then try again.")


def confirm_password(session: Session, actor: Actor, password: str, now: datetime, field: str = "password") -> None:
    """A signature: the person at the keyboard is still the one who signed in (ASVS V7.5.3).

    A wrong password counts even though the caller's transaction is rolled back.

    Raises:
        Invalid: wrong, or tried too often; the sentence stands under `field`.
    """
    key = f"signature:{actor.id}"
    try:
        throttle.check(session, key, now)
    except Throttled:
        raise Invalid({field: TOO_MANY}) from None
    if passwords.opens(password, session.scalar(select(User.password_hash).where(User.id == actor.id))):
        throttle.forget(session, key)
        return
    whatever_happens(session, lambda later: _count_failure(later, actor, key, now))
    raise Invalid({field: WRONG_PASSWORD})


def confirm_session(session: Session, actor: Actor, token_hash: str, password: str, now: datetime) -> None:
    """The password once more; for some minutes this session may take out what is asked for.

    Raises:
        Invalid: wrong, or tried too often.
    """
    confirm_password(session, actor, password, now)
    confirm(session, token_hash, now)
    record(session, actor, "identity:password_confirmed", actor.id, now)


def _count_failure(session: Session, actor: Actor, key: str, now: datetime) -> None:
    throttle.note(session, key, now)
    record(session, actor, "identity:signature_failed", actor.id, now)


def sign_out(session: Session, actor: Actor, token_hash: str, now: datetime) -> None:
    revoke(session, token_hash, now)
    record(session, actor, "identity:signed_out", actor.id, now)


def change_password(
    session: Session, actor: Actor, old: str, new: str, now: datetime, *, keep: str | None = None
) -> None:
    """A new password ends every other session; `keep` is the hash of the one that goes on.

    Raises:
        Invalid: the present password is wrong, or the new one is not good enough.
    """
    confirm_password(session, actor, old, now, field="old_password")
    user = person(session, actor.id)
    passwords.require_good(new, user.email, user.name, field="new_password")
    user.password_hash = passwords.hashed(new)
    end_sessions(session, user.id, now, keep=keep)
    record(session, actor, "identity:password_changed", user.id, now)
    _tell_of_change(session, user, now)


def change_roles(session: Session, actor: Actor, user: User, roles: list[Role], now: datetime) -> None:
    """Give and take roles; what was taken is gone with the next request.

    Raises:
        Conflict: nobody changes their own roles.
    """
    _require_another(actor, user)
    before, after = user.roles, frozenset(roles)
    if before == after:
        return
    user.held_roles = [held for held in user.held_roles if held.role in after]
    user.held_roles += [UserRole(role=role) for role in sorted(after - before)]
    revoke_all(session, user.id, now)
    record(session, actor, "identity:roles_changed", user.id, now,
           facts={"before": sorted(before), "after": sorted(after)})  # fmt: skip
    _tell_of_change(session, user, now)


def close_account(session: Session, actor: Actor, user: User, now: datetime) -> None:
    """Nobody signs in with it any more; what the person did stays in the log (rule 3.9: rights end with the contract).

    Raises:
        Conflict: nobody closes their own account.
    """
    _require_another(actor, user)
    user.disabled_at = now
    revoke_all(session, user.id, now)
    record(session, actor, "identity:account_closed", user.id, now)


def open_account(session: Session, actor: Actor, user: User, now: datetime) -> None:
    _require_another(actor, user)
    user.disabled_at = None
    record(session, actor, "identity:account_opened", user.id, now)


def set_unit(session: Session, actor: Actor, user: User, form: UnitForm, now: datetime) -> None:
    """Where somebody works: pages count by it, and name nobody."""
    if user.unit == form.unit:
        return
    before, user.unit = user.unit, form.unit
    record(session, actor, "identity:unit_changed", user.id, now, changes={"unit": (before or None, form.unit or None)})


def edit_profile(session: Session, actor: Actor, form: ProfileForm, now: datetime) -> None:
    user = person(session, actor.id)
    new = {"name": form.name, "phone": form.phone or "", "language": form.language, "theme": form.theme}
    changes = {name: (getattr(user, name), value) for name, value in new.items() if getattr(user, name) != value}
    for name, (_, value) in changes.items():
        setattr(user, name, value)
    if changes:
        record(session, actor, "identity:profile_changed", user.id, now, changes=changes)


def own_sessions(session: Session, actor: Actor, now: datetime) -> list[UserSession]:
    """The browsers in which this person is signed in now, the latest used first."""
    query = select(UserSession).where(
        UserSession.user_id == actor.id,
        UserSession.revoked_at.is_(None),
        UserSession.ends_at > now,
        UserSession.seen_at > now - IDLE,
    )
    return list(session.scalars(query.order_by(UserSession.seen_at.desc())))


def end_sessions(session: Session, user_id: str, now: datetime, *, keep: str | None = None) -> None:
    """End every session of a person but one."""
    others = update(UserSession).where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
    session.execute(others.where(UserSession.token_hash != (keep or "")).values(revoked_at=now))


def end_own_session(session: Session, actor: Actor, handle: str, now: datetime) -> None:
    """End one of my sessions; the handle is the start of its hash, as shown on my page.

    Raises:
        NotFound: none of mine.
    """
    found = [mine for mine in own_sessions(session, actor, now) if mine.token_hash.startswith(handle)]
    if len(handle) < 16 or not found:
        raise NotFound()
    revoke(session, found[0].token_hash, now)
    record(session, actor, "identity:session_ended", actor.id, now)


def person(session: Session, user_id: str) -> User:
    """A person by id.

    Raises:
        NotFound: nobody.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound()
    return user


def everybody(session: Session) -> list[User]:
    return list(session.scalars(select(User).order_by(User.disabled_at.is_not(None), User.name, User.id)))


def _require_another(actor: Actor, user: User) -> None:
    if actor.id == user.id:
        raise Conflict(N_("Nobody changes their own rights. Ask another administrator or the head."))


def _tell_of_change(session: Session, user: User, now: datetime) -> None:
    """Whoever did not do this must hear of it."""
    enqueue(session, "access_changed", to=user.email, language=user.language, recipient_id=user.id, priority=1,
            once=f"access_changed:{user.id}:{now.isoformat()}", now=now, facts={"name": user.name})  # fmt: skip
