"""A long list gives the same people as a short one: who comes again is found, in whatever batch."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.db import new_id
from notifications.letters import sealed_file
from notifications.letters.columns import confirmed, guess
from notifications.letters.duplicates import united
from notifications.letters.list_rows import details, replace_list
from notifications.letters.models import Mailing, Recipient
from notifications.letters.recipients import Person, understand
from notifications.letters.sent_models import SentList
from notifications.letters.spreadsheet import Sheet
from notifications.letters.staging import stage
from tests.fixtures.world import World

HEADS = ("Namn", "E-post", "Postadress", "Språk", "Uppgifter")
ROWS = st.tuples(
    st.sampled_from(["Åsa Öberg", "öberg ÅSA", "Bo Ek"]),
    st.sampled_from(["", "asa@x.se", "ASA@x.se", "asa@X.se", "asa@x.se.", "fel"]),
    st.sampled_from(["", "Väg 1", "väg  1"]),
    st.sampled_from(["sv", "en"]),
    st.sampled_from(["", "lön", "lön, adress", "skor"]),
)


def sent_list(world: World) -> SentList:
    return SentList(id=new_id(), mailing_id=new_id(), incident_id="case", state="asked", size=0, about_rows=1,
                    head_sealed="", sent_by="x", sent_at=world.now)  # fmt: skip


def rows_of(session: Any, mailing: Mailing, list_id: str) -> list[tuple[object, ...]]:
    rows = session.scalars(select(Recipient).where(Recipient.mailing_id == list_id).order_by(Recipient.row)).all()
    numbers = {row.id: row.row for row in rows}
    return [(row.row, row.state, numbers.get(row.same_as or ""), row.channel, row.reason, row.language, row.address_key,
             details(session, mailing, row)) for row in rows]  # fmt: skip


@pytest.fixture(scope="module")
def people_of() -> Any:
    def made(rows: list[tuple[str, ...]]) -> tuple[Person, ...]:
        sheet = Sheet(HEADS, tuple(enumerate(rows, start=2)))
        return understand(sheet, confirmed(guess(HEADS)), "sv").people

    return made


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=8), st.integers(1, 4))
def test_whoever_comes_again_is_found_in_whatever_batch(
    small_world: World, people_of: Any, rows: list[tuple[str, ...]], size: int
) -> None:
    people, sent = people_of(rows), sent_list(small_world)
    mailing = Mailing(id=new_id(), incident_id="case", started_by="x", created_at=small_world.now)
    with small_world.change() as session:
        entries = united(people)
        replace_list(session, mailing, entries)
        staged = [stage(session, sent, people[at : at + size]) for at in range(0, len(people), size)]
        assert rows_of(session, mailing, sent.id) == rows_of(session, mailing, mailing.id)
        assert sum(one.people for one in staged) == sum(entry.same_as is None for entry in entries)
        assert sum(one.by_mail for one in staged) == sum(entry.person.channel == "email" for entry in entries)


def test_a_file_in_sealed_parts_reads_like_any_other(small_world: World) -> None:
    data = bytes(range(256)) * (2 * sealed_file.PART // 256) + b"the end"
    sent = sent_list(small_world)
    sent.size = len(data)
    with small_world.change() as session:
        sealed_file.keep(session, sent, BytesIO(data))
    file = sealed_file.opened(small_world.database, sent)
    assert file.read() == data
    file.seek(-10, 2)
    assert file.read(100) == data[-10:]
    file.seek(sealed_file.PART - 3)
    assert file.read(6) == data[sealed_file.PART - 3 : sealed_file.PART + 3]
