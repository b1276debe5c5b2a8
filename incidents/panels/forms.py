"""A panel as somebody fills it in: the name, the seats, the secretary, and its rules as data."""

from collections.abc import Collection

from pydantic import Field
from sqlalchemy.orm import Session

from core.access import POLICY, Operation
from core.errors import N_, Invalid
from identity.models import User
from identity.people import holders
from incidents.commission import Majority, Position, Tie
from incidents.standing_panel import PanelForm, check_seats

FEWEST, MOST, LAST_HOUR = 2, 6, 71
QUORUM_TOO_LARGE = N_("The quorum cannot be larger than the number of members.")
SHORT_TOO_LARGE = N_("The short procedure cannot take more members than the panel has.")
NAME_MISSING = N_("Give it a name, so that it can be told from the others.")
NAME_TAKEN = N_("Another one has this name.")
NO_SECRETARY = N_("Choose among the people who may read what a commission does.")


class PanelSettings(PanelForm):
    """Without a quorum more than half must answer; without `short_people` there is no short procedure."""

    name: str = Field(default="", max_length=60)
    secretary: str = ""
    quorum: int | None = Field(default=None, ge=FEWEST, le=MOST)
    majority: Majority = Majority.SIMPLE
    tie: Tie = Tie.CAUTIOUS
    short_people: int | None = Field(default=None, ge=1, le=1_000_000)
    short_members: int = Field(default=FEWEST, ge=FEWEST, le=MOST)
    alarm_hours: int = Field(default=12, ge=1, le=LAST_HOUR)

    @property
    def ordinary(self) -> int:
        return sum(seat.position is not Position.SUBSTITUTE for seat in self.seats)


def secretaries(session: Session, without: Collection[str] = ()) -> list[User]:
    """Who may be secretary: whoever may read what a commission does, with a seat in it or not."""
    return holders(session, *POLICY[Operation.READ_COMMISSION].grants, without=without)


def check(session: Session, form: PanelSettings, taken: Collection[str], *, needs_name: bool) -> None:
    """Whether a panel can be kept like this. `taken` are the names of the others.

    Raises:
        Invalid: with the field of each fault.
    """
    wrong = _name(form, taken, needs_name=needs_name)
    try:
        check_seats(session, form)
    except Invalid as seats:
        wrong |= seats.fields
    if form.secretary and form.secretary not in {user.id for user in secretaries(session)}:
        wrong["secretary"] = NO_SECRETARY
    if form.quorum is not None and form.quorum > form.ordinary:
        wrong["quorum"] = QUORUM_TOO_LARGE
    if form.short_people and form.short_members > form.ordinary:
        wrong["short_members"] = SHORT_TOO_LARGE
    if wrong:
        raise Invalid(wrong)


def _name(form: PanelSettings, taken: Collection[str], *, needs_name: bool) -> dict[str, str]:
    if needs_name and not form.name:
        return {"name": NAME_MISSING}
    if form.name.casefold() in {name.casefold() for name in taken if name}:
        return {"name": NAME_TAKEN}
    return {}
