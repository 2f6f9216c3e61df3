"""HTTP signatures as most of the fediverse sends them (draft-cavage-http-signatures-12), RSA with SHA-256."""

import base64
import binascii
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from . import digests
from .keys import Signing
from .signatures import Request, Signature, Unproven

PARAMETER = re.compile(r'([a-zA-Z]+)=(?:"([^"]*)"|([0-9]+))')
ALGORITHMS = ("", "rsa-sha256", "hs2019")
LONGEST = 8192


def signed(request: Request, signing: Signing, at: datetime) -> dict[str, str]:
    """The headers of a request, signature included."""
    headers = {**request.headers, "host": urlsplit(request.url).netloc, "date": format_datetime(at, usegmt=True)}
    covered = ["(request-target)", "host", "date"]
    if request.method == "POST":
        headers["digest"] = digests.legacy(request.body)
        covered.append("digest")
    value = signing.sign(_base(Request(request.method, request.url, headers), covered, {}))
    encoded = base64.b64encode(value).decode()
    headers["signature"] = (
        f'keyId="{signing.key_id}",algorithm="rsa-sha256",headers="{" ".join(covered)}",signature="{encoded}"'
    )
    return headers


def read(request: Request) -> Signature:
    """The signature of a request. Raises Unproven if it leaves out what must be signed, or the body is another one."""
    stated = request.headers.get("signature", "")
    if len(stated) > LONGEST:
        raise Unproven("The signature is too long.")
    said = {name: text or number for name, text, number in PARAMETER.findall(stated)}
    covered = said.get("headers", "date").lower().split()
    if said.get("algorithm", "").lower() not in ALGORITHMS or len(covered) != len(set(covered)):
        raise Unproven("The signature is of a kind that is not used here.")
    if not {"(request-target)", "host"} <= set(covered) or not {"date", "(created)"} & set(covered):
        raise Unproven("The signature leaves out the address, the host or the time.")
    if request.method == "POST" and ("digest" not in covered or not digests.legacy_fits(request.headers, request.body)):
        raise Unproven("The signature does not cover this body.")
    if request.headers.get("host", "").lower() != urlsplit(request.url).netloc.lower():
        raise Unproven("It was sent to another host.")
    try:
        value = base64.b64decode(said.get("signature", ""), validate=True)
        base = _base(request, covered, said)
        at = _time(request, covered, said)
    except (binascii.Error, KeyError, ValueError, OverflowError, UnicodeError) as error:
        raise Unproven("The signature cannot be read.") from error
    return Signature(said.get("keyId", ""), base, value, at)


def _base(request: Request, covered: list[str], said: dict[str, str]) -> bytes:
    parts = urlsplit(request.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    special = {"(request-target)": f"{request.method.lower()} {target}"}
    special |= {f"({name})": said[name] for name in ("created", "expires") if name in said}
    lines = (f"{name}: {special[name] if name in special else request.headers[name]}" for name in covered)
    return "\n".join(lines).encode()


def _time(request: Request, covered: list[str], said: dict[str, str]) -> datetime:
    if "(created)" in covered:
        return datetime.fromtimestamp(int(said["created"]), UTC)
    at = parsedate_to_datetime(request.headers["date"])
    return at if at.tzinfo else at.replace(tzinfo=UTC)
