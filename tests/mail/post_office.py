"""A mail server (aiosmtpd) that keeps what it is given, and misbehaves on demand."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from drafting.config import MailServer
from tests.conftest import free_port

SENDER = "drafts@drafts.example.org"
NAME, PASSWORD = "drafting", "let me in"


@dataclass
class PostOffice:
    """`trouble` is what goes wrong from now on. `busy`, `nobody` and `refuses` answer a reader; `spam` refuses a
    letter; `cuts` and `cuts_before` end the conversation, after and before a letter is kept; `tired` after each letter.
    """

    port: int
    tls: str = "no"
    trouble: str = ""
    got: list[EmailMessage] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    conversations: int = 0

    @property
    def server(self) -> MailServer:
        user, password = (NAME, PASSWORD) if self.tls != "no" else ("", "")
        return MailServer("localhost", self.port, self.tls, user, password, SENDER)

    async def handle_EHLO(
        self, server: Any, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.conversations += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = {"busy": "451 4.3.0 later", "nobody": "550 5.1.1 nobody here", "refuses": "550 5.7.1 not from you"}
        if self.trouble in answers:
            return answers[self.trouble]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.trouble == "spam":
            return "554 5.7.0 this looks like spam"
        if self.trouble == "cuts_before":
            server.transport.abort()
            await asyncio.sleep(0.1)
        assert isinstance(envelope.content, bytes)
        message = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        if self.trouble != "cuts_before":
            self.got.append(message)
            self.readers += envelope.rcpt_tos
        if self.trouble == "cuts":
            server.transport.abort()
        if self.trouble == "tired":
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        return "250 2.0.0 taken"


def _authenticate(server: Any, session: Session, envelope: Envelope, mechanism: str, said: Any) -> AuthResult:
    right = isinstance(said, LoginPassword) and (said.login, said.password) == (NAME.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@contextmanager
def open_post_office(tls: str = "no", context: ssl.SSLContext | None = None) -> Iterator[PostOffice]:
    office = PostOffice(free_port(), tls)
    more: dict[str, Any] = {}
    if tls != "no":
        more = {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": tls == "starttls"}
        more |= {"tls_context": context, "require_starttls": True} if tls == "starttls" else {"ssl_context": context}
    controller = Controller(office, hostname="localhost", port=office.port, **more)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
