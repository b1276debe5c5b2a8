"""The lists of what is due: what can be proposed, what is held back, and the holds, however many there are of each."""

import re
from datetime import datetime
from random import Random

import pytest
from sqlalchemy import select, update

from core import bounded
from core.access import Role
from core.db import new_id
from core.organisation import organisation
from incidents.bundle_models import BundledCase
from incidents.erasing import view
from incidents.erasing.blocked import blocked
from incidents.erasing.due import due
from incidents.erasing.lines import Place
from incidents.erasing.parts import Part
from incidents.erasing_models import ErasureItem, LegalHold
from incidents.models import Exclusion, Incident
from incidents.retention import RULES, choosing, months_of
from notifications.models import OutboxMessage
from notifications.notice_mail import NoticeMail
from tests.fixtures.world import World


def ended(world: World, numbers: range, *, held: bool = False) -> list[str]:
    """Closed many years ago and on the list; the lower the number, the longer due."""
    with world.change() as session:
        cases = [Incident(id=new_id(), reference=f"PUI-2026-A{n:03}", reported_at=world.now, state="closed",
                          closed_at=world.now.replace(year=2010)) for n in numbers]  # fmt: skip
        session.add_all(cases)
        session.flush()
        for n, case in zip(numbers, cases, strict=True):
            session.add(ErasureItem(incident_id=case.id, part=Part.CASE, rule="closed", noticed_at=world.now,
                                    due_at=world.now.replace(year=2012, minute=n % 60, hour=n // 60)))  # fmt: skip
            if held:
                session.add(LegalHold(incident_id=case.id, reason_sealed="", placed_by="x", placed_at=world.now))
        return [case.id for case in cases]


def mail(case_id: str, state: str, now: datetime) -> OutboxMessage:
    return OutboxMessage(idem_key=new_id(), message_id=new_id(), kind="new_report", language="sv", case_id=case_id,
                         to_sealed="", facts_sealed="", state=state, attempts=0, fence=0, created_at=now,
                         due_at=now)  # fmt: skip


def walked(world: World, link: str, role: Role = Role.MANAGER) -> tuple[list[str], int]:
    """The references in the list `link` goes on in, page by page, and how many pages that takes."""
    found, path, pages = list[str](), "/retention", 0
    while path:
        page = world.client(role).get(f"{path}{'&' if '?' in path else '?'}lang=en").text
        section = re.search(rf'aria-labelledby="{link}".*?</section>', page, re.DOTALL)
        assert section, path
        found += re.findall(r"<small>(PUI-\S+)</small>", section[0])
        onward = re.search(r'rel="next" href="([^"#]+)', section[0])
        path, pages = (onward[1] if onward else ""), pages + 1
    return found, pages


def test_a_hundred_cases_that_are_held_keep_nothing_else_from_being_proposed(world: World) -> None:
    ended(world, range(101), held=True)
    ended(world, range(200, 201))
    manager = world.client(Role.MANAGER)
    page = manager.get("/retention?lang=en").text
    assert page.count('name="items"') == 1
    assert page.index("PUI-2026-A200") < page.index('aria-labelledby="blocked"')
    assert "One thing has been kept long enough." in page
    assert "101 rows. They can be proposed when nothing is in the way any more." in page
    assert "101 cases are held back." in page
    [chosen] = re.findall(r'name="items" value="([^"]+)"', page)
    assert manager.post("/retention/propose", data={"items": chosen}).status_code == 303
    page = manager.get("/retention?lang=en").text
    assert 'name="items"' not in page
    assert "Nothing is due." in page


def test_every_list_is_walked_to_its_end_by_its_own_pages(world: World) -> None:
    ended(world, range(60), held=True)
    ended(world, range(300, 530))
    held, free = [f"PUI-2026-A{n:03}" for n in range(60)], [f"PUI-2026-A{n:03}" for n in range(300, 530)]
    assert walked(world, "blocked") == (held, 3)
    assert walked(world, "due") == (free, 3)
    found, pages = walked(world, "holds")
    assert (sorted(found), pages) == (held, 3)
    assert walked(world, "due", Role.AUDITOR)[0] == free


def test_a_place_is_read_back_and_an_altered_one_starts_from_the_top(small_world: World) -> None:
    place = Place("case", "not_an_incident", small_world.now, "abc")
    assert Place.read(str(place)) == place
    for text in ("", "...", "case.closed.x.abc", "case.closed.1", "case.closed.²³.a", "c.c." + "9" * 30 + ".a"):
        assert Place.read(text) is None
    assert small_world.client(Role.MANAGER).get("/retention?due=x.y.1.z&blocked=%00&held=r.1.zz").status_code == 200


def test_numbers_stop_at_a_bound(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (view, choosing):
        monkeypatch.setattr(module, "MOST", 5)
    monkeypatch.setattr(bounded.in_words, "__defaults__", (5,))
    ended(small_world, range(9), held=True)
    ended(small_world, range(20, 29))
    manager = small_world.client(Role.MANAGER)
    page = manager.get("/retention?lang=en").text
    for said in ("5+ things have been kept", "5+ rows.", "5+ cases are held back."):
        assert said in page
    form = {code: str(rule.months) for code, rule in RULES.items()} | {"backup_days": "35", "step": "look"}
    looked = manager.post("/settings/retention?lang=en", data=form | {"closed": "240"}).text
    assert "The whole case: due today 5+, with the new times 0." in looked


def test_who_is_involved_finds_the_case_in_no_list_and_no_number(small_world: World) -> None:
    [case_id] = ended(small_world, range(1), held=True)
    with small_world.change() as session:
        session.add(Exclusion(incident_id=case_id, user_id=small_world.users[Role.HEAD].id, by_id="x",
                              at=small_world.now))  # fmt: skip
    page = small_world.client(Role.HEAD).get("/retention?lang=en").text
    assert "PUI-2026-A000" not in page
    assert 'aria-labelledby="blocked"' not in page
    assert "No case is held back." in page


def test_what_the_lists_say_is_in_the_way_is_what_the_eraser_says(world: World) -> None:
    """Cases merged and told together at random, a few of them held or with a mail in some state."""
    chance, ids = Random(7), ended(world, range(120))
    states = ["frozen", "queued", "claimed", "in_data", "accepted", "deferred", "failed", "uncertain", "cancelled"]
    with world.change() as session:
        for n in range(60):
            one, other = chance.sample(ids, 2)
            if n % 2 and one < other:
                session.execute(update(Incident).where(Incident.id == one, Incident.merged_into_id.is_(None))
                                .values(state="merged", merged_into_id=other))  # fmt: skip
            elif not n % 2:
                session.add(BundledCase(incident_id=one, lead_id=other, added_by="x", added_at=world.now,
                                        left_at=world.now))  # fmt: skip
        for one in ids:
            session.execute(update(Incident).where(Incident.id == one).values(receipt_hash=one))
            session.add(ErasureItem(incident_id=one, part=Part.REPORTER, rule="reporter", due_at=world.now,
                                    noticed_at=world.now))  # fmt: skip
        for one in chance.sample(ids, 4):
            session.add(LegalHold(incident_id=one, reason_sealed="", placed_by="x", placed_at=world.now))
        for state, one in zip(states, chance.sample(ids, len(states)), strict=True):
            session.add(mail(one, state, world.now))
        session.add(NoticeMail(incident_id=chance.choice(ids), notice_id="n", number=1, outbox_id="o", json_file_id="j",
                               pdf_file_id="p", asked_by="x", asked_at=world.now))  # fmt: skip
    with world.look() as session:
        said = set(session.scalars(select(ErasureItem.id).where(blocked())))
        months, asked = months_of(organisation(session)), set()
        for item in session.scalars(select(ErasureItem)):
            found = due(session, session.get_one(Incident, item.incident_id), Part(item.part), months, world.now)
            if found is not None and found.blocked:
                asked.add(item.id)
    assert 10 < len(asked) < 150
    assert said == asked
