"""One incident is told to more than the authority: the same verbs and four eyes, and each with a clock of its own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from core.files import StoredFile, file_content
from incidents.clock_choices import RegimeForm, choose
from incidents.clock_duties import Fulfilled, fulfil, fulfilled
from incidents.ending import before_closing
from incidents.next_step import OTHERS_WAIT
from incidents.notifying.listing_others import OtherForm, add, bring_back, remove
from incidents.notifying.whom import other
from notifications.edpb.answers import known
from notifications.edpb.exchange import from_json
from notifications.models import OutboxMessage
from notifications.notice_models import NoticeRecipient
from notifications.opening import open_message
from tests.fixtures.world import START, World
from tests.incidents.cases import Case
from tests.incidents.first_notice import file_first
from tests.incidents.others import Other
from tests.incidents.test_clock_choices import bound_by, clock, running

HOUR = timedelta(hours=1)
REASONS = "Portalen låg nere."


@pytest.fixture
def case(world: World) -> Case:
    bound_by(world, "nis2")
    return Case(world).take().classify()


def take_off(case: Case, one: Other) -> None:
    def verb(session, actor, incident, now):  # type: ignore[no-untyped-def]
        remove(session, actor, other(session, incident, one.id), now)

    case.do(verb, Role.MANAGER)


def test_nobody_releases_what_they_have_written_to_another_recipient_either(case: Case) -> None:
    police = Other(case, "police").begin().write()
    police.step(Role.MANAGER, "ask_release")
    with pytest.raises(Conflict, match="Somebody else must release it"):
        police.step(Role.MANAGER, "release", police.notice().version)
    police.step(Role.APPROVER, "release", police.notice().version)
    assert police.track() == "approved"


def test_an_edit_voids_the_release_and_the_mails_lead_to_the_page_of_the_one_who_is_told(case: Case) -> None:
    police = Other(case, "police").release()
    police.step(Role.MANAGER, "save", {62: known("Två listor gick fel.")})
    assert police.track() == "draft"
    with pytest.raises(Conflict, match="Only a released notice"):
        police.send()
    with case.world.look() as session:
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.kind.startswith("notice_"))).all()
        led_to = {open_message(session, mail).facts["path"] for mail in mails}
    assert {mail.kind for mail in mails} == {"notice_waiting", "notice_approved", "notice_voided"}
    assert led_to == {police.path}


def test_the_case_and_what_was_written_to_the_authority_fill_the_first_message(case: Case) -> None:
    file_first(case)
    answers = Other(case, "csirt").begin().answers()
    assert answers[7].text == case.reference
    assert answers[62].text == "En kundlista gick till fel företag."
    assert answers[92].text == "Listan har raderats hos mottagaren."
    assert (answers[3].text, answers[60].text, answers[68].text) == ("new", "sent_by_mistake", "214")


def test_telling_the_csirt_stops_its_clock_and_the_next_stages_follow(case: Case) -> None:
    csirt = Other(case, "csirt", "CERT-SE", regime="nis2").release()
    sent = case.world.later(hours=2)
    filing = csirt.send(reference="CERT-77")
    warned = clock(case, "early_warning")
    assert (warned.stopped_at, warned.stop_reason, filing.due_at) == (sent, "done", warned.due_at)
    assert csirt.track() == "supplement_expected"
    case.world.later(hours=1)
    csirt.release()
    assert (csirt.notice().phase, csirt.notice().duty) == (2, "nis2.incident_notification")
    csirt.send()
    assert clock(case, "incident_notification").stopped_at == case.world.now
    assert "final_report" in running(case.now())
    with case.world.look() as session:
        told = fulfilled(session, case.row(session))
    assert told["nis2", "early_warning"] == {"to": "CERT-SE", "reference": "CERT-77"}
    assert case.log().count("clock:duty_done") == 2


def test_a_late_warning_needs_reasons_and_says_by_how_much(case: Case) -> None:
    csirt = Other(case, "csirt", regime="nis2").begin()
    case.world.later(hours=26)
    csirt.write()
    with pytest.raises(Invalid) as lacking:
        csirt.step(Role.MANAGER, "ask_release")
    assert set(lacking.value.fields) == {"q49"}
    csirt.write(q49=known(REASONS))
    csirt.step(Role.MANAGER, "ask_release")
    csirt.step(Role.APPROVER, "release", csirt.notice().version)
    with pytest.raises(Invalid) as wrong:
        csirt.send()
    assert set(wrong.value.fields) == {"delay_reasons"}
    assert csirt.send(reasons=REASONS).late
    assert clock(case, "early_warning").late_seconds == 2 * 3600
    with case.world.look() as session:
        assert fulfilled(session, case.row(session))["nis2", "early_warning"]["reasons"] == REASONS
    assert REASONS in case.world.client(Role.MANAGER).get(f"{csirt.path}/notice").text


def test_a_duty_that_somebody_marked_by_hand_meanwhile_is_left_alone(case: Case) -> None:
    csirt = Other(case, "csirt", regime="nis2").release()

    def by_hand(session, actor, incident, now):  # type: ignore[no-untyped-def]
        fulfil(session, actor, incident, incident.clock("early_warning"), Fulfilled(now, "CERT-SE"), now)

    case.do(by_hand, Role.MANAGER)
    case.world.later(hours=1)
    assert csirt.send().due_at is None
    assert clock(case, "early_warning").stopped_at == START
    assert clock(case, "incident_notification").stopped_at is None


def test_a_phase_can_fulfil_another_stage_than_the_next_but_none_that_does_not_run(case: Case) -> None:
    csirt = Other(case, "csirt", regime="nis2")
    with pytest.raises(Invalid):
        csirt.begin("nis2.final_report")
    csirt.begin("nis2.incident_notification")
    assert csirt.notice().duty == "nis2.incident_notification"


def test_telling_the_insurer_leaves_the_authoritys_track_and_clock_alone(case: Case) -> None:
    insurer = Other(case, "insurer", hours=24).release()
    insurer.send()
    after = case.now()
    assert after.authority_track == "none_yet"
    assert clock(case, "notify_authority").stopped_at is None
    assert (clock(case, "tell_insurer").due_at, clock(case, "tell_insurer").stop_reason) == (START + 24 * HOUR, "done")
    assert insurer.filings()[0].due_at == START + 24 * HOUR


def test_without_hours_in_the_contract_and_for_the_police_no_clock_runs(case: Case) -> None:
    before = running(case.now())
    Other(case, "police")
    Other(case, "insurer")
    assert running(case.now()) == before
    assert not Other(case, "bank").release().send().late


def test_what_was_sent_is_kept_to_the_byte_for_each_of_them(case: Case) -> None:
    bank = Other(case, "bank").release()
    filing = bank.send(reference="B-1")
    with case.world.look() as session:
        kept = file_content(session, session.get_one(StoredFile, filing.json_file_id))
        entry = session.scalars(select(AuditEntry.entry).where(AuditEntry.action == "notice:filed")).one().decode()
    assert from_json(kept.decode()) == bank.answers()
    assert '"recipient":"bank"' in entry
    assert "Mottagaren" not in entry
    assert bank.track() == "supplement_expected"


def test_a_complete_message_ends_the_matter_and_a_withdrawal_has_its_reason(case: Case) -> None:
    police = Other(case, "police")
    police.release(q46=known(START.isoformat()), q61=known("external_malicious"), q60=known("phishing")).send()
    assert police.track() == "complete"
    page = case.world.client(Role.MANAGER)
    assert page.post(f"{police.path}/withdraw", data={"reason": ""}).status_code == 422
    assert page.post(f"{police.path}/withdraw", data={"reason": "Inget brott."}).status_code == 303
    assert (police.track(), case.now().authority_track) == ("withdrawn", "none_yet")


def test_who_has_been_sent_nothing_is_taken_off_the_list_and_comes_back_with_what_was_written(case: Case) -> None:
    police = Other(case, "police").begin().write()
    take_off(case, police)
    with pytest.raises(NotFound), case.world.look() as session:
        other(session, case.row(session), police.id)
    case.do(bring_back, Role.MANAGER, police.id)
    assert police.answers()[210].text == "Utred vem som tog listan."
    assert case.log()[-2:] == ["recipient:removed", "recipient:brought_back"]


def test_who_has_been_sent_something_stays_on_the_list(case: Case) -> None:
    police = Other(case, "police").release()
    police.send()
    with pytest.raises(Conflict, match="stays on the list"):
        take_off(case, police)


def test_a_law_without_a_clock_in_the_case_is_no_choice(case: Case) -> None:
    for law in ("dora", "processor", "gdpr"):
        with pytest.raises(Invalid) as wrong:
            Other(case, "supervisor", regime=law)
        assert set(wrong.value.fields) == {"regime"}


def test_a_case_with_somebody_untold_is_not_closed_and_the_sentence_says_so(case: Case) -> None:
    def missing(session, actor, incident, now):  # type: ignore[no-untyped-def]
        return before_closing(session, actor, incident, now)

    assert OTHERS_WAIT not in case.do(missing, Role.MANAGER)
    police = Other(case, "police", "Polisen i Göteborg")
    assert OTHERS_WAIT in case.do(missing, Role.MANAGER)
    page = case.world.client(Role.MANAGER).get(f"{case.path}/close").text
    assert "Polisen i Göteborg" in page
    take_off(case, police)
    assert OTHERS_WAIT not in case.do(missing, Role.MANAGER)


def test_names_are_sealed_and_stand_in_no_entry_of_the_log(case: Case) -> None:
    Other(case, "insurer", "Trygg i Hamn AB", contact="skador@trygg.example", hours=12)
    with case.world.look() as session:
        row = session.scalars(select(NoticeRecipient)).one()
        entries = session.scalars(select(AuditEntry.entry)).all()
    assert "Trygg" not in row.name_sealed + row.contact_sealed
    assert not any("Trygg" in entry.decode() or "trygg" in entry.decode() for entry in entries)


def test_an_ended_case_takes_nobody_more(case: Case) -> None:
    with case.world.change() as session:
        case.row(session).state = "closed"
    with pytest.raises(Conflict, match="Open it again first"):
        case.do(add, Role.MANAGER, OtherForm(kind="police", name="Polisen", language="sv"))  # type: ignore[arg-type]


def test_a_law_found_not_to_apply_owes_no_further_stage(case: Case) -> None:
    csirt = Other(case, "csirt", regime="nis2").release()
    case.do(choose, Role.MANAGER, "nis2", RegimeForm(applies="no", reason="Ingen betydande incident."))
    with case.world.look() as session:
        assert not other(session, case.row(session), csirt.id).expects_more()
