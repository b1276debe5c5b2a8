"""Search: beginnings of words, in any case, among what this reader may see; nothing that is typed is an operator."""

import pytest
from sqlalchemy import select, text, update

from core.access import Role
from core.db import new_id, refuse
from incidents import queue
from incidents.models import Exclusion, Incident
from incidents.queue import Cursor, listed
from incidents.queue_filters import Filter
from incidents.search import asked_for, forget, forget_for_good, found, matches, words_of
from tests.fixtures.world import World
from tests.incidents.cases import Case

TITLES = (
    "Kundlista mejlad till fel företag",
    "Förlorad dator på tåget",
    "ÅÄÖ: Övning i Åre",
    "Dator stulen",
    "a-b c_d",
)
HOSTILE = ("\"", "'", "\"kund", "kund*", "kund AND", "AND OR NOT", "NEAR(kund lista)", "words:kund", "^kund", "-kund",
           "kund\x00lista", "\x00", "%", "_", "\\", "'); DROP TABLE incident; --", ":*", "kund & lista", "!kund", "<->",
           "kund" * 2_500, "k " * 5_000, "\ud800", "{{ 7 * 7 }}", "( ( (", "🙂",
           "日本語 キー", "ﬁl", "١٢٣", "  ")  # fmt: skip


@pytest.fixture
def shelves(world: World) -> World:
    """Cases with titles of their own, one of which the deputy is involved in."""
    for title in TITLES:
        Case(world).take().classify(title=title, systems="Kundregistret i Umeå")
        world.later(minutes=1)
    with world.change() as session:
        secret = session.scalars(select(Incident).where(Incident.title == TITLES[0])).one()
        session.add(Exclusion(incident_id=secret.id, user_id=world.users[Role.DEPUTY].id, by_id="x", at=world.now))
    return world


def titles(world: World, asked: str, role: str = Role.MANAGER, chosen: Filter = Filter.OPEN) -> list[str]:
    with world.look() as session:
        found: list[str] = []
        cursor: Cursor | None = None
        while True:
            page = listed(session, world.actor(role), chosen, asked, cursor, world.now)
            found += [one.title for one in page.incidents]
            if not page.next:
                return found
            cursor = Cursor.read(page.next)


def test_words_are_found_by_their_beginnings_in_any_case_and_with_swedish_letters(shelves: World) -> None:
    expected = {
        "DATOR": {TITLES[1], TITLES[3]},
        "dat stul": {TITLES[3]},
        "övn": {TITLES[2]},
        "o\u0308vning A\u030are": {TITLES[2]},  # typed with combining marks
        "ovning": set(),  # ö is a letter of its own
        "lista": set(),  # the end of a word
        "umeå": set(TITLES),
        "kundregistret tåget": {TITLES[1]},
        "fel FÖRETAG": {TITLES[0]},
    }
    assert {asked: set(titles(shelves, asked)) for asked in expected} == expected


def test_what_somebody_types_is_never_an_error_nor_an_operator(shelves: World) -> None:
    """The index of words and the words of the row answer alike, for each of the hostile texts."""
    with shelves.look() as session:
        for asked in HOSTILE:
            question = asked_for(asked)
            if question is None:
                continue
            by_index = set(session.scalars(found(session, question)))
            assert by_index == set(session.scalars(select(Incident.id).where(matches(session, question)))), asked[:40]
    assert titles(shelves, "-kund") == titles(shelves, "kund") != []
    assert titles(shelves, "kund AND lista") == titles(shelves, '"') == []
    answers = [shelves.client(Role.MANAGER).get("/incidents", params={"q": asked}).status_code
               for asked in ("\" OR '*", "kund\x00lista", "x" * 10_000)]  # fmt: skip
    assert answers == [200, 200, 200]


@pytest.mark.parametrize("few", [0, 1, queue.FEW])
def test_both_plans_find_what_the_reader_may_read_one_by_one(
    shelves: World, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `few` = 0 the order of the list is walked, and looked up after all when it leads nowhere."""
    monkeypatch.setattr(queue, "FEW", few)
    for reach in (1, queue.FAR):
        monkeypatch.setattr(queue, "NEAR", reach)
        monkeypatch.setattr(queue, "FAR", reach)
        for role in (Role.MANAGER, Role.DEPUTY, Role.COMMISSIONER):
            readable = titles(shelves, "", role)
            for asked in ("kund", "dator", "dator stulen", "övning", "pui", "finns inte"):
                wanted = words_of(asked)
                hits = [
                    title
                    for title in readable
                    if all(
                        any(own.startswith(word) for own in words_of(f"{title} Kundregistret i Umeå PUI"))
                        for word in wanted
                    )
                ]
                assert titles(shelves, asked, role) == hits, (role, asked, reach)
    assert TITLES[0] not in titles(shelves, "kundlista", Role.DEPUTY)
    assert titles(shelves, "kund", Role.MANAGER, Filter.ENDED) == []


def test_the_words_follow_the_case_in_its_own_transaction(world: World) -> None:
    case = Case(world).take().classify(title="Första rubriken")
    with world.change() as session:
        case.row(session).search = "ogjord"
        session.flush()
        assert len(session.scalars(found(session, asked_for("ogjord"))).all()) == 1  # type: ignore[arg-type]
        refuse(session)
    assert (titles(world, "ogjord"), titles(world, "första")) == ([], ["Första rubriken"])
    case.classify(title="Andra rubriken")
    assert (titles(world, "första"), titles(world, "andra")) == ([], ["Andra rubriken"])
    with world.change() as session:
        session.execute(update(Incident).values(search="skrivet i bulk"))
        session.add(Incident(id=new_id(), reference="PUI-2026-RAD1", reported_at=world.now, search="rad utan verb"))
    assert (titles(world, "andra"), len(titles(world, "bulk")), len(titles(world, "verb"))) == ([], 1, 1)


def test_an_erased_case_leaves_no_word_in_the_index(world: World) -> None:
    gone, kept = Case(world).take().classify(title="Kolibri"), Case(world).take().classify(title="Papegoja")
    with world.change() as session:
        forget(session, gone.row(session).id)
        forget_for_good(session)
    with world.look() as session:
        for word, number in (("kolibri", 0), ("papegoja", 1)):
            assert len(session.scalars(found(session, asked_for(word))).all()) == number  # type: ignore[arg-type]
        assert session.scalar(text("SELECT count(*) FROM incident_search WHERE words LIKE '%kolibri%'")) == 0
        if world.database.url.startswith("sqlite"):
            blocks = b"".join(session.scalars(text("SELECT block FROM incident_words_data")))
            assert b"kolibri" not in blocks
            assert b"papegoj" in blocks
    assert titles(world, "papegoja") == ["Papegoja"]
    assert kept.reference
