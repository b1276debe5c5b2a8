"""What a machine sent, read: JSON, form or plain text, always bounded."""

import json
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, Field, ValidationError

from core.errors import N_, Invalid, TooLarge
from risk.heartbeats.beating import LONGEST_MESSAGE, TOO_LONG, Word
from risk.heartbeats.rules import Kind

LARGEST = 16 * 1024
LARGEST_LOG = 1024 * 1024
FIELDS_ONLY = N_("Send status (success, fail or start), and if you like message and exit_status. Nothing else is read.")
NO_JSON = N_("This is no JSON document.")
TOO_MUCH = N_("Too much was sent. A message has at most 1000 characters.")
SENTENCES = {"string_too_long": TOO_LONG, "enum": N_("The status is success, fail or start."),
             "extra_forbidden": FIELDS_ONLY}  # fmt: skip


class Said(BaseModel, extra="forbid"):
    """The body of `POST /api/v1/controls/{code}/heartbeat`; an empty one is a success."""

    status: Kind = Kind.SUCCESS
    message: Annotated[str, Field(max_length=LONGEST_MESSAGE)] = ""
    exit_status: Annotated[int, Field(ge=0, le=255)] | None = None


def read_body(body: bytes, media_type: str, key: str) -> Word:
    """A word from JSON or a form.

    Raises:
        Invalid: with a sentence for each field that cannot be used.
    """
    values = _values(body, media_type)
    try:
        said = Said.model_validate(values)
    except ValidationError as wrong:
        raise Invalid({_place(error): _sentence(error) for error in wrong.errors()}) from None
    return Word(said.status, said.message.strip(), said.exit_status, key)


def plain_word(what: str, tail: bytes) -> Word | None:
    """A word from the plain address: `fail`, `start`, or the exit status of the job; none when it says nothing known.

    Of a longer text its end is kept: there a log says what went wrong.
    """
    message = tail.decode(errors="replace").replace("\0", "").strip()[-LONGEST_MESSAGE:]
    if what in {"", Kind.FAIL, Kind.START}:
        return Word(Kind(what or "success"), message)
    if not (what.isascii() and what.isdigit() and len(what) <= 3 and int(what) <= 255):
        return None
    return Word(Kind.FAIL if int(what) else Kind.SUCCESS, message, int(what))


def _values(body: bytes, media_type: str) -> Any:
    if not body.strip():
        return {}
    if len(body) > LARGEST:
        raise TooLarge(TOO_MUCH)
    try:
        text = body.decode()
        if media_type.startswith("application/json"):
            return json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid({"form": NO_JSON}) from None
    found = parse_qsl(text, keep_blank_values=True, max_num_fields=20) if "=" in text else []
    if not found:
        raise Invalid({"form": FIELDS_ONLY})
    return {name: value for name, value in found if value or name != "exit_status"}


def _place(error: Any) -> str:
    known = {"status", "message", "exit_status"}
    return str(error["loc"][0]) if error["loc"] and error["loc"][0] in known else "form"


def _sentence(error: Any) -> str:
    return SENTENCES.get(error["type"], N_("This answer cannot be used."))
