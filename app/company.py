"""The company's own particulars: the same questions on the first-run page and in the settings."""

from datetime import datetime
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, StringConstraints
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import record
from core.errors import N_, Invalid
from core.organisation import Organisation
from core.settings import WrongSettings
from identity.forms import Address, Line, Phone
from incidents.regimes import REGIMES
from notifications.authorities import AUTHORITIES
from notifications.relay import store_relay

TROUBLE = {
    "wrong_address": N_("Write the address as smtp://user:password@host:587?tls=required."),
    "unreachable": N_("The relay does not answer. Check host and port, and that a firewall lets us through."),
    "no_tls": N_(
        "The relay offers no encryption we can trust. Check its certificate, or write tls=optional or tls=none."
    ),
    "login_refused": N_("The relay refuses the user name or the password."),
    "refused": N_("The relay answers, but refuses us. Ask whoever runs it to let this server in."),
}
CHOOSABLE = [code for code, regime in REGIMES.items() if not regime.everywhere]
OTHER_TROUBLE = N_("The relay broke the connection. Try again in a minute.")


def known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(N_("Choose one of the answers."))
    return value


def known_authority(value: str) -> str:
    if value not in AUTHORITIES:
        raise ValueError(N_("Choose one of the answers."))
    return value


class CompanyForm(BaseModel):
    name: Line
    phone: Phone
    number: Annotated[str, StringConstraints(max_length=40)] = ""
    authority: Annotated[str, AfterValidator(known_authority)]
    language: Annotated[str, StringConstraints(pattern="^(sv|en)$")]
    zone: Annotated[str, AfterValidator(known_zone)]


class ParticularsForm(CompanyForm):
    """What the settings ask beyond the first-run page; the authority's form wants both."""

    email: Address | None = None
    address: Annotated[str, StringConstraints(max_length=300)] = ""


class RelayForm(BaseModel):
    smtp_url: Annotated[str, StringConstraints(max_length=500)] = ""
    mail_from: Address | None = None


def change(session: Session, actor: Actor, company: Organisation, form: ParticularsForm, now: datetime) -> None:
    """Write what differs, and note before and after."""
    new = {name: value or "" for name, value in form.model_dump().items()}
    changes = {name: (getattr(company, name), value) for name, value in new.items() if getattr(company, name) != value}
    for name, (_, value) in changes.items():
        setattr(company, name, value)
    if changes:
        record(session, actor, "settings:company_changed", "settings", now, changes=changes)


def change_relay(session: Session, actor: Actor, company: Organisation, form: RelayForm, now: datetime) -> None:
    """Keep the relay's address sealed; the log notes that it changed, never what it is.

    Raises:
        Invalid: the address cannot be used.
    """
    keep_relay(session, company, form)
    record(session, actor, "settings:relay_changed", "settings", now, facts={"relay": bool(form.smtp_url)})


def change_regimes(session: Session, actor: Actor, company: Organisation, codes: list[str], now: datetime) -> None:
    """Which laws beside the GDPR bind the company: their clocks run by caution in every case reported from now on.

    Raises:
        Invalid: a law that nobody knows, or that binds every company anyway.
    """
    if any(code not in CHOOSABLE for code in codes):
        raise Invalid({"regimes": N_("Choose one of the answers.")})
    chosen = [code for code in CHOOSABLE if code in codes]
    if chosen != chosen_regimes(company):
        company.preferences = {**(company.preferences or {}), "regimes": chosen}
        record(session, actor, "settings:regimes_changed", "settings", now, facts={"regimes": chosen})


def chosen_regimes(company: Organisation) -> list[str]:
    kept: list[str] = (company.preferences or {}).get("regimes", [])
    return [code for code in CHOOSABLE if code in kept]


def keep_relay(session: Session, company: Organisation, form: RelayForm) -> None:
    try:
        store_relay(session, company, form.smtp_url)
    except WrongSettings:
        raise Invalid({"smtp_url": TROUBLE["wrong_address"]}) from None
    company.mail_from = form.mail_from or ""


def zones(chosen: str = "") -> list[tuple[str, str]]:
    """Zones to choose from: Europe's, where this law holds, and whatever is set."""
    near = {zone for zone in available_timezones() if zone.startswith("Europe/")} | {"Atlantic/Reykjavik", "UTC"}
    return [(zone, zone.replace("_", " ")) for zone in sorted(near | ({chosen} if chosen else set()))]
