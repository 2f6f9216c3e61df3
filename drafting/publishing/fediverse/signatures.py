"""A signed request as it came: which key signed what, and when. Both schemes come down to this."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ...errors import NotSignedIn

Scheme = Literal["rfc9421", "cavage"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

OLDEST = timedelta(hours=12)
AHEAD = timedelta(hours=1)
KEY_BITS = range(1024, 8193)
"""Some accounts of long ago still have keys of 1024 bits; beyond 8192 checking would take too long."""


class Unproven(NotSignedIn):
    """Nobody knows who sent it."""

    reason = "unproven"


@dataclass(frozen=True)
class Request:
    """`url` is absolute, as the sender wrote it; names of `headers` are in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Signature:
    """`base` are the bytes that were signed with the key `key_id`."""

    key_id: str
    base: bytes
    value: bytes
    at: datetime
    until: datetime | None = None


def check_time(signature: Signature, now: datetime) -> None:
    """Raises Unproven if it was signed too long ago, or in what is the future by more than clocks differ."""
    over = signature.until is not None and signature.until < now
    if over or not now - OLDEST <= signature.at <= now + AHEAD:
        raise Unproven("The signature is too old, or the clocks differ too much.")


def check(signature: Signature, key: RSAPublicKey) -> None:
    """Raises Unproven unless this key made it."""
    try:
        key.verify(signature.value, signature.base, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise Unproven("The signature does not fit.") from error


def public_key(pem: str) -> RSAPublicKey:
    """Raises Unproven if it is none that we can use."""
    try:
        key = load_pem_public_key(pem.encode())
    except Exception as error:  # the library raises ValueError, TypeError and its own on junk
        raise Unproven("The key cannot be read.") from error
    if not isinstance(key, RSAPublicKey) or key.key_size not in KEY_BITS:
        raise Unproven("The key is of a kind that is not used here.")
    return key
