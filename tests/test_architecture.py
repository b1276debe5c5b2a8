"""The floors hold: imports only go down, FastAPI stays in its rooms, pure files stay pure."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ["app", "incidents", "risk", "identity", "notifications", "core"]
FILES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
WEB_ROOMS = ("core/web.py", "identity/middleware.py", "app/")
PURE = [
    "core/errors.py",
    "core/access.py",
    "core/operations.py",
    "core/audit/note.py",
    "core/audit/note_keys.py",
    "core/audit/proofs.py",
    "core/audit/tree.py",
    "incidents/states.py",
    "incidents/clock.py",
    "incidents/escalation.py",
    "incidents/commission.py",
    "incidents/local_time.py",
    "incidents/next_step.py",
    "incidents/classification.py",
    "incidents/people_by_country.py",
    "incidents/people_count.py",
    "incidents/instants.py",
    "incidents/findings/rules.py",
    "incidents/figures/deliveries.py",
    "incidents/figures/numbers.py",
    "incidents/figures/period.py",
    "incidents/figures/reckoning.py",
    "incidents/figures/scale.py",
    "incidents/figures/swimlane.py",
    "incidents/periods.py",
    "incidents/rules.py",
    "incidents/urgency.py",
    "incidents/regimes/",
    "incidents/sampling/rule.py",
    "incidents/exchange/veris.py",
    "incidents/exchange/records.py",
    "identity/rules/changes.py",
    "identity/rules/clauses.py",
    "identity/rules/standing.py",
    "identity/training/clauses.py",
    "identity/training/rules.py",
    "notifications/competence.py",
    "notifications/letters/blocks.py",
    "notifications/letters/phrases.py",
    "notifications/letters/placeholders.py",
    "notifications/letters/rules.py",
    "notifications/letters/wording.py",
    "notifications/edpb/answers.py",
    "notifications/edpb/checks.py",
    "notifications/edpb/conditions.py",
    "notifications/edpb/faults.py",
    "notifications/edpb/questions.py",
    "risk/control_status.py",
    "risk/duties.py",
    "risk/facts.py",
    "risk/register/matrix.py",
    "risk/register/rules.py",
    "risk/severity.py",
    "risk/tasks/rules.py",
]
EACH_OTHER = {path.removesuffix(".py").rstrip("/").replace("/", ".") for path in PURE}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{name(path)}: imports are absolute"
            yield node.module


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_only_go_down(floor: str) -> None:
    above = set(FLOORS[: FLOORS.index(floor)])
    files = [path for path in FILES if path.relative_to(ROOT).parts[0] == floor]
    assert files
    wrong = [(name(path), module) for path in files for module in imported(path) if module.split(".")[0] in above]
    assert wrong == []


def test_fastapi_stays_in_its_rooms() -> None:
    outside = [path for path in FILES if not _is_room(path)]
    assert 0 < len(outside) < len(FILES)
    web = {"fastapi", "starlette"}
    assert [name(path) for path in outside if any(module.split(".")[0] in web for module in imported(path))] == []


def _is_room(path: Path) -> bool:
    here = name(path)
    return here.startswith(WEB_ROOMS) or path.name in {"pages.py", "api.py"} or "/pages/" in here


def test_only_two_people_the_reporter_or_a_merge_can_leave_somebody_out_of_a_case() -> None:
    """The effect has no second person of its own; incidents/excluding.py is where two others agree."""
    users = {name(path) for path in FILES if "incidents.involvement" in imported(path)}
    assert users == {
        "incidents/excluding.py",
        "incidents/intake.py",
        "incidents/involved_view.py",
        "incidents/merging.py",
    }


@pytest.mark.parametrize("path", [p for p in FILES if name(p).startswith(tuple(PURE))], ids=name)
def test_pure_files_import_only_the_standard_library_each_other_and_the_errors(path: Path) -> None:
    ours = [module for module in imported(path) if module.split(".")[0] in FLOORS]
    assert set(ours) <= EACH_OTHER
    assert not [m for m in imported(path) if m.split(".")[0] in {"sqlalchemy", "pydantic", "jinja2", "structlog"}]


def test_the_verifier_for_outsiders_needs_the_standard_library_and_cryptography_and_nothing_of_ours() -> None:
    alone = ROOT / "app" / "vaka_verify.py"
    found = {module.split(".")[0] for module in imported(alone)}
    assert found - sys.stdlib_module_names == {"cryptography"}
    assert [name(path) for path in FILES if "app.vaka_verify" in imported(path)] == []


def test_only_moment_reads_the_clock() -> None:
    assert [name(path) for path in FILES if _reads_the_clock(path)] == ["core/moment.py"]


def _reads_the_clock(path: Path) -> bool:
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return any(
        call.attr in {"utcnow", "today"} or (call.attr == "now" and ast.unparse(call.value) in {"datetime", "date"})
        for call in calls
        if isinstance(call, ast.Attribute)
    )


def test_alembic_is_not_a_package_that_would_hide_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_no_list_counts_its_way_to_a_page() -> None:
    """OFFSET reads all that it leaves out."""
    counted = re.compile(r"\.offset\(|\bOFFSET\b")
    assert [name(file) for file in FILES if counted.search(file.read_text())] == []


def test_no_page_takes_a_word_of_the_shell_for_something_else() -> None:
    """A page's own word wins, and what stands around every page would read it."""
    [shown] = [
        node.value for node in ast.walk(tree(ROOT / "app/shell.py"))
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict) and len(node.value.keys) > 15
    ]  # fmt: skip
    words = {key.value for key in shown.keys if isinstance(key, ast.Constant)} - {"typed", "wrong"}  # made to be given
    taken = {
        (name(path), word.arg)
        for path in FILES
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"page", "fragment"}
        for word in call.keywords
        if word.arg in words
    }
    assert taken == {("app/pages/set_up.py", "company")}  # there is none yet
