"""What a notice should not hold: numbers, addresses and names of the people concerned. It warns and never blocks, for
the notice may become a public document and the authority asks for kinds of data, never for the data (law, Art. 33(3)).
"""

import re
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import N_
from core.i18n import translate
from core.personal_numbers import found
from incidents.models import Incident
from notifications.edpb.answers import Answers
from notifications.edpb.card import EDPB, template
from notifications.edpb.questions import Kind
from notifications.letters.list_rows import details
from notifications.letters.models import Mailing, Recipient

ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.\w{2,}")
MOST_NAMES = 2_000  # of a longer list only these are looked for
NUMBER = N_("Looks like a personal number: {found}. The authority asks for kinds of data, never for the data.")
MAIL = N_("Holds an e-mail address: {found}. Leave it out unless it is the company’s own.")
NAME = N_("Holds a name from the list of people concerned: {found}. Leave it out.")


def warnings(
    session: Session, incident: Incident, answers: Answers, lang: str, card: str = EDPB
) -> dict[str, list[str]]:
    """Code of the question -> sentences, for every answer in free text."""
    questions = template(card).questions
    texts = {
        number: "\n".join(answer.values)
        for number, answer in answers.items()
        if questions[number].kind is Kind.LONG_TEXT and answer.values
    }
    names = _names(session, incident) if texts else []
    told = {f"q{number}": _of_one(text, names, lang) for number, text in texts.items()}
    return {code: sentences for code, sentences in told.items() if sentences}


def _of_one(text: str, names: list[str], lang: str) -> list[str]:
    folded = text.casefold()
    seen: Mapping[str, list[str]] = {
        NUMBER: found(text),
        MAIL: list(dict.fromkeys(ADDRESS.findall(text))),
        NAME: [name for name in names if _stands_in(name.casefold(), folded)],
    }
    return [translate(lang, sentence, found=", ".join(what)) for sentence, what in seen.items() if what]


def _stands_in(name: str, text: str) -> bool:
    """As words of their own, not within longer ones."""
    return name in text and re.search(rf"\b{re.escape(name)}\b", text) is not None


def _names(session: Session, incident: Incident) -> list[str]:
    """Full names on the case's own list; a single word is too common to warn about."""
    rows = session.execute(
        select(Mailing, Recipient)
        .join(Recipient, Recipient.mailing_id == Mailing.id)
        .where(Mailing.incident_id == incident.id)
        .order_by(Recipient.row)
        .limit(MOST_NAMES)
    )
    named = (details(session, mailing, row).name.strip() for mailing, row in rows)
    return list(dict.fromkeys(name for name in named if " " in name))
