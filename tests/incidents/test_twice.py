"""The hour that the clocks are put back over: every page that reads a typed time says which of the two it used."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.moment import utc
from incidents.models import Incident
from notifications.notice_models import Filing, Notice
from tests.fixtures.world import World
from tests.incidents.reporting import answers, reported
from tests.incidents.test_notifying import READY, released

DAY, HOUR = "2026-10-25", "02:30"
EARLIER, LATER = utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)
SWEDISH = "Klockan ställs tillbaka den natten"
BOX = "Jag menar den senare"


def incident_of(world: World, reference: str = "") -> Incident:
    with world.look() as session:
        query = select(Incident).where(Incident.reference == reference) if reference else select(Incident)
        return session.scalars(query).one()


@pytest.mark.parametrize(("said", "moment", "word"), [({}, EARLIER, "CEST"), ({"later": "yes"}, LATER, "CET")])
def test_a_report_says_which_was_used_and_how_to_say_the_other(
    small_world: World, said: dict[str, str], moment: object, word: str
) -> None:
    client = small_world.client()
    told = answers(noticed_at_choice="other", noticed_date=DAY, noticed_time=HOUR,
                   happened_at_date=DAY, happened_at_time=HOUR)  # fmt: skip
    told |= {f"{name}_later": answer for answer in said.values() for name in ("noticed", "happened_at")}
    checked = client.post("/r/nordhamn", data=told | {"page": "4"}).text
    assert checked.count(f"Den här används: sön 25 okt 2026 02:30 {word}") == 2
    for page in ("2", "4"):
        assert BOX in client.post("/r/nordhamn", data=told | {"page": "5", "go": page}).text
    assert client.post("/r/nordhamn/send", data=told).status_code == 201
    incident = incident_of(small_world)
    assert (incident.detected_at, incident.occurred_at) == (moment, moment)


def test_a_report_with_a_time_that_no_clock_showed_asks_for_another(small_world: World) -> None:
    told = answers(noticed_at_choice="other", noticed_date="2026-03-29", noticed_time="02:30", page="2")
    answer = small_world.client().post("/r/nordhamn", data=told)
    assert answer.status_code == 422
    assert "2026-03-29T02:30" in answer.text


def test_a_call_is_asked_about_while_the_caller_is_there(small_world: World) -> None:
    manager = small_world.client(Role.MANAGER)
    told = answers(noticed_at_choice="other", noticed_date=DAY, noticed_time=HOUR,
                   reported_by_phone_at_date="2026-11-22", reported_by_phone_at_time="13:05")  # fmt: skip
    asked = manager.post("/incidents/phone-in", data=told)
    assert (asked.status_code, SWEDISH in asked.text, BOX in asked.text) == (422, True, True)
    assert manager.post("/incidents/phone-in", data=told | {"noticed_asked": "yes"}).status_code == 201
    assert incident_of(small_world).detected_at == EARLIER


@pytest.mark.parametrize(("ticked", "moment"), [({}, EARLIER), ({"aware_at_later": "yes"}, LATER)])
def test_the_moment_of_awareness_is_asked_about_and_shown_as_it_was_meant(
    small_world: World, ticked: dict[str, str], moment: object
) -> None:
    reference, manager = reported(small_world), small_world.client(Role.MANAGER)
    page = f"/incidents/{reference}/aware"
    form = {"aware_at_date": DAY, "aware_at_time": HOUR, "reason": "Chefen fick veta det på natten.",
            "version": str(incident_of(small_world).version)}  # fmt: skip
    asked = manager.post(page, data=form)
    assert asked.status_code == 422
    assert f"{SWEDISH}, så 02:30 kommer två gånger" in asked.text
    assert BOX in asked.text
    assert manager.post(page, data=form | {"aware_at_asked": "yes"} | ticked).status_code == 303
    assert incident_of(small_world).aware_at == moment
    box = manager.get(page).text.partition('name="aware_at_later"')[2].partition(">")[0]
    assert ("checked" in box) is bool(ticked)


def test_the_classification_asks_for_each_of_its_times(small_world: World) -> None:
    reference, manager = reported(small_world), small_world.client(Role.MANAGER)
    manager.post(f"/incidents/{reference}/take")
    form = {"title": "Mejl till fel kund", "cause": "accidental.misrouting", "breach_types": "confidentiality",
            "data_categories": "contact", "subject_groups": "customers", "people_known": "unknown",
            "occurred_at_date": DAY, "occurred_at_time": HOUR,
            "version": str(incident_of(small_world).version)}  # fmt: skip
    asked = manager.post(f"/incidents/{reference}/classify", data=form)
    assert (asked.status_code, SWEDISH in asked.text, BOX in asked.text) == (422, True, True)
    form |= {"occurred_at_asked": "yes", "occurred_at_later": "yes"}
    assert manager.post(f"/incidents/{reference}/classify", data=form).status_code == 303
    assert incident_of(small_world).occurred_at == LATER


def test_a_filing_is_asked_about_because_it_can_never_be_changed(small_world: World) -> None:
    small_world.now = utc(2026, 10, 24, 22)
    reference, manager = reported(small_world), small_world.client(Role.MANAGER)
    manager.post(f"/incidents/{reference}/take")
    manager.post(f"/incidents/{reference}/authority", data={"authority": "imy"})
    released(small_world, reference)
    small_world.later(hours=5)
    manager = small_world.client(Role.MANAGER)
    page = f"/incidents/{reference}/authority/file"
    sent = {"filed_at_date": DAY, "filed_at_time": HOUR, "channel": "portal"}
    asked = manager.post(page, data=sent)
    assert (asked.status_code, SWEDISH in asked.text, BOX in asked.text) == (422, True, True)
    with small_world.look() as session:
        assert session.scalars(select(Filing)).all() == []
        assert session.scalars(select(Notice)).one().state == "approved"
    assert manager.post(page, data=sent | {"filed_at_asked": "yes", "filed_at_later": "yes"}).status_code == 303
    with small_world.look() as session:
        assert session.scalars(select(Filing)).one().filed_at == LATER
    assert READY[62].text in manager.get(f"/incidents/{reference}/authority/copy").text
