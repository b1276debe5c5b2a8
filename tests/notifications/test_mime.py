"""The body that we write reads as the one that the standard library would have written, whatever is in it."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.headers import one_line
from notifications.mime import FILES, TEXTS, body, crlf
from notifications.smtp_connection import stuffed

TEXT = st.text(st.characters(codec="utf-8"), max_size=200)
HOSTILE = f"--{TEXTS}\r\n--{TEXTS}--\n--{FILES}\n.\r\n..\rFrom x\n \t \n=3D=\n{'å' * 90} {'x' * 900}\n\x00\x0b\u2028"


@dataclass(frozen=True)
class Beside:
    name: str
    media_type: str
    content: bytes


FILE = st.builds(
    Beside,
    TEXT.filter(lambda name: bool(one_line(name))),
    st.sampled_from(["application/pdf", "application/json", "text/csv", "image/png"]),
    st.binary(max_size=300),
)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, st.lists(FILE, max_size=2))
@example(HOSTILE, HOSTILE, [])
@example(HOSTILE, "", [Beside(f'"; x="\r\n--{FILES}--', "application/pdf", f"\r\n--{FILES}--\r\n.\r\n".encode())])
@example("", "<p>", [Beside("å" * 200, "application/json", b"{}")])
@example("Rad ett \t\nRad två", "", [])
def test_what_is_read_is_what_the_standard_library_would_have_built(text: str, html: str, files: list[Beside]) -> None:
    ours = message_from_bytes(b"MIME-Version: 1.0\r\n" + body(text, html, files), policy=default)
    theirs = message_from_bytes(by_the_library(text, html, files), policy=default)
    assert leaves(ours) == leaves(theirs)
    assert ours.get_content_type() == theirs.get_content_type()


def by_the_library(text: str, html: str, files: list[Beside]) -> bytes:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message.set_content(text, cte="quoted-printable")
    if html:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    for file in files:
        maintype, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=one_line(file.name))
    return message.as_bytes()


def leaves(message: EmailMessage) -> list[tuple[object, ...]]:
    """Every part that is not made of parts: what it is called, and what is in it."""
    assert not message.defects
    parts = [part for part in message.walk() if not part.is_multipart()]
    return [(part.get_content_type(), part.get_filename(), part.get_content_disposition(), content(part))
            for part in parts]  # fmt: skip


def content(part: EmailMessage) -> bytes:
    found = part.get_payload(decode=True)
    assert isinstance(found, bytes)
    return found if part.get_filename() else crlf(found).rstrip()


@given(TEXT, TEXT)
@example(HOSTILE, HOSTILE)
def test_the_line_carries_short_lines_of_plain_signs_and_no_dot_of_its_own(text: str, html: str) -> None:
    written = stuffed(body(text, html, []))
    assert written.isascii()
    lines = written.split(b"\r\n")
    assert all(len(line) <= 80 and line != b"." and b"\r" not in line and b"\n" not in line for line in lines)
