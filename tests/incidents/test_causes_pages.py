"""The pages of the catalogue: a draft, what it would change, publishing; and the question of two places on the form."""

from html import unescape

from core.access import Role
from incidents.causes import SHIPPED, VERSION
from incidents.models import Exclusion
from tests.fixtures.world import World
from tests.incidents.cases import Case
from tests.incidents.test_classifying import TYPED

CARD = {
    "cause_class": "accidental",
    "sv": "Fel fönsterkuvert",
    "en": "Wrong window envelope",
    "words": "fönsterkuvert*",
}
HERE = "/settings/causes"


def text(answer: object) -> str:
    return unescape(getattr(answer, "text"))  # noqa: B009 - the type of the test client's answer is not ours


def test_a_cause_goes_through_the_draft_and_the_dry_run_into_force(small_world: World) -> None:
    world = small_world
    case = Case(world).take().classify(title="Kundlista till fel mottagare")
    client = world.client(Role.MANAGER)
    assert VERSION in client.get(HERE).text
    assert client.post(f"{HERE}/card", data=CARD).headers["location"] == f"{HERE}?done=draft"
    client.post(HERE, data={"step": "retire", "code": "accidental.misrouting"})
    listed = text(client.get(HERE))
    assert "Det finns ett utkast" in listed
    assert "Fel fönsterkuvert" in listed
    look = text(client.get(f"{HERE}/publish"))
    assert f'href="{case.path}"' in look
    assert "Ärenden med en orsak som tas ur bruk" in look
    assert "Går inte att välja längre" in look
    seen = look.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post(f"{HERE}/publish", data={"seen": seen}).status_code == 422
    assert client.post(f"{HERE}/publish", data={"seen": "x", "note": "Vi har bytt policy"}).status_code == 409
    done = client.post(f"{HERE}/publish", data={"seen": seen, "note": "Vi har bytt policy"})
    assert done.headers["location"] == f"{HERE}?done=published"
    after = text(client.get(HERE))
    assert f"{VERSION}+1" in after
    assert "Vi har bytt policy" in after
    assert "Det finns ett utkast" not in after
    assert "Publicerade en version av orsakskatalogen" in client.get("/log").text
    form = client.get(f"{Case(world).take().path}/classify").text
    assert '<option value="accidental.own_wrong_window_envelope">' in form
    assert '<option value="accidental.misrouting"' not in form
    old = text(client.get(f"{case.path}/classify"))
    assert '<option value="accidental.misrouting" selected>Fel mottagare eller fel adress (ur bruk)' in old
    assert f"Klassad enligt katalog {VERSION}." in old


def test_a_broken_card_comes_back_whole_and_another_card_can_be_changed(small_world: World) -> None:
    client = small_world.client(Role.HEAD)
    broken = client.post(f"{HERE}/card", data=CARD | {"words": "x*"})
    assert broken.status_code == 422
    assert "Varje rad behöver ett ord med minst tre bokstäver." in broken.text
    assert 'value="Fel fönsterkuvert"' in broken.text
    client.post(f"{HERE}/card", data=CARD)
    again = client.post(f"{HERE}/card", data=CARD)
    assert (again.status_code, "Det finns redan en orsak med de orden" in again.text) == (422, True)
    code = "accidental.own_wrong_window_envelope"
    assert "fönsterkuvert*" in client.get(f"{HERE}/card?code={code}").text
    changed = client.post(f"{HERE}/card", data=CARD | {"code": code, "sv": "Brev i fel kuvert"})
    assert changed.status_code == 303
    assert "Brev i fel kuvert" in client.get(HERE).text
    assert client.post(HERE, data={"step": "retire", "code": "accidental.other"}).status_code == 409
    client.post(HERE, data={"step": "discard"})
    assert "Det finns ett utkast" not in client.get(HERE).text
    assert "Det finns inget utkast." in client.get(f"{HERE}/publish").text


def test_the_dry_run_shows_no_trace_of_a_case_to_who_may_not_see_it(small_world: World) -> None:
    world = small_world
    case = Case(world).take().classify(title="Kundlista till fel mottagare")
    world.client(Role.ADMIN).post(HERE, data={"step": "retire", "code": "accidental.misrouting"})
    with world.change() as session:
        session.add(Exclusion(incident_id=case.row(session).id, user_id=world.users[Role.DEPUTY].id, by_id="system",
                              at=world.now))  # fmt: skip
    assert case.reference in world.client(Role.MANAGER).get(f"{HERE}/publish").text
    excluded = text(world.client(Role.DEPUTY).get(f"{HERE}/publish"))
    assert case.reference not in excluded
    assert "0 ärenden har gåtts igenom." in excluded
    admin = text(world.client(Role.ADMIN).get(f"{HERE}/publish"))
    assert case.reference not in admin
    assert "Din roll läser inte ärenden." in admin
    assert "har gåtts igenom" not in admin


def test_power_failure_asks_from_outside_or_on_purpose_and_says_why(small_world: World) -> None:
    case = Case(small_world).take()
    client = small_world.client(Role.MANAGER)
    typed = TYPED | {"cause": "accidental.system_outage", "version": case.now().version}
    asked = client.post(f"{case.path}/classify", data=typed)
    assert asked.status_code == 422
    shown = text(asked)
    assert "Kom strömavbrottet eller viruset utifrån, eller gjorde någon det med avsikt?" in shown
    assert "Policyn har ström och virus på flera ställen" in shown
    for one in SHIPPED.asked_about("accidental.system_outage"):
        assert f'name="cause_sure" value="{one.code}"' in shown
        assert one.hint.sv in shown
    both = text(client.post(f"{case.path}/classify", data=typed | {"title": ""}))
    assert 'id="title-error"' in both
    assert 'name="cause_sure"' in both
    kept = text(
        client.post(f"{case.path}/classify", data=typed | {"title": "", "cause_sure": "unforeseen.power_failure"})
    )
    assert 'value="unforeseen.power_failure" checked' in kept
    wrong = client.post(f"{case.path}/classify", data=typed | {"cause_sure": "unforeseen.fire"})
    assert wrong.status_code == 422
    sure = client.post(f"{case.path}/classify", data=typed | {"cause_sure": "unforeseen.power_failure"})
    assert sure.status_code == 303
    assert case.now().cause_class == "unforeseen"
