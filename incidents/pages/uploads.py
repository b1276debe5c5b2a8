"""One file a request, and not a byte more than that: the rest is refused before it is read."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from core.errors import N_, Invalid, TooLarge
from core.files import LIMIT
from core.web import TypedForm

ROOM_FOR_FIELDS = 64 * 1024


class Upload(TypedForm):
    """A form with one file, `name` and `content` empty when none was chosen."""

    def __init__(self, data: FormData, name: str, content: bytes) -> None:
        super().__init__(data)
        self.name = name
        self.content = content

    def required(self) -> tuple[str, bytes]:
        """The file.

        Raises:
            Invalid: none was chosen.
        """
        if not self.name:
            raise Invalid({"file": N_("Choose a file first.")})
        return self.name, self.content


async def uploaded(request: Request) -> Upload:
    """Read the form; what is no form with a file reads as an empty one, so that the door is asked first.

    Raises:
        TooLarge: more than one file of 20 MB can hold.
    """
    parser = MultiPartParser(Headers(raw=request.headers.raw), _counted(request), max_files=1, max_fields=20)
    try:
        data = await parser.parse()
    except (MultiPartException, KeyError, AssertionError):
        return Upload(FormData(), "", b"")
    files = TypedForm(data).files("file")
    content = await files[0].read() if files else b""
    name = files[0].filename or "" if files else ""
    await data.close()
    return Upload(data, name, content)


async def _counted(request: Request) -> AsyncGenerator[bytes, None]:
    limit, size = LIMIT + ROOM_FOR_FIELDS, 0
    if int(request.headers.get("content-length", "0")) > limit:
        raise TooLarge(N_("A file may be at most 20 MB."))
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(N_("A file may be at most 20 MB."))
        yield chunk


Uploaded = Annotated[Upload, Depends(uploaded)]
