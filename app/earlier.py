"""What an earlier state of the service means to whoever has no account: what may be missing, and what to do."""

from dataclasses import dataclass

from app.troubles import EARLIER
from core.errors import N_
from core.i18n import absolute, translate
from core.organisation import Organisation
from core.restored import RestoredCopy

BETWEEN = N_("What was sent or done here between {since} and {at} may be missing.")
BEFORE = N_("What was sent or done here in the time before {at} may be missing.")
SEND = (
    N_("What you send now is taken as usual. If you sent something then, call {phone} or send it again."),
    N_("What you send now is taken as usual. If you sent something then, send it again."),
)
CODE = (
    N_("If your code is not found, call {phone} or send what you told us again."),
    N_("If your code is not found, send what you told us again."),
)
WORDS = (
    N_("Newer letters may be missing. If the words of your letter are not found, call {phone}."),
    N_("Newer letters may be missing. If the words of your letter are not found, ask whoever wrote to you."),
)
COME_IN = N_("If you cannot sign in, ask an administrator for a new link.")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A sentence for each kind of page: where one sends, shows a code, shows the words of a letter, or comes in."""

    title: str
    send: str
    code: str
    words: str
    come_in: str


def told_outside(copy: RestoredCopy | None, company: Organisation, lang: str) -> Earlier | None:
    """Nothing while this is the present state."""
    if copy is None:
        return None
    at = absolute(copy.at, lang, company.zone)
    since = absolute(copy.as_of, lang, company.zone) if copy.as_of else ""
    lost = translate(lang, BETWEEN if since else BEFORE, since=since, at=at)

    def say(words: tuple[str, str]) -> str:
        return translate(lang, words[0] if company.phone else words[1], phone=company.phone)

    return Earlier(
        title=translate(lang, EARLIER[0]),
        send=f"{lost} {say(SEND)}",
        code=f"{lost} {say(CODE)}",
        words=say(WORDS),
        come_in=f"{lost} {translate(lang, COME_IN)}",
    )
