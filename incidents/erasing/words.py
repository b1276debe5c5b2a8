"""The words of retention and erasure that pages and log share."""

from core.errors import N_
from incidents.erasing.parts import Part

PART_WORDS: dict[Part, str] = {
    Part.CASE: N_("The whole case"),
    Part.REPORTER: N_("Who reported"),
    Part.PEOPLE: N_("Names and addresses of those who were told"),
    Part.FILES: N_("Attached files"),
}
