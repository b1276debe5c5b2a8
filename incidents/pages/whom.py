"""The addresses of a notice: the pages of the authority, and those of each of the others, are the same pages."""

from typing import Annotated

from fastapi import Depends, Request

AUTHORITY = "/incidents/{reference}/authority"
OTHERS = "/incidents/{reference}/others"
ONE_OTHER = f"{OTHERS}/{{addressee_id}}"


async def addressed(request: Request) -> str:
    """The id in the address; none on the pages of the supervisory authority."""
    found: str = request.path_params.get("addressee_id", "")
    return found


Whom = Annotated[str, Depends(addressed)]
