"""The service's signature: Ed25519 in the SSHSIG format that git and ssh-keygen check, made in process."""

import base64
import hashlib
import os
import secrets
import struct
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_TYPE = b"ssh-ed25519"
NAMESPACE = b"git"
FILES = b"file"
ARMOUR = ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----")
LINE = 70  # as ssh-keygen breaks the base64, so that its signatures and ours are the same bytes


class Signer:
    """Signs with the key in `path`, which is made on first use. Safe to share between threads.

    The file is read for every signature: a process that runs on notices when its key was exchanged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            _make_key(path)
        self._key()

    @property
    def public_key(self) -> str:
        """`ssh-ed25519 AAAA…`, one line without its end."""
        return public_line(self._key())

    def sign(self, payload: bytes, namespace: bytes = NAMESPACE) -> str:
        """Armoured signature without a last line end; the same payload always gives the same signature.

        `namespace` is what it is good for: `git` for commits, `file` for files.
        """
        key = self._key()
        signature = _string(KEY_TYPE) + _string(key.sign(_to_be_signed(payload, namespace)))
        blob = b"SSHSIG" + struct.pack(">I", 1) + _string(_public_blob(key)) + _string(namespace) + _string(b"")
        blob += _string(b"sha512") + _string(signature)
        text = base64.b64encode(blob).decode()
        return "\n".join([ARMOUR[0], *(text[i : i + LINE] for i in range(0, len(text), LINE)), ARMOUR[1]])

    def _key(self) -> Ed25519PrivateKey:
        try:
            return _read(self.path)
        except ValueError:  # opened in the moment when it was exchanged, and destroyed before it was read
            return _read(self.path)


def public_line(key: Ed25519PrivateKey) -> str:
    return f"{KEY_TYPE.decode()} {base64.b64encode(_public_blob(key)).decode()}"


def write_key(folder: Path) -> tuple[Path, Ed25519PrivateKey]:
    """A fresh key in a hidden file of its own, mode 0600."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    path = folder / f".key.{secrets.token_hex(4)}"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return path, key


def _make_key(path: Path) -> None:
    """Of two processes that start at once, whoever links the file first wins."""
    fresh, _ = write_key(path.parent)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # the other process was first; its key is the one
    finally:
        fresh.unlink()


def _read(path: Path) -> Ed25519PrivateKey:
    key = serialization.load_ssh_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} is not an Ed25519 key")
    return key


def _public_blob(key: Ed25519PrivateKey) -> bytes:
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _string(KEY_TYPE) + _string(raw)


def _to_be_signed(payload: bytes, namespace: bytes = NAMESPACE) -> bytes:
    """github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig"""
    digest = hashlib.sha512(payload).digest()
    return b"SSHSIG" + _string(namespace) + _string(b"") + _string(b"sha512") + _string(digest)


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value
