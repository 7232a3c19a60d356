"""Outgoing mail: written in the transaction of the change it tells of, sent by a job afterwards.

A message may be sent twice if the process dies between the relay's "250" and our commit; it carries its
id as Message-ID, by which mail programs show it once.
"""

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Annotated
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlalchemy import CheckConstraint, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import jobs, time
from app.kernel.database import Base, Id, Moment, transaction
from app.kernel.ids import new_id
from app.kernel.settings import Settings, settings

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
"""A relay on this machine is spoken to as it is."""


class Message(Base):
    """One mail to one address, in the words it is sent with."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent')", name="state"),
        {"info": {"placement": "shared"}},
    )
    id: Mapped[Id]
    to_address: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="en")
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting", default="waiting")
    created_at: Mapped[Moment]
    sent_at: Mapped[Annotated[datetime | None, mapped_column()]]


async def tell(
    db: AsyncSession, to_address: str, language: str, subject: str, paragraphs: Sequence[str]
) -> UUID:
    """Write a mail to `to_address`; it leaves soon after the transaction of `db` commits.

    `subject` and `paragraphs` are finished sentences in `language` (see `i18n.speaking`).
    """
    message_id = new_id()
    one_line = " ".join(subject.split())
    db.add(
        Message(
            id=message_id,
            to_address=to_address,
            language=language,
            subject=one_line,
            body="\n\n".join(paragraphs),
        )
    )
    await db.flush()
    await jobs.defer(db, "outbox.send", message_id=str(message_id))
    return message_id


@jobs.job("outbox.send", where="now", retry_on=(OSError, smtplib.SMTPException))
async def send(message_id: str) -> None:
    """Send one message and mark it; one that is already marked is left alone."""
    async with transaction(jobs.database()) as db:
        waiting = select(Message).where(Message.id == UUID(message_id), Message.state == "waiting")
        message = await db.scalar(waiting.with_for_update(skip_locked=True))
        if message is None:
            return
        await asyncio.to_thread(_hand_over, settings(), _mail(message, settings()))
        await db.execute(
            update(Message)
            .where(Message.id == message.id)
            .values(state="sent", sent_at=text("clock_timestamp()"))
        )


@jobs.every("23 3 * * *", "outbox.forget")
async def forget_old() -> None:
    """What a sent mail said is forgotten after 30 days."""
    async with transaction(jobs.database()) as db:
        await db.execute(
            text("DELETE FROM message WHERE state = 'sent' AND sent_at < now() - interval '30 days'")
        )


def _mail(message: Message, given: Settings) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Roundtable <{given.mail_from}>"
    mail["To"] = message.to_address
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(time.now())
    mail["Message-ID"] = f"<{message.id}@{urlsplit(given.public_address).hostname}>"
    mail["Content-Language"] = message.language
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    return mail


def _hand_over(given: Settings, mail: EmailMessage) -> None:
    """To the relay, or in development to a folder where the mail can be read."""
    if not given.mail_server:
        given.mail_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = mail["Message-ID"].strip("<>").split("@")[0]
        (given.mail_folder / f"{name}.eml").write_bytes(bytes(mail))
        return
    relay = urlsplit(given.mail_server)
    host, port = relay.hostname or "localhost", relay.port or 0
    trusted = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, timeout=30, context=trusted)
        if relay.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=30)
    ) as connection:
        # Nothing leaves this machine in the clear, also if a relay says that it can't do better.
        if relay.scheme == "smtp" and host not in HERE:
            connection.starttls(context=trusted)
        if relay.username:
            connection.login(unquote(relay.username), unquote(relay.password or ""))
        connection.send_message(mail)
