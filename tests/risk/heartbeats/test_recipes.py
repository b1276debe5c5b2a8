"""The recipes are run as they stand on the page, against a real server: a real pg_dump, and scripts that behave as
restic, borg and freshclam do. Also when the job fails."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.moment import now
from risk.heartbeats.beating import message_of
from risk.heartbeats.models import HeartbeatBeat
from risk.heartbeats.recipes import filled, header_file
from risk.heartbeats.rules import State
from tests.fixtures.databases import Databases
from tests.fixtures.serving import Serve
from tests.fixtures.world import World
from tests.risk.heartbeats.machine import CONTROL, Machine


@dataclass
class Host:
    """A machine with a folder of its own, where programs of the test stand before those of the system."""

    machine: Machine
    folder: Path
    base_url: str

    def program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def recipe(self, code: str) -> Path:
        found = {one.code: one.text for one in filled(self.base_url, CONTROL, self.machine.token)}
        path = self.folder / f"{code}.sh"
        path.write_text(found[code])
        path.chmod(0o755)
        return path

    def run(self, code: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        token = self.folder / "heartbeat"
        token.write_text(header_file(self.machine.token).splitlines()[2] + "\n")
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        outside = {"PATH": path, "HOME": str(self.folder), "VAKA_TOKEN_FILE": str(token), "TMPDIR": str(self.folder)}
        return subprocess.run([self.recipe(code), *arguments], env=outside | variables, text=True, capture_output=True,
                              timeout=60, check=False)  # fmt: skip

    def said(self) -> tuple[str, str, int | None]:
        """The last word: kind, message, exit status."""
        with self.machine.world.look() as session:
            beat = session.scalars(select(HeartbeatBeat).order_by(HeartbeatBeat.number.desc()).limit(1)).one()
            return beat.kind, message_of(session, beat), beat.exit_status


@pytest.fixture
def host(small_world: World, serve: Serve, tmp_path: Path) -> Host:
    folder = tmp_path / "host"
    folder.mkdir()
    small_world.now = now()
    return Host(Machine(small_world), folder, serve(small_world.app))


def test_any_command_is_told_with_its_end_and_passes_its_exit_status_on(host: Host) -> None:
    done = host.run("shell", "echo", "all copied")
    assert (done.returncode, done.stdout, done.stderr) == (0, "all copied\n", "")
    assert host.said() == ("success", "", None)
    assert host.machine.row.started_at is not None
    failed = host.run("shell", "sh", "-c", "seq 1 900; echo 'disk & full = 100 % +' >&2; exit 7")
    assert failed.returncode == 7
    kind, message, status = host.said()
    assert (kind, status) == ("fail", 7)
    assert message.endswith("disk & full = 100 % +")
    assert host.machine.state == State.FAILED


def test_a_job_runs_although_vaka_is_away_and_says_so(host: Host) -> None:
    host.base_url = "http://127.0.0.1:9"
    host.program("curl", 'shift; exec /usr/bin/env -i PATH=/usr/bin:/bin curl --retry 0 "$@" --retry 0')
    done = host.run("shell", "echo", "copied")
    assert (done.returncode, done.stdout) == (0, "copied\n")
    assert "Vaka was not told of the end." in done.stderr


def test_the_token_is_in_no_command_line(host: Host) -> None:
    host.program("curl", f'echo "$@" >> "{host.folder}/seen"')
    host.run("shell", "true")
    seen = (host.folder / "seen").read_text()
    assert f"/api/v1/controls/{CONTROL}/heartbeat" in seen
    assert host.machine.token not in seen


def test_a_line_of_cron_as_it_stands(host: Host) -> None:
    host.program("nightly-job", "exit 3")
    line = next(line for line in host.recipe("cron").read_text().splitlines() if line.startswith("30 2"))
    command = line.partition(" root ")[2].replace("/usr/local/sbin/", f"{host.folder / 'bin'}/")
    subprocess.run(["sh", "-c", command], check=True, timeout=30)
    assert host.said() == ("fail", "", 3)
    host.program("nightly-job", "exit 0")
    subprocess.run(["sh", "-c", command], check=True, timeout=30)
    assert host.said() == ("success", "", 0)
    assert host.machine.beats()[-1].milliseconds is not None


def test_the_lines_of_systemd_as_they_stand(host: Host) -> None:
    """Their commands are run; systemd itself checks the units where it is installed."""
    text = host.recipe("systemd").read_text()
    token = host.folder / "heartbeat"
    token.write_text(f"Authorization: Bearer {host.machine.token}\n")
    lines = [line.partition("=")[2] for line in text.splitlines() if line.startswith("Exec") and "curl" in line]
    assert len(lines) == 3
    for line, kind in zip(lines, ("start", "success", "fail"), strict=True):
        command = line.lstrip("-").replace("/etc/vaka/heartbeat", str(token)).replace("/usr/bin/curl", "curl")
        subprocess.run(["sh", "-c", command], check=True, timeout=30)
        if kind != "start":
            assert host.said()[0] == kind
    assert "OnFailure=nightly-job-failed.service" in text
    if checker := shutil.which("systemd-analyze"):
        _verify(checker, text, host.folder)


def _verify(checker: str, text: str, folder: Path) -> None:
    units = []
    for part in text.split("# /etc/systemd/system/")[1:]:
        name, _, unit = part.partition("\n")
        (folder / name).write_text(unit.replace("/usr/local/sbin/nightly-job", "/bin/true"))
        units.append(str(folder / name))
    done = subprocess.run([checker, "verify", *units], text=True, capture_output=True, timeout=60, check=False)
    assert "Unknown" not in done.stderr, done.stderr
    assert "Failed to parse" not in done.stderr, done.stderr


def test_a_real_pg_dump_is_made_read_back_kept_and_told(host: Host, databases: Databases) -> None:
    url = databases.fresh("postgresql").replace("postgresql+psycopg", "postgresql")
    folder = host.folder / "dumps"
    folder.mkdir()
    for _ in range(3):
        assert host.run("pg_dump", DATABASE=url, FOLDER=str(folder), KEEP="2").returncode == 0
        for file in folder.glob("*.dump"):  # the next one has a name of its own second
            file.rename(file.with_name(f"2026-{len(list(folder.iterdir()))}-{file.name}"))
    kind, message, _ = host.said()
    assert kind == "success"
    assert message.endswith("kept")
    kept = sorted(folder.glob("*.dump"))
    assert len(kept) == 2
    listed = subprocess.run(["pg_restore", "--list", str(kept[-1])], text=True, capture_output=True, check=True)
    assert "TABLE public heartbeat_beat" in listed.stdout
    failed = host.run("pg_dump", DATABASE=f"{url.rpartition('/')[0]}/nowhere", FOLDER=str(folder))
    assert failed.returncode == 1
    kind, message, status = host.said()
    assert (kind, status) == ("fail", 1)
    assert "nowhere" in message
    assert len(list(folder.glob("*.dump"))) == 2


@pytest.mark.parametrize(("code", "steps"), [("restic", ["backup", "forget", "check"]),
                                             ("borg", ["create", "prune", "compact"])])  # fmt: skip
def test_restic_and_borg_go_step_by_step_and_stop_at_the_first_fault(host: Host, code: str, steps: list[str]) -> None:
    for broken in (None, *steps):
        host.program(code, f'echo "{code} $1"\n[ "$1" = "{broken}" ] && {{ echo "no space" >&2; exit 1; }}\nexit 0')
        done = host.run(code, PATHS="/etc /home")
        kind, message, _ = host.said()
        reached = steps if broken is None else steps[: steps.index(broken) + 1]
        assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith(code)] == reached
        assert (kind, done.returncode) == (("success", 0) if broken is None else ("fail", 1))
        assert ("no space" in message) is (broken is not None)


FRESHCLAM = """
# What freshclam does: a line in its log, the database with its date in front, then the command of its settings.
case "$MIRROR" in
new) printf 'ClamAV-VDB:%s:27463:2000000:90:x:y:raynman:1' "$BUILT" > "$CLAMAV/daily.cld"
     echo 'daily.cld updated (version: 27463)'; sh -c "$ON_UPDATE" ;;
