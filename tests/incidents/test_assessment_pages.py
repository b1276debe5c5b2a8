"""The assessor's page: the conflict of interest first, abstaining, correcting, earlier rounds, refusals in words."""

from core.access import Role
from incidents import assessing
from incidents.assessing.recalling import RecallForm
from tests.fixtures.world import World
from tests.incidents.bench import Bench, assessment
from tests.incidents.severity import stated

SECRET = "Bara Sara vet att lådan delas av tre."
WHY = "Jag läste fel om krypteringen."


def where(bench: Bench) -> str:
    return f"{bench.path}/commission/assess"


def test_the_question_of_conflict_comes_first_and_must_be_answered(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    member = small_world.client("per")
    shown = member.get(where(bench)).text
    assert shown.index('name="conflict"') < shown.index('name="protection_level"')
    answer = member.post(where(bench), data={**assessment(), "conflict": ""})
    assert answer.status_code == 422
    assert 'href="#conflict"' in answer.text


def test_a_yes_steps_aside_with_its_reason_and_the_substitute_is_called(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    member = world.client("per")
    answer = member.post(where(bench), data={"conflict": "yes"})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    answer = member.post(where(bench), data={"conflict": "yes", "reason": "Min bror."})
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents")
    assert member.get(bench.path).status_code == 404
    assert member.post(where(bench), data=assessment()).status_code == 404
    assert "kim" in bench.told("convened")


def test_abstaining_over_http_says_why_and_others_see_it_after_their_own_answer(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    member, path = world.client("per"), f"{bench.path}/commission/abstain"
    short = member.post(path, data={"conflict": "no", "abstention": "Nej."})
    assert short.status_code == 422
    assert 'href="#abstention"' in short.text
    assert member.post(path, data={"conflict": "no", "abstention": SECRET}).status_code == 303
    assert SECRET in member.get(where(bench)).text
    bench.vote("commissioner", "risk")
    before = world.client("leila").get(f"{bench.path}/commission").text
    assert SECRET not in before
    assert "Avstår" not in before
    bench.vote("leila", "risk")
    after = world.client("leila").get(f"{bench.path}/commission").text
    assert SECRET in after
    assert "avstår: 1" in after


def test_a_second_answer_is_refused_and_a_correction_shows_both(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    member = small_world.client("per")
    assert member.post(where(bench), data=assessment("none") | {"rationale": SECRET}).status_code == 303
    again = member.post(where(bench), data=assessment("high"))
    assert again.status_code == 409
    assert "redan lämnat din bedömning" in again.text
    small_world.later(minutes=9)
    form = assessment("high") | {"correction": WHY}
    assert member.post(where(bench), data=form).status_code == 303
    shown = member.get(where(bench)).text
    assert f"<del>Ingen risk: skydd 3, påverkan 2, följder 2. {SECRET}</del>" in shown
    assert WHY in shown
    assert "Rätta din bedömning" in shown


def test_the_reason_is_said_when_the_decision_is_signed(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    for key in ("commissioner", "per"):
        bench.vote(key, "risk")
    bench.decide()
    answer = small_world.client("leila").post(where(bench), data=assessment())
    assert answer.status_code == 409
    assert "Beslutet är undertecknat" in answer.text
    assert "Beslutet är undertecknat" in small_world.client("leila").get(where(bench)).text
    assert "Rätta din bedömning" not in small_world.client("per").get(where(bench)).text


def test_the_calculated_proposal_is_shown_after_the_own_answer_only(small_world: World) -> None:
    bench = Bench(small_world)
    stated(small_world, bench.reference)
    bench.convene()
    member = small_world.client("per")
    assert "Beräknat förslag" not in member.get(where(bench)).text
    assert "Beräknat förslag" not in member.post(where(bench), data=assessment() | {"rationale": "Kort"}).text
    bench.vote("per", "risk")
    assert "Beräknat förslag" in member.get(where(bench)).text


def test_earlier_rounds_are_shown_but_only_after_the_own_answer(world: World) -> None:
    bench = Bench(world)
    bench.convene()
    bench.vote("per", "high", rationale=SECRET)
    with world.change() as session:
        incident = bench._incident(session)
        form = RecallForm(version=incident.version, recall_reason="Nya uppgifter.")
        assessing.recall(session, world.actor(Role.MANAGER), incident, form, world.now)
    bench.convene()
    assert SECRET in world.client(Role.MANAGER).get(f"{bench.path}/commission").text
    for key in ("per", "leila"):
        for page in ("/commission", "/commission/assess", "/decision", ""):
            assert SECRET not in world.client(key).get(bench.path + page).text
    bench.vote("leila", "none")
    shown = world.client("leila").get(where(bench)).text
    assert SECRET in shown
    assert "Omgång 1: Omgången slutade utan att tillräckligt många hade svarat" in shown


def test_who_answers_after_a_decision_in_advance_is_told_of_it_after_their_own_answer(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    small_world.later(hours=60)
    bench.decide(early_reason="Det är bråttom.")
    member = small_world.client("per")
    assert "Ett beslut togs innan kommissionen var klar" not in member.get(where(bench)).text
    bench.vote("per", "risk")
    assert "Ett beslut togs innan kommissionen var klar" in member.get(where(bench)).text
