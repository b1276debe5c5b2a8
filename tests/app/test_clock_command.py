"""`vaka clock`: deadlines without a database, in the shape of the stable interface."""

import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import vaka
from app.commands.terminal import language
from incidents.regimes import REGIMES
from tests.incidents.test_clock import examples
from tests.test_architecture import FLOORS, ROOT

pytestmark = pytest.mark.zone
PLAIN = ("--aware-at", "2026-11-23T09:17", "--zone", "Europe/Stockholm")
WITHOUT = (
    "import sys; from app.cli import main\n"
    "try: main()\n"
    "except SystemExit as end: code = end.code\n"
    "heavy = ('fastapi', 'starlette', 'sqlalchemy', 'jinja2', 'holidays', 'notifications')\n"
    "print([name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    "sys.exit(code)"
)


def clock(*arguments: str, lang: str = "C") -> Result:
    return CliRunner().invoke(vaka, ["clock", *arguments], env={"LC_ALL": lang})


def document(*arguments: str) -> dict[str, Any]:
    answer = clock(*arguments, "--json")
    assert answer.exit_code == 0, answer.stderr
    assert answer.stderr == ""
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_the_document_has_the_shape_of_the_interface() -> None:
    assert document(*PLAIN) == {
        "aware_at": "2026-11-23T08:17:00Z",
        "zone": "Europe/Stockholm",
        "clocks": [
            {
                "regime": "gdpr",
                "duty": "notify_authority",
                "due_at": "2026-11-26T08:17:00Z",
                "due_local": "2026-11-26T09:17:00+01:00",
                "latest_arguable_at": "2026-11-26T09:00:00Z",
                "basis": "GDPR Art. 33(1)",
                "explanation": {
                    "sv": "Anmäl till tillsynsmyndigheten inom 72 timmar, räknat från tidpunkten då vi fick vetskap "
                    "(GDPR Art. 33(1)); helger och helgdagar räknas.",
                    "en": "Tell the supervisory authority within 72 hours, counted from the moment we became aware "
                    "(GDPR Art. 33(1)); weekends and holidays count.",
                },
            }
        ],
        "follows": [
            {
                "regime": "gdpr",
                "duty": "supplement",
                "counts_from": "done:notify_authority",
                "basis": "GDPR Art. 33(4)",
                "explanation": {
                    "sv": "Komplettera anmälan inom 28 dagar, räknat från tidpunkten då ”Anmäl till "
                    "tillsynsmyndigheten” var gjort (GDPR Art. 33(4)); helger och helgdagar räknas.",
                    "en": "Supplement the notice within 28 days, counted from the moment “Tell the supervisory "
                    "authority” was done (GDPR Art. 33(4)); weekends and holidays count.",
                },
            }
        ],
    }


@examples("clock_examples")
def test_the_worked_examples_come_out_of_the_command(row: dict[str, Any]) -> None:
    local = row["awareness"][:19]
    found = document("--aware-at", local, "--zone", row["tz"])
    (deadline,) = found["clocks"]
    assert (found["aware_at"], found["zone"]) == (row["awareness_utc"], row["tz"])
    assert (deadline["due_at"], deadline["due_local"]) == (row["strict_deadline_utc"], row["strict_deadline"])
    assert deadline["latest_arguable_at"] == row["reg1182_deadline_utc"]


