"""Where the company is established, as its settings say. Until they say it, in the country of its authority."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.keys import INSTANCE, seal, unseal
from core.organisation import Organisation
from notifications.authorities import AUTHORITIES
from notifications.competence import Seat

KEY, SEALED = "establishment", ("representative", "representative_contact")


@dataclass(frozen=True, slots=True)
class Establishment:
    """The seat, and who represents a company that has none in the EEA (Art. 27)."""

    seat: Seat
    representative: str = ""
    representative_contact: str = ""

    @property
    def outside(self) -> bool:
        return not self.seat.main


def seat_of(company: Organisation) -> Seat:
    kept = (company.preferences or {}).get(KEY)
    if kept is None:
        card = AUTHORITIES.get(company.authority)
        return Seat(card.country, card.land) if card else Seat("")
    return Seat(kept["main"], kept["land"], tuple(kept["others"]))


def establishment(session: Session, company: Organisation) -> Establishment:
    kept = (company.preferences or {}).get(KEY) or {}
    opened = (unseal(session, INSTANCE, _place(name), kept.get(name)) for name in SEALED)
    return Establishment(seat_of(company), *opened)


def keep_establishment(session: Session, company: Organisation, found: Establishment) -> None:
    """Write it down: the countries in clear, the representative sealed."""
    seat = found.seat
    kept = {"main": seat.main, "land": seat.land, "others": list(seat.others)}
    said = {name: getattr(found, name) for name in SEALED}
    kept |= {name: seal(session, INSTANCE, _place(name), text) for name, text in said.items() if text}
    company.preferences = {**(company.preferences or {}), KEY: kept}


def _place(name: str) -> str:
    return f"organisation.{name}:1"
