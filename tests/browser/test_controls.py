"""J7 of the interaction budget: a control ticked with a file on a phone, from the link in the mail."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.access import Role
from identity.sessions import open_session
from risk.models import Control
from risk.queries import history
from risk.service import adopt
from tests.fixtures.browser import PHONE, Visits, axe_findings
from tests.fixtures.serving import Serve
from tests.fixtures.world import World

pytestmark = pytest.mark.browser
COUNT_TAPS = "window.taps = 0; addEventListener('pointerdown', () => window.taps++, true)"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_control_is_ticked_with_a_file_on_a_phone(
    small_world: World, visit: Visits, serve: Serve, tmp_path: Path, javascript: bool
) -> None:
    with small_world.change() as session:
        adopt(session, small_world.now)
        session.get_one(Control, "restore_test").owner_id = small_world.users[Role.CONTROL_OWNER].id
    address = serve(small_world.app)
    with small_world.change() as session:
        token = open_session(session, small_world.users[Role.CONTROL_OWNER], small_world.now)
    proof = tmp_path / "återläsning.txt"
    proof.write_text("20 minuter, allt gick att läsa")
    phone = visit(PHONE, javascript=javascript)
    phone.context.add_cookies([{"name": "vaka", "value": token, "url": address}])
    phone.goto(f"{address}/controls/restore_test")
    if javascript:
        phone.evaluate(COUNT_TAPS)
    phone.get_by_text("I ordning", exact=True).first.click()
    phone.get_by_label("Underlag").set_input_files(proof)
    if javascript:
        assert phone.evaluate("window.taps") <= 2  # choosing a file is two taps more, saving is the fifth
    phone.get_by_role("button", name="Spara kontrollen").click()
    expect(phone.get_by_role("heading", name="Kontrollen är sparad")).to_be_visible()
    expect(phone.get_by_role("link", name="återläsning.txt")).to_be_visible()
    assert axe_findings(phone) == [] if javascript else True
    with small_world.look() as session:
        [check] = history(session, session.get_one(Control, "restore_test"))
    assert (check.result, len(check.evidence)) == ("pass", 1)