@examples("input_cases")
def test_the_input_cases_come_out_of_the_command(row: dict[str, Any]) -> None:
    asked = ("--aware-at", row["local"], "--zone", row["tz"])
    if row["problem"] == "nonexistent":
        answer = clock(*asked, "--json")
        assert (answer.exit_code, answer.stdout) == (2, "")
        assert answer.stderr.count("\n") == 1
        return
    assert document(*asked)["warnings"] == ["ambiguous_local_time"]
    later = document("--aware-at", f"{row['local']}+01:00", "--zone", row["tz"])
    assert "warnings" not in later
    assert later["aware_at"] == "2027-10-31T01:10:00Z"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--aware-at", "2026-11-23T09:17"), "The time 2026-11-23T09:17 needs a time zone or an offset."),
        (("--aware-at", "2026-11-23T09:17", "--authority", "imy"), "needs a time zone or an offset."),
        (("--aware-at", "2027-03-28T02:30", "--zone", "Europe/Stockholm"), "does not exist in Europe/Stockholm"),
        (("--aware-at", "yesterday", "--zone", "Europe/Stockholm"), "Write the date and the time as 2026-11-22 14:05."),
        (("--aware-at", "2026-11-23", "--zone", "Europe/Stockholm"), "Write the date and the time"),
        (("--aware-at", "2026-02-30T09:17Z"), "Write the date and the time"),
        (("--aware-at", "9999-12-31T23:59Z"), "The year must be between"),
        (("--aware-at", "2026-11-23T09:17", "--zone", "Europe/Ankeborg"), "The time zone is unknown."),
        (("--aware-at", "2026-11-23T09:17Z", "--zone", "Europe/Ankeborg"), "The time zone is unknown."),
        (("--aware-at", "2026-11-23T09:17Z", "--zone", "Europe"), "The time zone is unknown."),
        ((*PLAIN, "--regime", "moon"), "There is no regime named moon. Known ones: contract, cra_incident, "),
        (
            (*PLAIN, "--authority", "nsa"),
            "There is no authority named nsa. Known ones: dataombudsmannen, datatilsynet, datatilsynet_dk, imy, vdai.",
        ),
    ],
)
@pytest.mark.parametrize("how", [(), ("--json",)])
def test_wrong_input_is_one_sentence_and_exit_2(arguments: tuple[str, ...], sentence: str, how: tuple[str]) -> None:
    answer = clock(*arguments, *how)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_several_regimes_after_one_option_or_each_after_its_own() -> None:
    one = document(*PLAIN, "--regime", "nis2", "eidas")
    assert one == document(*PLAIN, "--regime", "nis2", "--regime", "eidas", "--regime", "nis2")
    assert [(row["regime"], row["duty"], row["due_local"]) for row in one["clocks"]] == [
        ("nis2", "early_warning", "2026-11-24T09:17:00+01:00"),
        ("nis2", "incident_notification", "2026-11-26T09:17:00+01:00"),
        ("eidas", "notify_supervisory_body", "2026-11-24T09:17:00+01:00"),
    ]
    assert [(row["regime"], row["duty"]) for row in one["follows"]] == [("nis2", "final_report")]
    assert clock(*PLAIN, "eidas").exit_code == 2


@pytest.mark.parametrize("code", REGIMES)
def test_every_stage_of_every_regime_is_either_running_or_waits(code: str) -> None:
    found = document(*PLAIN, "--regime", code)
    told = [row["duty"] for row in (*found["clocks"], *found["follows"])]
    assert sorted(told) == sorted(str(stage.duty) for stage in REGIMES[code].stages)
    assert all(
        row["basis"] and set(row["explanation"]) == {"sv", "en"} for row in (*found["clocks"], *found["follows"])
    )


def test_as_soon_as_possible_has_no_invented_deadline() -> None:
    (deadline,) = document(*PLAIN, "--regime", "promise")["clocks"]
    assert (deadline["due_at"], deadline["due_local"], deadline["latest_arguable_at"]) == (None, None, None)


def test_a_request_counts_from_the_same_moment_with_the_holidays_of_the_authority() -> None:
    asked = ("--aware-at", "2026-11-24T10:00", "--zone", "Europe/Stockholm", "--regime", "rights")
    (deadline,) = document(*asked, "--authority", "imy")["clocks"]
    assert deadline["due_local"] == "2026-12-24T10:00:00+01:00"
    assert deadline["latest_arguable_at"] == "2026-12-28T23:00:00Z"  # Christmas Eve to the Monday after
    assert document(*asked)["clocks"][0]["due_local"] == deadline["due_local"]


def test_the_authoritys_card_gives_the_zone_that_an_offset_leaves_open_and_the_days_of_the_supplement() -> None:
    assert document("--aware-at", "2026-11-23T09:17+01:00")["zone"] == "UTC"
    found = document("--aware-at", "2026-11-23T09:17+01:00", "--authority", "vdai")
    assert found["zone"] == "Europe/Vilnius"
    assert found["clocks"][0]["due_local"] == "2026-11-26T10:17:00+02:00"
    assert "28 days" in found["follows"][0]["explanation"]["en"]


