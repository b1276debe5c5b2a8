"""A processor tells us: both instants are kept, our clock counts from when we were told, nothing is written over."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from core.moment import utc
from incidents.merging import merge
from incidents.models import Incident
from incidents.notifying.prefilling import prefill
from incidents.queries import find
from incidents.reported import narrative, reporter
from incidents.service import contain
from incidents.suppliers.asking import ask, withdraw
from incidents.suppliers.beside import beside
from incidents.suppliers.keeping import find_supplier
from incidents.suppliers.links import STANDING_LIFE, link_of, take_back
from incidents.suppliers.models import SupplierLink, SupplierTelling
from incidents.suppliers.moments import moments
from incidents.suppliers.telling import answers_of, open_questions, told_with
from incidents.suppliers.view import Asking, asking, instants, parties
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.suppliers import CONTACT, NAME, STORY, Supplier, telling

ZONE = "Europe/Stockholm"
AWARE = utc(2026, 11, 21, 17)


def incident_of(world: World) -> Incident:
    with world.look() as session:
        incident = session.scalars(select(Incident)).one()
        assert incident.clocks
        return incident


def test_our_clock_counts_from_when_we_were_told_and_both_instants_are_kept(world: World) -> None:
    supplier = Supplier(world)
    told = supplier.tell(supplier.link())
    incident = incident_of(world)
    assert (incident.aware_at, incident.reported_at) == (world.now, world.now)
    clock = incident.clock("notify_authority")
    assert clock
    assert (clock.started_at, clock.ends_at) == (world.now, world.now + timedelta(hours=72))
    assert (told.telling.processor_aware_at, told.telling.told_at) == (AWARE, world.now)
    assert incident.detected_at == AWARE
    assert incident.occurred_at == utc(2026, 11, 20, 15, 40)


def test_a_case_by_a_supplier_says_so_and_is_alarmed_like_every_report(world: World) -> None:
    supplier = Supplier(world)
    case = Case.of(world, supplier.tell(supplier.link()).incident.reference)
    incident = case.now()
    assert (incident.source, incident.kind, incident.people_band) == ("processor", "published", "over-1000")
    assert case.told("new_report") == [Role.DEPUTY, Role.MANAGER]
    assert case.told("report_received") == ["moa@molnlagret.example"]
    assert case.log() == ["incident:reported", "supplier:told"]
    with world.look() as session:
        assert narrative(session, incident) == STORY
        who = reporter(session, incident)
        assert (who.reporter_relation, who.reporter_name, who.unit) == ("processor", "Moa Jour", NAME)


def test_only_what_has_happened_must_be_known(world: World) -> None:
    supplier = Supplier(world)
    given = {"client_uuid", "what_happened_kind", "what_happened_text"}
    unknown: dict[str, Any] = dict.fromkeys(set(telling().model_dump()) - given)
    told = supplier.tell(supplier.link(), **unknown)
    incident = incident_of(world)
    assert told.telling.processor_aware_at is None
    assert (incident.detected_at, incident.occurred_at, incident.aware_at) == (None, None, world.now)
    assert (incident.data_kinds, incident.people_band, incident.still_going_on) == (["unknown"], "unknown", "unknown")
    with world.look() as session:
        said = parties(session, incident, world.now, "sv")[0].said[0]
        assert {line.answer for line in said.lines[1:11]} == {"Vet inte än"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"noticed_at_date": "2026-11-30"}, "noticed_at"),
        ({"noticed_at_date": "2026-11-19"}, "noticed_at"),
        ({"ended_at_date": "2026-11-19"}, "ended_at"),
        ({"ended_at_time": "10:00"}, "ended_at"),
        ({"began_at_date": "2026-03-29", "began_at_time": "02:30", "noticed_at_date": None, "noticed_at_time": None},
         "began_at"),
    ],
)  # fmt: skip
def test_moments_that_cannot_be_are_refused(changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        moments(telling(**changes), utc(2026, 11, 22, 13, 5), ZONE)
    assert set(wrong.value.fields) == {field}


def test_a_day_without_a_time_fits_every_moment_of_that_day() -> None:
    known = moments(telling(noticed_at_date="2026-11-20", noticed_at_time=None), utc(2026, 11, 22, 13, 5), ZONE)
    assert known.noticed_at == utc(2026, 11, 19, 23)


def test_a_retry_makes_one_case(world: World) -> None:
    supplier, key = Supplier(world), str(uuid4())
    token = supplier.link()
    first = supplier.tell(token, client_uuid=key)
    world.later(minutes=2)
    second = supplier.tell(token, client_uuid=key, what_happened_text="Ändrat efter att det redan var skickat.")
    assert (second.again, second.code, second.incident.id) == (True, first.code, first.incident.id)
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1
        assert session.scalar(select(func.count()).select_from(SupplierTelling)) == 1


@pytest.mark.parametrize("standing", [True, False], ids=["standing link", "link of a case"])
def test_several_posts_at_once_count_once(world: World, standing: bool) -> None:
    supplier, key, together = Supplier(world), str(uuid4()), Barrier(4)
    token = supplier.link() if standing else supplier.asked_about(Case(world).take().reference)

    def post(_: int) -> str:
        together.wait()
        return supplier.tell(token, client_uuid=key).code

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(post, range(4)))
    assert len(codes) == 1
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1
        assert session.scalar(select(func.count()).select_from(SupplierTelling)) == 1
        told = select(func.count()).where(AuditEntry.action == "supplier:told")
        assert session.scalar(told) == 1


def test_a_supplement_keeps_what_was_told_first(world: World) -> None:
    supplier = Supplier(world)
    token = supplier.link()
    first = supplier.tell(token, people=None)
    world.later(hours=5)
    second = supplier.tell(token, first.code, people="1 350")
    assert (second.incident.id, second.code) == (first.incident.id, first.code)
    with world.look() as session:
        link = link_of(session, token, world.now)
        assert link
        rows = told_with(session, link, first.code)
        assert [answers_of(session, row).people for row in rows] == [None, 1350]
        incident = session.get_one(Incident, first.incident.id)
        newest, oldest = parties(session, incident, world.now, "en")[0].said
        assert [line.number for line in newest.lines if line.changed] == [7]
        assert not any(line.changed for line in oldest.lines)
        assert incident.aware_at == first.telling.told_at
        assert instants(session, incident, "en")[0].told_at == first.telling.told_at
    case = Case.of(world, first.incident.reference)
    assert case.told("supplier_told") == [Role.DEPUTY, Role.MANAGER]


def test_what_is_told_by_the_link_of_a_case_is_added_to_it_and_moves_no_clock(world: World) -> None:
    case = Case(world).take()
    due = case.due()
    supplier = Supplier(world)
    token = supplier.asked_about(case.reference)
    world.later(hours=2)
    told = supplier.tell(token)
    assert told.incident.reference == case.reference
    assert case.due() == due
    assert case.told("supplier_asked") == [CONTACT]
    assert case.told("supplier_told") == [Role.MANAGER]
    assert [one for one in case.log() if one.startswith("supplier:")] == ["supplier:asked", "supplier:told"]


def test_the_log_keeps_both_instants_and_nothing_that_was_said(world: World) -> None:
    supplier = Supplier(world)
    supplier.tell(supplier.link())
    with world.look() as session:
        entry = json.loads(session.scalars(select(AuditEntry.entry).where(AuditEntry.action == "supplier:told")).one())
    assert entry["actor"] == "anonymous"
    assert entry["facts"] == {"supplier": supplier.id, "processor_aware_at": "2026-11-21T17:00+00:00"}
    assert entry["changes"] == {}


def test_names_answers_and_tokens_lie_nowhere_in_clear(world: World) -> None:
    supplier = Supplier(world)
    standing = supplier.link(by_mail=True)
    told = supplier.tell(standing)
    asked = supplier.asked_about(told.incident.reference)
    tables = ("supplier", "supplier_link", "supplier_telling", "incident", "audit_entry", "audit_value",
              "outbox_message")  # fmt: skip
    with world.look() as session:
        everything = "".join(str(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}")))
    for canary in ("Molnlagret", "molnlagret", "Moa Jour", "INC-4711", "kundportalen", "lagringsyta", standing, asked,
                   told.code):  # fmt: skip
        assert canary not in everything


def test_unknown_ended_and_revoked_links_are_alike(world: World) -> None:
    supplier, manager = Supplier(world), world.actor(Role.MANAGER)
    first = supplier.link()
    second = supplier.link()
    with world.change() as session:
        assert link_of(session, "nobody-made-this-one", world.now) is None
        assert link_of(session, first, world.now) is None, "a new link ends the one before"
        assert link_of(session, second, world.now) is not None
        assert link_of(session, second, world.now + STANDING_LIFE) is None
        take_back(session, manager, find_supplier(session, supplier.id), world.now)
    with world.change() as session:
        assert link_of(session, second, world.now) is None
        with pytest.raises(NotFound):
            take_back(session, manager, find_supplier(session, supplier.id), world.now)


def test_a_code_opens_what_was_told_by_that_supplier_only(world: World) -> None:
    ours, other = Supplier(world), Supplier(world, "Annan AB", "jour@annan.example")
    told = ours.tell(ours.link())
    with pytest.raises(Invalid):
        other.tell(other.link(), told.code)
    again = ours.link()
    with world.look() as session:
        link = link_of(session, again, world.now)
        assert link
        assert told_with(session, link, told.code.lower()), "a new link and the old code open it"
        assert told_with(session, link, "0" * 26) == []


def test_asking_needs_a_supplier_a_later_moment_and_an_open_case(world: World) -> None:
    case, supplier, now = Case(world).take(), Supplier(world), world.now
    soon = now + timedelta(hours=1)
    for who, by in (("nobody", soon), (supplier.id, now), (supplier.id, now + timedelta(days=90))):
        with pytest.raises(Invalid):
            case.do(ask, Role.MANAGER, who, by)
    with world.change() as session:
        case.row(session).state = "closed"
    with pytest.raises(Conflict):
        case.do(ask, Role.MANAGER, supplier.id, soon)


def test_asking_again_ends_the_link_before_and_a_question_can_be_taken_back(world: World) -> None:
    case, supplier = Case(world).take(), Supplier(world)
    first, second = supplier.asked_about(case.reference), supplier.asked_about(case.reference)
    with world.look() as session:
        assert link_of(session, first, world.now) is None
        link = link_of(session, second, world.now)
        assert link
    case.do(withdraw, Role.MANAGER, link.id)
    with world.look() as session:
        assert link_of(session, second, world.now) is None
    with pytest.raises(NotFound):
        case.do(withdraw, Role.MANAGER, link.id)


def test_how_far_a_question_has_come() -> None:
    now = utc(2026, 11, 22, 13, 5)
    link = SupplierLink(needed_by=now + timedelta(hours=1))
    assert asking(link, answered=False, now=now) is Asking.ASKED
    link.opened_at = now
    assert asking(link, answered=False, now=now) is Asking.OPENED
    assert asking(link, answered=False, now=now + timedelta(hours=2)) is Asking.LATE
    assert asking(link, answered=True, now=now + timedelta(hours=2)) is Asking.ANSWERED
    link.revoked_at = now
    assert asking(link, answered=False, now=now + timedelta(hours=2)) is Asking.WITHDRAWN


def test_the_opening_is_noted_once_and_only_for_a_case(world: World) -> None:
    case, supplier = Case(world).take(), Supplier(world)
    tokens = supplier.asked_about(case.reference), supplier.link()
    for token in (*tokens, *tokens):
        with world.change() as session:
            link = link_of(session, token, world.now)
            assert link
            open_questions(session, link, world.now)
    assert case.log().count("supplier:opened") == 1


def test_what_comes_for_a_merged_case_goes_to_the_one_it_went_up_in(world: World) -> None:
    supplier = Supplier(world)
    source, target = Case(world).take(), Case(world).take()
    token = supplier.asked_about(source.reference)
    with world.change() as session:
        found = find(session, world.actor(Role.MANAGER), target.reference)
        merge(session, world.actor(Role.MANAGER), source.row(session), found, world.now)
    assert supplier.tell(token).incident.reference == target.reference


def prefilled(world: World, reference: str, lang: str = "en") -> dict[int, str]:
    with world.look() as session:
        actor = world.actor(Role.MANAGER)
        found = prefill(session, actor, find(session, actor, reference), lang)
        return {number: "\n".join(answer.values) for number, answer in found.items()}


def test_a_notice_says_that_the_processor_found_it_and_who_and_when(world: World) -> None:
    world.later(hours=10, minutes=30)  # half past midnight here, while it is yesterday in UTC
    supplier = Supplier(world)
    told = supplier.tell(supplier.link())
    notice = prefilled(world, told.incident.reference)
    assert {number: notice[number] for number in (38, 39, 40, 41, 50, 52, 62, 92)} == {
        38: "yes", 39: "processor", 40: NAME, 41: "Moa Jour, moa@molnlagret.example", 50: "processor",
        52: "2026-11-23", 62: STORY, 92: "Ytan stängdes samma kväll.",
    }  # fmt: skip
    assert notice[51] == f"Our processor {NAME} told us Mon 23 Nov 2026 00:35 CET."
    assert notice[53] == f"The processor {NAME} became aware: Sat 21 Nov 2026 18:00 CET."


def test_what_the_case_says_itself_stands_before_the_words_of_a_supplier(world: World) -> None:
    case, supplier = Case(world).take(), Supplier(world)
    case.do(contain, Role.MANAGER, "Vi bytte alla nycklar.", world.now)
    supplier.tell(supplier.asked_about(case.reference), contact_name=None, contact_email=None)
    notice = prefilled(world, case.reference)
    assert (notice[38], notice[40], notice[41]) == ("yes", NAME, CONTACT)
    assert notice[92] == "Vi bytte alla nycklar."
    assert STORY not in notice[62]
    assert notice.get(50) != "processor", "it was found by who reported it"


def test_a_case_without_a_supplier_says_nothing_of_others(world: World) -> None:
    assert not {38, 39, 40, 41, 53} & set(prefilled(world, Case(world).reference))


def test_the_classification_shows_what_the_supplier_said_and_fills_nothing_in(world: World) -> None:
    case, supplier = Case(world).take(), Supplier(world)
    supplier.tell(supplier.asked_about(case.reference), records="4 000")
    with world.look() as session:
        said = beside(session, case.row(session), "en")
    assert said["people"] == f"{NAME} said: 1\u202f200."
    assert said["records"] == f"{NAME} said: 4\u202f000."
    assert said["data_categories"].endswith("Names, addresses, e-mail, phone numbers; Personal identity numbers.")
    page = world.client(Role.MANAGER).get(f"{case.path}/classify").text
    assert said["people"].replace("said", "sa") in page
    assert case.now().people_min is None
