"""Similar past cases: alike for reasons one can read, with what became of them, and only those one may see."""

from html import unescape
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from core.access import Role
from core.audit.models import AuditEntry
from incidents.cause_drafting import retire
from incidents.cause_publishing import PublishForm, publish, seen
from incidents.likeness import LEAST, Alike, Traits, likeness, words_of
from incidents.models import Exclusion
from incidents.severity_models import SeverityStatement
from incidents.similar import similar
from incidents.similar_view import SimilarCase
from incidents.states import AuthorityTrack, PeopleTrack, State
from tests.fixtures.world import World
from tests.incidents.cases import Case, learnt

FIRE: dict[str, Any] = {
    "title": "Det brann i arkivet", "cause": "unforeseen.fire", "systems": "Arkivet", "people_min": 3,
    "data_categories": ["health"], "subject_groups": ["patients"], "breach_types": ["availability"],
}  # fmt: skip
codes = st.frozensets(st.sampled_from(["a", "b", "c", "unknown"]), max_size=3)
classes = st.sampled_from(["accidental", "unknown"])
traits = st.builds(Traits, cause=st.sampled_from(["", "x", "y"]), cause_class=classes, further=codes, data=codes,
                   groups=codes, breach=codes, systems=codes, title=codes,
                   band=st.sampled_from(["", "1", "2-10"]))  # fmt: skip


@given(traits, traits)
def test_likeness_is_mutual_and_every_point_has_its_reason(one: Traits, other: Traits) -> None:
    there, back = likeness(one, other), likeness(other, one)
    assert there == back
    assert (there.points > 0) == bool(there.because)
    assert likeness(one, one).points >= there.points


def test_what_is_unknown_or_in_half_of_all_cases_makes_nothing_alike() -> None:
    said = Traits(data=frozenset({"unknown"}), title=words_of("Rapport om personuppgifter"))
    assert likeness(said, said).points == 0
    common = Traits(cause_class="accidental", breach=frozenset({"confidentiality"}), data=frozenset({"contact"}))
    assert likeness(common, common).points < LEAST
    system = likeness(Traits(systems=words_of("Kundregistret, mejl", 3)), Traits(systems=words_of("KUNDREGISTRET", 3)))
    assert system.because == ((Alike.SYSTEM, ("kundregistret",)),)


def of(world: World, key: str, case: Case, limit: int = 3) -> list[SimilarCase]:
    with world.look() as session:
        return similar(session, world.actor(key), case.row(session), "sv", limit)


def test_the_like_come_first_with_reasons_and_the_unlike_not_at_all(world: World) -> None:
    fire = Case(world).take().classify(**FIRE)
    near = Case(world).take().classify(title="Kundlistan ute igen", people_min=150)
    far = Case(world).take().classify(cause="accidental.misrouting", systems="Lönesystemet", title="Lönebesked fel",
                                      data_categories=["finances"], subject_groups=["employees"])  # fmt: skip
    mine = Case(world).take().classify()
    found = of(world, Role.MANAGER, mine)
    assert [row.reference for row in found] == [near.reference, far.reference]
    assert found[0].why.startswith("samma orsak, samma system (kundregistret)")
    assert "samma slags uppgifter (Namn och kontaktuppgifter)" in found[0].why
    assert dict(found[0].outcome) == {"Myndighet": "har inte fått veta än", "Berörda": "har inte fått veta än"}
    assert of(world, Role.MANAGER, fire) == []
    assert len(of(world, Role.MANAGER, mine, limit=1)) == 1


def test_before_it_is_classified_a_case_is_compared_as_the_report_proposes(world: World) -> None:
    past = Case(world).take().classify()
    new = Case(world).take()
    assert [row.reference for row in of(world, Role.MANAGER, new)] == [past.reference]


