"""Tokens and codes: derived or random, kept only as digests, compared by looking the digest up."""

import base64
import hashlib
import hmac
import secrets

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1, which are misread on paper. 31 letters, six of them: 890 million codes."""
CODE_LENGTH = 6


def random_token() -> str:
    """43 URL-safe characters, 256 bits."""
    return secrets.token_urlsafe(32)


def salt() -> str:
    return secrets.token_hex(16)


class Mint:
    """Makes tokens and digests with the installation's secret. Without the secret a copy of the database opens
    nothing.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def digest(self, token: str) -> str:
        """What is stored instead of a token, 64 hex digits."""
        return self._mac("digest", token).hex()

    def code_digest(self, code: str) -> str:
        """What is stored instead of a code. Spaces, hyphens and small letters do not matter."""
        return self._mac("code digest", as_typed(code)).hex()

    def link_token(self, link_salt: str) -> str:
        """The token of a join link: 32 URL-safe characters that can be shown again."""
        return base64.urlsafe_b64encode(self._mac("link", link_salt)[:24]).decode()

    def link_code(self, link_salt: str) -> str:
        """The six-character code of a join link."""
        number = int.from_bytes(self._mac("code", link_salt)[:16])
        letters = []
        for _ in range(CODE_LENGTH):
            number, index = divmod(number, len(CODE_ALPHABET))
            letters.append(CODE_ALPHABET[index])
        return "".join(letters)

    def pseudonym(self, person_salt: str, draft_id: int) -> str:
        """Eight characters that stand for a person in one draft and cannot be joined with those of another."""
        return base64.b32encode(self._mac(f"pseudonym {draft_id}", person_salt)[:5]).decode().lower()

    def _mac(self, purpose: str, message: str) -> bytes:
        return hmac.digest(self._secret, f"{purpose}\0{message}".encode("utf-8", "replace"), hashlib.sha256)


def as_typed(code: str) -> str:
    """A code as people type it, made comparable."""
    return "".join(code.upper().split()).replace("-", "")[:20]
