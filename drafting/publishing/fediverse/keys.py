"""The key that our actors sign with: one for the installation, in a file of its own, named by each actor as its own."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

BITS = 2048  # what every server of the fediverse takes


class Seal:
    """Made on first use, mode 0600. Safe between threads and processes: whoever links the file first wins."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def private(self) -> RSAPrivateKey:
        if not self._path.exists():
            self._make()
        key = load_pem_private_key(self._path.read_bytes(), password=None)
        assert isinstance(key, RSAPrivateKey)
        return key

    @cached_property
    def public_pem(self) -> str:
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def _make(self) -> None:
        key = generate_private_key(public_exponent=65537, key_size=BITS)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        fresh = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, self._path)
        fresh.unlink()


@dataclass(frozen=True)
class Signing:
    """Signs as one actor of ours; `key_id` is where its public key is found."""

    seal: Seal
    key_id: str

    def sign(self, words: bytes) -> bytes:
        return self.seal.private.sign(words, PKCS1v15(), SHA256())
