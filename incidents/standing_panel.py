"""The seats of a panel: who is called unless somebody is involved in the case. Clause 8.1 lets the head form it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import record
from core.errors import N_, Invalid
from identity.models import User
from identity.people import holders
from incidents.commission import Position, Seat
from incidents.commission_models import STANDING, PanelSeat

FEWEST_MEMBERS = 2
NO_CHAIR = N_("Choose a chair.")
TOO_FEW = N_("Choose at least two members beside the chair.")
TWICE = N_("Each person can have one seat only.")
NOT_A_COMMISSIONER = N_("Choose among the people who hold the role of commission member.")


class PanelForm(BaseModel):
    """One chair, up to five members and three substitutes; the substitutes step in from the top."""

    chair: str = ""
    member_1: str = ""
    member_2: str = ""
    member_3: str = ""
    member_4: str = ""
    member_5: str = ""
    substitute_1: str = ""
    substitute_2: str = ""
    substitute_3: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """Field -> person, in the order of the seats, without the empty ones."""
        fields = [*CHAIRS, *MEMBERS, *SUBSTITUTES]
        return {field: getattr(self, field) for field in fields if getattr(self, field)}

    @property
    def seats(self) -> tuple[Seat, ...]:
        return tuple(Seat(user_id, position_of(field)) for field, user_id in self.chosen.items())


CHAIRS = ("chair",)
MEMBERS = tuple(f"member_{number}" for number in range(1, 6))
SUBSTITUTES = tuple(f"substitute_{number}" for number in range(1, 4))


def position_of(field: str) -> Position:
    if field in CHAIRS:
        return Position.CHAIR
    return Position.MEMBER if field in MEMBERS else Position.SUBSTITUTE


def candidates(session: Session, without: Collection[str] = ()) -> list[User]:
    """Who may be seated: everybody who holds the role and can sign in."""
    return holders(session, Role.COMMISSIONER, without=without)


def panel_seats(session: Session, panel_id: str = STANDING) -> tuple[Seat, ...]:
    """The seats in order; somebody who has lost the role or the account cannot sit."""
    able = {user.id for user in candidates(session)}
    rows = session.scalars(select(PanelSeat).where(PanelSeat.panel_id == panel_id).order_by(PanelSeat.position))
    return tuple(Seat(row.user_id, Position(row.seat), away=row.user_id not in able) for row in rows)


def missing_in(panel: Sequence[Seat]) -> list[str]:
    """What the panel still needs before it can be called, one sentence each."""
    able = [seat for seat in panel if seat.can_sit]
    missing = [] if any(seat.position is Position.CHAIR for seat in able) else [NO_CHAIR]
    enough = sum(seat.position is Position.MEMBER for seat in able) >= FEWEST_MEMBERS
    return missing if enough else [*missing, TOO_FEW]


def slots(panel: Sequence[Seat]) -> dict[str, str]:
    """Field -> person, as the form shows a panel; empty places stay empty."""
    found = dict.fromkeys((*CHAIRS, *MEMBERS, *SUBSTITUTES), "")
    for fields, position in ((CHAIRS, Position.CHAIR), (MEMBERS, Position.MEMBER), (SUBSTITUTES, Position.SUBSTITUTE)):
        seated = [seat.member for seat in panel if seat.position is position]
        found |= dict(zip(fields, seated, strict=False))
    return found


def check_people(form: PanelForm, able: Collection[str]) -> None:
    """Each seat goes to somebody who may sit, and nobody has two.

    Raises:
        Invalid: with the field of each wrong seat.
    """
    wrong: dict[str, str] = {}
    taken: set[str] = set()
    for field, user_id in form.chosen.items():
        if user_id not in able:
            wrong[field] = NOT_A_COMMISSIONER
        elif user_id in taken:
            wrong[field] = TWICE
        taken.add(user_id)
    if wrong:
        raise Invalid(wrong)


def check_seats(session: Session, form: PanelForm) -> None:
    """One chair, two members or more, nobody twice.

    Raises:
        Invalid: with the field of each wrong seat.
    """
    check_people(form, {user.id for user in candidates(session)})
    missing = missing_in(form.seats)
    if missing:
        places = {NO_CHAIR: "chair", TOO_FEW: next((name for name in MEMBERS if not getattr(form, name)), MEMBERS[0])}
        raise Invalid({places[sentence]: sentence for sentence in missing})


def seat(session: Session, panel_id: str, seats: Sequence[Seat]) -> tuple[str, str]:
    """Replace who sits on a panel; returns the seats before and after, for the log."""
    before = panel_seats(session, panel_id)
    session.execute(delete(PanelSeat).where(PanelSeat.panel_id == panel_id))
    for place, one in enumerate(seats):
        session.add(PanelSeat(panel_id=panel_id, user_id=one.member, seat=one.position, position=place))
    session.flush()
    return _written(before), _written(seats)


def save_panel(session: Session, actor: Actor, form: PanelForm, now: datetime) -> None:
    """Replace the seats of the standing panel and leave its rules; commissions already called keep their seats.

    Raises:
        Invalid: no chair, fewer than two members, or somebody seated twice.
    """
    check_seats(session, form)
    before, after = seat(session, STANDING, form.seats)
    facts = {"seats": len(form.seats)}
    record(session, actor, "panel:set", "panel", now, facts=facts, changes={"seats": (before, after)})


def _written(seats: Sequence[Seat]) -> str:
    return " ".join(f"{one.position}:{one.member}" for one in seats)
