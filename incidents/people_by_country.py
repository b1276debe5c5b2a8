"""The people of each country against the number of the case: they should agree, and nothing waits until they do."""

from collections.abc import Sequence

from core.errors import N_
from incidents.people_count import PeopleCount

AGREE = N_("The countries add up to {sum}, as the case says.")
FEWER = N_("The countries add up to {sum}, fewer than the case says ({people}). Add a country, or correct a number.")
MORE = N_("The countries add up to {sum}, more than the case says ({people}). Correct one of the numbers.")
SO_FAR = N_("{sum} have a country so far. The case says: {people}.")
NO_TOTAL = N_("The countries add up to {sum}. How many there are in all is not known yet.")


def compared(total: PeopleCount, figures: Sequence[int | None]) -> tuple[bool, str]:
    """Whether the numbers can be true together, and the sentence that says so; none while no number is known."""
    known = [figure for figure in figures if figure is not None]
    if not known:
        return True, ""
    if total.least is None:
        return True, NO_TOTAL
    if total.most is not None and sum(known) > total.most:
        return False, MORE
    if len(known) < len(figures):
        return True, SO_FAR
    return (False, FEWER) if sum(known) < total.least else (True, AGREE)
