"""The copy desk of a real incident: every question of the authority's form in its order, each with our answer."""

import html
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from core.access import Role
from core.catalogue import load
from core.i18n import LANGUAGES
from core.organisation import organisation
from incidents import notifying
from incidents.classifying import classify
from incidents.ending import reopen
from incidents.exchange.importing import take_in
from incidents.exchange.records import read_records
from incidents.instants import Instants
from incidents.models import Incident
from incidents.notice_items import Item, Reading, items_of
from incidents.notifying.reckoning import reckoned
from notifications.authorities import AUTHORITIES, Authority
from notifications.edpb.answers import known
from notifications.filings import answers_of
from tests.fixtures.world import World
from tests.incidents.cases import Case, classification
from tests.incidents.test_notifying import COMPLETE, READY

REAL = Path(__file__).parents[3] / "shared" / "data" / "incidents" / "vcdb-dev.jsonl"
RECORD = "3F099EF4-7EB4-4D1A-A07D-6FF5A1CB0F69"  # calls to a medical help line, open on the web
real = pytest.mark.skipif(not REAL.exists(), reason=f"the real incidents are not on this machine ({REAL.name})")
ROW = re.compile(
    r'class="fno"><span>([^<]*)</span><span>([^<]*)</span></span></th>.*?class="kept" id="a\d+">(.*?)</span>', re.DOTALL
)
ANSWERS = READY | COMPLETE | {
    38: known("yes"), 39: known("processor"), 40: known("MedHelp AB"), 41: known("Box 1, Stockholm"),
    62: known("Samtal till sjukvårdsrådgivningen låg öppna på en server utan lösenord.\nServern är stängd."),
    113: known("no"), 53: known("Servern hade stått öppen i flera år."),
}  # fmt: skip


def imported(world: World) -> Case:
    """The record as the command takes it in; then somebody opens it again, takes it and classifies it."""
    line = next(line for line in REAL.read_text("utf-8").splitlines() if RECORD in line)
    account = take_in(world.database, read_records(line), world.now)
    assert account.imported == [RECORD]
    with world.change() as session:
        incident, manager = session.scalars(select(Incident)).one(), world.actor(Role.MANAGER)
        reopen(session, manager, incident, "Leverantören har hört av sig.", world.now, world.now)
        session.flush()
        form = classification(
            version=incident.version, title=incident.title, cause="accidental.published_by_mistake",
            people_known="range", people_min=incident.people_min, data_categories=incident.data_categories,
            subject_groups=["patients"], systems="Webbserver för inspelade samtal", countries="SE",
        )  # fmt: skip
        classify(session, manager, incident, form, Instants(incident.occurred_at), None, world.now)
        return Case.of(world, incident.reference)


@real
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("authority", ["imy", "datatilsynet", "vdai"])
def test_a_real_incident_stands_in_the_authoritys_own_order(small_world: World, authority: str, lang: str) -> None:
    case = imported(small_world)
    items = written(case, authority, lang)
    card = AUTHORITIES[authority]
    asked = [one for one in card.question if any(needs(items, number) for number in one.fields)]
    rows = desk(case, lang)
    assert [row[:2] for row in rows] == [(one.number, one.label.in_(lang)) for one in asked]
    for question, (_, _, text) in zip(asked, rows, strict=True):
        for number in question.fields:
            assert not needs(items, number) or items[number].words in text, (question.label.en, number)
    left = {number for one in card.question if one not in asked for number in one.fields}
    assert not left & {number for number, item in items.items() if item.required}
    assert len(rows) >= len(card.question) - 4


def test_what_is_copied_is_in_the_language_of_the_notice_whoever_reads_the_page(small_world: World) -> None:
    case = Case(small_world).take().classify()
    written(case, "imy", "sv")
    swedish, english = (desk(case, lang) for lang in LANGUAGES)
    assert [row[2] for row in swedish] == [row[2] for row in english]
    assert [row[1] for row in swedish] != [row[1] for row in english]


def desk(case: Case, lang: str) -> list[tuple[str, ...]]:
    """Number, question and answer of each row of the page, from the top."""
    client = case.world.client(Role.MANAGER)
    client.cookies.set("lang", lang)
    return [tuple(map(html.unescape, row)) for row in ROW.findall(client.get(f"{case.path}/authority/copy").text)]


def written(case: Case, authority: str, lang: str) -> dict[int, Item]:
    """Begun for this authority and filled in; the questions that are asked, by number."""
    world = case.world
    with world.change() as session:
        incident, manager = case.row(session), world.actor(Role.MANAGER)
        notice = notifying.draft(session, manager, incident, authority, world.now)
        session.flush()
        notifying.save(session, manager, incident, notice, ANSWERS, world.now)
        how = Reading(lang, notice.language, organisation(session).zone)
        told = reckoned(session, incident, answers_of(session, notice), world.now)
        return {one.number: one for one in items_of(told, how)}


def needs(items: dict[int, Item], number: int) -> bool:
    return number in items and (items[number].required or bool(items[number].values))


CARD = """
name = "Hafnvernd"
short = "Hafnvernd"
title = { sv = "Hamnskyddet (påhittat)", en = "Harbour Protection (made up)" }
in_letters = { sv = "Hamnskyddet", en = "Harbour Protection", nb = "Havnevernet", lt = "Uosto apsauga" }
country = "IS"
zone = "Atlantic/Reykjavik"
regime = "gdpr"
languages = ["en"]
email = "post@hafnvernd.example"
email_certainty = "C"
phone = "+354 000 0000"
phone_certainty = "C"
address = ["Hafnvernd", "Höfnin 1", "101 Reykjavík"]
address_certainty = "C"
supplement = { sv = "Snarast.", en = "As soon as possible." }
form_complete = true
form_source = { sv = "Påhittat formulär.", en = "A made-up form." }
not_verified = { sv = "Ej kontrollerat: allt.", en = "Not verified: everything." }

[[channel]]
kind = "email"
use = "notice"
what = { sv = "E-post.", en = "E-mail." }
certainty = "C"
seen = "never"

[[question]]
number = "B"
label = { sv = "Vad har ni gjort?", en = "What did you do?" }
fields = [92]
certainty = "C"

[[question]]
number = "A"
label = { sv = "Vad hände, och var?", en = "What happened, and where?" }
fields = [62, 63]
certainty = "C"
"""


def test_one_card_adds_an_authority(small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else is written for it: it can be chosen, its form is the copy desk, and its way in is kept."""
    (tmp_path / "made_up_authorities").mkdir()
    (tmp_path / "made_up_authorities" / "hafnvernd.toml").write_text(CARD, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for code, card in load("made_up_authorities", Authority).items():
        monkeypatch.setitem(AUTHORITIES, code, card)
    case, manager = Case(small_world).take().classify(), small_world.client(Role.MANAGER)
    manager.cookies.set("lang", "en")
    assert 'value="hafnvernd"' in manager.get(f"{case.path}/authority").text
    written(case, "hafnvernd", "en")
    rows = desk(case, "en")[:2]
    assert [row[0] for row in rows] == ["B", "A"]
    assert READY[92].text in rows[0][2]
    assert all(text in rows[1][2] for text in (ANSWERS[62].text, ANSWERS[63].text))
    assert "Not verified: everything." in manager.get(f"{case.path}/authority/copy").text
    assert manager.get(f"{case.path}/authority/notice.json").json()["authority"] == "hafnvernd"
    assert "Harbour Protection" in manager.get("/settings/authority-readiness").text
