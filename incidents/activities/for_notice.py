"""What the chosen processor and activities say to the EDPB's template: the other party (38 to 41), the systems (63) and
the protection in words (76), each only where the case has nothing of its own."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from incidents.activities.chosen import chosen, chosen_cards, chosen_lines
from incidents.models import Incident
from incidents.suppliers.for_notice import parties


def from_registers(session: Session, incident: Incident) -> Mapping[int, str]:
    """For what nobody has answered yet."""
    mine = chosen_lines(session, chosen(session, incident))
    return {
        63: "\n".join(dict.fromkeys(one.systems for one in mine if one.systems)),
        76: "\n".join(dict.fromkeys(one.security for one in mine if one.security)),
    }


def named_party(session: Session, incident: Incident, told: Mapping[int, str]) -> Mapping[int, str]:
    """The processors that were chosen, after those that have told us something themselves."""
    heard = {one.id for one in parties(session, incident)}
    more = [one for one in chosen_cards(session, chosen(session, incident)) if one.id not in heard]
    if not more:
        return {}
    reach = [", ".join(filter(None, (one.contact, one.email))) for one in more]
    return {
        38: "yes",
        39: "processor",
        40: "; ".join(filter(None, (told.get(40, ""), *(one.name for one in more)))),
        41: "; ".join(filter(None, (told.get(41, ""), *reach))),
    }
