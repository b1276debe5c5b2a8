"""What is not known yet is promised: for a day and by a person, who finds it among what waits for them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Invalid
from incidents.escalation import Duty
from incidents.jobs import tick
from incidents.models import Exclusion
from incidents.notice_copy import copy_rows
from incidents.notice_promises import promise_views
from incidents.notice_view import latest_notice
from incidents.notifying import draft, who_can_know, withdraw
from incidents.notifying.promising import NOT_ONE_OF_US
from incidents.notifying.whom import addressee
from notifications.edpb.answers import Answer, Knowledge
from notifications.edpb.wording import promise_words
from notifications.filings import answers_of
from notifications.models import OutboxMessage
from notifications.notice_models import Notice, NoticePromise
from notifications.opening import open_message
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first, save

DAY = date(2026, 12, 3)
OPEN = Knowledge.NOT_KNOWN_YET


@pytest.fixture
def case(world: World) -> Case:
    return begun(world)


def begun(world: World) -> Case:
    case = Case(world).take().classify()
    case.do(lambda session, actor, incident, now: draft(session, actor, incident, "imy", now), Role.MANAGER)
    return case


def promise(case: Case, number: int, by: str, day: date | None = DAY, writer: str = Role.MANAGER) -> None:
    save(case, writer, {number: Answer((), OPEN, day, case.world.users[by].id)})


def mine(case: Case, key: str) -> bool:
    return case.reference in case.world.client(key).get("/incidents?show=mine").text


@pytest.mark.parametrize(
    ("today", "name", "day", "words"),
    [
        (DAY, "Anna Berg", DAY, "Known by 3 Dec 2026, Anna Berg"),
        (DAY, "", DAY, "Known by 3 Dec 2026"),
        (DAY, "Anna Berg", None, "Anna Berg will know"),
        (DAY + timedelta(days=1), "Anna Berg", DAY, "Overdue: was to be known by 3 Dec 2026, Anna Berg"),
        (DAY, "", None, ""),
    ],
)
def test_a_promise_in_words_is_overdue_the_day_after(today: date, name: str, day: date | None, words: str) -> None:
    assert promise_words(Answer((), OPEN, day, "id" if name else ""), {"id": name}, today, "en") == words


def test_another_person_can_be_named_and_finds_the_case_among_what_waits_for_them(world: World) -> None:
    case = begun(world)
    assert not mine(case, Role.DPO)
    promise(case, 63, Role.DPO)
    assert mine(case, Role.DPO)
    assert not mine(case, Role.AUDITOR)
    assert "Svar som du har lovat: 1. Första dagen är 3 dec 2026." in world.client(Role.DPO).get(case.path).text
    save(case, Role.MANAGER, {63: Answer(("E-post",))})
    assert not mine(case, Role.DPO)


def test_a_promise_goes_on_after_the_filing_and_ends_with_the_withdrawal(world: World) -> None:
    case = begun(world)
    promise(case, 95, Role.DPO)
    file_first(case)
    assert mine(case, Role.DPO)
    case.do(lambda session, actor, incident, now: draft(session, actor, incident, "imy", now), Role.MANAGER)
    with world.look() as session:
        rows = session.execute(select(Notice.phase).join(NoticePromise, NoticePromise.notice_id == Notice.id)).all()
    assert [row.phase for row in rows] == [2]  # the supplement carries it on; it is counted once
    case.do(withdraw, Role.MANAGER, "Det var ingen incident.")
    assert not mine(case, Role.DPO)


def test_only_who_may_read_the_notice_and_is_not_involved_can_be_named(case: Case) -> None:
    world = case.world
    with world.change() as session:
        incident = case.row(session)
        session.add(Exclusion(incident_id=incident.id, user_id=world.users[Role.DPO].id, by_id="system", at=world.now))
        session.flush()
        named = {user.id for user in who_can_know(session, incident)}
    assert named == {
        world.users[role].id for role in (Role.MANAGER, Role.DEPUTY, Role.HEAD, Role.WRITER, Role.APPROVER)
    }
    for role in (Role.DPO, Role.EMPLOYEE, Role.AUDITOR):
        with pytest.raises(Invalid) as wrong:
            promise(case, 63, role)
        assert wrong.value.fields == {"q63_by": NOT_ONE_OF_US}


def test_a_promise_made_or_moved_is_an_edit_and_voids_a_review(case: Case) -> None:
    promise(case, 63, Role.DPO)
    before = case.log().count("notice:edited")
    promise(case, 63, Role.DPO)
    assert case.log().count("notice:edited") == before
    promise(case, 63, Role.HEAD)
    assert case.log().count("notice:edited") == before + 1


def test_the_form_asks_who_and_keeps_the_one_promised_before(small_world: World) -> None:
    case, world = begun(small_world), small_world
    manager, deputy = world.client(Role.MANAGER), world.client(Role.DEPUTY)
    dpo = world.users[Role.DPO].id
    page = manager.get(f"{case.path}/authority/edit").text
    assert f'<option value="{world.users[Role.MANAGER].id}" selected>' in _select(page, "q92_by")
    form = {"version": "1", "asked": "92", "q92": "", "q92_state": "not_known_yet", "q92_expected": "2026-12-03"}
    assert manager.post(f"{case.path}/authority/edit", data=form | {"q92_by": dpo}).status_code == 303
    assert f'<option value="{dpo}" selected>' in _select(deputy.get(f"{case.path}/authority/edit").text, "q92_by")
    assert "Känt senast 3 dec 2026, Disa Ombud" in manager.get(f"{case.path}/authority").text
    assert "Känt senast 3 dec 2026, Disa Ombud" in manager.get(f"{case.path}/authority/copy").text
    world.now += timedelta(days=20)
    assert "Försenat: skulle vara känt 3 dec 2026, Disa Ombud" in world.client(Role.MANAGER).get(
        f"{case.path}/authority"
    ).text  # fmt: skip


@pytest.mark.parametrize(("who", "day", "kept"), [("", "", ""), ("dpo", "", "dpo"), ("", "2026-12-03", "manager")])
def test_the_writer_promises_only_with_a_day_and_another_also_without(
    small_world: World, who: str, day: str, kept: str
) -> None:
    case, world = begun(small_world), small_world
    form = {"version": "1", "asked": "63", "q63": "", "q63_expected": day, "q63_by": world.users[who or "manager"].id}
    world.client(Role.MANAGER).post(f"{case.path}/authority/edit", data=form)
    with world.look() as session:
        answer = answers_of(session, session.scalars(select(Notice)).one())[63]
    assert (answer.state, answer.promised_by) == (OPEN, world.users[kept].id if kept else "")


def test_an_open_choice_can_be_promised_too(small_world: World) -> None:
    case, world = begun(small_world), small_world
    form = {"version": "1", "asked": "87", "q87": "to_be_determined", "q87_expected": "2026-12-03"}
    assert world.client(Role.MANAGER).post(f"{case.path}/authority/edit", data=form).status_code == 303
    with world.look() as session:
        incident = case.row(session)
        notice = latest_notice(session, incident)
        assert notice
        views = promise_views(session, world.actor(Role.MANAGER), incident, notice, world.now, "en")
        rows, _ = copy_rows(session, world.actor(Role.MANAGER), addressee(session, incident, ""), world.now, "en")
    assert [(one.code, one.words, one.mine) for one in views] == [("q87", "Known by 3 Dec 2026, Anna Berg", True)]
    assert ("Known by 3 Dec 2026, Anna Berg",) in {row.promises for row in rows}


def test_the_reminders_of_a_supplement_list_what_is_open_and_for_when_it_is_promised(world: World) -> None:
    """E16: seven days before, two days before, and on the day; labels and days, no answers and no names."""
    case = begun(world)
    promise(case, 63, Role.DPO)
    file_first(case)
    clock = case.now().clock(Duty.SUPPLEMENT)
    assert clock
    assert clock.due_at
    told = []
    for before in (timedelta(days=7), timedelta(days=2), timedelta(0)):
        world.now = clock.due_at - before
        tick(world.database, world.now)
        with world.look() as session:
            query = select(OutboxMessage).where(OutboxMessage.kind.in_(["level_L3", "level_L4", "level_L5"]))
            told.append([dict(open_message(session, one).facts) for one in session.scalars(query)])
    kinds = [{str(fact["means"]) for fact in facts} for facts in told]
    assert kinds[0] < kinds[1] < kinds[2]
    lines = [line for fact in told[-1] for line in fact["missing"]]  # type: ignore[union-attr]
    assert "Berörda system, program, tjänster och var · Försenat: skulle vara känt 3 dec 2026" in lines
    assert not any("Disa" in line for line in lines)


def test_what_was_sent_says_when_and_not_who(case: Case) -> None:
    promise(case, 63, Role.DPO)
    told = case.world.client(Role.MANAGER).get(f"{case.path}/authority/notice.json")
    assert told.json()["answers"]["63"]["promised"] == "2026-12-03"
    assert case.world.users[Role.DPO].id not in told.text


def _select(page: str, name: str) -> str:
    return page.split(f'<select class="ds-input" id="{name}"')[1].split("</select>", maxsplit=1)[0]
