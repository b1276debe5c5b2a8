"""What an entry committed to is told in words: no field by its code, no value as a machine keeps it."""

import ast
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.log_objects import called
from core.access import Role
from core.audit import record
from core.audit.models import AuditEntry, AuditValue
from core.audit.values import opened
from incidents.activities.form import CODES, TEXTS
from incidents.catalogue import catalogue
from incidents.causes import SHIPPED
from incidents.classifying import FIELDS as OF_A_CLASSIFICATION
from incidents.log_fields import field_in_words, in_order
from incidents.log_values import ID, Saying, ids_in, value_in_words
from incidents.retention import RULES
from incidents.risks.story import FIELDS as OF_A_RISK
from incidents.suppliers.keeping import LOGGED
from risk.facts_form import FactsForm
from tests.app.test_log import english
from tests.app.test_log_words import FLOORS, ROOT
from tests.fixtures.world import World

ANNA = "0" * 31 + "a"
LANGUAGES = ("sv", "en")
BARE = re.compile(r"\d+|\w*_\w*|[a-z]+")  # a number, or a word as the code writes it
TYPED = {"heartbeat:made", "mailing:written"}  # names of programs, and letters with their gaps
MADE = {
    "incident:classified": (*OF_A_CLASSIFICATION, "activities", "processors"),
    "activity:changed": (*TEXTS, *CODES, "owner", "processors"),
    "supplier:changed": LOGGED,
    "severity:stated": FactsForm.model_fields,
    "risk:changed": OF_A_RISK,
    "settings:retention_changed": (*RULES, "backup_days"),
    "settings:company_changed": ("name", "phone", "number", "authority", "language", "zone", "email", "address"),
    "settings:establishment_changed": ("representative", "representative_contact"),
    "settings:readiness_recorded": ("holder", "holds", "note"),
    "identity:profile_changed": ("name", "phone", "language", "theme"),
    "clock:duty_done": ("to", "reference", "note", "reasons"),
    "control:edited": ("title", "todo", "why", "proof", "clause", "group", "questions", "interval_days", "grace_days",
                       "owner", "deputy"),
    "heartbeat:changed": ("schedule", "zone", "grace_seconds", "answers", "name"),
    "panel:changed": ("name", "secretary", "seats"),
    "decision:signed": ("reasons", "early", "departure", "score", "separation"),
    "mailing:public_written": ("text", "places", "reach", "reason"),
    "mailing:written": ("letter_sv", "letter_en", "letter_nb", "letter_lt"),
    "incident:exclusion_confirmed": ("person", "proposed_by", "reason"),
    "notice:edited": ("38", "44", "58", "212"),
}  # fmt: skip


