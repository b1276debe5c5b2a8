"""Being away, on one's own page: the alarms go to a deputy from the first day to the last."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.organisation import organisation
from core.web import Now, Tx, Typed, redirect, require
from identity.absence import end_absence, set_absence
from identity.pages.profile import profile_page

router = APIRouter(prefix="/profile/absences")
Oneself = Annotated[Actor, Depends(require(Operation.EDIT_PROFILE))]


class AbsenceForm(BaseModel):
    first_day: date
    last_day: date
    deputy: str


@router.post("")
def away(request: Request, typed: Typed, session: Tx, now: Now, actor: Oneself) -> Response:
    try:
        form = typed.read(AbsenceForm)
        set_absence(session, actor, form.first_day, form.last_day, form.deputy, organisation(session).zone, now)
    except Invalid as wrong:
        refuse(session)
        return profile_page(request, session, actor, 422, typed=typed, wrong=wrong.fields)
    return redirect("/profile?done=away")


@router.post("/{absence_id}/end")
def back(absence_id: str, session: Tx, now: Now, actor: Oneself) -> Response:
    end_absence(session, actor, absence_id, now)
    return redirect("/profile?done=back")
