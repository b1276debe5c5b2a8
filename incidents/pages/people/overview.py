"""Where the letters are, and the buttons that move them. No name of anybody affected stands here."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from core.access import Actor, Operation
from core.i18n import translate
from core.web import Now, Read, Tx, Typed, TypedForm, fragment, page, require
from incidents import informing
from incidents.case_view import case_view
from incidents.decision_view import decision_page
from incidents.informing.following import WORDS, Whom, choices
from incidents.informing.view import letters_view
from incidents.informing.writing import letter_of
from incidents.models import Incident
from incidents.pages.people.common import PREFIX, attempt
from incidents.queries import find
from notifications.letters.letter import unmarked
from notifications.relay import is_loopback, relay_host, relay_url

router = APIRouter(prefix=PREFIX)
Reader = Annotated[Actor, Depends(require(Operation.READ_MAILING))]
Writer = Annotated[Actor, Depends(require(Operation.WRITE_MAILING))]
Stopper = Annotated[Actor, Depends(require(Operation.STOP_MAILING))]


@router.get("")
def show(request: Request, reference: str, session: Read, now: Now, actor: Reader) -> Response:
    return _page(request, session, actor, find(session, actor, reference, Operation.READ_MAILING), now)


@router.get("/progress")
def progress(request: Request, reference: str, session: Read, now: Now, actor: Reader, said: int = 0) -> Response:
    """The part of the page that changes by itself; `said` is the tenth that was last read aloud."""
    incident = find(session, actor, reference, Operation.READ_MAILING)
    view = letters_view(session, actor, incident, now, request.state.lang)
    case = case_view(session, actor, incident, now, request.state.lang)
    return fragment(request, "people/show.html", "moving", case=case, view=view, said=view.tenth,
                    aloud=view.tenth > said, polled=True)  # fmt: skip


@router.post("/test")
def test(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    readers = typed.all("colleagues")
    return _do(request, session, actor, reference, Operation.WRITE_MAILING, now, typed,
               lambda incident: informing.test_send(session, actor, incident, readers, now))  # fmt: skip


@router.post("/ask")
def ask(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    return _do(request, session, actor, reference, Operation.WRITE_MAILING, now, typed,
               lambda incident: informing.ask_approval(session, actor, incident, now))  # fmt: skip


@router.post("/stop")
def stop(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Stopper) -> Response:
    return _do(request, session, actor, reference, Operation.STOP_MAILING, now, typed,
               lambda incident: informing.stop(session, actor, incident, now))  # fmt: skip


@router.post("/pause")
def pause(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Stopper) -> Response:
    return _do(request, session, actor, reference, Operation.STOP_MAILING, now, typed,
               lambda incident: informing.pause(session, actor, incident, now))  # fmt: skip


@router.post("/resume")
def resume(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Stopper) -> Response:
    return _do(request, session, actor, reference, Operation.STOP_MAILING, now, typed,
               lambda incident: informing.resume(session, actor, incident, now))  # fmt: skip


@router.post("/done")
def done(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    return _do(request, session, actor, reference, Operation.WRITE_MAILING, now, typed,
               lambda incident: informing.finish(session, actor, incident, typed.get("reason"), now))  # fmt: skip


@router.post("/difference")
def difference(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    why = typed.get("difference")[:4000]
    return _do(request, session, actor, reference, Operation.WRITE_MAILING, now, typed,
               lambda incident: informing.explain(session, actor, incident, why, now))  # fmt: skip


@router.post("/again")
def again(request: Request, reference: str, session: Tx, typed: Typed, now: Now, actor: Writer) -> Response:
    return _do(request, session, actor, reference, Operation.WRITE_MAILING, now, typed,
               lambda incident: informing.follow_up(session, actor, incident, typed.get("reason"), typed.get("whom"),
                                                    now))  # fmt: skip


def _do(
    request: Request, session: Session, actor: Actor, reference: str, operation: Operation, now: datetime,
    typed: TypedForm, verb: Any,
) -> Response:  # fmt: skip
    def shown(status: int, **context: Any) -> Response:
        incident = find(session, actor, reference, Operation.READ_MAILING)
        return _page(request, session, actor, incident, now, status, typed=typed, **context)

    return attempt(request, session, actor, reference, operation, verb, shown)


def _page(
    request: Request, session: Session, actor: Actor, incident: Incident, now: datetime, status: int = 200,
    **context: Any,
) -> Response:  # fmt: skip
    lang = request.state.lang
    view = letters_view(session, actor, incident, now, lang)
    words = letter_of(session, informing.mailing_of(session, incident))
    version = words.shown_in(lang) if words else None
    subject, sections = unmarked(version) if version else ("", [])
    readers = informing.colleagues(session, actor, incident)
    decision = decision_page(session, actor, incident, now, lang) if view.track == "not_required" else None
    return page(
        request,
        "people/show.html",
        status,
        case=case_view(session, actor, incident, now, lang),
        view=view,
        letter_lang=version.lang if version else lang,
        subject=subject,
        sections=sections,
        colleagues=[(user.id, user.name) for user in readers],
        first_asked=informing.first_asked(readers),
        decision=decision.current if decision else None,
        relay=_relay(request, session),
        whom=_whom(session, incident, lang) if view.track == "done" else [],
        said=view.tenth,
        aloud=False,
        polled=False,
        **context,
    )


def _whom(session: Session, incident: Incident, lang: str) -> list[tuple[str, str, str]]:
    """To whom a letter after this one can go, each answer with its number."""
    counts = choices(session, informing.mailing_of(session, incident))
    if not counts.get(Whom.ALL):
        return []
    return [(code.value, translate(lang, word), str(counts[code]) if code in counts else "")
            for code, word in WORDS.items()]  # fmt: skip


def _relay(request: Request, session: Session) -> str:
    """Where mails of this installation go: to files, to a test relay on this machine, or away."""
    host = relay_host(relay_url(session, request.app.state.settings))
    return "none" if not host else "here" if is_loopback(host) else "away"