same) echo 'daily.cld database is up-to-date (version: 27463)' ;;
*) echo 'ERROR: Update failed.' >&2; sh -c "$ON_ERROR"; exit 59 ;;
esac
"""


@pytest.fixture
def freshclam(host: Host) -> Callable[..., int]:
    """A run of it as on a host, then of the daily line of cron; returns the exit status of that line."""
    definitions = host.folder / "clamav"
    definitions.mkdir()
    host.program("freshclam", FRESHCLAM)

    def update(mirror: str, hours_old: float = 3) -> int:
        built = (datetime.now(UTC) - timedelta(hours=hours_old)).strftime("%d %b %Y %H-%M +0000")
        command = f"CLAMAV='{definitions}' {host.recipe('freshclam')}"
        host.program("wrapped", f'VAKA_TOKEN_FILE="{host.folder}/heartbeat"; export VAKA_TOKEN_FILE\n{command} "$@"')
        (host.folder / "heartbeat").write_text(f"Authorization: Bearer {host.machine.token}\n")
        hooks = {"ON_UPDATE": "wrapped", "ON_ERROR": "wrapped failed", "MIRROR": mirror, "BUILT": built,
                 "CLAMAV": str(definitions), "PATH": f"{host.folder / 'bin'}:{os.environ['PATH']}"}  # fmt: skip
        subprocess.run(["freshclam"], env=hooks, timeout=30, capture_output=True, check=False)
        return subprocess.run(["wrapped"], env=hooks, timeout=30, check=False).returncode if mirror == "same" else 0

    return update


def test_freshclam_with_something_new_reports_by_its_hook(host: Host, freshclam: Callable[..., int]) -> None:
    freshclam("new")
    assert host.said()[:2] == ("success", "The definitions are 3 hours old.")


def test_freshclam_with_nothing_new_is_told_by_the_date_in_the_file(host: Host, freshclam: Callable[..., int]) -> None:
    freshclam("new", 30)
    assert freshclam("same") == 0
    assert host.said()[:2] == ("success", "The definitions are 30 hours old.")


def test_a_mirror_that_goes_on_giving_old_definitions_is_a_failure(host: Host, freshclam: Callable[..., int]) -> None:
    freshclam("new", 24 * 9)
    assert host.said()[:2] == ("fail", "The definitions are 216 hours old.")
    assert freshclam("same") == 1


def test_a_freshclam_that_fails_is_told_by_its_other_hook(host: Host, freshclam: Callable[..., int]) -> None:
    freshclam("new")
    freshclam("broken")
    assert host.said()[:2] == ("fail", "freshclam could not update the definitions.")


def test_definitions_that_are_not_there_or_cannot_be_read_are_a_failure(
    host: Host, freshclam: Callable[..., int]
) -> None:
    assert freshclam("same") == 1
    assert host.said()[1].startswith("There are no definitions in ")
    (host.folder / "clamav" / "daily.cvd").write_text("<html>404</html>")
    assert freshclam("same") == 1
    assert host.said()[1] == "The date in daily.cvd cannot be read."
