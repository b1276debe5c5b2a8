"""A built wheel is whole: away from the checkout it migrates a database and serves a page in both languages."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx2 import Client, TransportError

from tests.test_architecture import FLOORS

ROOT = Path(__file__).parent.parent
MOVED = {"templates": "core/_templates", "alembic": "app/_alembic"}
BUILD = (
    "import sys; from hatchling.builders.wheel import WheelBuilder as W; print(*W('.').build(directory=sys.argv[1]))"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PATIENCE = 30.0
RENDER = (
    "from datetime import *; from core.document import *; from core.pdf import render;"
    "d = Document(title='x', language='sv', reference='y', made_at=datetime.now(UTC), sections=(Section(title='z'),));"
    "assert render(d).startswith(b'%PDF-')"
)


@dataclass(frozen=True)
class Installed:
    """The wheel, unpacked; it sees the libraries of this environment, and of Vaka only itself."""

    target: Path
    names: frozenset[str]

    def start(self, folder: Path, *words: str, code: str = "from app.cli import main; main()") -> subprocess.Popen[str]:
        """`vaka <words>` with `folder` as its home. Without `site` no editable install leads back to the checkout."""
        libraries = [self.target, *map(sysconfig.get_path, ("purelib", "platlib"))]
        environment = {"PYTHONPATH": os.pathsep.join(map(str, libraries)), "VAKA_VAR_DIR": str(folder / "var")}
        call = [sys.executable, "-S", "-c", code, *words]
        return subprocess.Popen(call, cwd=folder, env=environment, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
        return Installed(folder / "site", frozenset(archive.namelist()))


@contextmanager
def served(installed: Installed, folder: Path) -> Iterator[Client]:
    """The wheel's own `vaka serve`, on a free port, until the pages have been looked at."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = installed.start(folder, "serve", "--no-worker", "--port", str(port))
    try:
        with Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, trust_env=False) as client:
            _await(process, client)
            yield client
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def _await(process: subprocess.Popen[str], client: Client) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            client.get("/health/live")
        except TransportError:
            time.sleep(0.1)
        else:
            return
    process.kill()
    pytest.fail(f"the wheel does not serve: {process.communicate()[1]}")


def shipped() -> Iterator[str]:
    """What the checkout holds for use at run time, by its name inside the wheel."""
    for folder in [*FLOORS, *MOVED]:
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                yield f"{MOVED.get(folder, folder)}/{file.relative_to(ROOT / folder).as_posix()}"


def test_everything_that_runs_is_inside_and_nothing_else(installed: Installed) -> None:
    assert set(shipped()) - installed.names == set()
    roots = {name.split("/")[0] for name in installed.names}
    assert roots - set(FLOORS) == {next(root for root in roots if root.endswith(".dist-info"))}
    kinds = {Path(name).suffix for name in installed.names}
    assert {".html", ".jinja", ".po", ".toml", ".css", ".js"} <= kinds
    assert kinds.isdisjoint({".db", ".key", ".pem", ".env", ".pyc"})


def test_away_from_the_checkout_it_makes_a_pdf(installed: Installed, tmp_path: Path) -> None:
    rendering = installed.start(tmp_path, code=RENDER)
    assert rendering.communicate(timeout=PATIENCE)[1] == ""
    assert rendering.returncode == 0


def test_away_from_the_checkout_it_migrates_and_serves_a_page_with_its_styles(
    installed: Installed, tmp_path: Path
) -> None:
    migration = installed.start(tmp_path, "migrate")
    assert migration.communicate(timeout=PATIENCE)[1] == ""
    assert migration.returncode == 0
    with sqlite3.connect(tmp_path / "var" / "vaka.db") as database:
        assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    with served(installed, tmp_path) as client:
        for language, words in {"sv": "Hoppa till innehållet", "en": "Skip to"}.items():
            page = client.get("/", headers={"accept-language": language})
            assert page.status_code == 200
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert f'<html lang="{language}"' in page.text
            assert words in page.text
        assets = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
        assert {Path(name.partition("?")[0]).suffix for name in assets} == set(TYPES)
        for asset in assets:
            answer = client.get(asset)
            assert answer.status_code == 200, asset
            assert answer.headers["content-type"].startswith(TYPES[Path(asset.partition("?")[0]).suffix]), asset
