"""The picture of the log: strokes stand where they belong, and no number touches another."""

import json
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.testclient import TestClient

from app.log_chain import LETTER, evenly, stops
from app.worker import Worker, sign_log
from core.access import Role
from core.audit.anchors import HELD
from core.audit.proof_models import AuditAnchor, AuditCheckpoint, SignerRefusal
from tests.app.test_log import checked, english, logged
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.world import World

__all__ = ["logged"]
SIZES = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=12)


def test_the_stops_of_the_picture_in_the_mock() -> None:
    found = stops([412, 843, 1240], [843], 1284)
    assert [(one.size, one.at, one.held) for one in found] == [
        (412, 0.3209, False), (843, 0.6565, True), (1240, 0.9657, False)
    ]  # fmt: skip
    assert all(one.named and one.named_narrow for one in found)
    assert stops([], [], 0) == ()
    assert stops([7], [9], 8)[0].size == 7  # a stop after the end is no stop of this log
    assert evenly(600, 3) == [200, 400, 600]


@given(SIZES, st.integers(1, 10_000_000))
def test_numbers_never_touch_and_the_last_one_is_always_there(sizes: list[int], more: int) -> None:
    total = max(sizes) + more
    found = stops(sizes, [], total)
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert found[-1].named
    assert found[-1].named_narrow
    for width, named in ((1000, [o for o in found if o.named]), (308, [o for o in found if o.named_narrow])):
        spans = []
        for one in named:
            half = len(f"{one.size:,}") * LETTER / 2
            middle = min(one.at * width, width - half)
            spans.append((middle - half, middle + half))
        assert all(left[1] < right[0] for left, right in pairwise(spans))


@pytest.fixture
def signed(logged: World) -> World:
    """The first five entries are signed by the worker and held by a folder outside."""
    sign_log(Worker(logged.database, logged.settings, clock=lambda: logged.now))
    with logged.change() as session:
        point = session.scalars(select(AuditCheckpoint)).one()
        session.add(AuditAnchor(checkpoint_id=point.id, kind="folder", place="nas", state=HELD, at=logged.now))
    return logged


def test_the_page_draws_what_is_checked_signed_and_held(signed: World) -> None:
    auditor = english(signed, Role.AUDITOR)
    text = checked(auditor)
    assert "Signed stops after 5 entries." in text
    assert "Somebody outside Vaka holds the first 5 entries." in text
    assert "The last entry is not signed yet." in text
    assert 'class="ring"' in text
    row = auditor.get("/log/1").text
    assert "Signed <time" in row
    assert "together with the entries up to 4." in row
    assert "an append-only folder" in row
    assert "Not signed yet." in auditor.get("/log/6").text


def test_a_log_that_the_signer_refuses_is_said_on_the_page(signed: World) -> None:
    with signed.change() as session:
        session.add(SignerRefusal(at=signed.now, kind="smaller", signed_size=9, found_size=5))
    text = english(signed, Role.AUDITOR).get("/log").text
    assert "The log is shorter than what was signed" in text
    assert "9 entries were signed, 5 were found." in text


def test_the_filter_leaves_as_json_lines_and_a_pdf_whose_digest_the_log_keeps(signed: World) -> None:
    auditor = english(signed, Role.AUDITOR)
    whole = auditor.get("/log/export.json?group=incident").json()
    assert whole["head"]["filter"] == {"group": "incident"}
    assert [one["entry"]["action"] for one in whole["entries"]][-1] == "incident:taken"
    lines = [json.loads(line) for line in auditor.get("/log/export.jsonl?group=incident").text.splitlines()]
    assert lines[0]["head"]["made_by"] == signed.users[Role.AUDITOR].id
    assert lines[1:] == whole["entries"]
    pdf = auditor.get("/log/export.pdf?action=incident:aware_set")
    assert pdf.headers["content-type"] == "application/pdf"
    text = pdf_text(pdf.content, margins=True)
    for words in ("Changed the moment of awareness", "Mejlet kom förr.", "Audit log: 5 entries, root"):
        assert words.replace(" ", "") in text
    signed.later(minutes=1)
    last = auditor.get("/log/export.jsonl?action=log:exported").text.splitlines()[-2]
    assert json.loads(last)["entry"]["facts"]["pdf_sha256"] == sha256(pdf.content).hexdigest()


def test_a_pdf_that_is_cut_says_so(signed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.log_export.MOST", 2)
    text = pdf_text(english(signed, Role.DPO).get("/log/export.pdf").content)
    assert "These are the newest 2 entries that match; there are more.".replace(" ", "") in text


def test_the_chain_of_an_old_check_counts_what_came_since(signed: World) -> None:
    auditor: TestClient = english(signed, Role.AUDITOR)
    checked(auditor)
    auditor.get("/log")
    assert "entries have come since then" in auditor.get("/log").text
