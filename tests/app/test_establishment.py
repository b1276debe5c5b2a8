"""Where the company is established: set long before a breach, and the authority follows."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.organisation import organisation
from notifications.competence import Seat
from notifications.establishment import establishment, seat_of
from tests.fixtures.world import World

HERE = "/settings/establishment"
INSIDE = {"seat": "inside", "main": "LT", "others": "Sverige, NO"}
OUTSIDE = {"seat": "outside", "representative": "Ombud i Unionen AB", "representative_contact": "ombud@unionen.example"}


def seat(world: World) -> Seat:
    with world.look() as session:
        return seat_of(organisation(session))


def test_until_it_is_said_the_company_sits_in_the_country_of_its_authority(small_world: World) -> None:
    assert seat(small_world) == Seat("SE")
    with small_world.change() as session:
        organisation(session).authority = "datatilsynet"
    assert seat(small_world) == Seat("NO")


def test_the_head_says_where_and_the_page_says_which_authority_follows(small_world: World) -> None:
    head = small_world.client(Role.HEAD)
    assert head.post(HERE, data=INSIDE).headers["location"] == f"{HERE}?done=true"
    assert seat(small_world) == Seat("LT", others=("SE", "NO"))
    page = head.get(f"{HERE}?done=true").text
    assert "Valstybinė duomenų apsaugos inspekcija" in page
    assert "Inställningarna anger en annan myndighet" in page
    with small_world.look() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    assert (entry.action, b'"main_establishment":"LT"' in entry.entry) == ("settings:establishment_changed", True)


def test_the_representative_is_sealed_and_never_in_the_clear_of_the_log(small_world: World) -> None:
    assert small_world.client(Role.ADMIN).post(HERE, data=OUTSIDE).status_code == 303
    with small_world.look() as session:
        company = organisation(session)
        found = establishment(session, company)
        log = b"".join(session.scalars(select(AuditEntry.entry)))
    assert (found.outside, found.representative) == (True, "Ombud i Unionen AB")
    assert "Ombud" not in str(company.preferences)
    assert b"Ombud" not in log


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seat": ""}, "seat"),
        ({"main": "GB"}, "main"),
        ({"main": ""}, "main"),
        ({"main": "DE"}, "land"),
        ({"others": "Norge, Storbritannien"}, "others"),
        ({"others": "Atlantis"}, "others"),
        ({"seat": "outside", "representative": " "}, "representative"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    small_world: World, changes: dict[str, str], field: str
) -> None:
    shown = small_world.client(Role.ADMIN).post(HERE, data=INSIDE | {"representative_contact": "Kajen 1"} | changes)
    assert shown.status_code == 422
    assert f'href="#{field}"' in shown.text
    assert "Kajen 1" in shown.text
    assert seat(small_world) == Seat("SE")


def test_a_german_establishment_has_the_authority_of_its_land(small_world: World) -> None:
    small_world.client(Role.ADMIN).post(HERE, data={"seat": "inside", "main": "DE", "land": "DE-BE"})
    assert seat(small_world).authority == "DE-BE"
