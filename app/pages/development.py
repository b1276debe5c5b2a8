"""Until a relay is set, the mails of this installation can be read here instead of in somebody's inbox."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.outbox_view import not_about
from core.access import Actor, Operation
from core.errors import NotFound
from core.web import Read, page, require
from notifications.models import OutboxMessage
from notifications.relay import relay_url
from notifications.transport import mail_folder, writes_files

LATEST = 100

router = APIRouter(prefix="/development/mail")
Reader = Annotated[Actor, Depends(require(Operation.READ_DEVELOPMENT_MAIL))]


@dataclass(frozen=True)
class WrittenMail:
    """A mail as it would have arrived."""

    id: str
    to: str
    subject: str
    at: datetime | None
    text: str
    html: str


@router.get("")
def index(request: Request, session: Read, actor: Reader) -> HTMLResponse:
    files = sorted(_files(request, session, actor), key=lambda file: file.stat().st_mtime, reverse=True)
    return page(request, "outbox/files.html", mails=[_read(file) for file in files[:LATEST]], longest=LATEST)


@router.get("/{mail_id}")
def show(mail_id: str, request: Request, session: Read, actor: Reader) -> HTMLResponse:
    files = {file.stem: file for file in _files(request, session, actor)}
    if mail_id not in files:
        raise NotFound()
    return page(request, "outbox/file.html", mail=_read(files[mail_id]))


def _files(request: Request, session: Session, actor: Actor) -> list[Path]:
    """The files this person may read: none about a case they are involved in.

    Raises:
        NotFound: mails go to a relay, or this is production.
    """
    settings = request.app.state.settings
    if not writes_files(relay_url(session, settings), settings):
        raise NotFound()
    hidden = set(session.scalars(select(OutboxMessage.id).where(~not_about(actor))))
    return [file for file in mail_folder(settings).glob("*.eml") if file.stem not in hidden]


def _read(file: Path) -> WrittenMail:
    message: EmailMessage = message_from_bytes(file.read_bytes(), policy=policy.default)
    date = message["Date"]
    return WrittenMail(file.stem, str(message["To"]), str(message["Subject"]), date.datetime if date else None,
                       _part(message, "plain"), _part(message, "html"))  # fmt: skip


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
