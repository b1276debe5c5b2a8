"""J7 of the interaction budget: a control ticked with a file on a phone, from the link in the mail."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from core.access import Role
from identity.sessions import open_session
from notifications.delivery import deliver_due
from risk.jobs import remind
from risk.models import Control
from risk.queries import history
from risk.service import adopt
from tests.fixtures.browser import PHONE, Visits, axe_findings
from tests.fixtures.effort import Budget, Effort
from tests.fixtures.serving import Serve
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World

pytestmark = pytest.mark.browser
J7 = Budget(fields=2, clicks=5, pages=2, seconds=30)  # of the fields only the result has to be answered
KALLE = "control_owner@nordhamn.example"


def mailed(world: World, postbox: Postbox) -> str:
    """The reminder as it came over the line to who keeps the control."""
    with world.change() as session:
        adopt(session, world.now, only="restore_test")
        control = session.get_one(Control, "restore_test")
        control.owner_id = world.users[Role.CONTROL_OWNER].id
        world.now = control.next_due_at - timedelta(hours=12)
    remind(world.database, world.now)
    settings = world.settings.model_copy(update={"smtp_url": SecretStr(postbox.url)})
    deliver_due(world.database, settings, lambda: world.now, "worker")
    [letter] = postbox.to(KALLE)
    return letter.text


def link(text: str, words: str, address: str) -> str:
    """The address behind a line of the mail, on the port that the test serves."""
    found = urlsplit(str(re.findall(rf"{words}: (\S+)", text)[0]))
    return address + found.path + (f"#{found.fragment}" if found.fragment else "")


def signed_in(world: World, visit: Visits, address: str, *, javascript: bool = True) -> Page:
    with world.change() as session:
        token = open_session(session, world.users[Role.CONTROL_OWNER], world.now)
    phone = visit(PHONE, javascript=javascript)
    phone.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    return phone


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_j7_a_due_control_is_ticked_with_evidence_from_the_reminder(
    small_world: World, visit: Visits, serve: Serve, postbox: Postbox, tmp_path: Path, javascript: bool
) -> None:
    world = small_world
    text = mailed(world, postbox)
    assert "(9.2 a)" in text
    assert "Senast: aldrig" in text
    proof = tmp_path / "återläsning.txt"
    proof.write_text("20 minuter, allt gick att läsa")
    address = serve(world.app)
    phone = signed_in(world, visit, address, javascript=javascript)
    effort = Effort(phone, "J7")
    phone.goto(link(text, "Markera gjord", address))
    if javascript:
        effort.start()
    phone.get_by_text("I ordning", exact=True).first.click()
    with phone.expect_file_chooser() as chosen:
        phone.get_by_label("Underlag", exact=False).first.click()
    chosen.value.set_files(proof)
    phone.get_by_role("button", name="Spara kontrollen").click()
    expect(phone.get_by_role("heading", name="Kontrollen är sparad")).to_be_visible()
    if javascript:
        taken = effort.taken()
        print(taken.line(J7))  # noqa: T201
        assert taken.over(J7) == []
        assert axe_findings(phone) == []
    expect(phone.get_by_role("link", name="återläsning.txt")).to_be_visible()
    with world.look() as session:
        [check] = history(session, session.get_one(Control, "restore_test"))
    assert (check.result, len(check.evidence)) == ("pass", 1)


def test_not_mine_from_the_reminder_goes_back_with_a_reason(
    small_world: World, visit: Visits, serve: Serve, postbox: Postbox
) -> None:
    world = small_world
    text = mailed(world, postbox)
    address = serve(world.app)
    phone = signed_in(world, visit, address)
    phone.goto(link(text, "Inte min", address))
    phone.get_by_role("button", name="Lämna tillbaka den").click()
    expect(phone.get_by_role("link", name="Varför är den inte din?")).to_be_visible()
    assert axe_findings(phone) == []
    phone.get_by_label("Varför är den inte din?").fill("Driften sköts av en annan grupp nu.")
    phone.get_by_role("button", name="Lämna tillbaka den").click()
    expect(phone.get_by_role("heading", name="Kontrollen är lämnad tillbaka")).to_be_visible()
    with world.look() as session:
        assert session.get_one(Control, "restore_test").owner_id is None
