"""Shows 2: the ten lines of the README in a bundle, copied and pasted, on an environment that holds nothing of Vaka and
only `cryptography`."""

import os
import re
import shutil
import subprocess
import time
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.app.test_log_bundles import ALONE, CASE, kept, packed, pins, signed
from tests.fixtures.world import World

__all__ = ["signed"]
STEP = re.compile(r"^  \d\. (.*?)(?=^  \d\. |^\S)", re.MULTILINE | re.DOTALL)
NEEDED = ("cryptography", "cffi", "pycparser")


@pytest.mark.parametrize("reference", ["", CASE])
def test_the_lines_of_the_readme_check_a_bundle_on_an_empty_environment(
    signed: World, tmp_path: Path, reference: str
) -> None:
    name = f"{CASE}-log.zip" if reference else "vaka-log.zip"
    (tmp_path / name).write_bytes(packed(signed, reference))
    readme = zipfile.ZipFile(tmp_path / name).read("README.txt").decode()
    steps = [" ".join(step.split()) for step in STEP.findall(readme)]
    assert len(steps) == 5
    assert len(readme.splitlines()) < 30
    shutil.copy(ALONE, tmp_path / "vaka_verify.py")
    make, check = steps[1], steps[2]
    empty_environment(make, tmp_path)
    origin, key = pins(signed)
    command = check.replace("ORIGIN", origin).replace("KEY", key)
    answer, _ = pasted(command, tmp_path)
    assert (answer.returncode, answer.stdout.partition(":")[0]) == (3, "unanchored")
    outside = kept(tmp_path, signed, 18)
    answer, seconds = pasted(f"{command} --anchor {outside}", tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.startswith("ok: ")
    assert seconds < 5, "a second on a machine that does nothing else"
    with zipfile.ZipFile(tmp_path / name, "a") as bundle:
        bundle.writestr("checkpoints/000000000018-9.note", "not a note\n")
    answer, _ = pasted(f"{command} --anchor {outside}", tmp_path)
    assert (answer.returncode, answer.stdout.partition(":")[0]) == (1, "bad")


def empty_environment(line: str, folder: Path) -> None:
    """The line as it stands, but for where pip gets the package: tests reach no network, so it is laid there."""
    make, _, install = line.partition(" && ")
    assert install == "check/bin/pip install cryptography"
    assert pasted(f"{make} --without-pip", folder)[0].returncode == 0
    (there,) = (folder / "check" / "lib").glob("python3*/site-packages")
    assert list(there.iterdir()) == []
    for name in NEEDED:
        for file in distribution(name).files or []:
            if ".." not in file.parts:
                (there / file).parent.mkdir(parents=True, exist_ok=True)
                os.symlink(file.locate(), there / file)


def pasted(line: str, folder: Path) -> tuple[subprocess.CompletedProcess[str], float]:
    """What a shell answers, with nothing in its surroundings but where programs are; and how long it took."""
    started = time.monotonic()
    answer = subprocess.run(["sh", "-c", line], cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True,
                            text=True, check=False)  # fmt: skip
    return answer, time.monotonic() - started
