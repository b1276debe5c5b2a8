"""Which separations of duties fail when one person holds several parts of a case."""

import pytest

from core.access import Actor, Role
from incidents.involvement import exclude
from incidents.separation import Failure, Hands, Separation, failing, failures
from tests.fixtures.world import World
from tests.incidents.bench import Bench

MANY = {"anna", "johan"}


def codes(found: list[Failure]) -> list[str]:
    return [failure.code for failure in found]


@pytest.mark.parametrize(
    ("hands", "fails"),
    [
        (Hands("anna", reporter="ella", chairs={"sara"}, members={"sara", "per"}), []),
        (Hands("anna", reporter="anna"), ["reporter"]),
        (Hands("anna", reporter=None), []),
        (Hands("per", chairs={"sara"}, members={"sara", "per"}), ["member"]),
        (Hands("sara", chairs={"sara"}, members={"sara", "per"}), ["chair"]),
        (Hands("anna", members={"sara", "per"}, secretary="per"), ["secretary"]),
        (Hands("anna", members={"sara", "per"}, secretary="anna"), []),
        (Hands("anna", advises=True), ["adviser"]),
        (Hands("anna", releasers={"anna"}), ["release"]),
        (Hands("anna", releasers=MANY), []),
        (Hands("sara", "sara", {"sara"}, {"sara"}, "sara", True, {"sara"}),
         ["reporter", "chair", "secretary", "adviser", "release"]),
    ],
)  # fmt: skip
def test_each_pair_of_duties_is_looked_at(hands: Hands, fails: list[str]) -> None:
    assert codes(failures(hands)) == fails


@pytest.mark.parametrize("code", Separation)
def test_every_failure_is_a_sentence_in_both_languages(code: Separation) -> None:
    sentences = {Failure(code).sentence(lang) for lang in ("sv", "en")}
    assert len(sentences) == 2
    assert all(sentence.endswith(".") for sentence in sentences)


def test_nothing_fails_where_each_has_one_part(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    with world.look() as session:
        assert failing(session, world.actor(Role.MANAGER), bench._incident(session)) == []


def test_the_chair_who_decides_is_told_so_before_and_after_the_call(small_world: World) -> None:
    bench = Bench(small_world)
    sara = small_world.users["commissioner"]
    both = Actor(sara.id, sara.name, frozenset({Role.COMMISSIONER, Role.MANAGER, Role.DPO}))
    with small_world.look() as session:
        assert codes(failing(session, both, bench._incident(session))) == ["chair", "adviser"]
    bench.convene()
    bench.recuse("commissioner")
    with small_world.look() as session:
        assert codes(failing(session, both, bench._incident(session))) == ["adviser"]
        assert codes(failing(session, small_world.actor("per"), bench._incident(session))) == ["chair"]
        assert codes(failing(session, small_world.actor("leila"), bench._incident(session))) == ["member"]


def test_one_person_left_who_writes_and_releases_is_a_failure(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        incident, actor = bench._incident(session), small_world.actor(Role.MANAGER)
        for role in (Role.DEPUTY, Role.HEAD, Role.WRITER, Role.APPROVER):
            exclude(session, actor, incident, small_world.users[role].id, "", small_world.now)
        assert codes(failing(session, actor, incident)) == ["release"]
