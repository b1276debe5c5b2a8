"""The bar of what left by mail: it tells every outcome, numbers over it never touch, and page, table and file agree."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access import Role
from core.db import new_id
from incidents.causes import SHIPPED
from incidents.figures.deliveries import FEWEST, OF_STATE, Deliveries, Mail, Outcome, cuts
from incidents.figures.findings import deliveries as finding
from incidents.figures.scale import spread
from incidents.register.wording import Speaker
from notifications.models import STATES, OutboxMessage
from tests.app.test_dashboard import file, rows, section, shown, some_cases
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.register.test_register import english, exclude

HERE = 1e-9
some = st.builds(
    Deliveries,
    st.dictionaries(st.tuples(st.sampled_from(Mail), st.sampled_from(Outcome)), st.integers(1, 10_000)),
)


def test_every_state_of_a_mail_is_an_outcome() -> None:
    assert set(OF_STATE) == set(STATES)


@given(some)
def test_a_bar_is_whole_and_each_piece_as_long_as_its_number(found: Deliveries) -> None:
    for mail in Mail:
        pieces = cuts(found, mail)
        assert sum(piece.count for piece in pieces) == found.of(mail)
        for piece in pieces:
            assert piece.high - piece.low == pytest.approx(piece.count / found.of(mail))
        assert all(one.high == pytest.approx(other.low) for one, other in pairwise(pieces))
        if pieces:
            assert pieces[0].low == 0
            assert pieces[-1].high == pytest.approx(1)


@given(st.lists(st.floats(0, 1), max_size=8).map(sorted), st.floats(0.01, 0.3))
def test_words_over_places_never_touch_and_stay_inside(places: list[float], apart: float) -> None:
    found = spread(places, apart)
    assert len(found) == len(places)
    room = min(apart, 1 / max(1, len(places)))
    assert all(other - one >= room - HERE for one, other in pairwise(found))
    assert all(room / 2 - HERE <= one <= 1 - room / 2 + HERE for one in found)
    if all(other - one >= apart for one, other in pairwise([-apart / 2, *places, 1 + apart / 2])):
        assert found == pytest.approx(places), "what has room stays where it is"


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "No notice and no letter has left by mail"),
        ({(Mail.LETTER, Outcome.CANCELLED): 3}, "No notice and no letter has left by mail"),
        (
            {(Mail.LETTER, Outcome.ACCEPTED): 7, (Mail.NOTICE, Outcome.ACCEPTED): 1},
            "Every mail was taken by the mail server: 8",
        ),
        (
            {(Mail.LETTER, Outcome.ACCEPTED): 7, (Mail.LETTER, Outcome.FAILED): 2, (Mail.NOTICE, Outcome.UNCERTAIN): 1},
            "7 of 10 mails were taken by the mail server: 2 failed, 1 in doubt",
        ),
    ],
)  # fmt: skip
def test_the_finding_says_what_is_in_the_way(counts: dict[tuple[Mail, Outcome], int], said: str) -> None:
    assert finding(Speaker("en", "Europe/Stockholm", SHIPPED), Deliveries(counts)) == said


def mail(world: World, case: Case, kind: str, *states: str) -> None:
    """Messages of a case as the worker leaves them."""
    with world.change() as session:
        for state in states:
            session.add(
                OutboxMessage(
                    idem_key=new_id(), message_id=f"<{new_id()}@vaka.example>", message_class=kind, kind="letter",
                    language="sv", case_id=case.row(session).id, to_sealed="", facts_sealed="", state=state,
                    created_at=world.now, due_at=world.now,
                )
            )  # fmt: skip


def test_page_table_and_file_agree_and_few_mails_are_not_drawn(small_world: World) -> None:
    cases = some_cases(small_world)
    mail(small_world, cases[0], Mail.LETTER, *["accepted"] * (FEWEST - 1))
    manager = english(small_world, Role.MANAGER)
    part = section(shown(manager), "deliveries")
    assert "<svg" not in part
    assert rows(part)[1] == ["Letters to people", "4", "0", "0", "0", "0", "4"]
    mail(small_world, cases[0], Mail.LETTER, "bounced", "uncertain", "frozen")
    mail(small_world, cases[1], Mail.NOTICE, "accepted")
    mail(small_world, cases[1], "resend", "failed")
    part = section(shown(manager), "deliveries")
    assert "5 of 8 mails were taken by the mail server: 1 failed, 1 in doubt, 1 waiting" in part
    table = rows(part)
    assert table == [["Notices", "1", "0", "0", "0", "0", "1"], ["Letters to people", "4", "1", "1", "1", "0", "7"]]
    assert file(manager, "deliveries")[1:] == table
    wide = part.partition('id="deliveries-wide"')[2].partition("</svg>")[0]
    widths = [float(one) for one in re.findall(r'<rect class="\w+" [^>]*width="([\d.]+)"', wide)]
    assert widths == [pytest.approx(766 * share - 1, abs=2) for share in (1, 4 / 7, 1 / 7, 1 / 7, 1 / 7)]
    assert re.findall(r'class="sh-(\w+)"', wide) == ["accepted", "accepted", "waiting", "uncertain", "failed"]


def test_mails_of_a_hidden_case_do_not_count(small_world: World) -> None:
    cases = some_cases(small_world)
    mail(small_world, cases[0], Mail.LETTER, *["accepted"] * 6)
    mail(small_world, cases[1], Mail.LETTER, *["failed"] * 5)
    exclude(small_world, Role.HEAD, cases[1])
    assert "Every mail was taken by the mail server: 6" in shown(english(small_world, Role.HEAD))
    assert "6 of 11 mails" in shown(english(small_world, Role.DPO))
