"""Where the company is established: it decides which authority leads, long before a breach."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Invalid
from core.organisation import Organisation
from core.territories import country_name, read_countries
from incidents.countries import german_authorities
from notifications.authorities import AUTHORITIES, authority_name
from notifications.competence import BY_LAND, EEA, Seat
from notifications.establishment import Establishment, establishment, keep_establishment, seat_of

CHOOSE = N_("Choose one of the countries.")
NOT_IN_EEA = N_("Write names or codes of countries in the EEA with commas between, for example Norway, LT.")


class EstablishmentForm(BaseModel):
    seat: Literal["inside", "outside"]
    main: str = ""
    land: str = ""
    others: Annotated[str, StringConstraints(max_length=300)] = ""
    representative: Annotated[str, StringConstraints(max_length=200)] = ""
    representative_contact: Annotated[str, StringConstraints(max_length=300)] = ""


def establish(session: Session, actor: Actor, company: Organisation, form: EstablishmentForm, now: datetime) -> None:
    """Write down where the company sits, or who represents it when it sits outside the EEA (Art. 27).

    Raises:
        Invalid: a country outside the EEA, no authority of a Land, or no representative.
    """
    new, before = _read(form), establishment(session, company)
    keep_establishment(session, company, new)
    told = {name: (getattr(before, name) or None, getattr(new, name) or None)
            for name in ("representative", "representative_contact")
            if getattr(before, name) != getattr(new, name)}  # fmt: skip
    record(session, actor, "settings:establishment_changed", "settings", now,
           facts={"main_establishment": new.seat.main, "countries": list(new.seat.others),
                  "land_authorities": [new.seat.land] if new.seat.land else []},
           changes=told)  # fmt: skip


def _read(form: EstablishmentForm) -> Establishment:
    if form.seat == "outside":
        if not form.representative.strip():
            raise Invalid({"representative": N_("Name the representative; the authority’s form asks for it.")})
        return Establishment(Seat(""), form.representative.strip(), form.representative_contact.strip())
    others = [code for code in read_countries(form.others) if code != form.main]
    wrong = {} if form.main in EEA else {"main": CHOOSE}
    if form.main == BY_LAND and form.land not in german_authorities():
        wrong["land"] = N_("Choose the authority of the Land.")
    if not set(others) <= EEA:
        wrong["others"] = NOT_IN_EEA
    if wrong:
        raise Invalid(wrong)
    return Establishment(Seat(form.main, form.land if form.main == BY_LAND else "", tuple(others)))


def shown(session: Session, company: Organisation, lang: str) -> dict[str, object]:
    """What the form starts with."""
    kept = establishment(session, company)
    return {
        "seat": "outside" if kept.outside else "inside",
        "main": kept.seat.main,
        "land": kept.seat.land,
        "others": ", ".join(country_name(code, lang) for code in kept.seat.others),
        "representative": kept.representative,
        "representative_contact": kept.representative_contact,
    }


def competent_authority(company: Organisation, lang: str) -> str:
    """Whose main establishment it is by what is said; empty without one in the EEA, or without its Land."""
    code = seat_of(company).authority
    return authority_name(code, lang) if code else ""


def differs(company: Organisation) -> bool:
    """Whether the settings name another authority than the one that follows."""
    code, card = seat_of(company).authority, AUTHORITIES.get(company.authority)
    return card is not None and bool(code) and card.code != code
