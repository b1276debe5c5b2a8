"""Fifty answers at the same moment, from browsers: no vote is lost or counted twice, and one decision stands."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from httpx2 import Response
from sqlalchemy import func, select

from core.access import Role
from core.audit.verify import verify
from incidents.commission_models import Assessment, Decision
from tests.fixtures.world import World
from tests.incidents.bench import Bench, assessment, decision
from tests.incidents.reckoning import reckoned

MEMBERS = ("commissioner", "per", "leila")
DECIDERS = (Role.MANAGER, Role.DEPUTY, Role.HEAD)
Post = tuple[str, str, dict[str, object]]  # who, where, what


def at_once(world: World, posts: Sequence[Post]) -> list[Response]:
    """Every post by a browser of its own, let go together."""
    clients = [world.client(key) for key, _, _ in posts]
    ready = Barrier(len(posts))

    def send(number: int) -> Response:
        _, where, form = posts[number]
        ready.wait()
        return clients[number].post(where, data=form)

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(send, range(len(posts))))


def vote(bench: Bench, key: str, answer: str) -> Post:
    return key, f"{bench.path}/commission/assess", assessment(answer)


def verdict(bench: Bench, key: str, version: int, reasons: str) -> Post:
    return key, f"{bench.path}/decision", decision(version=version, reasons=reasons)


def rows(world: World) -> dict[str, str]:
    """Member -> vote, of the answers that stand; each member has one row at most."""
    with world.look() as session:
        found = list(session.scalars(select(Assessment).where(Assessment.superseded_at.is_(None))))
    keys = {user.id: key for key, user in world.users.items()}
    assert len({row.user_id for row in found}) == len(found)
    return {keys[row.user_id]: row.vote for row in found}


def codes(answers: Sequence[Response], posts: Sequence[Post], key: str) -> Counter[int]:
    return Counter(one.status_code for one, (who, _, _) in zip(answers, posts, strict=True) if who == key)


@pytest.fixture
def bench(world: World) -> Bench:
    made = Bench(world)
    made.convene()
    return made


def test_of_twenty_answers_each_member_has_one(bench: Bench, world: World) -> None:
    """Every member presses the button over and over, each time for another answer."""
    posts = [vote(bench, MEMBERS[n % 3], ("none", "risk", "high")[n // 3 % 3]) for n in range(20)]
    answers = at_once(world, posts)
    assert {key: codes(answers, posts, key)[303] for key in MEMBERS} == dict.fromkeys(MEMBERS, 1)
    assert {one.status_code for one in answers} == {303, 409}
    sent = {posts[n][0]: posts[n][2]["risk_vote"] for n, one in enumerate(answers) if one.status_code == 303}
    assert rows(world) == sent
    assert bench.log().count("commission:assessed") == 3
    assert bench.commission().outcome == reckoned(rows(world), seats=3)


def test_of_fifty_decisions_one_stands_and_the_others_changed_nothing(bench: Bench, world: World) -> None:
    for key in MEMBERS:
        bench.vote(key, "risk")
    version = bench.version()
    posts = [verdict(bench, DECIDERS[n % 3], version, f"Uppgifterna räcker för bedrägeri, {n}.") for n in range(50)]
    answers = at_once(world, posts)
    assert Counter(one.status_code for one in answers) == {303: 1, 409: 49}
    [winner] = [n for n, one in enumerate(answers) if one.status_code == 303]
    with world.look() as session:
        [signed] = session.scalars(select(Decision))
        assert signed.signed_by == world.users[posts[winner][0]].id
        assert signed.in_force_at == world.now
        assert verify(session).result == "ok"
    assert (bench.log().count("decision:signed"), bench.log().count("decision:in_force")) == (1, 1)
    assert bench.incident().state == "in_remedy"
    typed = str(posts[winner - 1][2]["reasons"])
    assert typed in answers[winner - 1].text  # nothing that was typed is lost


def test_answers_and_decisions_at_the_same_moment(bench: Bench, world: World) -> None:
    """The quorum is one answer away: who decides before it is told to wait, who answers after the decision is late."""
    bench.vote("commissioner", "risk")
    version = bench.version()
    votes = [vote(bench, ("per", "leila")[n % 2], "risk") for n in range(25)]
    posts = votes + [verdict(bench, DECIDERS[n % 3], version, "Uppgifterna räcker för bedrägeri.") for n in range(25)]
    answers = at_once(world, posts)
    assert {one.status_code for one in answers} <= {303, 409}
    given = {posts[n][0] for n, one in enumerate(answers[:25]) if one.status_code == 303}
    assert set(rows(world)) == given | {"commissioner"}
    decided = sum(one.status_code == 303 for one in answers[25:])
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == decided <= 1
        assert verify(session).result == "ok"
    assert bench.log().count("commission:assessed") == 1 + len(given)
    assert bench.commission().outcome == "risk"
