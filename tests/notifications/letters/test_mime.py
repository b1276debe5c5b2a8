"""A letter arrives as it was approved: the standard library parses what was built, whatever a name holds."""

from email import message_from_bytes
from email.policy import default

from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.moment import utc
from core.organisation import Organisation
from core.settings import Settings
from notifications.headers import one_line
from notifications.letters.blocks import Block
from notifications.letters.languages import LANGUAGES
from notifications.letters.letter import letter_to
from notifications.letters.manuscript import Version
from notifications.letters.recipients import clean
from notifications.mail import compose
from notifications.opening import Opened

NOW = utc(2026, 11, 22, 13, 5)
HEADERS = {"From", "Subject", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
COMPANY = Organisation(name="Nordhamn Verktyg AB", phone="", zone="Europe/Stockholm", language="sv", intake_code="x")
NAMES = st.text(max_size=120)
TONGUES = st.sampled_from(sorted(LANGUAGES))


def version(lang: str) -> Version:
    headings = LANGUAGES[lang].headings
    body = "\n\n".join(["{{ name }}", *(f"{headings[block]}\n{{{{ your_data }}}}" for block in Block), "{{ company }}"])
    return Version(lang, "{{ name }}", body, {"company": COMPANY.name}, ("a",))


@settings(max_examples=150, deadline=None)
@given(NAMES, st.lists(NAMES, max_size=4), TONGUES)
@example("Eva\r\nBcc: x@y.example\r\n\r\nHej", ["=?utf-8?q?x?=", "--===="], "sv")
@example("=?utf-8?b?SGVq?= " * 9, ["\u2028.\n.\r\n"], "lt")
@example("Žofia " * 30, ["Ærlend", "ß" * 400], "nb")
def test_what_is_parsed_is_what_was_built(name: str, data: list[str], lang: str) -> None:
    name = name.encode("utf-8", "ignore").decode()
    own = tuple(clean(one.encode("utf-8", "ignore").decode()) for one in data)
    letter = letter_to(version(lang), name, own)
    opened = Opened("1", "<1@vaka.example>", "letter", lang, "asa@kund.example", letter.facts)
    mail = compose(opened, COMPANY, Settings(base_url="http://vaka.example"), NOW)
    parsed = message_from_bytes(mail.content, policy=default)
    assert set(parsed.keys()) == HEADERS
    assert len(parsed.keys()) == len(HEADERS)
    assert [str(one.addr_spec) for one in parsed["To"].addresses] == ["asa@kund.example"]
    assert parsed["Subject"].split() == one_line(letter.subject).split()
    assert max(len(line) for part in parsed.iter_parts() for line in str(part.get_payload()).splitlines()) <= 76
    parts = {part.get_content_type(): part.get_content() for part in parsed.iter_parts()}
    assert set(parts) == {"text/plain", "text/html"}
    assert parts["text/plain"].replace("\r\n", "\n").rstrip("\n") == letter.text.rstrip("\n")
    assert parts["text/html"].replace("\r\n", "\n").rstrip("\n") == letter.html.rstrip("\n")


@settings(max_examples=100, deadline=None)
@given(NAMES, TONGUES)
def test_no_name_adds_an_element_or_an_address_to_the_letter(name: str, lang: str) -> None:
    name = clean(name.encode("utf-8", "ignore").decode())
    html = letter_to(version(lang), f"N{name}").html
    plain = letter_to(version(lang), "N").html
    assert html.count("<") == plain.count("<")
    assert "href" not in html or "href" in name
