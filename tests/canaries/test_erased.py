"""S5 for all that people can write: after the whole main job every case is erased, and nothing of it is left."""

from pathlib import Path

import pytest
from sqlalchemy import select

from core.audit.verify import verify
from incidents.models import Incident
from tests.canaries.office import office_of
from tests.canaries.test_main_job import (
    accounts,
    assessed_and_decided,
    handled,
    notified,
    reported,
    suppliers_told,
    told,
)
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.erasing import erase_now, sealed_texts, swept
from tests.incidents.test_erasing import dump, left

OF_THE_MAIN_JOB = {
    "assessment", "audit_value", "case_key", "case_note", "clock_event", "commission_seat", "countersign", "decision",
    "filing", "incident", "mailing", "notice", "opinion", "outbox_message", "recipient", "regime_choice",
    "severity_statement", "stored_file", "supplier_telling", "thread_message",
}  # fmt: skip


@pytest.mark.long
def test_after_the_main_job_nothing_of_an_erased_case_is_left(world: World, postbox: Postbox, tmp_path: Path) -> None:
    with office_of(world) as office:
        accounts(office)
        reference = reported(office)
        handled(office, reference)
        assessed_and_decided(office)
        notified(office)
        told(world, postbox)
        office.later(hours=1)
        suppliers_told(office, reference)
    sealed = sealed_texts(world)
    assert {name for name, texts in sealed.items() if texts} >= OF_THE_MAIN_JOB
    before = [text for texts in sealed.values() for text in texts]
    with world.look() as session:
        ids = list(session.scalars(select(Incident.id)))
    for case_id in ids:
        erase_now(world, case_id)
    assert swept(world)
    assert left(world, before) == []
    text = dump(world, tmp_path)
    assert [one for one in before if one.encode() in text] == []
    with world.look() as session:
        assert verify(session).result == "ok"
