"""Suggested causes: the words that led to them, traps that only look like one, and how often real texts come right."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.causes import CAUSES
from incidents.suggesting import UNDETERMINED, suggest

DATA = Path(__file__).parents[3] / "shared" / "data" / "incidents"
SAID = {
    "Mejl med lönelista gick till fel mottagare": "accidental.misrouting",
    "Jag glömde datorn på tåget": "accidental.lost_device",
    "Datorn stals ur bilen i natt": "intentional.stolen_device",
    "Någon klickade på en länk och angav sitt lösenord": "intentional.phishing",
    "En kollega läste sin exmans journal av nyfikenhet": "intentional.snooping",
    "Strömavbrott i serverhallen": "unforeseen.power_failure",
    "Det brann i arkivet och alla pärmar förstördes": "unforeseen.fire",
    "E-posten ble sendt til feil mottaker ved en feil": "accidental.misrouting",
    "Noen brøt seg inn på kontoret i helgen": "intentional.premises_intrusion",
    "Lynnedslag ødela serveren": "unforeseen.lightning",
    "The laptop was stolen last night": "intentional.stolen_device",
    "Files were encrypted by ransomware and a ransom was demanded": "intentional.extortion",
    "A flood in the basement destroyed the archive": "unforeseen.flood",
}
TRAPS = [
    "Brandväggen loggade trafiken som vanligt",
    "We got a flood of emails after the fire sale",
    "The firewall was upgraded",
    "Brannøvelsen gikk fint",
    "Vi blev översvämmade av mejl om erbjudandet",
    "A brainstorming meeting about the lightning talk",
    "Antivirusprogrammet uppdaterades",
]


@pytest.mark.parametrize(("text", "code"), SAID.items())
def test_plain_sentences_in_three_languages_point_to_their_cause(text: str, code: str) -> None:
    answer = suggest(text)
    assert answer.suggestions[0].code == code
    assert answer.answer == CAUSES[code].cause_class
    said = text.casefold()
    assert all(word in said for found in answer.suggestions for word in found.because)


@pytest.mark.parametrize("text", TRAPS)
def test_words_that_only_look_like_a_cause_say_nothing(text: str) -> None:
    assert suggest(text).answer == UNDETERMINED


def test_little_said_and_words_that_pull_both_ways_stay_undetermined() -> None:
    assert suggest("Något konstigt hände").answer == UNDETERMINED
    assert suggest("Något konstigt hände").suggestions == ()
    assert suggest("Borttappad, eller nätfiske").answer == UNDETERMINED


@given(st.text(max_size=400))
def test_any_text_has_an_answer_with_named_words(text: str) -> None:
    answer = suggest(text)
    assert answer.answer in {UNDETERMINED, "accidental", "intentional", "unforeseen"}
    for found in answer.suggestions:
        assert 0 < found.confidence < 1
        assert found.because


def labelled() -> Iterator[tuple[str, dict[str, Any]]]:
    texts: dict[str, str] = {}
    for name, key, words in (("vcdb", "incident_id", "summary"), ("supplement", "id", "text")):
        for line in (DATA / f"{name}-dev.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            texts[row[key]] = row.get(words) or ""
    for line in (DATA / "hhs-dev.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        texts[f"hhs-{row['breach_id']}"] = row["web_description"]
    for line in (DATA / "labels-dev.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        if label["text_usable"]:
            yield texts[label["id"]], label


def share(rows: list[tuple[str, dict[str, Any]]]) -> float:
    right = [suggest(text).answer in label["class_accept"] for text, label in rows]
    return sum(right) / len(right)


@pytest.mark.skipif(not DATA.exists(), reason="the labelled incidents are not on this machine (shared/data/incidents)")
def test_real_texts_come_out_right() -> None:
    rows = list(labelled())
    assert len(rows) > 800
    assert share(rows) >= 0.85
    unforeseen = [row for row in rows if row[1]["class"] == "unforeseen"]
    assert share(unforeseen) * len(unforeseen) >= 15
    assert share([row for row in rows if row[1]["keyword_trap"]]) >= 0.8
    other_half = [row for row in rows if hashlib.sha256(row[1]["id"].encode()).digest()[0] % 2]
    assert share(other_half) >= 0.85, "the half that was not read while the list was written"
