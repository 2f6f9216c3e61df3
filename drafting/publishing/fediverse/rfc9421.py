"""HTTP message signatures (RFC 9421) as the fediverse uses them: one signature, RSA with SHA-256.

What must be covered is what Mastodon asks for since 4.5 (mastodon/mastodon#34814): method, address, digest, `created`.
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import http_sf

from . import digests
from .keys import Signing
from .signatures import Request, Signature, Unproven

LABEL = "sig1"
ALGORITHM = "rsa-v1_5-sha256"
LONGEST = 8192
UNREADABLE = (http_sf.StructuredFieldError, TypeError, LookupError, AttributeError, ValueError, OverflowError, OSError)


def signed(request: Request, signing: Signing, at: datetime) -> dict[str, str]:
    """The headers of a request, signature included."""
    headers = {**request.headers, "host": urlsplit(request.url).netloc}
    covered = ["@method", "@target-uri"]
    if request.method == "POST":
        headers["content-digest"] = digests.present(request.body)
        covered.append("content-digest")
    how = {"created": int(at.timestamp()), "keyid": signing.key_id, "alg": ALGORITHM}
    parameters: Any = ([(name, {}) for name in covered], how)
    value = signing.sign(_base(Request(request.method, request.url, headers), covered, parameters))
    headers["signature-input"] = http_sf.ser({LABEL: parameters})
    headers["signature"] = http_sf.ser({LABEL: (value, {})})
    return headers


def read(request: Request) -> Signature:
    """The signature of a request. Raises Unproven if it leaves out what must be signed, or the body is another one."""
    stated, made = (request.headers.get(name, "") for name in ("signature-input", "signature"))
    if len(stated) + len(made) > LONGEST:
        raise Unproven("The signature is too long.")
    try:
        inputs: Any = http_sf.parse(stated.encode(), tltype="dictionary")
        values: Any = http_sf.parse(made.encode(), tltype="dictionary")
        ((label, (items, how)),) = inputs.items()
        value = values[label][0]
        covered = [name for name, parameters in items if isinstance(name, str) and not parameters]
        at = datetime.fromtimestamp(int(how["created"]), UTC)
        until = datetime.fromtimestamp(int(how["expires"]), UTC) if "expires" in how else None
        key_id, algorithm = how["keyid"], how.get("alg", ALGORITHM)
    except UNREADABLE as error:
        raise Unproven("The signature cannot be read.") from error
    if len(covered) != len(items) or len(set(covered)) != len(covered) or not isinstance(value, bytes):
        raise Unproven("The signature cannot be read.")
    if algorithm != ALGORITHM or not isinstance(key_id, str):
        raise Unproven("The signature is of a kind that is not used here.")
    if not {"@method", "@target-uri"} <= set(covered):
        raise Unproven("The signature leaves out the method or the address.")
    if request.method == "POST":
        if "content-digest" not in covered or not digests.present_fits(request.headers, request.body):
            raise Unproven("The signature does not cover this body.")
    try:
        return Signature(key_id, _base(request, covered, (items, how)), value, at, until)
    except (KeyError, UnicodeError) as error:
        raise Unproven("The signature covers what is not there.") from error


def _base(request: Request, covered: list[str], parameters: Any) -> bytes:
    parts = urlsplit(request.url)
    derived = {
        "@method": request.method,
        "@target-uri": request.url,
        "@authority": parts.netloc.lower(),
        "@scheme": parts.scheme,
        "@path": parts.path or "/",
        "@query": f"?{parts.query}",
        "@request-target": parts.path + (f"?{parts.query}" if parts.query else ""),
    }
    lines = [f'"{name}": {derived[name] if name[0] == "@" else request.headers[name].strip()}' for name in covered]
    # The dictionary's one member, without its name, is what the last line repeats.
    lines.append(f'"@signature-params": {http_sf.ser({"x": parameters}).removeprefix("x=")}')
    return "\n".join(lines).encode()
