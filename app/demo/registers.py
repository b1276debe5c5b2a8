"""What the company does with personal data, and whom it has do so: an activity and an agreement in each state."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from app.demo.stage import Stage
from incidents.activities.form import ActivityForm
from incidents.activities.keeping import add, archive, lines
from incidents.suppliers.keeping import cards
from incidents.suppliers.models import Supplier

PAY = "Löner och pension"
CUSTOMERS = "Kunder och order"
APPLICATIONS = "Jobbansökningar"
OF_GROUP = {"employees": PAY, "customers": CUSTOMERS, "applicants": APPLICATIONS}
ACTIVITIES: tuple[dict[str, Any], ...] = (
    {"name": PAY, "purpose": "Betala ut lön och pension, och redovisa skatt.",
     "legal_bases": ["contract", "legal_obligation"],
     "data_categories": ["contact", "personal_number", "bank_card", "work_related", "union"],
     "subject_groups": ["employees"], "people_band": "101-1000", "countries": "SE",
     "recipients": "Skatteverket, Försäkringskassan, banken",
     "retention_number": 7, "retention_trigger": "från räkenskapsårets slut", "systems": "Lönesystemet",
     "security": "Krypterat på disk och på väg. Två faktorer vid inloggning.", "owner": "head", "review": 20,
     "processors": ["Lönedrift AB"]},
    {"name": CUSTOMERS, "purpose": "Ta emot och leverera order, och svara på frågor.", "legal_bases": ["contract"],
     "data_categories": ["contact", "finances", "behaviour"], "subject_groups": ["customers", "business_contacts"],
     "people_band": "over-1000", "countries": "SE, NO, FI", "recipients": "Transportörer, inkassobolag",
     "retention_number": 36, "retention_unit": "months", "retention_trigger": "efter sista köpet",
     "systems": "Kundregistret, webbutiken", "owner": "manager", "review": -12, "processors": ["Frakt & Packet AB"]},
    {"name": APPLICATIONS, "purpose": "Välja vem som anställs.", "legal_bases": ["legitimate_interests"],
     "data_categories": ["contact", "grades", "work_related", "photos"], "subject_groups": ["applicants"],
     "people_band": "11-100", "countries": "SE", "retention_number": 24, "retention_unit": "months",
     "retention_trigger": "efter beslutet", "systems": "E-post, personalmappen", "owner": "deputy"},
    {"name": "Nyhetsbrev", "purpose": "Berätta om nya verktyg för den som har bett om det.", "legal_bases": ["consent"],
     "data_categories": ["contact", "behaviour"], "subject_groups": ["customers"], "people_band": "over-1000",
     "countries": "SE, NO", "recipients": "Inga", "transfers": "US", "transfer_basis": "standard_clauses",
     "retention_trigger": "tills samtycket tas tillbaka", "systems": "Utskicksverktyget", "owner": "control_owner",
     "review": 200, "processors": ["Post & Puls Inc."]},
    {"name": "Service av kunders maskiner", "role": "processor", "on_behalf_of": "Kunder med serviceavtal",
     "purpose": "Felsöka maskiner på distans.", "data_categories": ["contact", "location"],
     "subject_groups": ["employees"], "people_band": "unknown", "review": 90, "processors": ["Molnlagret Norr AB"]},
    {"name": "Kundtävlingen i fjol", "purpose": "Dra vinnare.", "legal_bases": ["consent"],
     "data_categories": ["contact"], "subject_groups": ["customers"], "people_band": "101-1000"},
)  # fmt: skip
# begins and ends so many days from today; none: no agreement, or until further notice
AGREEMENTS: dict[str, tuple[int | None, int | None, int | None]] = {
    "Lönedrift AB": (-700, 45, 24),
    "Molnlagret Norr AB": (-900, None, 48),
    "Frakt & Packet AB": (None, None, None),
    "Kallkontakt AB": (-1100, -20, None),
    "Post & Puls Inc.": (14, 744, 72),
    "Gamla Tryckeriet AB": (-1500, -200, None),
}


def agreed(name: str, today: date) -> dict[str, Any]:
    """The days of an agreement, as its form has them."""
    begins, ends, hours = AGREEMENTS[name]
    days = {"agreement_on": begins, "agreement_ends_on": ends}
    return {field: today + timedelta(days=day) for field, day in days.items() if day is not None} | (
        {"breach_hours": hours} if hours else {}
    )


def enter(stage: Stage) -> None:
    """Every activity, with the suppliers that are there; the last one is a thing of the past."""
    actor = stage.actor("manager")
    suppliers = {one.name: one.id for one in cards(stage.session)}
    for told in ACTIVITIES:
        known = {name: value for name, value in told.items() if name != "review"}
        known["processors"] = [suppliers[name] for name in told.get("processors", ())]
        known["owner"] = stage.people[told["owner"]].id if "owner" in told else ""
        if "review" in told:
            known["review_on"] = stage.present.date() + timedelta(days=told["review"])
        last = add(stage.session, actor, ActivityForm.model_validate(known), stage.moment)
    archive(stage.session, actor, last, stage.moment)


def touched(stage: Stage, groups: Iterable[str], systems: str) -> dict[str, list[str]]:
    """What a case of these people touched, as its classification says."""
    wanted = {OF_GROUP[group] for group in groups if group in OF_GROUP}
    chosen = [one for one in lines(stage.session) if one.name in wanted]
    payroll = [one.id for one in cards(stage.session) if one.name == "Lönedrift AB" and "löne" in systems.casefold()]
    return {"activities": [one.id for one in chosen], "processors": payroll}


def sub_processors(name: str) -> list[dict[str, str]]:
    if name != "Lönedrift AB":
        return []
    return [{"name": "Norrdata AB", "purpose": "Serverdrift", "country": "SE"},
            {"name": "Tukipiste Oy", "purpose": "Support", "country": "FI"}]  # fmt: skip


def file_of(supplier: Supplier, name: str) -> tuple[str, bytes]:
    """The signed agreement as a file that says that it is made up."""
    text = f"Personuppgiftsbiträdesavtal med {name}.\nEtt påhittat avtal för provdata, utan underskrift.\n"
    return f"avtal-{supplier.id[:6]}.txt", text.encode()
