"""The panels as the settings show them: who sits, by which rules, and what each still lacks before it can be called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from identity.people import names
from incidents.commission import Position, Seat, missing_for_quorum, quorum
from incidents.commission_models import STANDING, Panel, PanelSeat
from incidents.panels.keeping import panel_name, panels
from incidents.panels.words import SHORT, alarm_in_words, counting_in_words, short_in_words
from incidents.separation import SENTENCES, Separation
from incidents.standing_panel import candidates, missing_in

CANNOT_SIT = N_("{name} can no longer sit: the role or the account is gone.")
OUT_OF_REACH = N_("{quorum} answers are needed, but not so many can sit.")
NO_SUBSTITUTE = N_("Name a substitute: without one, a person who steps aside leaves an empty seat.")


@dataclass(frozen=True, slots=True)
class PanelView:
    """`lacks` stops a call, `advice` does not."""

    id: str
    href: str
    name: str
    seats: list[tuple[str, str]]
    secretary: str
    rules: list[tuple[str, str]]
    lacks: list[str]
    advice: list[str]
    standing: bool


def panel_views(session: Session, lang: str, *, retired: bool = False) -> list[PanelView]:
    """All of them, with as many queries as for one."""
    able = {user.id for user in candidates(session)}
    seats: dict[str, list[Seat]] = {}
    for row in session.scalars(select(PanelSeat).order_by(PanelSeat.position, PanelSeat.user_id)):
        seats.setdefault(row.panel_id, []).append(Seat(row.user_id, Position(row.seat), away=row.user_id not in able))
    shown = panels(session, retired=retired)
    sitting = [seat.member for panel in shown for seat in seats.get(panel.id, ())]
    known = names(session, [*sitting, *(panel.secretary_id for panel in shown)])
    return [panel_view(panel, seats.get(panel.id, []), known, lang) for panel in shown]


def panel_view(panel: Panel, seats: Sequence[Seat], known: Mapping[str, str], lang: str) -> PanelView:
    ordinary = sum(seat.position is not Position.SUBSTITUTE for seat in seats)
    return PanelView(
        id=panel.id,
        href=f"/settings/panels/{panel.id}",
        name=panel_name(panel, lang),
        seats=[(seat.position, known.get(seat.member, "")) for seat in seats],
        secretary=known.get(panel.secretary_id or "", ""),
        rules=[
            *counting_in_words(quorum(seats, panel.quorum), ordinary, panel.majority, panel.tie, lang),
            (translate(lang, SHORT), short_in_words(panel.short_people, panel.short_members, lang)),
            alarm_in_words(panel.alarm_hours, lang),
        ],
        lacks=_lacks(panel, seats, known, lang),
        advice=_advice(panel, seats, lang),
        standing=panel.id == STANDING,
    )


def _lacks(panel: Panel, seats: Sequence[Seat], known: Mapping[str, str], lang: str) -> list[str]:
    gone = [translate(lang, CANNOT_SIT, name=known.get(seat.member, "")) for seat in seats if not seat.can_sit]
    found = [*gone, *(translate(lang, sentence) for sentence in missing_in(seats))]
    if missing_for_quorum(seats, panel.quorum) and not found:
        found.append(translate(lang, OUT_OF_REACH, quorum=quorum(seats, panel.quorum)))
    return found


def _advice(panel: Panel, seats: Sequence[Seat], lang: str) -> list[str]:
    found = []
    if seats and not any(seat.position is Position.SUBSTITUTE for seat in seats):
        found.append(translate(lang, NO_SUBSTITUTE))
    voting = {seat.member for seat in seats if seat.position is not Position.SUBSTITUTE}
    if panel.secretary_id in voting:
        found.append(translate(lang, SENTENCES[Separation.SECRETARY]))
    return found
