"""Which column holds what: guessed from the headings in Swedish or English, then confirmed by a person."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from core.errors import N_, Invalid


class Column(StrEnum):
    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"
    LANGUAGE = "language"
    DATA = "data"
    CHANNEL = "channel"
    PROTECTED = "protected"
    DO_NOT_CONTACT = "do_not_contact"
    GUARDIAN = "guardian"
    REF = "ref"


LABELS: Mapping[Column, str] = {
    Column.NAME: N_("Name"),
    Column.GIVEN_NAME: N_("Given name"),
    Column.FAMILY_NAME: N_("Family name"),
    Column.EMAIL: N_("E-mail address"),
    Column.PHONE: N_("Telephone"),
    Column.ADDRESS: N_("Postal address, whole"),
    Column.STREET: N_("Street"),
    Column.POSTCODE: N_("Postcode"),
    Column.CITY: N_("Town"),
    Column.COUNTRY: N_("Country"),
    Column.LANGUAGE: N_("Language"),
    Column.DATA: N_("Which data it concerns"),
    Column.CHANNEL: N_("How to reach them"),
    Column.PROTECTED: N_("Protected identity"),
    Column.DO_NOT_CONTACT: N_("Wants no mail"),
    Column.GUARDIAN: N_("Guardian"),
    Column.REF: N_("Your own number"),
}
HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.NAME: ("name", "full name", "customer", "namn", "hela namnet", "kund"),
    Column.GIVEN_NAME: ("given name", "first name", "firstname", "förnamn", "tilltalsnamn"),
    Column.FAMILY_NAME: ("family name", "last name", "lastname", "surname", "efternamn"),
    Column.EMAIL: (
        *("email", "e mail", "mail", "email address", "e mail address"),
        *("epost", "e post", "mejl", "e mejl", "mejladress", "e postadress", "epostadress"),
    ),
    Column.PHONE: ("phone", "telephone", "mobile", "telefon", "tel", "mobil", "telefonnummer", "mobilnummer"),
    Column.ADDRESS: ("address", "postal address", "adress", "postadress"),
    Column.STREET: ("street", "street address", "gata", "gatuadress"),
    Column.POSTCODE: ("postcode", "postal code", "zip", "postnummer", "postnr"),
    Column.CITY: ("city", "town", "ort", "stad", "postort"),
    Column.COUNTRY: ("country", "land"),
    Column.LANGUAGE: ("language", "lang", "språk", "sprak"),
    Column.DATA: ("data", "data found", "data kinds", "uppgifter", "vilka uppgifter"),
    Column.CHANNEL: ("channel", "kanal"),
    Column.PROTECTED: ("protected", "protected identity", "skyddad", "skyddad identitet"),
    Column.DO_NOT_CONTACT: ("do not contact", "kontakta inte"),
    Column.GUARDIAN: ("guardian", "guardian ref", "vårdnadshavare"),
    Column.REF: ("ref", "reference", "id", "nr", "nummer", "kundnummer", "customer number"),
}
NAMELESS = N_("Say which column holds the name.")
UNREACHABLE = N_("Say which column holds the e-mail address or the postal address.")
TWICE = N_("Two columns hold the same thing. Choose one of them.")
NOT_USED = ""
_BETWEEN = re.compile(r"[\W_]+")


def guess(heads: Sequence[str]) -> list[str]:
    """A column code for each heading, or nothing; the first of two equal guesses keeps it."""
    guessed: list[str] = []
    for head in heads:
        words = _BETWEEN.sub(" ", head.casefold()).strip()
        found = next((column for column, names in HEADINGS.items() if words in names), None)
        guessed.append(NOT_USED if found is None or found in guessed else found.value)
    return guessed


def confirmed(chosen: Sequence[str]) -> list[Column | None]:
    """The columns a person has chosen.

    Raises:
        Invalid: no name, no way to reach anybody, or the same thing twice.
    """
    columns = [Column(code) if code in set(Column) else None for code in chosen]
    used = [column for column in columns if column]
    if len(used) != len(set(used)):
        raise Invalid({"columns": TWICE})
    if not {Column.NAME, Column.GIVEN_NAME, Column.FAMILY_NAME} & set(used):
        raise Invalid({"columns": NAMELESS})
    if not {Column.EMAIL, Column.ADDRESS, Column.STREET} & set(used):
        raise Invalid({"columns": UNREACHABLE})
    return columns
