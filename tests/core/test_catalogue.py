"""A wrong card is named with its file and line, in one sentence, and stops whatever was to start."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.catalogue import WrongCard, line_of, read_card
from notifications.authorities import Authority

ROOT = Path(__file__).parent.parent.parent
FLOORS = ("app", "core", "identity", "incidents", "notifications", "risk", "templates", "alembic")
IMY = (ROOT / "notifications/authorities/imy.toml").read_text("utf-8")
CARD = """name = "x"
former = [
    { name = "y" },
]
[lists]
a = 1

[[channel]]
kind = "portal"
[[channel]]
use = "notice"
kind = "post"
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("name",), 1),
        (("former", 0, "name"), 2),
        (("lists", "a"), 6),
        (("channel", 1, "kind"), 12),
        (("channel", 0, "kind"), 9),
        (("channel", 0, "certainty"), 8),
        (("phone",), 1),
        ((), 1),
    ],
)
def test_a_value_is_found_at_its_line_and_one_that_is_missing_at_its_table(place: tuple[str, ...], line: int) -> None:
    assert line_of(CARD, place) == line


@pytest.mark.parametrize(
    ("before", "after", "line", "sentence"),
    [
        ("fields = [60]", "fields = [60, 999]", "fields = [60, 999]", "the template has no question 999"),
        ('kind = "post"', 'kind = "pigeon"', 'kind = "pigeon"', "Input should be 'portal', 'email', 'post' or 'phone'"),
        ('country = "SE"', 'country = "Sverige"', 'country = "Sverige"', "String should match pattern"),
        ('certainty = "A"\nseen = "2023-05-11"', 'seen = "2023-05-11"', "[[channel]]", "certainty: Field required"),
        ('email_certainty = "B"\n', "", "# Sweden", "email_certainty: Field required"),
        ('zone = "Europe/Stockholm"', "zone = Europe", "zone = Europe", "Invalid value"),
    ],
)
def test_a_slip_in_an_authoritys_card_is_refused_with_file_and_line(
    before: str, after: str, line: str, sentence: str
) -> None:
    assert before in IMY
    text = IMY.replace(before, after, 1)
    with pytest.raises(WrongCard) as refused:
        read_card("notifications/authorities/imy.toml", text, Authority)
    said = str(refused.value)
    file, number, why = said.split(":", 2)
    assert file == "notifications/authorities/imy.toml"
    assert text.splitlines()[int(number) - 1].startswith(line)
    assert sentence in why
    assert "\n" not in said


def started(folder: Path, command: str, file: str, before: str, after: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own with one file changed; everything else is the same files."""
    changed, _, inside = file.partition("/")
    for floor in FLOORS:
        if floor != changed:
            (folder / floor).symlink_to(ROOT / floor)
    shutil.copytree(ROOT / changed, folder / changed, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / changed / inside).read_text("utf-8")
    assert before in text
    (folder / changed / inside).write_text(text.replace(before, after, 1), "utf-8")
    program = [sys.executable, "-B", "-c", "from app.cli import main; main()", command]
    settings = {"PATH": "/usr/bin:/bin", "VAKA_VAR_DIR": str(folder / "var")}
    return subprocess.run(program, cwd=folder, env=settings, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("command", ["serve", "work"])
@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("notifications/authorities/vdai.toml", "certainty = ", "certanty = ", "notifications/authorities/vdai.toml:"),
        ("notifications/edpb/draft_1_0.toml", "adopted = 2026-06-08", "", "notifications/edpb/draft_1_0.toml:1: "),
        ("notifications/edpb/draft_1_0.toml", "field = 48, older", "field = 998, older",
         "notifications/edpb/draft_1_0.toml:662: field 49: its condition names field 998, which does not exist"),
        ("incidents/regimes/gdpr.py", "Anchor.AWARE", '"full_moon"', "The regime gdpr cannot be used: "),
    ],
)  # fmt: skip
def test_neither_pages_nor_worker_start_with_a_wrong_card_or_regime(
    tmp_path: Path, command: str, file: str, before: str, after: str, says: str
) -> None:
    ended = started(tmp_path, command, file, before, after)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(says)
    assert ended.stderr.count("\n") == 1
