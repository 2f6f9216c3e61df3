"""Handing letters in (RFC 5321), so that it is known at which moment one may have been taken."""

import contextlib
import smtplib
import ssl
from collections.abc import Callable, Iterator

from ...config import MailServer
from ..channels.failures import Rejected, Retry, Revoked, Uncertain

PATIENCE_S = 30
PLACE = "The mail server"


class NoSuchReader(Rejected):
    """There is nobody at this address (RFC 3463: 5.1.x)."""


class Closed(Retry):
    """The conversation is over."""


class Counter:
    """One conversation with the mail server; any number of letters, one after another."""

    def __init__(self, smtp: smtplib.SMTP, sender: str) -> None:
        self._smtp, self._sender = smtp, sender

    def hand_in(self, body: bytes, to: str, *, before: Callable[[], None]) -> None:
        """`before` is called when the server would take the letter, just before it gets it: from then on it may be out.

        Raises NoSuchReader, Rejected and Retry if it is certainly not out, Uncertain if nobody knows.
        """
        try:
            self._asked(*self._smtp.mail(self._sender))
            self._asked(*self._smtp.rcpt(to), about_reader=True)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise Closed(f"{PLACE} ended the conversation.") from error
        except (Rejected, Retry):
            self.begin_anew()
            raise
        before()
        try:
            code, said = self._smtp.data(body)
        except smtplib.SMTPDataError as error:  # it did not want to hear the letter
            self.begin_anew()
            self._asked(error.smtp_code, _bytes(error.smtp_error))
            raise
        except (smtplib.SMTPException, OSError) as error:
            raise Uncertain(f"{PLACE} took it and did not say whether it goes out.") from error
        self._asked(code, said)

    def begin_anew(self) -> None:
        """Say that the letter that was begun is none."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._smtp.rset()

    def _asked(self, code: int, said: bytes, *, about_reader: bool = False) -> None:
        words = " ".join(said.decode("utf-8", "replace").split())[:120]
        if code < 400:
            return
        if code == 421:
            raise Closed(f"{PLACE} ends the conversation ({words}).")
        if code < 500:
            raise Retry(f"{PLACE} does not take it now ({code} {words}).")
        if about_reader and words.startswith("5.1."):
            raise NoSuchReader(f"{PLACE} says that there is nobody at this address ({code} {words}).")
        raise Rejected(f"{PLACE} refused it ({code} {words}).")


@contextlib.contextmanager
def counter(server: MailServer, patience_s: float = PATIENCE_S) -> Iterator[Counter]:
    """Raises Retry if it cannot be reached, Revoked if it does not know us."""
    context = ssl.create_default_context()
    try:
        if server.tls == "at once":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=patience_s, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=patience_s)
    except (smtplib.SMTPException, OSError) as error:
        raise Retry(f"{PLACE} cannot be reached.") from error
    try:
        _introduce(smtp, server, context)
        yield Counter(smtp, server.sender)
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _introduce(smtp: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as error:
        raise Revoked(f"{PLACE} does not accept the name and password that this installation was given.") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Retry(f"{PLACE} did not let us in.") from error


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
