"""Like cases as tests make them: reported, and given a cause as the classification gives it."""

from core.access import ANONYMOUS, Operation, Role
from incidents.intake import report
from incidents.queries import find_to_change
from incidents.risks.likes import count_likes
from tests.fixtures.world import World
from tests.incidents.reporting import form

CODE = "accidental.misrouting"


def reported(world: World, number: int) -> str:
    with world.change() as session:
        key = f"like-{number:031}"
        return report(session, ANONYMOUS, form(client_uuid=key), world.now).incident.reference


def classed(world: World, reference: str, code: str = CODE) -> None:
    """What the classification does with the cause, and what comes of it."""
    with world.change() as session:
        case = find_to_change(session, world.actor(Role.HEAD), reference, Operation.CLASSIFY_CASE)
        case.cause_class, case.cause_code, case.title = code.partition(".")[0], code, "Lista till fel kund"
        count_likes(session, case, world.now)


def likes(world: World, count: int, first: int = 0) -> list[str]:
    found = [reported(world, number) for number in range(first, first + count)]
    for reference in found:
        classed(world, reference)
    return found
