"""Credentials at rest: encrypted with a key that lies outside the database."""

import json
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..errors import Refused


class Locked(Refused):
    """The credentials cannot be read with this installation's key."""

    reason = "locked"


class Vault:
    """Turns credentials into what a row may hold, and back. `secret` is 32 random bytes. Safe between threads."""

    def __init__(self, secret: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"drafting channel credentials").derive(secret)
        self._box = Fernet(urlsafe_b64encode(key))

    def seal(self, credentials: dict[str, str]) -> bytes:
        return self._box.encrypt(json.dumps(credentials, sort_keys=True).encode())

    def open(self, sealed: bytes) -> dict[str, str]:
        """Raises Locked if the row was damaged or sealed by another installation; nothing at all is no credentials."""
        if not sealed:
            return {}
        try:
            opened: dict[str, str] = json.loads(self._box.decrypt(sealed))
        except InvalidToken as error:
            raise Locked(
                "The sign-in details of this channel were stored with another key. Connect the channel again."
            ) from error
        return opened
