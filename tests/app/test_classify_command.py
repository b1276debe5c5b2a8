"""`vaka classify`: the documented shape, many texts at once, and no database."""

import json
import subprocess
import sys

from tests.app.test_log_command import WITHOUT_WEB


def classify(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_WEB, "classify", *arguments]
    settings = {"PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, input=given, env=settings, capture_output=True, encoding="utf-8", check=False)


def test_the_answer_names_the_words_and_loads_no_web_framework() -> None:
    done = classify("--json", "Brevet gick till fel mottagare")
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    answer = json.loads(done.stdout)
    assert answer["answer"] == "accidental"
    best = answer["suggestions"][0]
    assert (best["class"], best["code"]) == ("accidental", "accidental.misrouting")
    assert "fel mottagare" in best["because"]
    assert 0 < best["confidence"] < 1


def test_standard_input_is_read_and_nothing_to_read_is_refused() -> None:
    assert classify(given="A hacker stole the passwords").stdout.startswith("intentional")
    done = classify(given="  \n")
    assert (done.returncode, done.stdout) == (2, "")


def test_many_texts_are_answered_line_by_line_and_a_wrong_one_does_not_stop_the_rest() -> None:
    lines = ['{"id": 7, "text": "fire in the archive"}', "nonsense", '{"id": "x", "text": 4}', '{"id": 8, "text": "?"}']
    done = classify("--lines", given="\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [answer["id"] for answer in answers] == [7, None, "x", 8]
    assert [answer.get("answer") for answer in answers] == ["unforeseen", None, None, "undetermined"]
