"""Letters on paper, for window envelopes: one PDF, each letter on a page of its own, tagged like every PDF of ours."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.audit.proof_models import AuditCheckpoint
from core.i18n import grouped
from core.organisation import Organisation
from core.pdf import typeset
from notifications.letters.languages import LANGUAGES
from notifications.letters.letter import Letter, laid_out
from notifications.letters.window import ADDRESS, MOST_LINES, SENDER, TEXT_TOP, Side

TEMPLATE = "pdf/paper.typ"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter and whom it is addressed to, line by line."""

    lang: str
    to: tuple[str, ...]
    letter: Letter


def on_paper(
    sheets: Sequence[Sheet], company: Organisation, reference: str, side: Side, now: datetime,
    log: AuditCheckpoint | None = None,
) -> bytes:  # fmt: skip
    """The PDF of these letters; at the foot of each the signed state of the `log`.

    Raises:
        CannotRender: Typst is missing on this machine, or refuses.
    """
    today = now.astimezone(ZoneInfo(company.zone)).date()
    letters = [_data(sheet, LANGUAGES[sheet.lang].day(today), reference, log) for sheet in sheets]
    sender = {"name": company.name, "lines": [*company.address.splitlines()[:3], company.phone]}
    places = {"address": asdict(ADDRESS[side]), "sender": asdict(SENDER[side]), "text": TEXT_TOP}
    return typeset(TEMPLATE, {"letters": letters, "sender": sender, "places": places}, {}, now)


def _data(sheet: Sheet, day: str, reference: str, log: AuditCheckpoint | None) -> dict[str, object]:
    sections = laid_out(sheet.letter.text, sheet.lang)
    return {
        "lang": sheet.lang,
        "to": [line for line in sheet.to if line][:MOST_LINES],
        "day": day,
        "reference": reference,
        "sheet": LANGUAGES[sheet.lang].sheet,
        "foot": _foot(log, sheet.lang) if log else "",
        "subject": sheet.letter.subject,
        "sections": [
            {"heading": heading, "parts": [{"kind": part.kind, "lines": list(part.lines)} for part in parts]}
            for heading, parts in sections
        ],
    }


def _foot(log: AuditCheckpoint, lang: str) -> str:
    at = f"{log.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return LANGUAGES[lang].log.format(size=grouped(log.size), root=log.root, at=at)
