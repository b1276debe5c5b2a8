"""What the case knows, the notice says: safeguards, effects, measures, and what the people were told."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from core.access import Role
from incidents import informing, notifying
from incidents.notice_sealed import TELLING
from incidents.notice_view import latest_notice
from incidents.notifying.effects import effects
from incidents.notifying.prefilling import prefill
from incidents.notifying.reckoning import reckoned
from incidents.questions import ReporterRelation
from notifications.edpb.answers import Answer, Knowledge, Source, known
from notifications.edpb.exchange import from_json
from notifications.filings import answers_of, notices
from notifications.letters.models import Recipient
from risk.control_status import Result
from risk.facts import Breach, Enables, Facts, Unreadable
from risk.severity import Category, Circumstances, DataKind
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case, learnt
from tests.incidents.first_notice import file_first
from tests.incidents.known_case import checked, classified, company, informed, known_case

ONLY_A_PERSON_KNOWS = {38: known("no")}


def drafted(case: Case) -> Mapping[int, Answer]:
    case.do(lambda s, actor, incident, now: notifying.draft(s, actor, incident, "imy", now), Role.MANAGER)
    return written(case)


def written(case: Case) -> Mapping[int, Answer]:
    """The answers of the latest phase."""
    with case.world.look() as session:
        notice = latest_notice(session, case.row(session))
        assert notice is not None
        return answers_of(session, notice)


def test_a_notice_made_from_a_fully_known_case_lacks_nothing(world: World, postbox: Postbox) -> None:
    """Fully known: everything that the company can tell the service has been told, through the verbs and before the
    notice is begun (known_case.py), and one question is answered by a person: whether a processor or a joint controller
    is involved, which no other part of the service asks. Nobody is told of anything across a border here."""
    case = known_case(world, postbox)
    drafted(case)
    with world.change() as session:
        incident = case.row(session)
        notice = latest_notice(session, incident)
        assert notice is not None
        lacking = {one.number for one in reckoned(session, incident, answers_of(session, notice), world.now).open()}
        assert lacking == set(ONLY_A_PERSON_KNOWS)
        notifying.save(session, world.actor(Role.MANAGER), incident, notice, ONLY_A_PERSON_KNOWS, world.now)
        told = reckoned(session, incident, answers_of(session, notice), world.now)
        assert told.open() == []
        assert told.faults() == {}
        assert told.answers[4].text == "complete"
    text = world.client(Role.MANAGER).get(f"{case.path}/authority/notice.json").text
    assert from_json(text) == told.answers


def test_every_answer_of_a_fully_known_case_says_that_it_comes_from_the_case(
    small_world: World, postbox: Postbox
) -> None:
    assert {answer.source for answer in drafted(known_case(small_world, postbox)).values()} == {Source.CASE}


@pytest.mark.parametrize("relation", ReporterRelation)
def test_how_it_was_found_is_told_in_the_words_of_the_company_and_not_of_the_reporter(
    small_world: World, relation: str
) -> None:
    found = prefilled(Case(small_world, reporter_relation=relation))[51].text
    assert found.endswith(".")
    assert "Jag" not in found


def test_a_night_past_midnight_is_two_days_of_the_companys_own_calendar(small_world: World) -> None:
    case = Case(small_world).take()
    with small_world.change() as session:
        incident = case.row(session)
        incident.occurred_at = small_world.now.replace(hour=22, minute=30) - timedelta(days=2)
        incident.ended_at = incident.occurred_at + timedelta(hours=1)
    assert prefilled(case)[44].text == "date_range"


def test_a_country_outside_the_eea_is_left_out_where_only_those_inside_can_be_chosen(small_world: World) -> None:
    case = Case(small_world).take().classify(countries="SE, GB, NO")
    assert drafted(case)[116].values == ("SE", "NO")
    assert small_world.client(Role.MANAGER).get(f"{case.path}/authority/notice.json").status_code == 200


# safeguards


def prefilled(case: Case, lang: str = "sv") -> Mapping[int, Answer]:
    with case.world.change() as session:
        return prefill(session, case.world.actor(Role.MANAGER), case.row(session), lang)


def test_a_control_that_was_in_order_when_it_happened_is_a_safeguard(small_world: World) -> None:
    checked(small_world, backup_copies=Result.PASS, leaver_access=Result.PASS, antivirus=Result.PASS)
    small_world.later(days=3)
    answers = prefilled(Case(small_world), "en")
    assert answers[75].values == ("other", "access_levels", "backup")
    assert "Backups are made (9.2 a): 22 Nov 2026" in answers[76].text.splitlines()


@pytest.mark.parametrize(
    ("result", "days"),
    [(Result.FAIL, 3), (Result.NOT_APPLICABLE, 3), (Result.PASS, 60), (Result.PASS, -1)],
    ids=["failed", "not applicable", "run out", "checked afterwards"],
)
def test_a_control_that_was_not_in_order_then_is_none(small_world: World, result: Result, days: int) -> None:
    case = Case(small_world)
    checked(small_world, backup_copies=result)
    with small_world.change() as session:
        case.row(session).occurred_at = small_world.now + timedelta(days=days)
    assert not {75, 76} & set(prefilled(case))


def test_only_the_last_check_before_it_happened_counts(small_world: World) -> None:
    checked(small_world, backup_copies=Result.PASS)
    small_world.later(days=1)
    checked(small_world, backup_copies=Result.FAIL)
    small_world.later(days=1)
    case = Case(small_world)
    small_world.later(days=1)
    checked(small_world, backup_copies=Result.PASS)
    assert 75 not in prefilled(case)


# effects


def facts(**changes: object) -> Facts:
    whole: dict[str, object] = {
        "breach_types": frozenset(Breach),
        "data": (DataKind(Category.SIMPLE),),
        "identifiability": Fraction(1),
        "circumstances": Circumstances(Fraction(1, 4), Fraction(1, 4), Fraction(1, 4)),
        "enables": frozenset({Enables.FRAUD}),
    }
    return Facts(**{**whole, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {58: ["misuse_reversible"], 59: ["temporary"], 79: ["beyond_policy", "other_purposes"],
              81: ["invalid_used"], 83: ["disruption"]}),
        ({"circumstances": Circumstances(Fraction(1, 2), Fraction(1, 2), Fraction(1, 2))},
         {58: ["misuse_irreversible"], 59: ["permanent"], 79: ["beyond_policy", "other_purposes"],
          81: ["invalid_used"], 83: ["no_access"]}),
        ({"circumstances": Circumstances(Fraction(0), Fraction(0), Fraction(0))}, {58: ["altered_no_misuse"]}),
        ({"enables": frozenset({Enables.LOSS_OF_CONTROL})},
         {58: ["misuse_reversible"], 59: ["temporary"], 79: ["beyond_policy"], 81: ["invalid_used"],
          83: ["disruption"]}),
        ({"unintelligible": Unreadable.YES},
         {58: ["misuse_reversible"], 59: ["temporary"], 81: ["invalid_used"], 83: ["disruption"]}),
    ],
    ids=["for a time", "for good", "nothing seen, changed or away", "of no use to anybody", "unreadable"],
)  # fmt: skip
def test_the_stated_facts_say_which_effects_are_likely(changes: dict[str, object], expected: object) -> None:
    assert effects(facts(**changes)) == expected


# what the people were told


@pytest.fixture
def decided(small_world: World) -> Case:
    """To be told: two people, by letter."""
    company(small_world)
    bench = Bench(small_world)
    case = Case.of(small_world, bench.reference)
    small_world.later(hours=2)
    classified(case)
    bench.convene()
    for key in ("commissioner", "per", "leila"):
        bench.vote(key, "high")
    bench.decide(inform_people="inform")
    return case


def test_before_anybody_is_told_the_date_is_open(decided: Case) -> None:
    assert prefilled(decided)[97].text == "planned_tbd"
    assert not {98, 102, 104, 106} & set(prefilled(decided))


def test_who_is_not_told_yet_is_said_with_the_reason(decided: Case, postbox: Postbox) -> None:
    letters = informed(decided.world, postbox, decided, "Siv Brev;;sv\nBo Ek;bo@kund.example.com;sv\n")
    answers = prefilled(decided)
    assert [answers[number].text for number in (97, 102, 104)] == ["yes", "not_all", "individual"]
    assert 103 not in answers
    letters.do(informing.explain, Role.MANAGER, "Siv har skyddad identitet och ringas upp på måndag.")
    assert prefilled(decided)[103].text == "Siv har skyddad identitet och ringas upp på måndag."


def test_who_was_told_in_the_end_by_another_way_counts(decided: Case, postbox: Postbox) -> None:
    letters = informed(decided.world, postbox, decided, "Siv Brev;;sv\nBo Ek;bo@kund.example.com;sv\n")
    with letters.case() as (session, incident):
        siv = session.scalars(select(Recipient).where(Recipient.channel != "email")).one()
        informing.tell_otherwise(session, letters.actor(Role.MANAGER), incident, siv, "phone", letters.world.now)
    assert prefilled(decided)[102].text == "all"


def test_the_text_stands_there_without_anybodys_name_in_the_language_of_the_notice(
    decided: Case, postbox: Postbox
) -> None:
    informed(decided.world, postbox, decided)
    swedish, english = (prefilled(decided, lang)[106].text for lang in ("sv", "en"))
    assert "Vi mejlade en lista till fel företag." in swedish
    assert "We sent a list to the wrong company." in english
    assert not {"Åsa", "Žofia"} & set(swedish.split())


def test_nobody_who_owes_an_assessment_reads_there_what_the_people_are_told(decided: Case, postbox: Postbox) -> None:
    """Everything that is prefilled from the letters stands among the questions that are withheld."""
    before = prefilled(decided)
    informed(decided.world, postbox, decided)
    assert {number for number, answer in prefilled(decided).items() if before.get(number) != answer} <= TELLING


# the supplement


def test_a_supplement_says_what_the_case_has_learnt_since_and_keeps_what_a_person_wrote(small_world: World) -> None:
    case = Case(small_world).take().classify()
    file_first(case)
    case.classify(people_min=300, records_count=900)
    case.do(learnt, Role.MANAGER, "Adresser väljs ur registret.")
    drafted(case)
    sent, now = before_and_now(case)
    assert (sent[68].text, now[68].text) == ("214", "300")
    assert (sent[72].text, now[73].text) == ("to_be_determined", "900")
    assert now[95] == Answer(("Adresser väljs ur registret.",), Knowledge.KNOWN, source=Source.CASE)
    assert now[62] == Answer(sent[62].values, source=Source.CARRIED)  # as a person wrote it


def before_and_now(case: Case) -> tuple[Mapping[int, Answer], Mapping[int, Answer]]:
    with case.world.look() as session:
        first, *_, last = notices(session, case.row(session).id)
        return answers_of(session, first), answers_of(session, last)
