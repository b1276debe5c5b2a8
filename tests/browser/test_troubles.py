"""What is wrong with the service stands above every page, for every eye, and the clock is confirmed with one press."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pydantic import SecretStr

from app.main import create_app
from app.wall_clock import note_jump
from core.access import Role
from core.audit.checkpoints import note_refusal
from core.audit.growth import SMALLER, Refused
from identity.sessions import open_session
from notifications.channels.calling import Unreached
from notifications.channels.state import mend, trip
from tests.fixtures.browser import PHONE, Visits
from tests.fixtures.looks import all_views, faults
from tests.fixtures.receiver import SECRET
from tests.fixtures.serving import Serve
from tests.fixtures.world import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["sv", "en"])
def test_everything_wrong_at_once_can_be_read_and_the_time_confirmed(
    small_world: World, visit: Visits, serve: Serve, language: str
) -> None:
    world = small_world
    more = {"alert_webhook_url": SecretStr("https://alarm.example/hook"), "alert_webhook_secret": SecretStr(SECRET),
            "alert_syslog": "/dev/log"}  # fmt: skip
    app = create_app(world.settings.model_copy(update=more), clock=lambda: world.now, database=world.database)
    with world.change() as session:
        note_jump(session, timedelta(hours=1), world.now)
        note_refusal(session, Refused(SMALLER, 12_480, 12_013), world.now)
        trip(session, "webhook", Unreached("refused", 503), world.now)
        mend(session, "syslog", world.now)
        token = open_session(session, world.users[Role.MANAGER], world.now)
    world.later(seconds=61)
    address = serve(app)
    phone = visit(PHONE, language="sv-SE" if language == "sv" else "en-GB")
    phone.context.add_cookies([{"name": n, "value": v, "url": address} for n, v in
                               {"vaka": token, "lang": language}.items()])  # fmt: skip
    for path in ("/outbox", "/incidents"):
        phone.goto(f"{address}{path}")
        expect(phone.locator("aside.env-danger")).to_have_count(4)
        assert faults(phone, language, all_views(path, language)) == []
    phone.goto(f"{address}/outbox")
    phone.get_by_role("button", name={"sv": "Ja, tiden stämmer", "en": "Yes, the time is right"}[language]).click()
    expect(phone.locator("aside.env-danger")).to_have_count(3)
