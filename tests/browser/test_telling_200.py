"""Job J6 (ux section 4) and what follows it, for the 200 fictitious people: a list with faults and doubts, a letter in
four languages, a test, four eyes, a wait that is stopped, a sending that is paused, every outcome, and a correction.

A real browser, the real worker, and a relay that reads the wire; only the clock is moved by hand.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Thread

import pytest
from playwright.sync_api import Page, expect

from core.access import Role
from identity.sessions import open_session
from tests.fixtures.browser import DESKTOP, Visits
from tests.fixtures.effort import THINK, Budget, Effort
from tests.fixtures.fictitious import REAL, TONGUES, Owed, owed, people, written
from tests.fixtures.mailing import through
from tests.fixtures.parsed_back import each_told_once, journal, parsed, text_of, to_people
from tests.fixtures.serving import Serve
from tests.fixtures.sink import HANG_UP, Sink, Told
from tests.fixtures.world import World
from tests.incidents.letters import PASSWORD, REFERENCE, Letters, letters_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not REAL.is_file(), reason="the shared list of fictitious people is not on this machine"),
]
HERE = f"/incidents/{REFERENCE}/people"
WRITER = Budget(fields=3, clicks=14, pages=9, seconds=240)
APPROVER = Budget(fields=2, clicks=4, pages=1, seconds=60)
DIFFERENT_PAGES = 5
NOWHERE = "hakan.fiktivsjo8@post.example.com"
CUT_OFF = "goran.provstrom15@post.example.com"
BUSY = "hakan.odesprov9@xn--phitt-mra.test"
SAID = {
    "sv": ("Vi mejlade en kundlista till fel företag.", "Företaget har raderat listan."),
    "en": ("We sent a list of customers to the wrong company.", "The company has deleted the list."),
    "lt": ("Išsiuntėme klientų sąrašą ne tai įmonei.", "Įmonė sąrašą ištrynė."),
    "nb": ("Vi sendte en kundeliste til feil firma.", "Firmaet har slettet listen."),
}
NEWS = {"sv": "Även er adress fanns i listan.", "en": "Your address was in the list too.",
        "lt": "Sąraše buvo ir jūsų adresas.", "nb": "Adressen deres sto også på listen."}  # fmt: skip


@dataclass
class Relay:
    """How the receiving world behaves: one address does not exist, one mailbox is full, one answer is lost, and at one
    letter the relay waits until the test has pressed a button."""

    hold_at: int = 60
    busy: set[str] = field(default_factory=lambda: {BUSY})
    cut: set[str] = field(default_factory=lambda: {CUT_OFF})
    letters: int = 0
    held: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def __call__(self, told: Told) -> bytes | None:
        if told.recipient.endswith("@nordhamn.example"):
            return None
        if told.step == "RCPT":
            if told.recipient == NOWHERE:
                return b"550 5.1.1 No such mailbox\r\n"
            return b"452 4.2.2 Mailbox full\r\n" if told.recipient in self.busy else None
        if told.step == "DOT":
            self.letters += 1
            if self.letters == self.hold_at:
                self.held.set()
                assert self.go_on.wait(10)
            if told.recipient in self.cut:
                self.cut.discard(told.recipient)
                return HANG_UP
        return None


@dataclass
class Hands:
    """The writer and the approver at their pages."""

    letters: Letters
    address: str
    visit: Visits

    def page(self, who: str) -> Page:
        return self.sign_in(self.visit(DESKTOP), who)

    def sign_in(self, page: Page, who: str) -> Page:
        with self.letters.world.change() as session:
            token = open_session(session, self.letters.world.users[who], self.letters.world.now)
        page.context.add_cookies([{"name": "vaka", "value": token, "url": self.address}])
        return page

    def open(self, page: Page, path: str = "") -> None:
        page.goto(f"{self.address}{HERE}{path}")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def type_in(page: Page, question: str, said: dict[str, str]) -> int:
    """One press of the pointer, then from language to language with the tabulator; returns how many fields that was."""
    first = page.locator(f"#{question}_{TONGUES[0]}")
    first.click()
    for number, lang in enumerate(TONGUES):
        if number:
            page.keyboard.press("Tab")
        expect(page.locator(f"#{question}_{lang}")).to_be_focused()
        page.locator(f"#{question}_{lang}").press_sequentially(said[lang])
    return len(TONGUES) - 1


@pytest.fixture
def letters(small_world: World, sink: Sink) -> Letters:
    sink.keep = True
    small_world.settings = through(small_world, sink)
    return letters_of(small_world, sink)


@pytest.fixture
def hands(letters: Letters, serve: Serve, visit: Visits) -> Hands:
    return Hands(letters, serve(letters.world.app), visit)


@pytest.mark.long
def test_j6_200_people_are_told_and_what_comes_after(hands: Hands, sink: Sink, tmp_path: Path) -> None:
    rows = people()
    promised = owed(rows)
    sink.odd = relay = Relay()
    writer, approver = hands.page(Role.MANAGER), hands.page(Role.APPROVER)
    asked(hands, writer, written(rows, tmp_path))
    read_by_colleagues(hands, sink)
    given_back_and_changed(hands, writer, approver)
    approved(hands, approver, len(promised))
    stopped_and_approved_again(hands, writer, approver, sink, len(promised))
    paused_and_resumed(hands, approver, relay, sink)
    accounted_for(hands, writer, relay, len(promised))
    each_told_once(to_people(sink), reachable(promised))
    corrected(hands, writer, approver, sink, reachable(promised))


def reachable(promised: dict[tuple[str, str], Owed]) -> dict[tuple[str, str], Owed]:
    return {key: one for key, one in promised.items() if key[0] != NOWHERE and not key[0].endswith("@ingen.invalid")}


def asked(hands: Hands, page: Page, file: Path) -> None:
    """J6 for the writer: from the file to a letter that waits for another person."""
    effort = Effort(page, "J6 writer")
    hands.open(page)
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url.partition("?")[0]))
    effort.start()
    page.get_by_role("link", name="Importera listan").click()
    with page.expect_file_chooser() as chosen:
        page.locator("#list").click()
    chosen.value.set_files(file)
    press(page, "Läs listan")
    expect(page.get_by_role("heading", name="21 rader har fel")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Rad 4", exact=True)).to_be_visible()
    press(page, "Importera resten, behåll 21 som uppgifter")
    page.get_by_role("row", name="Siân Exemplar-Smythe").locator("button[value=other]").click()
    page.get_by_role("row", name="Máhtte Ovdamearka").locator("button[value=same]").click()
    page.get_by_role("link", name="Skriv brevet", exact=True).click()
    tabbed = type_in(page, "what_happened", {lang: said[0] for lang, said in SAID.items()})
    tabbed += type_in(page, "measures", {lang: said[1] for lang, said in SAID.items()})
    press(page, "Spara brevet")
    press(page, "Skicka testet")
    press(page, "Be om godkännande")
    expect(page.get_by_role("heading", name="Väntar på att någon annan godkänner")).to_be_visible()
    taken = effort.taken()
    questions = {re.sub(r"_(sv|en|lt|nb)$", "", name) for name in effort.answered()}
    print(taken.line(WRITER), f"languages: {len(TONGUES)}, questions: {sorted(questions)}")  # noqa: T201
    assert replace(taken, fields=len(questions)).over(WRITER) == []
    assert taken.estimate + THINK * tabbed <= WRITER.seconds
    assert len(set(seen)) <= DIFFERENT_PAGES


def read_by_colleagues(hands: Hands, sink: Sink) -> None:
    """The writer and two colleagues have it in every language, marked; nobody of the list has anything."""
    hands.letters.work()
    mails = [(line["recipient"], parsed(raw)) for line, raw in journal(sink)]
    tests = Counter(to for to, mail in mails if str(mail["Subject"]).startswith("TEST · "))
    assert tests == dict.fromkeys(("manager@nordhamn.example", "dpo@nordhamn.example", "deputy@nordhamn.example"),
                                  len(TONGUES))  # fmt: skip
    assert all(text_of(mail).startswith("TEST. ") for _, mail in mails if str(mail["Subject"]).startswith("TEST"))
    assert {to.rpartition("@")[2] for to, _ in mails} == {"nordhamn.example"}


def given_back_and_changed(hands: Hands, writer: Page, approver: Page) -> None:
    hands.open(approver, "/approve")
    approver.locator("#comment").fill("Skriv vad företaget heter.")
    press(approver, "Lämna tillbaka")
    hands.open(writer, "/letter")
    writer.locator("#what_happened_sv").fill("Vi mejlade en kundlista till Fel AB.")
    press(writer, "Spara brevet")
    press(writer, "Skicka testet")
    press(writer, "Be om godkännande")


def approved(hands: Hands, page: Page, mails: int) -> None:
    """J6 for the approver: from the mail that asks to the signature."""
    effort = Effort(page, "J6 approver")
    hands.open(page, "/approve")
    effort.start()
    expect(page.locator("del")).to_have_text(SAID["sv"][0])
    expect(page.locator("ins")).to_have_text("Vi mejlade en kundlista till Fel AB.")
    effort.write("Hur många mejl skickas?", str(mails))
    effort.write("Ditt lösenord", PASSWORD)
    press(page, "Godkänn breven")
    expect(page.get_by_text("Inget är skickat än")).to_be_visible()
    taken = effort.taken()
    print(taken.line(APPROVER))  # noqa: T201
    assert taken.over(APPROVER) == []


def stopped_and_approved_again(hands: Hands, writer: Page, approver: Page, sink: Sink, mails: int) -> None:
    """Stopped in the tenth minute nothing has left; then a new test and a new signature are needed."""
    hands.letters.world.later(minutes=9)
    hands.letters.work()
    hands.open(writer)
    press(writer, "Stoppa utskicket")
    hands.letters.world.later(minutes=9)
    hands.letters.work()
    assert to_people(sink) == []
    press(writer, "Skicka testet")
    press(writer, "Be om godkännande")
    hands.open(approver, "/approve")
    sign(approver, mails)
    hands.letters.world.later(minutes=10)


def paused_and_resumed(hands: Hands, page: Page, relay: Relay, sink: Sink) -> None:
    """The one letter in hand arrives, the others wait until somebody goes on."""
    hands.open(page)
    worker = Thread(target=hands.letters.work)
    worker.start()
    assert relay.held.wait(10)
    page.reload()
    press(page, "Pausa utskicket")
    relay.go_on.set()
    worker.join()
    there = len(to_people(sink))
    hands.letters.work()
    assert len(to_people(sink)) == there == relay.hold_at
    hands.open(page)
    press(page, "Återuppta utskicket")
    hands.letters.work()


def accounted_for(hands: Hands, page: Page, relay: Relay, mails: int) -> None:
    """Every outcome in words, with what to do about it; what is uncertain is settled by a person who has asked."""
    hands.open(page)
    expect(page.get_by_role("heading", name=f"{mails - 2} av {mails} skickade, 5 fel")).to_be_visible()
    page.get_by_role("link", name="Se dem och avgör").click()
    page.locator("[name=reason]").fill("Mailserverns logg visar mejlet.")
    page.locator("button[value=arrived]").click()
    hands.open(page, "/list?show=todo")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name, what, then in (
        ("Håkan Fiktivsjö", "Adressen finns inte, eller vägrar mejl", "Påhittsvägen 21"),
        ("Håkan Ödesprov", "Inkorgen tar inte emot just nu", "Försöker igen"),
        ("Noël Fictional", "Ingen e-postadress", "Skriv ut brevet"),
        ("Ærlend Eksempelrud", "Raden hade ett fel", "posta det till Prøvegata 30"),
        ("Skyddad identitet", "aldrig med mejl", "Ta hand om det själv"),
    ):
        row = page.get_by_role("row").filter(has_text=name).first
        expect(row).to_contain_text(what)
        expect(row).to_contain_text(then)
    relay.busy.clear()
    page.locator("button[value=try]").click()
    hands.letters.work()
    hands.open(page)
    expect(page.get_by_role("heading", name=f"{mails} av {mails} skickade, 5 fel")).to_be_visible()
    page.locator("[name=reason]").fill("Brev läggs på posten i dag, de andra rings upp.")
    press(page, "Markera breven som klara")


def corrected(
    hands: Hands, writer: Page, approver: Page, sink: Sink, promised: dict[tuple[str, str], Owed]
) -> None:  # fmt: skip
    """E18 to those who were told: a test, an approval and a wait of its own, and each has exactly two letters."""
    before = len(to_people(sink))
    writer.locator("[name=reason]").fill("Även adressen fanns i listan.")
    press(writer, "Börja på ett nytt brev")
    hands.open(writer, "/letter")
    for lang in TONGUES:
        writer.locator(f"#what_happened_{lang}").fill(NEWS[lang])
        writer.locator(f"#measures_{lang}").fill(SAID[lang][1])
    press(writer, "Spara brevet")
    press(writer, "Skicka testet")
    press(writer, "Be om godkännande")
    hands.open(approver, "/approve")
    expect(approver.get_by_text(f"{len(promised)} av dem har fått ett tidigare brev")).to_be_visible()
    sign(approver, len(promised))
    hands.letters.world.later(minutes=10)
    hands.letters.work()
    sent = to_people(sink)[before:]
    each_told_once(sent, promised)
    assert all(any(news in text_of(parsed(raw)) for news in NEWS.values()) for _, raw in sent)


def sign(page: Page, mails: int) -> None:
    page.locator("#count").fill(str(mails))
    page.locator("#password").fill(PASSWORD)
    press(page, "Godkänn breven")
