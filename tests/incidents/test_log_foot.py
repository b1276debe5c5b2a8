"""The signed state of the log at the foot of what leaves: in PDFs, minutes and the mail to the authority."""

import hashlib

from sqlalchemy import select

from core.access import Role
from core.audit.anchoring import signed_at
from core.files import StoredFile, file_content
from core.organisation import organisation
from incidents.notifying import Sent
from incidents.notifying.keeping import papers
from notifications.letters.letter import Letter
from notifications.letters.paper import Sheet, on_paper
from notifications.letters.window import Side
from notifications.notice_models import Filing, Notice
from tests.fixtures.pdf_text import pdf_text
from tests.fixtures.signed import ROOT, checkpoint
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case
from tests.incidents.first_notice import release_first, step
from tests.incidents.minutes import file, newest
from tests.incidents.notice_mails import Sender


def test_a_filed_notice_keeps_the_foot_it_was_released_with(small_world: World) -> None:
    checkpoint(small_world, 1200)
    case = Case(small_world).take().classify()
    release_first(case)
    with small_world.look() as session:
        before = papers(session, case.row(session), session.scalars(select(Notice)).one())["pdf"][1]
    small_world.later(minutes=5)
    checkpoint(small_world, 1300)
    step(case, Role.MANAGER, "file_notice", Sent(small_world.now, "portal", "", ""))
    with small_world.look() as session:
        filing = session.scalars(select(Filing)).one()
        kept = file_content(session, session.get_one(StoredFile, filing.pdf_file_id))
    assert kept == before
    found = pdf_text(kept, margins=True)
    assert f"Logg:1200poster,rot{ROOT},signerad" in found
    assert pdf_text(kept).count(ROOT) == 0  # in the margin, not among the answers


def test_minutes_have_it_and_do_not_seem_changed_when_the_log_is_signed_again(small_world: World) -> None:
    checkpoint(small_world, 1200)
    bench = Bench(small_world).done()
    bench.decide()
    written = newest(bench)
    assert written.foot.startswith("Logg: 1\u202f200 poster")
    assert ROOT in pdf_text(file(bench), margins=True)
    checkpoint(small_world, 1300)
    shown = small_world.client(Role.MANAGER).get(f"{bench.path}/minutes").text
    assert written.foot in shown
    assert "Kontrollsummorna är desamma" in shown
    assert "Något har hänt sedan" not in shown


def test_the_mail_to_the_authority_has_it(small_world: World, postbox: Postbox) -> None:
    checkpoint(small_world, 1200)
    sender = Sender(small_world, postbox)
    sender.send()
    sender.leave()
    (letter,) = sender.letters()
    assert f"entries, root {ROOT}, signed Sun 22 Nov 2026" in " ".join(letter.text.split())


def test_a_letter_on_paper_has_it_in_its_own_language(small_world: World) -> None:
    checkpoint(small_world, 1200)
    with small_world.look() as session:
        log, company = signed_at(session, small_world.now), organisation(session)
    for lang, word in (("sv", "Logg:1200poster"), ("lt", "įrašų1200"), ("nb", "1200oppføringer")):
        sheet = Sheet(lang, ("Kim Exempel",), Letter("Rubrik", "Text.", ""))
        made = on_paper([sheet], company, "PUI-2026-7K3Q", Side.RIGHT, small_world.now, log)
        assert f"{word}" in pdf_text(made, margins=True)
        assert ROOT in pdf_text(made, margins=True)
        assert (
            hashlib.sha256(made).digest()
            == hashlib.sha256(on_paper([sheet], company, "PUI-2026-7K3Q", Side.RIGHT, small_world.now, log)).digest()
        )
