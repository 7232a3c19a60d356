"""Pages that only a trial installation has: the outgoing mail, and the gallery of components."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request, Response

from app.kernel.refusals import NotFound
from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.state import web

router = APIRouter()
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that would have left."""

    to: str
    subject: str
    paragraphs: list[str]
    at: datetime


@router.get("/development/mail")
async def outgoing_mail(request: Request, actor: Visitor, to: str = "") -> Response:
    """The newest mails, so that somebody trying the program out can follow its links."""
    folder = web(request).settings.mail_folder
    newest = sorted(folder.glob("*.eml"), reverse=True)[:SHOWN] if folder.exists() else []
    mails = [mail for mail in (_read(file) for file in newest) if not to or mail.to == to]
    return page(request, "development/mail.html", mails=mails, to=to)


@router.get("/_gallery")
async def gallery(request: Request, actor: Visitor) -> Response:
    if not web(request).settings.development:
        raise NotFound
    return page(request, "gallery.html")


def _read(file: Path) -> Mail:
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return Mail(str(mail["To"]), str(mail["Subject"]), [part.strip() for part in text.split("\n\n")], at)
