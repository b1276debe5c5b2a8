"""An older backup brings back what was erased; what lies outside the database names it, and it is erased again."""

from pathlib import Path

import pytest

from app.erased_outside import remember_erased
from core.access import Role
from core.errors import Conflict
from incidents.erasing import holds
from incidents.models import Exclusion, Incident
from incidents.restoring import end
from tests.fixtures.elsewhere import Elsewhere
from tests.fixtures.world import World
from tests.incidents.test_retention import TWO_YEARS, approved, due_now, old_case, proposed, work


def erase(world: World) -> None:
    count = len(due_now(world))
    assert approved(world, proposed(world, Role.MANAGER), count) == count
    assert work(world) >= 1


def finish(world: World) -> None:
    with world.change() as session:
        end(session, world.actor(Role.MANAGER), world.now)


def test_an_older_backup_cannot_end_its_state_before_what_was_erased_is_erased_again(
    elsewhere: Elsewhere, tmp_path: Path
) -> None:
    here = elsewhere.here
    case, other = old_case(here), old_case(here)
    here.later(days=TWO_YEARS)
    here.settings.signer.mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    assert elsewhere.back_up()[0] == 0
    erase(here)
    kept = here.settings.model_copy(update={"anchor_dir": outside})
    assert remember_erased(here.database, kept, here.now) == 0
    assert len(list((outside / "erased").iterdir())) == len(list((here.settings.signer / "erased").iterdir())) > 1

    there = elsewhere.settings().model_copy(update={"anchor_dir": outside})
    assert elsewhere.restore(there)[0] == 0
    world = elsewhere.world(there)
    assert remember_erased(world.database, there, world.now) == 2, "one folder is enough"
    assert remember_erased(world.database, there, world.now) == 0
    with pytest.raises(Conflict, match="erased are here again"):
        finish(world)
    case.world = other.world = world
    with world.change() as session:
        deputy, head = world.users[Role.DEPUTY].id, world.users[Role.HEAD].id
        session.add(Exclusion(incident_id=case.now().id, user_id=deputy, by_id=head, at=world.now))
        incident = session.get_one(Incident, other.now().id)
        holds.place(session, world.actor(Role.DPO), incident, "Tvisten lever än.", world.now)
    page = world.client(Role.MANAGER).get("/restored").text
    assert case.reference in page
    assert other.reference not in page, "a hold settles it"
    assert case.reference not in world.client(Role.DEPUTY).get("/restored").text
    with pytest.raises(Conflict, match="erased are here again"):
        finish(world)
    due_now(world)
    batch = proposed(world, Role.MANAGER)
    assert approved(world, batch, len(due_now(world))) > 0
    assert work(world) == 1
    assert "erasure:came_back" in case.log()
    finish(world)
    world.leave()
