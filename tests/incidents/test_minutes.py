"""The minutes: written when a decision binds, word for word, sealed, and never changed (clause 8.1)."""

from hashlib import sha256

import pytest
from sqlalchemy import select

from core import pdf
from core.access import Role
from core.document import Document, Paragraph, Section, Table
from core.errors import Conflict, Forbidden
from core.pdf import CannotRender
from incidents.assessing import minutes as writing
from incidents.assessing.recalling import RecallForm, recall
from incidents.commission_models import Commission, Opinion
from incidents.opinions import OpinionForm, View, opine
from incidents.reported import seal_report
from tests.fixtures.world import World
from tests.incidents.bench import RATIONALE, Bench
from tests.incidents.minutes import file, logged, newest, rows, words
from tests.incidents.severity import stated
from tests.incidents.test_deciding import answer, early

OTHERWISE = "Mottagaren är känd och har raderat listan, så risken är låg."


def write(bench: Bench, key: str) -> None:
    with bench.world.change() as session:
        writing.write_anew(session, bench.world.actor(key), bench._incident(session), "en", bench.world.now)


def section(document: Document, title: str) -> Section:
    return next(part for part in document.sections if part.title == title)


def test_they_are_written_when_the_decision_binds_with_digests_in_row_and_log(world: World) -> None:
    bench = Bench(world).done()
    assert rows(bench) == []
    bench.decide()
    (row,) = rows(bench)
    assert (row.version, row.language, row.written_by, row.written_at) == (1, "sv", "system", world.now)
    assert sha256(newest(bench).as_json.encode()).hexdigest() == row.data_sha256
    assert sha256(file(bench)).hexdigest() == row.pdf_sha256
    assert logged(bench) == [{"round": 1, "minutes_version": 1, "data_sha256": row.data_sha256,
                              "pdf_sha256": row.pdf_sha256}]  # fmt: skip


def test_text_and_file_lie_sealed(small_world: World) -> None:
    bench = Bench(small_world).done()
    bench.decide()
    (row,) = rows(bench)
    assert RATIONALE not in row.data_sealed
    assert b"%PDF" not in row.pdf_sealed


