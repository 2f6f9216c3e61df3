"""A time-stamp authority (RFC 3161): asked when a commit existed, believed only when its answer has been checked.

What is stamped is the SHA-256 of the commit's id as 40 small hexadecimal digits in ASCII, nothing before or after them,
so that `printf %s ID` and openssl are all that a stranger needs.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from ..config import Settings
from ..publishing.channels.outward import Outward

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"  # RFC 3161, 3.4
NOTHING = "It gave no answer that can be read."
FALSE = "What it answered is not a stamp of this version, signed as it should be."


class NotStamped(Exception):
    """There is no stamp. `words` are for people."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Answer:
    """Checked. `body` is what came, `stated` the time in it."""

    body: bytes
    stated: datetime


@dataclass(frozen=True)
class Authority:
    """`roots`: a file with the certificates in which the authority's end. The operator chose both."""

    address: str
    roots: Path

    @classmethod
    def of(cls, settings: Settings) -> "Authority | None":
        """The installation's; None if it has none."""
        return cls(settings.timestamp_authority, settings.timestamp_roots) if settings.timestamp_roots else None

    def stamp(self, commit_id: str) -> Answer:
        """Ask, and check what comes. Speaks to the network. Raises NotStamped."""
        message = commit_id.encode()
        builder = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256)
        request = builder.cert_request(cert_request=True).build()
        return checked(request, self._ask(request.as_bytes()), message, self.roots)

    def _ask(self, query: bytes) -> bytes:
        try:
            with httpx.Client(transport=Outward(allow_private=True)) as client:
                answer = client.post(self.address, content=query, headers={"Content-Type": QUERY, "Accept": REPLY})
        except httpx.TimeoutException as error:
            raise NotStamped("It took too long, so we stopped.") from error
        except httpx.HTTPError as error:
            raise NotStamped("It could not be reached.") from error
        if answer.status_code != 200 or answer.headers.get("Content-Type", "").partition(";")[0] != REPLY:
            raise NotStamped(NOTHING)
        return answer.content


def checked(request: TimeStampRequest, body: bytes, message: bytes, roots: Path) -> Answer:
    """The answer to `request`, if it is one about `message`, by an authority whose certificate ends in `roots`.

    Raises NotStamped.
    """
    try:
        response = decode_timestamp_response(body)
        verifier = VerifierBuilder(nonce=request.nonce, roots=certificates(roots)).build()
        verifier.verify(response, hashlib.sha256(message).digest())
        return Answer(body, response.tst_info.gen_time)
    except VerificationError as error:
        raise NotStamped(FALSE) from error
    except ValueError as error:  # what the library says of bytes that are no answer, and of a refusal without a stamp
        raise NotStamped(NOTHING) from error


def certificates(roots: Path) -> list[x509.Certificate]:
    """Raises NotStamped if there are none to be read."""
    try:
        return x509.load_pem_x509_certificates(roots.read_bytes())
    except (OSError, ValueError) as error:
        raise NotStamped("The certificates of DRAFTING_TIMESTAMP_ROOTS cannot be read.") from error
