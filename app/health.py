"""Health for machines: alive, and ready to promise anything."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text

from core.access import Actor, Operation
from core.web import Read, require

router = APIRouter()
Anyone = Annotated[Actor, Depends(require(Operation.READ_HEALTH))]


@router.get("/health/live")
def live(_actor: Anyone) -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/health/ready")
def ready(_actor: Anyone, request: Request, session: Read) -> JSONResponse:
    session.execute(text("SELECT 1"))
    return JSONResponse({"status": "ok", "environment": request.app.state.settings.environment.value})