def written() -> Iterator[tuple[str, str]]:
    """Action and field of each `record(session, actor, "source:verb", ..., changes={"field": ...})`."""
    for path in (path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "record" and len(node.args) > 2:
                action = node.args[2].value if isinstance(node.args[2], ast.Constant) else "a:thing"
                changes = (given.value for given in node.keywords if given.arg == "changes")
                for part in (part for given in changes for part in ast.walk(given) if isinstance(part, ast.Dict)):
                    yield from ((str(action), str(key.value)) for key in part.keys if isinstance(key, ast.Constant))


def say(lang: str = "sv", **called: str) -> Saying:
    return Saying(lang, "Europe/Stockholm", SHIPPED, called or {ANNA: "Anna Berg"}, {})


def is_word(label: str) -> bool:
    return not BARE.fullmatch(label) and "_" not in label


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_field_that_is_written_down_has_words(lang: str) -> None:
    fields = {*written(), *((action, field) for action, found in MADE.items() for field in found)}
    assert len(fields) > 150
    assert {one: label for one in fields if not is_word(label := field_in_words(*one, lang))} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_log_of_the_made_up_company_is_told_in_words(demo_world: World, lang: str) -> None:
    with demo_world.database.reading() as session:
        found = {
            (entry.action, value.field, opened(session, entry, value))
            for entry, value in session.execute(
                select(AuditEntry, AuditValue).join(AuditValue, AuditValue.seq == AuditEntry.seq)
            )
        }
        ids = {one for written in found for one in ids_in(*written)}
        telling = Saying(lang, "Europe/Stockholm", catalogue(session), called(session, ids, lang), {})
    assert {one[:2] for one in found if not is_word(field_in_words(*one[:2], lang))} == set()
    told = {one: value_in_words(*one, telling) for one in found}
    coded = re.compile(r"\b[a-z]+_[a-z_]+\b|\dT\d\d:|^[\[{\"]")
    left = {one: text for one, text in told.items() if coded.search(text) and one[0] not in TYPED}
    assert left == {}
    assert {one for one, text in told.items() if ID.search(text)} <= {one for one in told if '"decision"' in one[2]}


@pytest.mark.parametrize(
    ("action", "field", "text", "swedish", "english"),
    [
        ("incident:classified", "breach_types", "integrity", "Riktighet: uppgifterna ändrades",
         "Integrity: the data was changed"),
        ("incident:classified", "cause_code", "accidental.misrouting", "Fel mottagare eller fel adress",
         "Wrong recipient or address"),
        ("incident:classified", "detected_at", "2025-12-18T08:12:00+00:00", "tors 18 dec 2025 09:12 CET",
         "Thu 18 Dec 2025 09:12 CET"),
        ("incident:classified", "countries", "SE, NO", "Sverige, Norge", "Sweden, Norway"),
        ("activity:added", "role", "controller", "Åt oss själva, som personuppgiftsansvarig",
         "For ourselves, as controller"),
        ("activity:added", "owner", ANNA, "Anna Berg", "Anna Berg"),
        ("severity:stated", "special_category", "true", "Ja", "Yes"),
        ("severity:stated", "unintelligible", '"could_be_broken"', "Skyddet kan brytas", "It could be broken"),
        ("severity:stated", "breach_types", '["confidentiality"]', "Konfidentialitet: någon såg eller fick uppgifterna",
         "Confidentiality: someone saw or got the data"),
        ("notice:edited", "58", f"not_known_yet 2026-01-25 {ANNA}", "Vet inte än\nKänt senast 25 jan 2026, Anna Berg",
         "Not known yet\nKnown by 25 Jan 2026, Anna Berg"),
        ("notice:edited", "44", "known", "", ""),
        ("settings:retention_changed", "people", "36", "36 månader", "36 months"),
        ("panel:changed", "seats", f"chair:{ANNA}", "Ordförande: Anna Berg", "Chair: Anna Berg"),
        ("supplier:added", "agreement_on", "2024-06-07", "7 juni 2024", "7 Jun 2024"),
        ("heartbeat:changed", "schedule", "86400 s", "varje dygn", "every day"),
        ("countersign:proposed", "payload", '{"reason": "", "user": "' + ANNA + '"}',
         "Skäl: –\nPerson: Anna Berg", "Reason: –\nPerson: Anna Berg"),
    ],
)  # fmt: skip
def test_a_value_is_told_in_words(action: str, field: str, text: str, swedish: str, english: str) -> None:
    assert value_in_words(action, field, text, say("sv")) == swedish
    assert value_in_words(action, field, text, say("en")) == english


@pytest.mark.parametrize(
    ("action", "field", "text"),
    [
        ("incident:classified", "breach_types", "something_else"),
        ("incident:classified", "title", "integrity"),
        ("incident:classified", "detected_at", "yesterday"),
        ("activity:added", "owner", "b" * 32),
        ("severity:stated", "circumstances", "no JSON"),
        ("severity:stated", "circumstances", "[1]"),
        ("severity:stated", "reason", "true"),
        ("notice:edited", "999", "known"),
        ("notice:edited", "95", "Vi byter rutin.\nknown"),
        ("countersign:proposed", "payload", "3"),
        ("settings:retention_changed", "people", "many"),
        ("opinion:given", "text", ANNA),
        ("strange:thing", "strange", '{"a_b": 1}'),
    ],
)
def test_what_nobody_has_words_for_and_what_a_person_wrote_stays(action: str, field: str, text: str) -> None:
    assert value_in_words(action, field, text, say()) == text


def test_the_page_tells_before_and_after_and_markup_stays_text(world: World) -> None:
    anna = world.users[Role.MANAGER]
    with world.change() as session:
        changes = {"role": ("processor", "controller"), "owner": (None, anna.id), "recipients": ("", "<b>Alla</b>")}
        record(session, world.actor(Role.MANAGER), "activity:changed", "activity", world.now, changes=changes)
    with world.database.reading() as session:
        seq = session.scalar(select(AuditEntry.seq).where(AuditEntry.action == "activity:changed"))
    text = english(world, Role.AUDITOR).get(f"/log/{seq}").text
    told = text.partition('id="changes"')[2].partition("</section>")[0]
    assert "controller" in told
    assert anna.name in told
    assert anna.id not in told
    assert "&lt;b&gt;Alla&lt;/b&gt;" in told
    assert "not what was committed to" not in told


def test_fields_stand_as_the_form_asks_for_them() -> None:
    assert in_order("notice:edited", ["113", "38", "44"]) == ["38", "44", "113"]
    assert in_order("risk:added", ["title", "asset", "zebra", "ape"]) == ["title", "asset", "ape", "zebra"]
