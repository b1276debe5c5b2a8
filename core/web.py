"""What every route stands on: the transaction, the door, the form as it was typed, and pages."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from core.access import POLICY, Actor, Condition, Operation
from core.audit.entries import holds_entries
from core.errors import N_, DomainError, Invalid, NotFound, PasswordAgain, Unauthenticated
from core.i18n import translate
from core.templating import render

Model = TypeVar("Model", bound=BaseModel)


def request_transaction(request: Request) -> Iterator[Session]:
    with request.app.state.database.transaction() as session:
        yield session
        if holds_entries(session):
            request.state.noted = True


def request_reading(request: Request) -> Iterator[Session]:
    with request.app.state.database.reading() as session:
        yield session


async def request_moment(request: Request) -> datetime:
    moment: datetime = request.app.state.clock()
    return moment


# scope="function": the commit happens before the answer; with FastAPI's default a failing commit answered 200.
Tx = Annotated[Session, Depends(request_transaction, scope="function")]
Read = Annotated[Session, Depends(request_reading, scope="function")]
Now = Annotated[datetime, Depends(request_moment)]


def require(operation: Operation) -> Callable[[Request], Awaitable[Actor]]:
    """The door of an operation. Who may not pass sees the same page as for something that is not there.

    Door and moment are coroutines although they wait for nothing: a plain function would cross to a thread and back.

    Raises:
        Unauthenticated: nobody is signed in.
        NotFound: this person's roles have no line for the operation.
        PasswordAgain: something would be taken out, and the password was given too long ago.
    """
    asks_again = Condition.CONFIRMED in POLICY[operation].conditions

    async def door(request: Request) -> Actor:
        actor: Actor = request.state.actor
        if actor.may(operation):
            if asks_again and not request.state.confirmed:
                raise PasswordAgain()
            return actor
        raise NotFound() if actor.signed_in else Unauthenticated()

    door.operation = operation  # type: ignore[attr-defined]
    return door


class TypedForm:
    """A form exactly as it was typed, so that it can be shown again with nothing lost."""

    def __init__(self, data: FormData | Mapping[str, str] | None = None) -> None:
        self.data = data if isinstance(data, FormData) else FormData(data or {})

    def get(self, name: str, default: str = "") -> str:
        value = self.data.get(name, default)
        return value if isinstance(value, str) else default

    def all(self, name: str) -> list[str]:
        return [value for value in self.data.getlist(name) if isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        return [value for value in self.data.getlist(name) if isinstance(value, UploadFile) and value.filename]

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def changed(self, **values: str) -> "TypedForm":
        """The same form with other values for some of its fields."""
        kept = [(name, value) for name, value in self.data.multi_items() if name not in values]
        return TypedForm(FormData([*kept, *values.items()]))

    def replaced(self, values: Mapping[str, list[str]]) -> "TypedForm":
        """The same form with these fields in the place of what they said, each with any number of values."""
        kept = [(name, value) for name, value in self.data.multi_items() if name not in values]
        return TypedForm(FormData([*kept, *((name, one) for name, many in values.items() for one in many)]))

    def read(self, model: type[Model]) -> Model:
        """The form as a checked model; list fields take every value of their name, blanks count as not given.

        Raises:
            Invalid: a message for each field that cannot be used.
        """
        values: dict[str, object] = {}
        for name, field in model.model_fields.items():
            if getattr(field.annotation, "__origin__", None) in {list, tuple, set, frozenset}:
                values[name] = [value for value in self.all(name) if value]
            elif self.get(name).strip():
                values[name] = self.get(name).strip()
        try:
            return model.model_validate(values)
        except ValidationError as wrong:
            raise Invalid({_place(error): _sentence(error) for error in wrong.errors()}) from None


async def typed_form(request: Request) -> AsyncIterator[TypedForm]:
    async with request.form(max_files=12, max_fields=400, max_part_size=2**20) as data:
        yield TypedForm(data)


Typed = Annotated[TypedForm, Depends(typed_form)]


def page(request: Request, template: str, status: int = 200, /, **context: Any) -> HTMLResponse:
    """A whole page in the visitor's language; status 422 for a form shown again."""
    shell = request.app.state.shell(request)
    return HTMLResponse(render(template, shell["lang"], shell["zone"], shell | context), status)


def fragment(request: Request, template: str, block: str, status: int = 200, /, **context: Any) -> HTMLResponse:
    """One block of a page, for htmx."""
    shell = request.app.state.shell(request)
    return HTMLResponse(render(template, shell["lang"], shell["zone"], shell | context, block), status)


def redirect(address: str) -> RedirectResponse:
    """See other: after a post, so that reloading posts nothing again. htmx follows it too."""
    return RedirectResponse(address, 303)


def said(wrong: DomainError, lang: str) -> dict[str, str]:
    """What is wrong, in the reader's language: under its field, or (field "form") about the whole form."""
    if isinstance(wrong, Invalid):
        return {field: translate(lang, text, **wrong.params) for field, text in wrong.fields.items()}
    return {"form": translate(lang, wrong.message, **wrong.params)}


def is_partial(request: Request) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("hx-request-type") == "partial"


SENTENCES = {
    "missing": N_("Answer this question."),
    "string_too_short": N_("Write a little more."),
    "string_too_long": N_("The text is too long."),
    "enum": N_("Choose one of the answers."),
    "literal_error": N_("Choose one of the answers."),
    "int_parsing": N_("Write a whole number with digits."),
    "greater_than_equal": N_("The number is too small."),
    "less_than_equal": N_("The number is too large."),
    "too_short": N_("Choose at least one."),
}


def _place(error: Any) -> str:
    return str(error["loc"][0]) if error["loc"] else "form"


def _sentence(error: Any) -> str:
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    return SENTENCES.get(error["type"], N_("This answer cannot be used."))
