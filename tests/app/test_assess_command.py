"""`vaka assess`: the documented shape, one sentence and exit 2 for facts that cannot be, and no database."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.app.test_log_command import WITHOUT_WEB

FACTS: dict[str, Any] = {
    "cause": "intentional",
    "breach_types": ["confidentiality"],
    "data": [{"category": "behavioural", "adjustment": 0, "why": "one week of trips"}],
    "special_category": False,
    "identifiability": 1,
    "circumstances": {"confidentiality": 0, "integrity": 0, "availability": 0, "malicious": True},
    "people": 30,
    "vulnerable_people": False,
    "unintelligible": "no",
    "copy_available": "yes",
    "exfiltrated": "no",
    "recipient": "known",
    "returned_or_destroyed": "no",
    "enables": ["loss_of_control"],
    "essential_service_hit": False,
    "subsequent_measures": False,
    "disproportionate_effort": False,
}


def assess(*arguments: str, given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_WEB, "assess", *arguments]
    return subprocess.run(command, input=given, env={}, capture_output=True, text=True, check=False)


def test_the_answer_has_the_documented_shape_and_loads_no_web_framework() -> None:
    done = assess("--json", given=json.dumps(FACTS))
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    answer = json.loads(done.stdout)
    severity = {"dpc": 2, "ei": 1.0, "cb": 0.5, "score": 2.5, "band": "medium", "flags": [], "near_edge": None}
    assert severity.items() <= answer["severity"].items()
    assert answer["duties"] == {"document": True, "notify_authority": True, "inform_people": False,
                                "public_communication": False}  # fmt: skip
    assert answer["differs_from_score"] is False
    for reason in answer["reasons"]:
        assert reason["text"]["sv"] != reason["text"]["en"]
        assert reason["rule"].startswith("R")


def test_the_schema_refuses_unknown_keys() -> None:
    done = assess("--schema", given="")
    schema = json.loads(done.stdout)
    assert schema["additionalProperties"] is False
    assert set(FACTS) == set(schema["properties"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"data": [{"category": "simple", "adjustment": 4}]}, "data.0.adjustment: The data weigh 5"),
        ({"data": [{"category": "secret"}]}, "data.0.category: Input should be"),
        ({"identifiability": 0.6}, "identifiability: Only 0.25, 0.5, 0.75, 1 are possible."),
        ({"identifiability": True}, "identifiability: "),
        ({"people": -1}, "people: "),
        ({"enables": ["none", "fraud"]}, "enables: none stands alone"),
        ({"circumstances": {"confidentiality": 1}}, "circumstances.confidentiality: Only 0, 0.25, 0.5 are possible."),
    ],
)
def test_facts_that_cannot_be_are_refused_with_the_path_and_a_sentence(change: dict[str, Any], sentence: str) -> None:
    done = assess("--json", given=json.dumps(FACTS | change))
    assert done.returncode == 2
    assert done.stdout == ""
    assert sentence in done.stderr


def test_many_facts_are_answered_line_by_line_and_a_wrong_one_does_not_stop_the_rest() -> None:
    asked = [{"id": 1, "facts": FACTS}, {"id": "b", "facts": FACTS | {"people": "many"}}, {"id": 3, "facts": FACTS}]
    done = assess("--lines", given="\n".join(json.dumps(line) for line in asked))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [answer["id"] for answer in answers] == [1, "b", 3]
    assert ["error" in answer for answer in answers] == [False, True, False]
    assert answers[0]["severity"] == answers[2]["severity"]


def test_words_for_people_end_with_who_decides() -> None:
    done = assess(given=json.dumps(FACTS))
    assert "2 x 1 + 0.5 = 2.5, medium" in done.stdout
    assert done.stdout.strip().endswith("The commission decides.")
