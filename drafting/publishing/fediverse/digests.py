"""What a body amounts to, in both ways that servers state it: `Digest` (RFC 3230) and `Content-Digest` (RFC 9530)."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

import http_sf


def sha256(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def legacy(body: bytes) -> str:
    """The value of a `Digest` header."""
    return f"SHA-256={base64.b64encode(sha256(body)).decode()}"


def present(body: bytes) -> str:
    """The value of a `Content-Digest` header."""
    return f"sha-256=:{base64.b64encode(sha256(body)).decode()}:"


def legacy_fits(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether `Digest` names the SHA-256 of this body. Names of headers are in lower case."""
    for stated in headers.get("digest", "").split(","):
        algorithm, _, value = stated.strip().partition("=")
        if algorithm.lower() == "sha-256":
            try:
                return base64.b64decode(value, validate=True) == sha256(body)
            except (binascii.Error, ValueError):
                return False
    return False


def present_fits(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether `Content-Digest` names the SHA-256 or SHA-512 of this body."""
    try:
        stated: Any = http_sf.parse(headers.get("content-digest", "").encode(), tltype="dictionary")
        values = {name: item[0] for name, item in stated.items()}
    except (http_sf.StructuredFieldError, TypeError, IndexError, AttributeError):
        return False
    known = {"sha-256": sha256(body), "sha-512": hashlib.sha512(body).digest()}
    said = {name: value for name, value in values.items() if name in known}
    return bool(said) and all(value == known[name] for name, value in said.items())
