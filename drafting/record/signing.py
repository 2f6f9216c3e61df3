"""The service's signature: Ed25519 in the SSHSIG format that git and ssh-keygen check, made and checked in process."""

import base64
import binascii
import hashlib
import os
import secrets
import struct
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_TYPE = b"ssh-ed25519"
NAMESPACE = b"git"
ARMOUR = ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----")
LINE = 70  # as ssh-keygen breaks the base64, so that its signatures and ours are the same bytes


class BadSignature(Exception):
    """Not a signature of this payload, or not one of the kind we make."""


class Signer:
    """Signs with the key in `path`, which is made on first use. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            _make_key(path)
        key = serialization.load_ssh_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path.name} is not an Ed25519 key")
        self._key = key
        self._public = _public_blob(key.public_key())

    @property
    def public_key(self) -> str:
        """`ssh-ed25519 AAAA…`, one line without its end."""
        return f"{KEY_TYPE.decode()} {base64.b64encode(self._public).decode()}"

    def allowed_signers_line(self, principal: str, valid_after: datetime | None = None) -> str:
        """What git needs to know us by, one line without its end.

        `valid_after` becomes a date, one day early: older versions of ssh-keygen read it in their own time zone.
        """
        options = f'namespaces="{NAMESPACE.decode()}"'
        if valid_after is not None:
            options += f',valid-after="{valid_after - timedelta(days=1):%Y%m%d}"'
        return f"{principal} {options} {self.public_key}"

    def sign(self, payload: bytes) -> str:
        """Armoured signature without a last line end; the same payload always gives the same signature."""
        signature = _string(KEY_TYPE) + _string(self._key.sign(_to_be_signed(payload)))
        blob = b"SSHSIG" + struct.pack(">I", 1) + _string(self._public) + _string(NAMESPACE) + _string(b"")
        blob += _string(b"sha512") + _string(signature)
        text = base64.b64encode(blob).decode()
        return "\n".join([ARMOUR[0], *(text[i : i + LINE] for i in range(0, len(text), LINE)), ARMOUR[1]])


def signed_by(payload: bytes, armoured: str) -> str:
    """The public key, `ssh-ed25519 AAAA…`, that made this signature of this payload. Raises BadSignature."""
    try:
        fields = _fields(_unarmoured(armoured))
        public, namespace, _reserved, digest, signature = fields
        kind, raw_key = _strings(public)
        signature_kind, raw_signature = _strings(signature)
        if (kind, signature_kind, namespace, digest) != (KEY_TYPE, KEY_TYPE, NAMESPACE, b"sha512"):
            raise BadSignature("signed for another purpose or with another kind of key")
        Ed25519PublicKey.from_public_bytes(raw_key).verify(raw_signature, _to_be_signed(payload))
    except InvalidSignature as error:
        raise BadSignature("the signature belongs to another text") from error
    except (ValueError, struct.error, binascii.Error) as error:
        raise BadSignature("the signature cannot be read") from error
    return f"{KEY_TYPE.decode()} {base64.b64encode(public).decode()}"


def _make_key(path: Path) -> None:
    """Write a fresh key, mode 0600. Of two processes that start at once, whoever links the file first wins."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # the other process was first; its key is the one
    finally:
        fresh.unlink()


def _public_blob(key: Ed25519PublicKey) -> bytes:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _string(KEY_TYPE) + _string(raw)


def _to_be_signed(payload: bytes) -> bytes:
    """github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig"""
    digest = hashlib.sha512(payload).digest()
    return b"SSHSIG" + _string(NAMESPACE) + _string(b"") + _string(b"sha512") + _string(digest)


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _strings(blob: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(blob):
        (length,) = struct.unpack_from(">I", blob, at)
        at += 4 + length
        if at > len(blob):
            raise ValueError("cut short")
        found.append(blob[at - length : at])
    return found


def _fields(blob: bytes) -> list[bytes]:
    if blob[:10] != b"SSHSIG" + struct.pack(">I", 1):
        raise ValueError("not an SSH signature")
    return _strings(blob[10:])


def _unarmoured(text: str) -> bytes:
    lines = text.strip().split("\n")
    if (lines[0], lines[-1]) != ARMOUR:
        raise ValueError("no armour")
    return base64.b64decode("".join(lines[1:-1]), validate=True)
