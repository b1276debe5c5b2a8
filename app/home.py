"""The first page: where the work of this person is."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from core.access import Actor, Operation
from core.web import redirect, require

router = APIRouter()
Somebody = Annotated[Actor, Depends(require(Operation.GO_HOME))]
WORK = [
    (Operation.TAKE_CASE, "/incidents"),
    (Operation.OPINE, "/incidents"),
    (Operation.EXPORT_LOG, "/log"),
    (Operation.LIST_CASES, "/incidents"),
    (Operation.LIST_CONTROLS, "/controls"),
    (Operation.MANAGE_USERS, "/users"),
]


@router.get("/")
def home(actor: Somebody) -> Response:
    return redirect(next((page for operation, page in WORK if actor.may(operation)), "/report/mine"))
