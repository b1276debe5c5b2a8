"""Law section d: each regime's stages, chained to what was done, by the version in force when the chain began."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.moment import utc
from incidents.clock import Deadline, Given, Regime, Stage, Version, WrongRegime, clocks_to_come, open_clocks
from incidents.escalation import AS_SOON_AS_POSSIBLE, ClockFacts, Duty, Level, levels
from incidents.periods import Period
from incidents.regimes import REGIMES, well_formed
from incidents.rules import Anchor, Cap, Rule, Threshold, done, rule_from
from tests.incidents.test_clock import examples

STOCKHOLM = "Europe/Stockholm"
AWARE = utc(2026, 11, 22, 13, 5)
STAGES = [(code, stage) for code, regime in REGIMES.items() for stages in regime.every_version() for stage in stages]


def running(code: str, *, zone: str = STOCKHOLM, given: Any = None, **moments: datetime) -> dict[str, Deadline]:
    """duty -> clock. A moment is named by its anchor, or by the duty that was done then."""
    known = {name if name in set(Anchor) else done(name): at for name, at in moments.items()}
    return {str(clock.duty): clock for clock in open_clocks(REGIMES[code], known, zone, given=given)}


def due(code: str, duty: str, **moments: Any) -> timedelta | None:
    """How long after awareness the duty ends."""
    end = running(code, **moments)[duty].due_at
    return end - AWARE if end is not None else None


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize("code", sorted(set(REGIMES) - {"gdpr", "gdpr_people", "house"}))
def test_a_law_of_its_own_field_binds_nobody_unasked(code: str) -> None:
    assert not REGIMES[code].everywhere


@pytest.mark.parametrize(("code", "stage"), STAGES, ids=lambda it: it if isinstance(it, str) else str(it.duty))
def test_every_duty_names_its_law_and_whom_to_tell_and_raises_alarms_in_order(code: str, stage: Stage) -> None:
    assert stage.rule.basis
    assert stage.recipient
    given = timedelta(hours=24) if stage.given else None
    end = stage.rule.period.ends(AWARE, STOCKHOLM)
    due_at = end.due_at if end else AWARE + given if given else None
    fallen = levels(ClockFacts(stage.ladder, AWARE, due_at))
    assert fallen, f"{code}: {stage.duty} would raise no alarm"
    assert [at for _, at in fallen] == sorted(at for _, at in fallen)
    assert len({step.level for step, _ in fallen}) == len(fallen)


@pytest.mark.parametrize(("code", "stage"), STAGES, ids=lambda it: it if isinstance(it, str) else str(it.duty))
def test_a_rule_survives_the_snapshot(code: str, stage: Stage) -> None:
    assert rule_from(stage.rule.as_json()) == stage.rule


def test_one_word_for_a_duty_means_one_title() -> None:
    titles: dict[str, set[str]] = {}
    for _, stage in STAGES:
        titles.setdefault(str(stage.duty), set()).add(stage.title)
    assert {duty: found for duty, found in titles.items() if len(found) > 1} == {}


def test_a_ladder_never_says_more_time_is_left_than_there_is() -> None:
    for code, stage in STAGES:
        if end := stage.rule.period.ends(AWARE, STOCKHOLM):
            left = [step.before_due for step in stage.ladder if step.before_due is not None]
            assert max(left, default=timedelta(0)) <= end.due_at - AWARE, f"{code}: {stage.duty}"


# Art. 33 and 34


def test_the_supplement_counts_from_the_filing_by_the_authoritys_card() -> None:
    filed = AWARE + hours(50)
    clocks = running("gdpr", aware=AWARE, notify_authority=filed)
    assert clocks[Duty.SUPPLEMENT].due_at == filed + timedelta(days=28)
    card = running("gdpr", aware=AWARE, notify_authority=filed, given={Duty.SUPPLEMENT: Period(days=14)})
    assert card[Duty.SUPPLEMENT].due_at == filed + timedelta(days=14)
    assert card[Duty.NOTIFY_AUTHORITY].due_at == AWARE + hours(72)


def test_people_are_told_as_soon_as_possible_and_no_hours_are_invented() -> None:
    clocks = running("gdpr_people", decided=AWARE)
    assert clocks[Duty.INFORM_PEOPLE].due_at is None
    assert clocks[Duty.INFORM_PEOPLE].latest_arguable_at is None


def test_an_order_starts_only_with_the_authoritys_own_deadline() -> None:
    assert running("gdpr_people", ordered=AWARE) == {}
    end = AWARE + timedelta(days=20)
    assert running("gdpr_people", ordered=AWARE, given={Duty.INFORM_AS_ORDERED: end})["inform_as_ordered"].due_at == end


def test_a_processor_tells_the_controller_at_once_and_within_the_contracts_hours_when_it_has_any() -> None:
    assert list(running("processor", aware=AWARE)) == ["tell_controller"]
    assert due("processor", "tell_controller", aware=AWARE) is None
    for number in (24, 48):
        given = {"tell_controller_by_contract": Period(hours=number)}
        clocks = running("processor", aware=AWARE, given=given)
        assert clocks["tell_controller"].due_at is None
        assert clocks["tell_controller_by_contract"].due_at == AWARE + hours(number)


def test_what_a_contract_gives_changes_no_other_duty() -> None:
    given = {"tell_controller": Period(hours=1), "notify_authority": Period(hours=1)}
    assert due("processor", "tell_controller", aware=AWARE, given=given) is None
    assert due("gdpr", "notify_authority", aware=AWARE, given=given) == hours(72)


# NIS 2, eIDAS, rights, the promise


def test_nis2_asks_for_a_warning_a_notification_and_a_report_a_month_after_the_notification() -> None:
    assert due("nis2", "early_warning", aware=AWARE) == hours(24)
    assert due("nis2", "incident_notification", aware=AWARE) == hours(72)
    assert "final_report" not in running("nis2", aware=AWARE, early_warning=AWARE)
    handed_in = utc(2026, 12, 31, 8)
    assert running("nis2", aware=AWARE, incident_notification=handed_in)["final_report"].due_at == utc(2027, 1, 31, 8)


def test_a_trust_service_notifies_within_a_day() -> None:
    assert due("nis2_trust", "incident_notification", aware=AWARE) == hours(24)
    assert due("eidas", "notify_supervisory_body", aware=AWARE) == hours(24)


def test_telecom_gives_the_rest_three_days_after_the_first_notification_was_made() -> None:
    assert due("telecom", "initial_notification", aware=AWARE) == hours(24)
    made = AWARE + hours(5)
    assert due("telecom", "second_notification", aware=AWARE, initial_notification=made) == hours(5 + 72)


def test_the_promise_to_customers_has_no_hours_and_no_threshold() -> None:
    assert due("promise", "tell_customers", aware=AWARE) is None
    assert REGIMES["promise"].stages[0].rule.threshold is Threshold.ANY


def test_a_request_rings_on_the_policys_days_20_25_and_28() -> None:
    stage, received = REGIMES["rights"].stages[0], utc(2026, 11, 23, 8)
    end = running("rights", received=received)["answer_request"].due_at
    fallen = {step.level: at - received for step, at in levels(ClockFacts(stage.ladder, received, end))}
    assert fallen == {Level.L2: timedelta(days=20), Level.L3: timedelta(days=25), Level.L4: timedelta(days=28),
                      Level.L5: timedelta(days=30)}  # fmt: skip


@examples("rights_request_examples")
def test_a_request_is_answered_by_the_earlier_of_30_days_and_a_month(row: dict[str, Any]) -> None:
    received = datetime.fromisoformat(f"{row['received']}T09:17").replace(tzinfo=ZoneInfo(STOCKHOLM))

    def day(period: Period) -> str:
        end = period.ends(received, STOCKHOLM)
        assert end is not None
        return end.due_at.astimezone(ZoneInfo(STOCKHOLM)).date().isoformat()

    assert day(REGIMES["rights"].stages[0].rule.period) == row["binding"]
    assert day(Period(days=30)) == row["policy_30_days"]
    assert day(Period(months=1)) == row["gdpr_one_month"]
    assert day(Period(months=3)) == row["gdpr_extended_three_months"]


@examples("other_clock_examples")
def test_the_other_clocks_agree(row: dict[str, Any]) -> None:
    aware, zone = datetime.fromisoformat(row["awareness"]), ZoneInfo(row["tz"])
    codes = {"OTH-01": ["nis2"], "OTH-02": ["nis2_trust", "eidas"], "OTH-03": ["telecom"]}[row["id"]]
    clocks = {duty: clock for code in codes for duty, clock in running(code, aware=aware, zone=row["tz"]).items()}
    names = {"eidas_notice_supervisory_body_and_people": "notify_supervisory_body"}
    wanted = {names.get(stage["stage"], stage["stage"]): stage["deadline"] for stage in row["stages"]}
    found = {duty: clock.due_at.astimezone(zone).isoformat() for duty, clock in clocks.items() if clock.due_at}
    assert found == wanted
    assert [stage.duty for code in codes for stage in clocks_to_come(REGIMES[code], {"aware": aware}, row["tz"])]


@examples("other_clock_examples")
def test_the_last_stage_counts_from_what_was_handed_in(row: dict[str, Any]) -> None:
    zone, aware = ZoneInfo(row["tz"]), datetime.fromisoformat(row["awareness"])
    if final := row.get("final_report"):
        handed_in = datetime.fromisoformat(final["example_submission"])
        clock = running("nis2", zone=row["tz"], aware=aware, incident_notification=handed_in)["final_report"]
        wanted = final["binding"]
        assert wanted == final["one_month"]
        assert last_day(clock, zone) == final["after_art3_4"]
    elif second := row.get("second_notification"):
        handed_in = datetime.fromisoformat(row["stages"][0]["deadline"])
        clock = running("telecom", zone=row["tz"], aware=aware, initial_notification=handed_in)["second_notification"]
        wanted = second["binding"]
        assert wanted == second["three_days"]
    else:
        return
    assert clock.due_at is not None
    assert clock.due_at.astimezone(zone).date().isoformat() == wanted


def last_day(clock: Deadline, zone: ZoneInfo) -> str:
    """The last day on which somebody could argue that the duty is in time."""
    assert clock.latest_arguable_at is not None
    return (clock.latest_arguable_at.astimezone(zone) - timedelta(seconds=1)).date().isoformat()


# DORA


@pytest.mark.parametrize(
    ("classified", "end"),
    [
        (None, 24),  # nobody has classified it: the day counts
        (0, 4),
        (1, 5),
        (19, 23),
        (20, 24),
        (22, 24),  # four hours would pass the cap
        (24, 24),
        (24 + 1 / 60, 28 + 1 / 60),  # classified after the day: four hours again
        (30, 34),
        (200, 204),
    ],
)
def test_dora_gives_four_hours_from_classification_within_a_day_from_awareness(
    classified: float | None, end: float
) -> None:
    moments = {} if classified is None else {"classified": AWARE + hours(classified)}
    assert due("dora", "initial_notification", aware=AWARE, **moments) == hours(end)


def test_dora_counts_from_the_classification_where_awareness_is_not_known() -> None:
    assert running("dora", classified=AWARE)["initial_notification"].due_at == AWARE + hours(4)
    assert running("dora") == {}


def test_doras_reports_follow_what_was_handed_in() -> None:
    first, second = AWARE + hours(3), utc(2027, 1, 31, 9)
    clocks = running("dora", aware=AWARE, initial_notification=first, intermediate_report=second)
    assert clocks["intermediate_report"].due_at == first + hours(72)
    assert clocks["final_report"].due_at == utc(2027, 2, 28, 9)


def test_a_clock_of_four_hours_rings_at_once_and_with_two_hours_left() -> None:
    stage = REGIMES["dora"].stages[0]
    fallen = levels(ClockFacts(stage.ladder, AWARE, AWARE + hours(4)))
    assert [(step.level, at - AWARE) for step, at in fallen] == [
        (Level.L3, hours(0)), (Level.L4, hours(2)), (Level.L5, hours(4)),
    ]  # fmt: skip


# Cyber Resilience Act


def test_a_maker_warns_in_24_hours_and_notifies_in_72() -> None:
    for code, notification in (
        ("cra_incident", "incident_notification"),
        ("cra_vulnerability", "vulnerability_notification"),
    ):
        assert due(code, "early_warning", aware=AWARE) == hours(24)
        assert due(code, notification, aware=AWARE) == hours(72)


def test_the_last_report_follows_the_notification_of_an_incident_and_the_remedy_of_a_vulnerability() -> None:
    handed_in, remedy = utc(2027, 1, 31, 9), utc(2026, 12, 20, 9)
    incident = running("cra_incident", aware=AWARE, incident_notification=handed_in, fix_available=remedy)
    assert incident["final_report"].due_at == utc(2027, 2, 28, 9)
    waiting = running("cra_vulnerability", aware=AWARE, vulnerability_notification=handed_in)
    assert "final_report" not in waiting
    mended = running("cra_vulnerability", aware=AWARE, fix_available=remedy)
    assert mended["final_report"].due_at == remedy + timedelta(days=14)


# Versions


def omnibus() -> Regime:
    """COM(2025) 837 as if it were law from a day on: 96 hours, and only at high risk."""
    today = REGIMES["gdpr"]
    notify, supplement = today.stages
    rule = replace(
        notify.rule, period=Period(hours=96), threshold=Threshold.HIGH_RISK, basis="GDPR Art. 33(1) as amended"
    )
    return replace(today, later=(Version(date(2028, 1, 1), (replace(notify, rule=rule), supplement)),))


def counted(regime: Regime, **moments: datetime) -> dict[str, Deadline]:
    known = {name if name in set(Anchor) else done(name): at for name, at in moments.items()}
    return {str(clock.duty): clock for clock in open_clocks(regime, known, STOCKHOLM)}


def test_a_future_rule_changes_nothing_before_its_date() -> None:
    last_minute = utc(2027, 12, 31, 22, 59)  # a minute to midnight in Stockholm
    before, today = counted(omnibus(), aware=last_minute), counted(REGIMES["gdpr"], aware=last_minute)
    assert before == today
    assert before["notify_authority"].due_at == last_minute + hours(72)
    assert before["notify_authority"].stage.rule.threshold is Threshold.RISK


def test_the_rule_holds_from_the_first_minute_of_its_date_in_the_companys_zone() -> None:
    first_minute = utc(2027, 12, 31, 23, 0)
    (clock,) = counted(omnibus(), aware=first_minute).values()
    assert clock.due_at == first_minute + hours(96)
    assert clock.stage.rule.threshold is Threshold.HIGH_RISK


def test_a_chain_stays_under_the_version_it_began_in() -> None:
    begun = utc(2027, 12, 30, 12)
    regime = replace(omnibus(), later=(Version(date(2028, 1, 1), omnibus().later[0].stages[:1]),))
    later = counted(regime, aware=begun, notify_authority=begun + hours(70))
    assert later["notify_authority"].due_at == begun + hours(72)
    assert later["supplement"].due_at == begun + hours(70) + timedelta(days=28)
    assert regime.stage("supplement", date(2028, 1, 2)) is regime.stages[1]


def test_a_version_that_counts_from_another_moment_is_still_chosen_by_the_day_the_chain_began() -> None:
    stage = REGIMES["gdpr"].stages[0]
    counted_otherwise = replace(stage, rule=replace(stage.rule, anchor=Anchor.CLASSIFIED, period=Period(hours=4)))
    regime = replace(REGIMES["gdpr"], later=(Version(date(2028, 1, 1), (counted_otherwise,)),))
    begun = utc(2027, 12, 30, 12)
    assert counted(regime, aware=begun, classified=utc(2028, 1, 2))["notify_authority"].due_at == begun + hours(72)
    new = utc(2028, 1, 2)
    assert counted(regime, aware=new, classified=new)["notify_authority"].due_at == new + hours(4)


def test_the_snapshot_of_a_running_clock_keeps_its_rule() -> None:
    kept = counted(REGIMES["gdpr"], aware=AWARE)["notify_authority"].stage.rule.as_json()
    again = rule_from(kept).ends({str(Anchor.AWARE): utc(2028, 6, 1)}, STOCKHOLM)
    assert again is not None
    assert again.due_at == utc(2028, 6, 4)


# A regime file that is not sound


def broken(**changes: Any) -> Regime:
    stage = Stage("tell", "Tell", "somebody", replace(Rule(Anchor.AWARE, Period(hours=24), "Art. 1"), **changes))
    return Regime("odd", "Odd", "Some law", "Nobody.", (stage,))


@pytest.mark.parametrize(
    ("regime", "why"),
    [
        (replace(broken(), law=" "), "no law"),
        (replace(broken(), stages=()), "no duty"),
        (broken(basis=""), "cites no law"),
        (broken(anchor="full_moon"), "full_moon, which nobody knows"),
        (broken(anchor=done("tell")), "done:tell, which nobody knows"),
        (broken(anchor="tell"), "counts from tell"),
        (broken(cap=Cap("full_moon", Period(hours=1))), "full_moon, which nobody knows"),
        (broken(cap=Cap(Anchor.AWARE, Period(hours=-1))), "length of nothing"),
        (broken(period=Period(hours=0)), "length of nothing"),
        (broken(period=Period()), "no alarm"),
        (replace(broken(), stages=broken().stages * 2), "named twice"),
        (
            replace(broken(), later=tuple(Version(date(year, 1, 1), broken().stages) for year in (2029, 2028))),
            "order of their dates",
        ),
        (
            replace(broken(), later=tuple(Version(date(2028, 1, 1), broken().stages) for _ in range(2))),
            "order of their dates",
        ),
        (replace(broken(), later=(Version(date(2028, 1, 1), broken(basis="").stages),)), "cites no law"),
        (replace(broken(), later=(Version(date(2028, 1, 1), ()),)), "no duty"),
    ],
)
def test_a_regime_that_nobody_could_count_by_is_refused(regime: Regime, why: str) -> None:
    with pytest.raises(WrongRegime, match=why) as refused:
        well_formed(regime)
    assert str(refused.value).startswith("The regime odd cannot be used: ")


def test_a_sound_regime_passes_and_an_open_end_needs_a_ladder_that_counts_from_the_start() -> None:
    assert well_formed(broken()) == broken()
    stage = replace(broken(period=Period()).stages[0], ladder=AS_SOON_AS_POSSIBLE)
    assert well_formed(replace(broken(), stages=(stage,)))
    by_contract = replace(broken(period=Period()).stages[0], given=Given.CONTRACT)
    assert well_formed(replace(broken(), stages=(by_contract,)))
