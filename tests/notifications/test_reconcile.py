"""Doubt is settled by evidence, never by guessing, and each settlement leaves an entry in the log."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.cli import vaka
from core.access import SYSTEM
from core.audit.models import AuditEntry
from core.errors import Invalid
from incidents.models import Incident
from notifications.evidence import Verdict, read_evidence
from notifications.models import OutboxMessage
from notifications.outbox import enqueue
from notifications.reconcile import Settled, count_by_state, reconcile
from tests.fixtures.world import World

CASE = "c" * 32
POSTFIX = """\
Nov 22 14:05:01 mx postfix/smtpd[811]: 4D2A41F0C: client=app.nordhamn.example[192.0.2.4]
Nov 22 14:05:01 mx postfix/cleanup[812]: 4D2A41F0C: message-id=<taken@vaka.invalid>
Nov 22 14:05:01 mx postfix/qmgr[90]: 4D2A41F0C: from=<vaka@nordhamn.example>, size=1822, nrcpt=1 (queue active)
Nov 22 14:05:02 mx postfix/cleanup[812]: 5E2A41F0D: message-id=<cut@vaka.invalid>
Nov 22 14:05:02 mx postfix/smtpd[811]: lost connection after DATA from app.nordhamn.example[192.0.2.4]
Nov 22 14:05:03 mx postfix/submission/cleanup[812]: 3xKbyF1zWzz6X: message-id=<sent@vaka.invalid>
Nov 22 14:05:04 mx postfix/smtp[820]: 3xKbyF1zWzz6X: to=<asa@kund.example>, relay=mx.kund.example[192.0.2.9]:25, status=sent (250 Ok)
"""  # noqa: E501 - a log line is as long as it is


def test_postfix_has_accepted_what_it_queued() -> None:
    assert read_evidence(POSTFIX) == {
        "<taken@vaka.invalid>": Verdict.ACCEPTED,
        "<cut@vaka.invalid>": Verdict.UNKNOWN,
        "<sent@vaka.invalid>": Verdict.ACCEPTED,
    }


def test_a_csv_says_accepted_or_not_and_an_acceptance_wins() -> None:
    rows = [
        "message_id;status;queue_id",
        "a@x;accepted;1",
        " <b@x> ; Not_Accepted ;",
        "a@x;not_accepted;2",
        "c@x;unknown;",
    ]
    assert read_evidence("\ufeff" + "\r\n".join(rows)) == {
        "<a@x>": Verdict.ACCEPTED,
        "<b@x>": Verdict.NOT_ACCEPTED,
        "<c@x>": Verdict.UNKNOWN,
    }


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [("message_id,status\na@x,accepted\nb@x,sent\n", 3, "status"), ("message_id,status\n,accepted\n", 2, "message_id"),
     ("message_id,status\na@x\n", 2, "status"), ("message_id,status\na@x,decided\n", 2, "status")],
)  # fmt: skip
def test_a_broken_csv_names_row_and_column(text: str, row: int, column: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read_evidence(text)
    assert wrong.value.params == {"row": row, "column": column}


@given(st.text())
def test_anything_else_is_refused_and_never_settles_anything(text: str) -> None:
    with pytest.raises(Invalid):
        read_evidence(text)


def doubtful(world: World, *names: str, state: str = "uncertain") -> dict[str, str]:
    with world.change() as session:
        made = {}
        for name in names:
            message = enqueue(session, "letter", to=f"{name}@kund.example", language="sv", once=name, now=world.now,
                              case=CASE, message_class="reconcile", facts={"subject": "x", "text": "y"})  # fmt: skip
            assert message is not None
            made[name] = message.message_id
        session.flush()
        session.execute(update(OutboxMessage).where(OutboxMessage.message_id.in_(made.values())).values(state=state))
    return made


def test_evidence_settles_what_it_covers_and_leaves_the_rest_in_doubt(world: World) -> None:
    ids = doubtful(world, "asa", "bo", "cilla") | doubtful(world, "dan", state="accepted")
    verdicts = {ids["asa"]: Verdict.ACCEPTED, ids["bo"]: Verdict.NOT_ACCEPTED, ids["dan"]: Verdict.NOT_ACCEPTED,
                "<foreign@x>": Verdict.ACCEPTED}  # fmt: skip
    with world.change() as session:
        result = reconcile(session, SYSTEM, CASE, "PUI-2026-7K3Q", verdicts, world.now, b"file")
    assert result == Settled(accepted=1, queued=1, still_uncertain=1, not_in_doubt=1, not_ours=1)
    with world.look() as session:
        assert count_by_state(session, CASE) == {"accepted": 2, "queued": 1, "uncertain": 1}
        entry = session.scalars(select(AuditEntry.entry).where(AuditEntry.action == "mailing:reconciled")).one()
    assert json.loads(entry)["facts"]["still_uncertain"] == 1
    with world.change() as session:
        again = reconcile(session, SYSTEM, CASE, "PUI-2026-7K3Q", verdicts, world.now)
    assert (again.accepted, again.queued) == (0, 0)


def test_the_command_counts_and_settles(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.change() as session:
        session.add(an_incident(world))
    ids = doubtful(world, "asa", "bo")
    monkeypatch.setenv("VAKA_DATABASE_URL", world.settings.database_url)
    monkeypatch.setenv("VAKA_VAR_DIR", str(world.settings.var_dir))
    run = CliRunner().invoke
    counted = run(vaka, ["mailing", "status", "pui-2026-7k3q", "--json"])
    assert json.loads(counted.stdout) == {"reference": "PUI-2026-7K3Q", "total": 2, "states": {"uncertain": 2}}
    file = tmp_path / "evidence.csv"
    with file.open("w", newline="") as handle:
        csv.writer(handle).writerows([["message_id", "status"], [ids["asa"], "accepted"]])
    half = run(vaka, ["mailing", "reconcile", "PUI-2026-7K3Q", "--evidence", str(file), "--json"])
    assert half.exit_code == 1
    assert json.loads(half.stdout)["still_uncertain"] == 1
    file.write_text(f"message_id,status\n{ids['bo']},not_accepted\n")
    assert run(vaka, ["mailing", "reconcile", "PUI-2026-7K3Q", "--evidence", str(file)]).exit_code == 0
    file.write_text("message_id,status\nx,perhaps\n")
    wrong = run(vaka, ["mailing", "reconcile", "PUI-2026-7K3Q", "--evidence", str(file)])
    assert (wrong.exit_code, wrong.stderr) == (2, "Row 2: the column status cannot be used. Nothing was changed.\n")
    assert run(vaka, ["mailing", "status", "PUI-2026-0000"]).exit_code == 2


def an_incident(world: World) -> Incident:
    return Incident(id=CASE, reference="PUI-2026-7K3Q", reported_at=world.now)