def test_it_says_what_became_of_a_case_and_keeps_score_and_lesson_until_then(small_world: World) -> None:
    world = small_world
    past, mine = Case(world).take().classify(), Case(world).take().classify()
    with world.change() as session:
        row = past.row(session)
        row.state, row.authority_track, row.people_track = (
            State.IN_ASSESSMENT, AuthorityTrack.COMPLETE, PeopleTrack.NOT_REQUIRED)  # fmt: skip
        for version, band in ((1, "low"), (2, "medium")):
            session.add(SeverityStatement(incident_id=row.id, version=version, facts_sealed="x", quarters=10, band=band,
                                          stated_by="x", stated_at=world.now))  # fmt: skip
    past.do(learnt, Role.MANAGER, "Adressfältet töms nu efter varje brev.")
    open_case = of(world, Role.MANAGER, mine)[0]
    assert dict(open_case.outcome) == {"Myndighet": "har fått veta", "Berörda": "har inte fått veta: det krävdes inte"}
    assert open_case.lesson == ""
    with world.change() as session:
        past.row(session).state = State.CLOSED
    closed = of(world, Role.MANAGER, mine)[0]
    assert "medelhög" in dict(closed.outcome).values()
    assert closed.lesson == "Adressfältet töms nu efter varje brev."
    assert of(world, Role.WRITER, mine)[0].lesson == "", "reads no texts"


def test_an_excluded_or_merged_case_leaves_no_trace_whoever_asks(world: World) -> None:
    hidden, merged, mine = (Case(world).take().classify() for _ in range(3))
    with world.change() as session:
        session.add(Exclusion(incident_id=hidden.row(session).id, user_id=world.users[Role.MANAGER].id, by_id="system",
                              at=world.now))  # fmt: skip
        merged.row(session).state = State.MERGED
    assert of(world, Role.MANAGER, mine) == []
    assert [row.reference for row in of(world, Role.HEAD, mine)] == [hidden.reference]
    assert of(world, Role.COMMISSIONER, mine) == [], "sits in no commission of these"
    pages = [f"{mine.path}/similar", f"{mine.path}/classify"]
    before = [world.client(Role.MANAGER).get(page).text for page in pages]
    assert hidden.reference not in "".join(before)
    assert "Liknande ärenden" not in before[1].partition("<form")[2].partition("</main>")[0]


def test_a_retired_cause_still_makes_cases_alike(small_world: World) -> None:
    past, mine = Case(small_world).take().classify(), Case(small_world).take().classify()
    with small_world.change() as session:
        retire(session, small_world.actor(Role.MANAGER), "accidental.misrouting", small_world.now)
        publish(session, small_world.actor(Role.MANAGER), PublishForm(note="Därför", seen=seen(session)),
                small_world.now)  # fmt: skip
    assert [row.reference for row in of(small_world, Role.MANAGER, mine)] == [past.reference]


def test_the_page_shows_them_says_when_there_are_none_and_the_reading_of_an_auditor_is_logged(
    small_world: World,
) -> None:
    world = small_world
    mine = Case(world).take().classify()
    client = world.client(Role.MANAGER)
    assert "Inget ärende som du får se liknar det här." in client.get(f"{mine.path}/similar").text
    past = Case(world).take().classify(title="Kundlistan ute igen")
    shown = unescape(client.get(f"{mine.path}/similar").text)
    assert f'href="{past.path}"' in shown
    assert "Likheter: samma orsak, samma system (kundregistret)" in shown
    assert 'aria-current="page">Liknande ärenden' in shown
    assert past.reference in client.get(f"{mine.path}/classify").text
    world.client(Role.AUDITOR).get(f"{mine.path}/similar")
    with world.look() as session:
        read = select(AuditEntry.object).where(AuditEntry.action == "incident:read")
        assert set(session.scalars(read)) == {mine.reference, past.reference}


def test_many_cases_cost_as_few_questions_as_few(small_world: World) -> None:
    world = small_world
    mine, asked = Case(world).take().classify(), list[int]()

    def count(*_: object) -> None:
        asked[-1] += 1

    event.listen(world.database.reader, "before_cursor_execute", count)
    for number in (1, 4):
        for _ in range(number):
            Case(world).take().classify()
        asked.append(0)
        assert of(world, Role.MANAGER, mine)
    event.remove(world.database.reader, "before_cursor_execute", count)
    assert asked[0] == asked[1] <= 9
