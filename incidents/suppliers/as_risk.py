"""A supplier without a valid agreement as a risk that is filled in already: a person reads it and saves it."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from incidents.suppliers.keeping import card
from incidents.suppliers.listing import agreement
from incidents.suppliers.models import Supplier

TITLE = N_("{name} processes personal data without a valid agreement")
MEASURES = N_("Sign an agreement (GDPR Article 28), or stop giving them data until there is one.")


def risk_of(session: Session, supplier: Supplier, today: date, lang: str) -> dict[str, Any]:
    """The words of the form of a risk; how likely and how bad it is a person says."""
    name = card(session, supplier).name
    return {
        "title": translate(lang, TITLE, name=name)[:120],
        "asset": name,
        "rationale": agreement(supplier, today, lang).finding,
        "measures": translate(lang, MEASURES),
    }
