"""Read and sign (clause 12.2): who owes a signature, what it keeps, who refuses, and who is asked when."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.testclient import TestClient

from core.access import Role
from core.audit.models import AuditEntry
from core.moment import utc
from identity.rules.changes import changes, paragraphs
from identity.rules.keeping import name_of, text_hash
from identity.rules.models import RulesAnswer, RulesReminder
from identity.rules.reminding import remind_to_sign
from identity.rules.standing import AGAIN_AFTER, STEPS, Answer, Standing, names_match, stand, steps_due
from notifications.models import OutboxMessage
from notifications.opening import open_message
from tests.fixtures.plans import recorded
from tests.fixtures.rules import FIRST, SECOND, publish_rules
from tests.fixtures.world import World

PUBLISHED = utc(2026, 3, 2, 9)
DAYS = st.integers(0, 3000).map(lambda days: timedelta(days=days))


@given(DAYS, st.booleans())
def test_a_new_version_asks_everybody_again(after: timedelta, refused: bool) -> None:
    found = stand(2, PUBLISHED, PUBLISHED, Answer(1, PUBLISHED - timedelta(days=1), refused), PUBLISHED + after)
    assert (found.standing, found.since, found.owes) == (Standing.CHANGED, PUBLISHED, True)


@given(DAYS)
def test_a_signature_lasts_a_year_and_is_asked_for_again(after: timedelta) -> None:
    found = stand(1, PUBLISHED, PUBLISHED, Answer(1, PUBLISHED), PUBLISHED + after)
    assert found.owes is (after >= AGAIN_AFTER)
    assert found.since == (PUBLISHED + AGAIN_AFTER if found.owes else PUBLISHED)


def test_who_came_later_owes_from_then_on_and_who_refused_is_not_asked_again() -> None:
    joined = PUBLISHED + timedelta(days=90)
    assert stand(1, PUBLISHED, joined, None, joined).since == joined
    refused = stand(1, PUBLISHED, joined, Answer(1, joined, refused=True), joined + timedelta(days=900))
    assert (refused.standing, refused.owes) == (Standing.REFUSED, False)


@given(st.integers(-10, 100))
def test_steps_come_one_after_the_other(days: int) -> None:
    due = steps_due(PUBLISHED, PUBLISHED + timedelta(days=days))
    assert due == [step for step in STEPS if step <= days]


def test_a_name_is_a_signature_whatever_its_capitals_and_spaces() -> None:
    assert names_match("  anna   BERG ", "Anna Berg")
    assert not names_match("Anna Bergh", "Anna Berg")
    assert not names_match("", "")


TEXTS = st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=30), max_size=6).map("\n\n".join)


@given(TEXTS, TEXTS)
def test_the_difference_gives_both_texts_back(before: str, after: str) -> None:
    found = changes(before, after)
    if paragraphs(before) == paragraphs(after):
        assert found == []
        return
    kept = [part.unchanged for part in found if part.unchanged]
    old = [text for part in found if (text := "".join(p.text for p in part.pieces if p.kind != "ins"))]
    new = [text for part in found if (text := "".join(p.text for p in part.pieces if p.kind != "del"))]
    assert len(old) + sum(kept) == len(paragraphs(before))
    assert len(new) + sum(kept) == len(paragraphs(after))
    assert set(old) <= set(paragraphs(before))
    assert set(new) <= set(paragraphs(after))


def test_one_changed_sentence_is_shown_word_by_word() -> None:
    first, second, third = changes(FIRST, SECOND)
    assert (first.unchanged, third.unchanged) == (1, 1)
    assert {piece.text for piece in second.pieces if piece.kind == "del"} == {"lösenord."}
    assert "byt det varje år." in "".join(piece.text for piece in second.pieces if piece.kind == "ins")


def english(world: World, role: str) -> TestClient:
    client = world.client(role)
    client.cookies.set("lang", "en")
    return client


def mails(world: World, kind: str) -> dict[str, int]:
    with world.look() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all()
        found: dict[str, int] = {}
        for row in rows:
            to = open_message(session, row).to
            found[to] = found.get(to, 0) + 1
        return found


def test_a_signature_keeps_version_hash_day_and_name(world: World) -> None:
    publish_rules(world)
    employee = english(world, Role.EMPLOYEE)
    assert "Regel 2. Använd bara" in employee.get("/rules").text
    wrong = employee.post("/rules/sign", data={"version": "1", "name": "Kalle Anka"})
    assert wrong.status_code == 422
    assert "Kalle Anka" in wrong.text
    assert "Write your name as it stands in your profile." in wrong.text
    assert employee.post("/rules/sign", data={"version": "1", "name": "ella medarbetare"}).status_code == 303
    with world.look() as session:
        answer = session.scalars(select(RulesAnswer)).one()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "rules:signed")).one()
        assert (answer.version, answer.text_hash, answer.at) == (1, text_hash(FIRST), world.now)
        assert name_of(session, answer) == "ella medarbetare"
        assert "medarbetare" not in answer.name_sealed
        assert answer.text_hash.encode() in entry.entry
        assert b"ella" not in entry.entry
    assert "You have signed this version" in employee.get("/rules").text
    assert "Signed" in english(world, Role.AUDITOR).get("/rules/people?show=signed").text


def test_a_refusal_goes_to_the_manager_with_its_reason_and_the_mail_says_neither(small_world: World) -> None:
    publish_rules(small_world)
    employee = english(small_world, Role.EMPLOYEE)
    assert employee.post("/rules/refuse", data={"version": "1", "reason": ""}).status_code == 422
    reason = "Regel 2 går inte på verkstadens dator."
    assert employee.post("/rules/refuse", data={"version": "1", "reason": reason}).status_code == 303
    assert set(mails(small_world, "rules_refused")) == {"manager@nordhamn.example"}
    with small_world.look() as session:
        [row] = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "rules_refused"))
        assert set(open_message(session, row).facts) == {"version", "path"}
    assert reason in english(small_world, Role.MANAGER).get("/rules/people?show=refused").text
    for watcher in (Role.DPO, Role.AUDITOR):
        text = english(small_world, watcher).get("/rules/people?show=refused").text
        assert "Ella Medarbetare" in text
        assert reason not in text
    remind_to_sign(small_world.database, small_world.later(days=40))
    assert "employee@nordhamn.example" not in mails(small_world, "rules_to_sign")
    again = english(small_world, Role.EMPLOYEE)
    assert "You have not signed, and said why" in again.get("/rules").text
    again.post("/rules/sign", data={"version": "1", "name": "Ella Medarbetare"})
    assert "You have signed this version" in again.get("/rules").text


def test_the_managers_own_refusal_goes_to_somebody_else(small_world: World) -> None:
    publish_rules(small_world)
    english(small_world, Role.MANAGER).post("/rules/refuse", data={"version": "1", "reason": "Inte i dag."})
    assert set(mails(small_world, "rules_refused")) == {"head@nordhamn.example", "deputy@nordhamn.example"}


def test_what_was_read_is_what_is_signed(small_world: World) -> None:
    publish_rules(small_world)
    employee = english(small_world, Role.EMPLOYEE)
    small_world.later(minutes=5)
    publish_rules(small_world, SECOND)
    late = employee.post("/rules/sign", data={"version": "1", "name": "Ella Medarbetare"})
    assert late.status_code == 422
    assert "A new version was published while you were reading" in late.text
    assert "byt det varje år" in late.text
    with small_world.look() as session:
        assert session.scalars(select(RulesAnswer)).all() == []


def test_everybody_is_asked_once_a_step_and_once_a_change(world: World) -> None:
    publish_rules(world)
    people = len(Role)
    assert remind_to_sign(world.database, world.now) == people
    assert remind_to_sign(world.database, world.now) == 0
    english(world, Role.EMPLOYEE).post("/rules/sign", data={"version": "1", "name": "Ella Medarbetare"})
    assert remind_to_sign(world.database, world.later(days=20)) == people - 1  # only the latest of two steps
    told = mails(world, "rules_to_sign")
    assert told["employee@nordhamn.example"] == 1
    assert set(told.values()) == {1, 2}
    publish_rules(world, SECOND)
    assert remind_to_sign(world.database, world.now) == people
    with world.look() as session:
        assert session.scalar(select(func.count()).select_from(RulesReminder)) == people + 2 * (people - 1) + people


def test_only_who_may_publishes_and_what_is_wrong_is_named_with_nothing_lost(small_world: World) -> None:
    assert english(small_world, Role.EMPLOYEE).get("/rules/new").status_code == 404
    assert english(small_world, Role.DPO).post("/rules/new", data={"text_sv": FIRST}).status_code == 404
    manager = english(small_world, Role.MANAGER)
    assert manager.post("/rules/new", data={}).status_code == 422
    picture = {"file_sv": ("regler.txt", b"\xff\xfe\x00bild", "text/plain")}
    refused = manager.post("/rules/new", data={"text_en": "Rule 1. Report at once."}, files=picture)
    assert refused.status_code == 422
    assert "The file is not plain text" in refused.text
    assert "Rule 1. Report at once." in refused.text
    file = {"file_sv": ("regler.txt", FIRST.encode(), "text/plain")}
    assert manager.post("/rules/new", data={}, files=file).status_code == 303
    assert "the same as in the version in force" in manager.post("/rules/new", data={"text_sv": FIRST}).text
    silent = manager.post("/rules/new", data={"text_sv": SECOND})
    assert silent.status_code == 422
    assert "Say in a sentence what is new." in silent.text
    assert manager.post("/rules/new", data={"text_sv": SECOND, "summary_sv": "Byt varje år."}).status_code == 303
    assert "<ins>lösenord och byt det varje år.</ins>" in manager.get("/rules/versions/2").text
    assert manager.get("/rules/versions/3").status_code == 404


def test_the_text_is_never_markup(small_world: World) -> None:
    publish_rules(small_world, "<script>alert(1)</script>\n\n{{ 7 * 7 }}")
    text = english(small_world, Role.EMPLOYEE).get("/rules").text
    assert "&lt;script&gt;" in text
    assert "{{ 7 * 7 }}" in text


def test_the_list_takes_as_many_queries_for_a_hundred_people_as_for_ten(small_world: World) -> None:
    publish_rules(small_world)
    auditor = english(small_world, Role.AUDITOR)
    auditor.get("/rules/people")

    def queries() -> int:
        with recorded(small_world, ["rules_", "user"]) as seen:
            assert auditor.get("/rules/people").status_code == 200
        return len(seen)

    before = queries()
    for number in range(30):
        small_world.user(Role.EMPLOYEE, f"Person {number}", f"p{number}")
    assert queries() == before
