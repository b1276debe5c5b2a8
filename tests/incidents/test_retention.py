"""How long things are kept, who may end that, and what stands in the way."""

import pytest
from sqlalchemy import func, select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.keys import CaseKey
from core.moment import utc
from core.organisation import organisation
from incidents.bundle_models import BundledCase
from incidents.ending import reopen
from incidents.erasing import batches, holds
from incidents.erasing.jobs import erase_approved, notice_due
from incidents.erasing.parts import Part
from incidents.erasing_models import ErasedPart, ErasureItem
from incidents.involvement import exclude
from incidents.models import Exclusion, Incident
from incidents.retention import RULES, choosing, longest, months_after, months_of
from notifications.mail import written
from notifications.models import OutboxMessage
from notifications.opening import open_message
from tests.fixtures.world import World
from tests.incidents.cases import PASSWORD, Case
from tests.incidents.erasing import ended_case

TWO_YEARS = 731


def old_case(world: World) -> Case:
    """Dismissed; two years ago when the clock has moved."""
    return ended_case(world)


def due_now(world: World) -> list[tuple[str, str]]:
    notice_due(world.database, world.now)
    with world.look() as session:
        query = select(Incident.reference, ErasureItem.part).join(Incident, Incident.id == ErasureItem.incident_id)
        return sorted((row[0], row[1]) for row in session.execute(query))


def items(world: World) -> list[str]:
    with world.look() as session:
        return list(session.scalars(select(ErasureItem.id).order_by(ErasureItem.id)))


def proposed(world: World, key: str = Role.MANAGER) -> str:
    with world.change() as session:
        free = select(ErasureItem.id).where(ErasureItem.batch_id.is_(None))
        return batches.propose(session, world.actor(key), list(session.scalars(free)), world.now)


def approved(world: World, batch: str, count: int, key: str = Role.HEAD) -> int:
    with world.change() as session:
        return batches.approve(session, world.actor(key), batch, str(count), PASSWORD, world.now)


def work(world: World) -> int:
    return erase_approved(world.database, lambda: world.now)


def test_the_longest_rule_that_fits_decides_and_an_open_case_has_none() -> None:
    months = {code: rule.months for code, rule in RULES.items()}
    assert longest(Incident(state="closed", cause_class="accidental"), Part.CASE, months) == "closed"
    assert longest(Incident(state="closed", cause_class="intentional"), Part.CASE, months) == "intentional"
    kept_long = months | {"closed": 200}
    assert longest(Incident(state="closed", cause_class="intentional"), Part.CASE, kept_long) == "closed"
    for state in ("reported", "under_review", "in_assessment", "decided", "in_remedy"):
        assert [longest(Incident(state=state, cause_class="intentional"), part, months) for part in Part] == [None] * 4


def mails(world: World) -> list[tuple[str, str, object]]:
    with world.look() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind.startswith("erasure_"))).all()
        found = [open_message(session, row) for row in rows]
        assert all(written(mail, organisation(session), world.settings)[0] for mail in found)
    return sorted((mail.kind, mail.to.partition("@")[0], mail.facts["count"]) for mail in found)


def test_leaders_are_mailed_once_for_each_change_about_what_they_may_see(world: World) -> None:
    case = old_case(world)
    world.later(days=TWO_YEARS)
    due_now(world)
    both = [("erasure_due", key, 2) for key in ("deputy", "head", "manager")]
    assert mails(world) == both
    for _ in range(3):
        world.later(hours=25)
        due_now(world)
    assert mails(world) == both, "one for the change, none for each day"
    with world.change() as session:
        incident = session.get_one(Incident, case.now().id)
        session.add(Exclusion(incident_id=incident.id, user_id=world.users[Role.DEPUTY].id, by_id="x", at=world.now))
    batch = proposed(world, Role.MANAGER)
    assert mails(world)[3:] == [("erasure_proposed", "head", 2)]
    with world.change() as session:
        batches.give_back(session, world.actor(Role.MANAGER), batch, world.now)
    old_case(world)
    world.later(days=TWO_YEARS)
    due_now(world)
    assert ("erasure_due", "deputy", 2) in mails(world)[1:2], (
        "of the new case only; the others hear of the old one's files, too"
    )
    assert [count for kind, key, count in mails(world) if (kind, key) == ("erasure_due", "head")] == [2, 3]
    told = str(mails(world))
    assert case.reference not in told


