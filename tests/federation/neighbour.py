"""Another server of the fediverse on loopback, with one person, Carol: real HTTP, signatures by other people's
libraries, and misbehaviour on demand.
"""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from apsig.draft import Signer, Verifier
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms

JSON = "application/activity+json"
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Message:
    """What came to an inbox. `scheme` is how it was signed, as checked by a library that is not ours."""

    path: str
    scheme: str
    body: dict[str, Any]


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, private: RSAPrivateKey | None = None, public: Any = None) -> None:
        self._private, self._public = private, public

    def resolve_private_key(self, key_id: str) -> Any:
        return self._private

    def resolve_public_key(self, key_id: str) -> Any:
        return self._public


@dataclass
class Neighbour:
    """`takes`: the kinds of signature it accepts. `answers` are used up one by one before it answers as it should."""

    base: str = ""
    takes: tuple[str, ...] = ("rfc9421", "cavage")
    key: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))
    messages: list[Message] = field(default_factory=list)
    answers: list[Callable[["Handler"], None]] = field(default_factory=list)
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    shared: bool = True
    signed_questions: bool = False
    """Whether it answers only who signs (GoToSocial's authorised fetch)."""
    silent: bool = False
    """Whether it lets everybody wait who asks it."""
    closing: threading.Event = field(default_factory=threading.Event)
    number: int = 0
    closes: Callable[[], None] = lambda: None
    """From now on nobody is at home."""

    @property
    def carol(self) -> str:
        return f"{self.base}/users/carol"

    @property
    def inbox(self) -> str:
        return f"{self.base}/inbox" if self.shared else f"{self.carol}/inbox"

    def person(self, name: str = "carol") -> dict[str, Any]:
        uri = f"{self.base}/users/{name}"
        pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        told: dict[str, Any] = {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri,
            "type": "Person",
            "preferredUsername": name,
            "inbox": f"{uri}/inbox",
            "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": pem},
        }
        return {**told, "endpoints": {"sharedInbox": f"{self.base}/inbox"}} if self.shared else told

    def activity(self, kind: str, about: Any, **more: Any) -> dict[str, Any]:
        self.number += 1
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.base}/activities/{self.number}",
            "type": kind,
            "actor": self.carol,
            "object": about,
            **more,
        }

    def sends(self, to: str, activity: Any, **how: Any) -> httpx.Response:
        """Post it, signed as a neighbour should; `how` says otherwise, see `signed`."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        sent = how.pop("instead", body)
        return httpx.post(to, content=sent, headers=self.signed(to, body, **how), timeout=30)

    def signed(
        self,
        to: str,
        body: bytes,
        *,
        scheme: str = "rfc9421",
        key: RSAPrivateKey | None = None,
        key_id: str = "",
        age: timedelta = timedelta(),
        **covering: Any,
    ) -> dict[str, str]:
        key, key_id, at = key or self.key, key_id or f"{self.carol}#main-key", datetime.now(UTC) - age
        if scheme == "cavage":
            headers = {"date": format_datetime(at, usegmt=True), "content-type": JSON, "host": urlsplit(to).netloc}
            signer = Signer(headers, key, "POST", to, key_id, body, covering.get("headers"))
            return {name: value for name, value in signer.sign().items() if name.lower() != "authorization"}
        request = httpx.Request("POST", to, headers={"content-type": JSON}, content=body)
        library = HTTPMessageSigner(signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=Keys(key))
        covered = covering.get("covered", ("@method", "@target-uri", "content-type"))
        library.sign(
            request,
            key_id=key_id,
            created=at,
            covered_component_ids=covered,
            body=body if covering.get("digest", True) else None,
        )
        return {name: value for name, value in request.headers.items() if name != "content-length"}

    def follows(self, actor: str, **how: Any) -> httpx.Response:
        """Follow an actor of ours, found as a server finds it: by asking for its document."""
        found = httpx.get(actor, headers={"accept": JSON}).json()
        return self.sends(found["inbox"], self.activity("Follow", found["id"]), **how)

    def got(self, kind: str) -> list[dict[str, Any]]:
        return [message.body for message in self.messages if message.body["type"] == kind]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    neighbour: Neighbour

    def do_GET(self) -> None:
        mine = self.neighbour
        mine.asked.append(self.path)
        if mine.silent:
            return says_nothing(self)
        if mine.signed_questions and "signature" not in {name.lower() for name in self.headers}:
            return self.says(401)
        if self.path in mine.pages:
            status, headers, body = mine.pages[self.path]
            return self.says(status, body, **headers)
        if self.path.startswith("/users/"):
            name = self.path.removeprefix("/users/")
            return self.says(200, json.dumps(mine.person(name)).encode(), **{"Content-Type": JSON})
        self.says(404)

    def do_POST(self) -> None:
        mine = self.neighbour
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if mine.answers:
            with suppress(OSError):
                mine.answers.pop(0)(self)
            return
        scheme = "rfc9421" if "signature-input" in {name.lower() for name in self.headers} else "cavage"
        if scheme not in mine.takes:
            return self.says(401)
        self.check(scheme, body)
        mine.messages.append(Message(self.path, scheme, json.loads(body)))
        self.says(202)

    def check(self, scheme: str, body: bytes) -> None:
        """Whether the signature is good in the eyes of somebody else's library, with the key that the sender shows."""
        url, headers = f"http://{self.headers['Host']}{self.path}", {k.lower(): v for k, v in self.headers.items()}
        sender = httpx.get(json.loads(body)["actor"], headers={"accept": JSON}).json()
        pem = sender["publicKey"]["publicKeyPem"]
        if scheme == "cavage":
            assert Verifier(pem, "POST", url, headers, body).verify(raise_on_fail=True) == sender["id"] + "#main-key"
            return
        request = httpx.Request("POST", url, headers=headers, content=body)
        keys = Keys(public=pem.encode())
        library = HTTPMessageVerifier(signature_algorithm=algorithms.RSA_V1_5_SHA256, key_resolver=keys)
        (result,) = library.verify(request, body=body)
        assert result.parameters["keyid"] == sender["id"] + "#main-key"

    def says(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def status(code: int, **headers: str) -> Callable[[Handler], None]:
    return lambda handler: handler.says(code, **headers)


def hangs_up(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.close()


def says_nothing(handler: Handler) -> None:
    handler.neighbour.closing.wait(60)
    handler.close_connection = True


@contextmanager
def next_door(**how: Any) -> Iterator[Neighbour]:
    neighbour = Neighbour(**how)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Handler,), {"neighbour": neighbour}))
    server.daemon_threads = True
    neighbour.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def closes() -> None:
        neighbour.closing.set()
        server.shutdown()
        server.server_close()

    neighbour.closes = closes
    try:
        yield neighbour
    finally:
        closes()
