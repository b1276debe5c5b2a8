"""What a fresh clone relies on: pinned packages without addresses, assets that a strict CSP lets through."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zoneinfo
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LISTS = sorted(ROOT.glob("requirements*.txt"))
LOCKS = [*LISTS, ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
VENDOR = ROOT / "app" / "static" / "vendor"
ADDRESS = re.compile(r"\w+://|\b(?!htmx\.org\b)(?:[\w-]+\.)+(?:org|com|net|io|dev)\b", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?:^|[\s\"'=@])(?:/(?!\*)[\w.-]+/|[A-Z]:\\|file:)")
EXTERNAL = re.compile(r"""url\(\s*+(?!['"]?(?:data:|#))|@import|sourceMappingURL=\w+:""")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_hold_neither_address_nor_path(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert not ADDRESS.findall(text)
    assert not MACHINE_PATH.findall(text)


@pytest.mark.parametrize("requirements", LISTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_and_hashed(requirements: Path) -> None:
    entries = re.split(r"\n(?=\S)", requirements.read_text("utf-8").strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[^\s;]+( ; [^\\]+)? \\\n", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_lists_cover_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *(one for one in project["dependency-groups"]["dev"] if isinstance(one, str)),
    ]
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements-dev.txt").read_text("utf-8"), re.MULTILINE))
    assert {re.split(r"[\[<>=,]", one)[0] for one in asked} <= pinned


def test_the_installed_packages_are_the_pinned_ones() -> None:
    text = (ROOT / "requirements.txt").read_text("utf-8")
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\", text, re.MULTILINE))
    assert {name: metadata.version(name) for name in pinned} == pinned


def test_npm_packages_are_pinned_by_digest_only() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


def test_migrations_folder_does_not_hide_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()
    from alembic import command

    assert "site-packages" in str(command.__file__)


@pytest.mark.parametrize("name", ["designsystemet.css", "designsystemet-theme.css", "htmx.min.js"])
def test_assets_are_there_and_ask_no_other_host(name: str) -> None:
    assert not EXTERNAL.findall((VENDOR / name).read_text("utf-8"))


def test_assets_come_with_their_licences() -> None:
    for name in ("designsystemet", "htmx"):
        assert (VENDOR / f"{name}.LICENSE.txt").stat().st_size > 400


def test_assets_are_the_locked_ones_and_fetching_again_does_nothing() -> None:
    before = {file: file.stat().st_mtime_ns for file in VENDOR.iterdir()}
    offline = os.environ | {"PATH": "", "npm_config_offline": "true"}
    subprocess.run([sys.executable, ROOT / "hatch_build.py", "--tests"], env=offline, check=True)
    assert {file: file.stat().st_mtime_ns for file in VENDOR.iterdir()} == before


def test_fetched_assets_stay_out_of_git() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {"/app/static/vendor/", "/tests/vendor/", "/.venv/", "/var/", "uv.lock", "pylock*.toml"} <= set(ignored)


def test_the_example_names_every_setting() -> None:
    from core.settings import Settings

    named = set(re.findall(r"^# VAKA_(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_continuous_integration_only_calls_make_test() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines[-1] == "make test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.zone
def test_zones_are_known_wherever_the_machine_stands() -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone(zoneinfo.ZoneInfo("Europe/Stockholm"))
    assert summer.isoformat() == "2026-07-01T14:00:00+02:00"
    assert metadata.version("tzdata") >= "2026"