@pytest.mark.parametrize(
    ("end", "months", "due"),
    [
        (utc(2024, 2, 29, 13), 12, utc(2025, 2, 28, 13)),
        (utc(2026, 8, 31), 1, utc(2026, 9, 30)),
        (utc(2026, 11, 22), 24, utc(2028, 11, 22)),
        (utc(2026, 3, 31), -1, utc(2026, 2, 28)),
    ],
)
def test_months_are_counted_on_the_calendar(end: object, months: int, due: object) -> None:
    assert months_after(end, months) == due  # type: ignore[arg-type]


def test_what_has_been_kept_long_enough_is_noticed_once_and_an_open_case_never(world: World) -> None:
    case, still_open = old_case(world), Case(world).take()
    world.later(days=TWO_YEARS - 3)
    assert due_now(world) == []
    world.later(days=3)
    assert due_now(world) == [(case.reference, "case"), (case.reference, "reporter")]
    assert notice_due(world.database, world.now) == 0
    world.later(days=20_000)
    assert still_open.reference not in {reference for reference, _ in due_now(world)}
    assert (case.reference, "files") in due_now(world)


def test_a_case_that_is_opened_again_leaves_the_list(small_world: World) -> None:
    case = old_case(small_world)
    small_world.later(days=TWO_YEARS)
    assert len(due_now(small_world)) == 2
    case.do(lambda s, a, i, now: reopen(s, a, i, "Nya uppgifter.", now, now), Role.MANAGER)
    assert due_now(small_world) == []


def test_one_proposes_and_another_approves_by_the_number_of_rows(world: World) -> None:
    case = old_case(world)
    world.later(days=TWO_YEARS)
    due_now(world)
    batch = proposed(world)
    with pytest.raises(Forbidden):
        approved(world, batch, 2, Role.MANAGER)
    with pytest.raises(Invalid) as wrong:
        approved(world, batch, 3)
    assert set(wrong.value.fields) == {"count"}
    with pytest.raises(Invalid) as wrong, world.change() as session:
        batches.approve(session, world.actor(Role.HEAD), batch, "2", "fel", world.now)
    assert set(wrong.value.fields) == {"password"}
    assert work(world) == 0
    assert case.now().erased_at is None
    assert approved(world, batch, 2) == 2
    with pytest.raises(NotFound):
        approved(world, batch, 2, Role.DEPUTY)
    assert work(world) == 1  # the reporter goes with the case
    assert case.now().erased_at == world.now
    with world.look() as session:
        part = session.scalars(select(ErasedPart)).one()
        signed = part.proposed_by, part.approved_by
        assert signed == (world.users[Role.MANAGER].id, world.users[Role.HEAD].id)
        assert (part.rule, part.cleared_at, part.swept_at) == ("not_an_incident", world.now, world.now)
    assert case.log()[-5:] == ["erasure:proposed", "erasure:proposed", "erasure:approved", "erasure:approved",
                               "erasure:erased"]  # fmt: skip


def test_two_who_propose_or_approve_at_once_do_it_once(world: World) -> None:
    old_case(world)
    world.later(days=TWO_YEARS)
    due_now(world)
    ids = items(world)
    with world.change() as session:
        batches.propose(session, world.actor(Role.MANAGER), ids, world.now)
    with pytest.raises(Conflict), world.change() as session:
        batches.propose(session, world.actor(Role.DEPUTY), ids, world.now)


def test_whoever_is_involved_counts_and_approves_without_the_case(world: World) -> None:
    """The batch holds two cases for everybody else; the head sees, counts and approves one."""
    seen, hidden = old_case(world), old_case(world)
    head = world.users[Role.HEAD].id
    hidden.do(lambda s, a, i, now: exclude(s, a, i, head, "Är med.", now), Role.MANAGER)
    world.later(days=TWO_YEARS)
    due_now(world)
    batch = proposed(world)
    page = world.client(Role.HEAD).get("/retention").text
    assert seen.reference in page
    assert hidden.reference not in page
    assert "2 rader" in page
    assert approved(world, batch, 2) == 2
    assert work(world) == 1
    assert (seen.now().erased_at is None, hidden.now().erased_at is None) == (False, True)
    assert approved(world, batch, 2, Role.DEPUTY) == 2
    assert work(world) == 1
    assert hidden.now().erased_at == world.now