def test_they_say_who_was_called_how_it_counts_what_each_said_and_what_was_decided(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    bench.vote("commissioner", "risk", consequences=["identity", "money"], protection_note="Inte krypterad.")
    bench.vote("per", "risk")
    bench.vote("leila", "none", rationale=OTHERWISE)
    bench.decide()
    said = words(bench)
    for told in ("Anna Berg", "Sara Holm", "Ordförande", "Kim Öst", "Regel 8.1", "2 av 3", "Mer än hälften av rösterna",
                 "3 av 4: svagt\nInte krypterad.", "Förlust av pengar", RATIONALE, "Uppgifterna räcker för bedrägeri.",
                 "sön 22 nov 2026 14:05 CET", bench.reference, "GDPR artikel 33(1)"):  # fmt: skip
        assert told in said, told


def test_dissent_stands_there_word_for_word(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    for key, vote in (("commissioner", "risk"), ("per", "risk")):
        bench.vote(key, vote)
    bench.vote("leila", "none", rationale=OTHERWISE)
    bench.decide()
    (dissent,) = section(newest(bench), "Rösträkning och resultat").sections
    assert dissent.blocks == (Paragraph(text=OTHERWISE, by="Leila Haddad: Ingen risk"),)


def test_a_correction_leaves_the_first_answer_struck_through_and_an_abstention_says_why(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    bench.vote("per", "none", rationale=OTHERWISE)
    bench.vote("per", "risk", correction="Jag hade inte sett kontonumren.")
    bench.vote("commissioner", "risk")
    bench.abstain("leila")
    bench.decide()
    members = {one.title: one for one in section(newest(bench), "Vad ledamöterna säger").sections}
    first, corrected, now = (one for one in members["Per Nyström"].blocks if isinstance(one, Paragraph))
    assert (first.text, first.struck) == (OTHERWISE, True)
    assert corrected.text == "Jag hade inte sett kontonumren."
    assert (now.text, now.struck) == (RATIONALE, False)
    assert (
        Paragraph(text="Jag förstår inte systemet nog.", by="Varför Leila Haddad avstår")
        in members["Leila Haddad"].blocks
    )


def test_who_stepped_aside_and_who_came_instead_stand_in_the_seats(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    bench.recuse("leila")
    for key in ("commissioner", "per", "kim"):
        bench.vote(key, "risk")
    bench.decide()
    said = words(bench)
    assert "Ja, klev av sön 22 nov 2026 14:05 CET" in said
    assert "Ersättare, trädde in" in said
    assert "min bror" not in said


def test_the_sum_and_each_duty_stand_there_with_their_rules(small_world: World) -> None:
    bench = Bench(small_world)
    stated(small_world, bench.reference)
    bench.done().decide(facts_version=1)
    said = words(bench)
    for told in ("2 x 1 + 0,5 = 2,5, medelhög", "R03", "R11", "Varje incident dokumenteras, anmäld eller inte."):
        assert told in said, told


def test_earlier_rounds_stay(small_world: World) -> None:
    bench = Bench(small_world).done("none")
    with small_world.change() as session:
        form = RecallForm(version=bench.version(), recall_reason="Listan var längre.")
        recall(session, small_world.actor(Role.MANAGER), bench._incident(session), form, small_world.now)
    bench.done("risk").decide()
    (before,) = section(newest(bench), "Tidigare omgångar").sections
    votes = next(block for block in before.blocks if isinstance(block, Table) and block.caption == "Röster")
    assert [row[:2] for row in votes.rows] == [(name, "Ingen risk") for name, _, _ in votes.rows]
    assert len(votes.rows) == 3


def test_nobody_who_reported_or_is_affected_is_named(small_world: World) -> None:
    bench = Bench(small_world)
    with small_world.change() as session:
        incident = bench._incident(session)
        incident.reporter_id = small_world.users[Role.EMPLOYEE].id
        told = {"reporter_name": "Rut Rapportör", "contact_value": "rut@post.example"}
        seal_report(session, incident, "Kalle Kund fick listan.", told)
    bench.done().decide()
    said = words(bench)
    assert all(name not in said for name in ("Ella Medarbetare", "Kalle Kund", "Rut Rapportör", "rut@post.example"))


def test_a_departure_has_no_minutes_before_the_chair_signs_and_then_both_signatures(world: World) -> None:
    bench = Bench(world).done("high")
    bench.decide(departure_reason="Mottagaren har raderat allt.")
    assert rows(bench) == []
    world.later(hours=1)
    answer(bench, "commissioner")
    said = words(bench)
    assert "Mottagaren har raderat allt." in said
    assert said.count("sön 22 nov 2026 15:05 CET") >= 2


def test_what_the_chair_refused_stays_in_them_with_the_reason(small_world: World) -> None:
    bench = Bench(small_world).done("high")
    bench.decide(departure_reason="Mottagaren har raderat allt.")
    answer(bench, "commissioner", agree=False)
    bench.decide(inform_people="inform")
    assert "Mottagaren har raderat allt." in words(bench)
    assert "Risken är hög." in words(bench)


def test_in_advance_the_votes_stay_sealed_until_the_commission_has_confirmed(world: World) -> None:
    bench = early(world)
    bench.vote("commissioner", "risk")
    write(bench, Role.MANAGER)
    assert RATIONALE not in words(bench)
    assert newest(bench).notice
    bench.vote("per", "risk")
    assert next((row.version, row.written_by) for row in rows(bench)) == (3, "system")
    assert RATIONALE in words(bench)
    assert not newest(bench).notice


def test_a_new_version_says_what_has_happened_since(small_world: World) -> None:
    bench = Bench(small_world).done()
    bench.decide()
    with small_world.change() as session:
        opinion = session.scalars(select(Opinion)).one()
        opine(
            session,
            small_world.actor(Role.DPO),
            opinion,
            OpinionForm(view=View.OBJECTS, text="Ring dem först."),
            small_world.now,
        )
    before = rows(bench)[0]
    write(bench, Role.MANAGER)
    newer, older = rows(bench)
    assert "Ring dem först." in words(bench)
    assert (older.id, older.data_sha256) == (before.id, before.data_sha256)
    assert (newer.version, newer.language) == (2, "en")


def test_manager_chair_and_secretary_write_them_anew_and_nobody_else(small_world: World) -> None:
    bench = Bench(small_world).done()
    with pytest.raises(Conflict):
        write(bench, Role.MANAGER)
    bench.decide()
    with small_world.change() as session:
        session.scalars(select(Commission)).one().secretary_id = small_world.users[Role.DPO].id
    for key in (Role.MANAGER, "commissioner", Role.DPO):
        write(bench, key)
    for key in ("per", Role.AUDITOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            write(bench, key)
    assert len(rows(bench)) == 4


def test_a_pdf_that_cannot_be_made_never_stops_a_decision(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_document: Document) -> bytes:
        raise CannotRender("no")

    monkeypatch.setattr(writing, "render", refuses)
    bench = Bench(small_world).done()
    bench.decide()
    (row,) = rows(bench)
    assert (row.pdf_sha256, bench.incident().state) == ("", "in_remedy")
    assert RATIONALE in words(bench)


def test_the_longest_minutes_there_can_be_fit_into_a_pdf(small_world: World) -> None:
    bench = Bench(small_world)
    bench.convene()
    for key in ("commissioner", "per", "leila"):
        bench.vote(key, "risk", rationale="å" * 1500, protection_note="ä" * 1000, impact_note="ö " * 500)
    bench.decide(reasons="x" * 4000)
    assert len("".join(words(bench))) * 5 < pdf.LONGEST
    assert file(bench).startswith(b"%PDF-")
