"""Answers are kept one by one and sealed; a proof with a day is asked for again, and erased some time afterwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from core.files import StoredFile
from core.moment import utc
from notifications.models import OutboxMessage
from risk.control_status import Result
from risk.controls import handing, list_view, page_view
from risk.controls.answers import asked
from risk.controls.models import ControlAnswer
from risk.controls.proofs import erase_old_proofs, remind_of_proofs
from risk.models import Control, ControlCheck
from risk.queries import history
from risk.service import TickForm, Upload, adopt, tick_control
from tests.fixtures.world import World

CODE = "restore_test"
PROOF = Upload("intyg.txt", b"Valid for a year.")


@pytest.fixture
def kept(world: World) -> World:
    with world.change() as session:
        adopt(session, world.now, only=CODE)
        session.get_one(Control, CODE).owner_id = world.users[Role.CONTROL_OWNER].id
    return world


def tick(world: World, *files: Upload, **form: object) -> None:
    with world.change() as session:
        typed = TickForm.model_validate({"result": Result.PASS, "done_on": world.now.date()} | form)
        actor = world.actor(Role.CONTROL_OWNER)
        tick_control(session, actor, session.get_one(Control, CODE), typed, files, world.now)


def mails(world: World, kind: str) -> int:
    with world.look() as session:
        return len(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all())


def test_an_answer_alone_is_proof_and_is_told_the_next_time(kept: World) -> None:
    tick(kept, answers={"copy": "Fredagens kopia.", "duration": "20 minuter", "unheard_of": "x"})
    with kept.look() as session:
        control = session.get_one(Control, CODE)
        rows = session.scalars(select(ControlAnswer)).all()
        assert {row.question for row in rows} == {"copy", "duration"}
        assert not any("Fredagens" in row.text_sealed for row in rows)
        found = history(session, control)
        [check] = page_view.checks(session, control, found, kept.now, "sv")
        assert check.answers[0] == ("Vilken kopia läste du tillbaka?", "Fredagens kopia.")
        assert [one.last for one in asked(session, control, found, "sv")] == ["Fredagens kopia.", "20 minuter", ""]


@pytest.mark.parametrize(
    ("form", "files", "field"),
    [
        ({"answers": {"copy": ""}}, (), "note"),
        ({"answers": {"copy": "x" * 1001}}, (), "answer_copy"),
        ({"note": "x", "proof_expires_on": date(2027, 1, 1)}, (), "proof_expires_on"),
        ({"proof_expires_on": date(2026, 11, 21)}, (PROOF,), "proof_expires_on"),
    ],
)
def test_what_cannot_be_is_named_at_its_field(
    kept: World, form: dict[str, object], files: tuple[Upload, ...], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        tick(kept, *files, **form)
    assert list(wrong.value.fields) == [field]


def knock(world: World, now_on: date) -> tuple[int, int]:
    world.now = utc(now_on.year, now_on.month, now_on.day, 12)
    with world.change() as session:
        return remind_of_proofs(session, world.now), erase_old_proofs(session, world.now)


def test_a_proof_with_a_day_is_asked_for_twice_and_erased_after_ninety_days(kept: World) -> None:
    tick(kept, PROOF, proof_expires_on=date(2027, 3, 1))
    assert knock(kept, date(2027, 2, 14)) == (0, 0)
    assert knock(kept, date(2027, 2, 16)) == (1, 0)
    assert knock(kept, date(2027, 2, 17)) == (0, 0)
    assert knock(kept, date(2027, 3, 2)) == (1, 0)
    assert mails(kept, "control_proof") == 2
    with kept.look() as session:
        row = list_view.row(session, kept.actor(Role.AUDITOR), session.get_one(Control, CODE), kept.now, "en")
        assert row.proof_over
    assert knock(kept, date(2027, 5, 30))[1] == 0
    assert knock(kept, date(2027, 6, 1)) == (0, 1)
    assert knock(kept, date(2027, 6, 2)) == (0, 0)
    with kept.look() as session:
        assert session.scalars(select(StoredFile)).all() == []
        check = session.scalars(select(ControlCheck)).one()
        assert (check.evidence, check.result) == ([], "pass")
        assert "control:proof_erased" in session.scalars(select(AuditEntry.action)).all()


def test_a_newer_proof_makes_the_reminder_pointless(kept: World) -> None:
    tick(kept, PROOF, proof_expires_on=date(2027, 3, 1))
    kept.now += timedelta(days=30)
    tick(kept, PROOF, proof_expires_on=date(2028, 3, 1))
    assert knock(kept, date(2027, 3, 2))[0] == 0


def test_not_mine_goes_back_to_the_manager_with_a_reason(kept: World) -> None:
    form = handing.HandBackForm(reason="Driften sköts av en annan grupp nu.")
    with kept.change() as session:
        handing.hand_back(session, kept.actor(Role.CONTROL_OWNER), session.get_one(Control, CODE), form, kept.now)
    assert mails(kept, "control_handed_back") == 1
    with kept.look() as session:
        control = session.get_one(Control, CODE)
        assert control.owner_id is None
        said = page_view.handed_back(session, control)
        assert said
        assert (said.by, said.reason) == ("Kalle Kontroll", form.reason)
        assert "Driften" not in control.handed_back_sealed
        with pytest.raises(Conflict):
            handing.hand_back(session, kept.actor(Role.CONTROL_OWNER), control, form, kept.now)
