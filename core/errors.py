"""Errors speak the domain; one handler (app/errors.py) speaks HTTP."""

from collections.abc import Mapping
from typing import ClassVar


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark an English sentence for translation; it is translated where it is shown."""
    return message


class DomainError(Exception):
    """A sentence the user can act on: an English message to translate and its parameters.

    Parameters are references, states and counts, never personal data: errors end up in logs.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = N_("That did not work")

    def __init__(self, message: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class Unauthenticated(DomainError):
    status = 401
    title = N_("Sign in first")


class PasswordAgain(DomainError):
    """Signed in, and the password was not given lately enough for this."""

    status = 401
    title = N_("Give your password again")


class Forbidden(DomainError):
    status = 403
    title = N_("You may not do this")


class NotFound(DomainError):
    """Not there and not yours look alike, so this never says which."""

    status = 404
    title = N_("The page does not exist")


class Conflict(DomainError):
    status = 409
    title = N_("Somebody was here before you")


class Erased(DomainError):
    """It was there, and whoever may know of it may know that it is gone."""

    status = 410
    title = N_("This has been erased")


class TooLarge(DomainError):
    status = 413
    title = N_("The file is too large")


class Invalid(DomainError):
    """What was typed cannot be used; `fields` says where and why. Nothing typed is lost."""

    status = 422
    title = N_("Something needs correcting")

    def __init__(self, fields: Mapping[str, str], **params: object) -> None:
        super().__init__(" ".join(fields.values()), **params)
        self.fields = dict(fields)


class Throttled(DomainError):
    status = 429
    title = N_("Please wait a moment")


class Unavailable(DomainError):
    status = 503
    title = N_("Part of the service is down")
