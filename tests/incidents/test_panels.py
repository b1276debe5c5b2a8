"""Panels in the plural: made, changed, retired and brought back, with their rules as data."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from incidents import panels
from incidents.commission_models import STANDING, Panel
from incidents.panels import PanelSettings
from incidents.panels.view import panel_views
from incidents.panels.words import counting_in_words, short_in_words
from incidents.standing_panel import panel_seats
from tests.fixtures.world import World
from tests.incidents.bench import Bench

RULES = {"quorum": "2", "majority": "two_thirds", "tie": "chair", "short_people": "10", "short_members": "2",
         "alarm_hours": "8"}  # fmt: skip


def settings(bench: Bench, **changes: str) -> dict[str, str]:
    return bench.seats() | RULES | {"name": "IT-kommissionen"} | changes


def made(world: World, bench: Bench, **changes: str) -> str:
    with world.change() as session:
        form = PanelSettings.model_validate(settings(bench, **changes))
        return panels.create(session, world.actor(Role.HEAD), form, world.now).id


def test_a_panel_keeps_its_people_and_its_rules(world: World) -> None:
    bench = Bench(world)
    key = made(world, bench, secretary=world.users[Role.AUDITOR].id)
    with world.look() as session:
        panel = session.get_one(Panel, key)
        assert (panel.quorum, panel.majority, panel.tie, panel.short_people, panel.alarm_hours) == (
            2, "two_thirds", "chair", 10, 8)  # fmt: skip
        assert panel.secretary_id == world.users[Role.AUDITOR].id
        assert [seat.member for seat in panel_seats(session, key)] == list(bench.seats().values())
        assert len(panel_seats(session, STANDING)) == 4
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "panel:created")).one()
        assert entry.object == f"panel:{key}"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"quorum": "4"}, "quorum"),
        ({"quorum": "1"}, "quorum"),
        ({"short_members": "4"}, "short_members"),
        ({"short_members": "1"}, "short_members"),
        ({"alarm_hours": "0"}, "alarm_hours"),
        ({"majority": "most"}, "majority"),
        ({"chair": ""}, "chair"),
        ({"member_2": ""}, "member_2"),
        ({"secretary": "nobody"}, "secretary"),
    ],
)
def test_what_cannot_be_a_panel_is_refused_and_kept_on_the_page(
    small_world: World, changes: dict[str, str], field: str
) -> None:
    bench = Bench(small_world)
    answer = small_world.client(Role.HEAD).post("/settings/panels/new", data=settings(bench, **changes))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="10"' in answer.text


def test_two_panels_never_have_one_name(small_world: World) -> None:
    bench = Bench(small_world)
    key = made(small_world, bench)
    with pytest.raises(Invalid):
        made(small_world, bench, name="it-kommissionen")
    with small_world.change() as session:
        actor = small_world.actor(Role.HEAD)
        panels.retire(session, actor, panels.find_panel(session, key), small_world.now)
    made(small_world, bench)
    with small_world.change() as session, pytest.raises(Conflict):
        panels.restore(session, small_world.actor(Role.HEAD), panels.find_panel(session, key), small_world.now)


def test_retiring_is_undone_with_one_press_and_the_standing_one_stays(world: World) -> None:
    bench = Bench(world)
    client, key = world.client(Role.MANAGER), made(world, bench)
    gone = client.post(f"/settings/panels/{key}/retire")
    shown = client.get(gone.headers["location"]).text
    assert "IT-kommissionen är avvecklad" in shown
    assert f'action="/settings/panels/{key}/restore"' in shown
    assert client.post(f"/settings/panels/{key}", data=settings(bench)).status_code == 409
    client.post(f"/settings/panels/{key}/restore")
    with world.look() as session:
        assert [panel.id for panel in panels.panels(session)] == [STANDING, key]
    assert client.post("/settings/panels/standing/retire").status_code == 409
    assert {"panel:created", "panel:retired", "panel:restored"} <= set(bench.log())


def test_the_list_says_what_each_panel_lacks(small_world: World) -> None:
    with small_world.look() as session:
        alone = panel_views(session, "sv")
    assert [one.lacks for one in alone] == [["Välj en ordförande.", "Välj minst två ledamöter utöver ordföranden."]]
    bench = Bench(small_world)
    key = made(small_world, bench, quorum="3", substitute_1="", secretary=small_world.users["per"].id)
    with small_world.change() as session:
        session.merge(small_world.users["leila"]).disabled_at = small_world.now
    shown = small_world.client(Role.DEPUTY).get("/settings/panels").text
    assert "Leila Haddad kan inte längre sitta" in shown
    assert "Utse en ersättare" in shown
    assert "Sekreteraren röstar också i kommissionen." in shown
    with small_world.look() as session:
        standing, other = panel_views(session, "en")
    assert other.id == key
    assert len(standing.lacks) == len(other.lacks) == 2


def test_the_old_address_leads_to_the_standing_panel(small_world: World) -> None:
    Bench(small_world)
    client = small_world.client(Role.MANAGER)
    assert client.get("/settings/panel").headers["location"] == "/settings/panels/standing"
    assert "Sara Holm" in client.get("/settings/panels/standing").text
    assert client.get("/settings/panels/nowhere").status_code == 404
    assert small_world.client(Role.ADMIN).get("/settings/panels").status_code == 404


def test_the_rules_are_said_in_words() -> None:
    assert counting_in_words(2, 3, "two_thirds", "chair", "sv") == [
        ("Beslutförhet", "2 av 3 måste svara"),
        ("För att avfärda en risk krävs", "Två tredjedelar av rösterna"),
        ("Vid lika röstetal gäller", "Ordförandens röst"),
    ]
    assert counting_in_words(2, 2, "simple", "cautious", "en")[0][1] == "Both must answer"
    assert short_in_words(None, 2, "en") == "Not used"
    assert "one member" in short_in_words(10, 2, "en")
    assert "2 members" in short_in_words(10, 3, "en")
