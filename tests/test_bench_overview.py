"""The bench's company that has all of it is a real one: its pages open and show what was poured in."""

from pathlib import Path

from bench.overview import PAGES, Size, founded
from core.access import Role
from core.moment import now
from core.settings import Settings
from identity.models import User
from tests.fixtures.world import World


def test_the_pages_show_the_many(tmp_path: Path) -> None:
    database = founded(tmp_path, "", Size(60, 40, 5, 1, 1))
    world = World(Settings(database_url=database.url, var_dir=tmp_path), database, now())
    with world.look() as session:
        world.users[Role.MANAGER] = session.query(User).filter_by(email=f"{Role.MANAGER}@nordhamn.example").one()
    manager = world.client(Role.MANAGER)
    shown = {title: manager.get(path) for title, path in PAGES.items()}
    assert {answer.status_code for answer in shown.values()} == {200}
    assert "Lista till fel mottagare 39" in shown["register of risks"].text
    assert "PUI-A-" in shown["queue"].text
    world.leave()
    database.dispose()
