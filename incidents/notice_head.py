"""The head that every output of a notice carries, in the same words: which case, phase and version it is, what it
says by its digest, and that it is a draft until somebody else has released it."""

from dataclasses import dataclass

from core.errors import N_
from core.i18n import translate
from incidents.notifying.addressee import Addressee
from incidents.states import AUTHORITY_LABELS, AuthorityTrack
from notifications.edpb.answers import Answers
from notifications.edpb.exchange import digest
from notifications.notice_models import Notice

DRAFT = N_("DRAFT")
NOT_RELEASED = N_("DRAFT: not released. Do not send it.")
RELEASED = frozenset({AuthorityTrack.APPROVED, AuthorityTrack.FILED})


@dataclass(frozen=True, slots=True)
class Head:
    """In words of the notice's language. `warning` is empty once the notice is released; `running` stands on each page
    of a paper."""

    rows: tuple[tuple[str, str], ...]
    warning: str
    running: str


def head_of(to: Addressee, notice: Notice, answers: Answers, lang: str) -> Head:
    incident = to.incident
    state = AuthorityTrack(notice.state)
    released = state in RELEASED
    rows = (
        (N_("Reference"), incident.reference),
        (N_("To"), to.name(lang)),
        (N_("Phase"), str(notice.phase)),
        (N_("Version"), str(notice.version)),
        (N_("State"), translate(lang, N_("Sent") if state is AuthorityTrack.FILED else AUTHORITY_LABELS[state])),
        (N_("Digest of the answers, SHA-256"), digest(answers)),
    )
    phase = translate(lang, N_("phase {number}"), number=notice.phase)
    return Head(
        tuple((translate(lang, label), value) for label, value in rows),
        "" if released else translate(lang, NOT_RELEASED),
        " · ".join([incident.reference, phase, *([] if released else [translate(lang, DRAFT)])]),
    )