def test_a_legal_hold_stops_everything_and_takes_two_to_lift(world: World) -> None:
    case = old_case(world)
    world.later(days=TWO_YEARS)
    due_now(world)
    batch = proposed(world)
    approved(world, batch, 2)
    case.do(holds.place, Role.DPO, "Tvist T 123-26.")
    assert work(world) == 0
    assert case.now().erased_at is None
    with pytest.raises(Conflict):
        case.do(holds.place, Role.MANAGER, "En gång till.")
    again = proposed(world)
    approved(world, again, 2)
    assert work(world) == 0
    assert case.log()[-1] == "erasure:withheld"
    case.do(holds.ask_to_lift, Role.MANAGER, "Tvisten är avgjord.")
    with pytest.raises(Forbidden):
        case.do(lambda s, a, i, now: holds.answer(s, a, i, lift=True, now=now), Role.MANAGER)
    case.do(lambda s, a, i, now: holds.answer(s, a, i, lift=True, now=now), Role.HEAD)
    approved(world, proposed(world), 2)
    assert work(world) == 1
    assert case.now().erased_at == world.now


def test_a_case_with_a_mail_on_its_way_waits_for_it(small_world: World) -> None:
    case = old_case(small_world)
    small_world.later(days=TWO_YEARS)
    due_now(small_world)
    approved(small_world, proposed(small_world), 2)
    with small_world.change() as session:
        session.scalars(select(OutboxMessage).where(OutboxMessage.case_id == case.now().id)).first().state = "uncertain"  # type: ignore[union-attr]
    assert work(small_world) == 0
    assert "osäkert" in small_world.client(Role.MANAGER).get("/retention").text


def test_a_case_opened_again_after_the_approval_is_not_erased(small_world: World) -> None:
    case = old_case(small_world)
    small_world.later(days=TWO_YEARS)
    due_now(small_world)
    approved(small_world, proposed(small_world), 2)
    case.do(lambda s, a, i, now: reopen(s, a, i, "Nya uppgifter.", now, now), Role.MANAGER)
    assert work(small_world) == 0
    with small_world.look() as session:
        assert session.get_one(CaseKey, case.now().id).wrapped
        assert session.scalar(select(func.count()).where(ErasureItem.approved_at.is_not(None))) == 0


def test_cases_told_together_wait_for_each_other(small_world: World) -> None:
    one, other = old_case(small_world), old_case(small_world)
    small_world.later(days=400)
    late = old_case(small_world)
    with small_world.change() as session:
        tie = BundledCase(incident_id=one.now().id, lead_id=late.now().id, added_by="x", added_at=small_world.now)
        session.add(tie)
    small_world.later(days=TWO_YEARS - 400)
    assert [ref for ref, part in due_now(small_world) if part == "case"] == [other.reference]
    late.do(holds.place, Role.DPO, "Tvist.")
    small_world.later(days=400)
    assert len([ref for ref, part in due_now(small_world) if part == "case"]) == 3
    page = small_world.client(Role.MANAGER).get("/retention?lang=en").text
    assert page.count("A legal hold is in force.") >= 3  # of the held case two, of the one told with it one


def test_the_times_are_changed_by_who_leads_within_limits_after_a_look(small_world: World) -> None:
    old_case(small_world)
    small_world.later(days=400)
    manager = small_world.client(Role.MANAGER)
    assert small_world.client(Role.DPO).get("/settings/retention").status_code == 404
    form = {code: str(rule.months) for code, rule in RULES.items()} | {"backup_days": "35", "step": "look"}
    wrong = manager.post("/settings/retention", data=form | {"reporter": "25", "closed": "x"})
    assert wrong.status_code == 422
    assert 'id="reporter-error"' in wrong.text
    looked = manager.post("/settings/retention?lang=en", data=form | {"not_an_incident": "12"}).text
    assert "The whole case: due today 0, with the new times 1." in looked
    with small_world.look() as session:
        assert months_of(organisation(session))["not_an_incident"] == 24
    saved = manager.post("/settings/retention", data=form | {"not_an_incident": "12", "step": "save"})
    assert saved.status_code == 303
    with small_world.look() as session:
        assert months_of(organisation(session))["not_an_incident"] == 12
        assert choosing.backup_days(organisation(session)) == 35
    assert len(due_now(small_world)) == 1


def test_only_the_reporter_goes_when_only_that_is_due(small_world: World) -> None:
    case = old_case(small_world)
    with small_world.change() as session:
        company = organisation(session)
        company.preferences = {**(company.preferences or {}), "retention": {"reporter": 1}}
    small_world.later(days=32)
    assert due_now(small_world) == [(case.reference, "reporter")]
    before = case.now()
    assert before.contact_sealed
    approved(small_world, proposed(small_world), 1)
    assert work(small_world) == 1
    after = case.now()
    assert (after.contact_sealed, after.receipt_hash, after.reporter_id) == (None, None, None)
    assert after.narrative_sealed == before.narrative_sealed
    page = small_world.client(Role.MANAGER)
    assert page.get(case.path).status_code == 200
    assert page.post(f"{case.path}/reporter").status_code == 200
    assert due_now(small_world) == []
