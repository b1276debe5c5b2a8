"""Somebody presides for as long as somebody sits, or a decision that departs could never be signed."""

from incidents.chair import chairs
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case


def test_when_every_member_has_stepped_aside_the_first_substitute_signs_for_the_commission(world: World) -> None:
    bench, users = Bench(world), world.users
    bench.convene(member_2="", substitute_1=users["kim"].id, substitute_2=users["leila"].id)
    for key in ("commissioner", "per"):
        bench.recuse(key)
    for key in ("kim", "leila"):
        bench.vote(key, "high")
    with world.look() as session:
        assert chairs(session, bench._incident(session)) == {users["kim"].id}
    bench.decide(departure_reason="Mottagaren har raderat allt.")
    with world.change() as session:
        session.merge(users["kim"]).password_hash = session.merge(users["commissioner"]).password_hash
    Case.of(world, bench.reference).sign("kim")
    assert bench.incident().state == "in_remedy"
