"""R1 and Shows 6: a backup taken under load opens elsewhere. Somebody signs in there with the typed password and reads
a case, and the log that came back holds against what lies outside, checked by the file that knows nothing of us."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import update

from app import vaka_verify
from core.access import Role
from core.audit.checkpoints import instance
from core.audit.signer import Signer
from core.moment import now
from identity.models import User
from identity.passwords import hashed
from tests.app.test_backup import load
from tests.fixtures.elsewhere import Elsewhere
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.incidents.reporting import STORY, reported

PASSWORD = "blå häst sover under bordet"
MANAGER = f"{Role.MANAGER}@nordhamn.example"


def test_a_backup_under_load_opens_elsewhere_for_its_people_and_for_an_outsider(
    elsewhere: Elsewhere, serve: Serve, tmp_path: Path
) -> None:
    here = elsewhere.here
    with here.change() as session:
        session.execute(update(User).values(password_hash=hashed(PASSWORD)))
    reference = reported(here)
    outside = held_outside(here, tmp_path)
    with load(here):
        time.sleep(0.2)
        assert elsewhere.back_up()[0] == 0
        time.sleep(0.1)
    there = elsewhere.settings()
    code, said = elsewhere.restore(there)
    assert code == 0, said
    world = elsewhere.world(there)
    world.now = now()
    page = typed_in(serve(world.app), f"/incidents/{reference}")
    assert STORY in page
    assert "Det här är ett tidigare läge av tjänsten" in page
    bundle = tmp_path / "log.zip"
    assert elsewhere.run(there, "log", "export", bundle)[0] == 0
    found = checked(bundle, pins(here), outside)
    assert (found["result"], found["first_bad"]) == ("ok", None)
    assert 0 < found["anchored_size"] < found["size"]
    world.leave()


def held_outside(world: World, folder: Path) -> Path:
    """A checkpoint of the log before the backup, as somebody else keeps it."""
    point = Signer.of(world.database, world.settings).look(now())
    assert point
    outside = folder / "kept"
    outside.mkdir()
    (outside / "kept.note").write_text(point.note)
    return outside


def pins(world: World) -> tuple[str, str]:
    with world.look() as session:
        key = instance(session).vkey
    return key.partition("+")[0], key


def typed_in(address: str, path: str) -> str:
    """Through the real form, by HTTP: ask for the page, be sent to sign in, type, and land on the page."""
    with httpx2.Client(base_url=address, follow_redirects=True, headers={"sec-fetch-site": "same-origin"}) as browser:
        form = browser.get(path)
        assert form.url.path == "/sign-in"
        assert 'action="/sign-in"' in form.text
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.text))
        wrong = browser.post("/sign-in", data=fields | {"email": MANAGER, "password": "gissat"})
        assert wrong.status_code == 422
        page = browser.post("/sign-in", data=fields | {"email": MANAGER, "password": PASSWORD})
        assert (page.status_code, page.url.path) == (200, path)
        return page.text


def checked(bundle: Path, told: tuple[str, str], outside: Path) -> dict[str, Any]:
    origin, key = told
    program = [sys.executable, "-I", vaka_verify.__file__, str(bundle), "--origin", origin, "--key", key,
               "--anchor", str(outside), "--json"]  # fmt: skip
    answer = subprocess.run(program, capture_output=True, text=True, check=False, cwd="/")
    assert answer.returncode == 0, answer.stdout
    found: dict[str, Any] = json.loads(answer.stdout)
    return found