def test_parts_of_a_second_are_cut_and_never_rounded_up() -> None:
    found = document("--aware-at", "2026-11-23T09:17:59.999999+01:00")
    assert found["aware_at"] == "2026-11-23T08:17:59Z"
    assert found["clocks"][0]["due_at"] == "2026-11-26T08:17:59Z"


def test_people_read_it_in_the_language_of_their_terminal() -> None:
    swedish = clock(*PLAIN, "--regime", "gdpr", "promise", lang="sv_SE.UTF-8").stdout
    assert "Vetskap: mån 23 nov 2026 09:17 CET" in swedish
    assert "tors 26 nov 2026 09:17 CET" in swedish
    assert "När det blir dags" in swedish
    assert "Så snart som möjligt" in swedish
    english = clock(*PLAIN, lang="en_GB.UTF-8").stdout
    assert "Thu 26 Nov 2026 09:17 CET" in english
    assert "weekends and holidays count" in english
    refused = clock("--aware-at", "2027-03-28T02:30", "--zone", "Europe/Stockholm", lang="sv_SE.UTF-8")
    assert "finns inte i Europe/Stockholm" in refused.stderr
    twice = clock("--aware-at", "2027-10-31T02:30", "--zone", "Europe/Stockholm", lang="sv_SE.UTF-8")
    assert "två gånger" in twice.stdout


def test_the_first_variable_that_is_set_decides_the_language() -> None:
    assert language({}) == "en"
    assert language({"LANG": "sv_SE.UTF-8"}) == "sv"
    assert language({"LC_ALL": "C", "LANG": "sv_SE.UTF-8"}) == "en"
    assert language({"LC_ALL": "", "LC_MESSAGES": "sv", "LANG": "en_GB"}) == "sv"


def test_no_database_no_web_framework_and_no_holidays_are_loaded_for_hours(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT, "clock", *PLAIN, "--json"],
        env={"VAKA_DATABASE_URL": "postgresql://nobody@nowhere.example/none", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, "[]\n")
    assert json.loads(answer.stdout)["clocks"][0]["due_at"] == "2026-11-26T08:17:00Z"
    assert list(tmp_path.iterdir()) == []


UNKNOWN_ANCHOR = ('Rule("full_moon", Period(hours=24), "Act 1")', "counts from full_moon, which nobody knows")
NO_CITATION = ('Rule("aware", Period(hours=24), " ")', "cites no law")


@pytest.mark.parametrize(
    ("command", "rule", "why"),
    [
        (("serve", "--migrate"), *UNKNOWN_ANCHOR),
        (("work",), *NO_CITATION),
        (("clock", *PLAIN), *UNKNOWN_ANCHOR),
    ],
    ids=["serve", "work", "clock"],
)
def test_a_regime_that_is_not_sound_stops_the_start_with_one_sentence(
    tmp_path: Path, command: tuple[str, ...], rule: str, why: str
) -> None:
    """The service as it is, with one file more among its regimes."""
    for folder in {*FLOORS, "templates", "alembic"} - {"incidents"}:
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "incidents").mkdir()
    for entry in (ROOT / "incidents").iterdir():
        if entry.name != "regimes":
            (tmp_path / "incidents" / entry.name).symlink_to(entry)
    shutil.copytree(ROOT / "incidents/regimes", tmp_path / "incidents/regimes")
    (tmp_path / "incidents/regimes/odd.py").write_text(
        "from incidents.clock import Regime, Rule, Stage\nfrom incidents.periods import Period\n"
        f'REGIME = Regime("odd", "Odd", "Act 1", "Nobody.", (Stage("tell", "Tell", "somebody", {rule}),))\n'
    )
    answer = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *command],
        env={"PYTHONPATH": str(tmp_path), "VAKA_VAR_DIR": str(tmp_path / "var")},
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == f"The regime odd cannot be used: tell {why}.\n"
    assert not (tmp_path / "var").exists()


def test_future_awareness_is_counted_for_there_is_no_now_here() -> None:
    assert document("--aware-at", "2031-01-01T00:00Z")["clocks"][0]["due_at"] == "2031-01-04T00:00:00Z"
    assert datetime.fromisoformat(document("--aware-at", "1970-01-01T00:00Z")["aware_at"]).year == 1970
