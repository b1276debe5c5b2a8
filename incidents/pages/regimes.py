"""`/incidents/{reference}/regimes/{regime}`: a law applies to this case or not, and the moments it counts from."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.db import refuse
from core.errors import Invalid
from core.web import Now, Read, Tx, Typed, TypedForm, redirect, require
from incidents.clock import Regime
from incidents.clock_choices import RegimeForm, choosable, choose, record_moment
from incidents.contract_hours import hours_listed
from incidents.models import Incident
from incidents.pages.case import reads_texts
from incidents.pages.showing import local, required_moment, sentences, show
from incidents.queries import find, find_to_change
from incidents.regime_choice import by_contract
from incidents.regimes_view import agreed_hours, moment_rows, regime_row

router = APIRouter()
Setter = Annotated[Actor, Depends(require(Operation.SET_CLOCKS))]
Answer = HTMLResponse | RedirectResponse


@router.get("/incidents/{reference}/regimes/{regime}")
def regime_page(reference: str, regime: str, request: Request, session: Read, actor: Setter, now: Now) -> HTMLResponse:
    incident = find(session, actor, reference, Operation.SET_CLOCKS)
    return _page(request, session, actor, incident, choosable(regime), now)


@router.post("/incidents/{reference}/regimes/{regime}", response_model=None)
def answer(reference: str, regime: str, request: Request, session: Tx, actor: Setter, typed: Typed, now: Now) -> Answer:
    incident = find_to_change(session, actor, reference, Operation.SET_CLOCKS)
    law = choosable(regime)
    try:
        choose(session, actor, incident, regime, typed.read(RegimeForm), now)
    except Invalid as wrong:
        refuse(session)
        faults = sentences(request, wrong)
        return _page(request, session, actor, incident, law, now, 422, typed=typed, wrong=faults)
    return redirect(f"{incident.path}/clocks")


@router.post("/incidents/{reference}/regimes/{regime}/moments/{anchor}", response_model=None)
def moment(
    reference: str, regime: str, anchor: str, request: Request, session: Tx, actor: Setter, typed: Typed, now: Now
) -> Answer:
    incident = find_to_change(session, actor, reference, Operation.SET_CLOCKS)
    law = choosable(regime)
    try:
        at = required_moment(session, typed, anchor)
        note = typed.get(f"{anchor}_note").strip()[:4000]
        record_moment(session, actor, incident, regime, anchor, at, note, now)
    except Invalid as wrong:
        refuse(session)
        faults = sentences(request, wrong)
        return _page(request, session, actor, incident, law, now, 422, typed=typed, wrong=faults)
    return redirect(f"{incident.path}/regimes/{regime}")


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, law: Regime, now: Now, status: int = 200, *,
    typed: TypedForm | None = None, wrong: dict[str, str] | None = None,
) -> HTMLResponse:  # fmt: skip
    lang = request.state.lang
    row = regime_row(session, incident, law, lang, open_texts=reads_texts(session, actor, incident))
    moments = [(one, local(session, one.known)) for one in moment_rows(session, incident, law, lang)]
    return show(request, session, actor, incident, now, "regime.html", status, regime=row, moments=moments,
                has_contract=bool(by_contract(law.stages)), hours_listed=hours_listed(session, incident, law.code),
                hours=agreed_hours(session, incident, law),
                typed=typed, wrong=wrong)  # fmt: skip
