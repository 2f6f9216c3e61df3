"""A time-stamp authority: `openssl ts` behind a small real HTTP server, with certificates made here. It misbehaves on
demand.
"""

import http.server
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
"""
PURPOSE = "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"


def openssl(*command: str | Path, ok: bool = True) -> str:
    """What it says, complaints included."""
    done = subprocess.run(["openssl", *map(str, command)], capture_output=True, text=True)
    assert not ok or done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@dataclass
class TimeStampAuthority:
    """`change` is applied to each query before it is answered; `mood` answers instead, if it wants to."""

    folder: Path
    url: str = ""
    change: Callable[[bytes], bytes] = lambda query: query
    mood: Callable[["Handler"], bool] = lambda handler: False
    queries: list[bytes] = field(default_factory=list)

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        asked, reply = self.folder / "query.tsq", self.folder / "reply.tsr"
        asked.write_bytes(self.change(query))
        openssl("ts", "-reply", "-config", self.folder / "tsa.cnf", "-queryfile", asked, "-out", reply)
        return reply.read_bytes()


class Handler(http.server.BaseHTTPRequestHandler):
    authority: TimeStampAuthority

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        self.authority.queries.append(query)
        if not self.authority.mood(self):
            self.say(self.authority.answer(query))

    def say(self, body: bytes, code: int = 200, kind: str = "application/timestamp-reply") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def says(body: bytes, code: int = 200, kind: str = "application/timestamp-reply") -> Callable[[Handler], bool]:
    def mood(handler: Handler) -> bool:
        handler.say(body, code, kind)
        return True

    return mood


def is_about_something_else(query: bytes) -> bytes:
    """The same question about another hash, which lies behind OCTET STRING of 32 bytes."""
    at = query.index(b"\x04\x20") + 2
    return query[:at] + bytes(32) + query[at + 32 :]


def has_another_nonce(query: bytes) -> bytes:
    """The nonce is the last number of the query, before the wish for certificates (RFC 3161, 2.4.1)."""
    found = re.search(rb"\x02[\x01-\x20](?P<number>.+)\x01\x01\xff$", query[query.index(b"\x04\x20") + 34 :], re.DOTALL)
    assert found is not None
    return query.replace(found["number"], found["number"][:-1] + bytes([found["number"][-1] ^ 1]))


def make(folder: Path) -> TimeStampAuthority:
    """A root, a certificate for time-stamps signed by it, and openssl's settings."""
    folder.mkdir()
    ec = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
    root, key = folder / "root.pem", folder / "root.key"
    openssl("req", "-x509", *ec, "-keyout", key, "-out", root, "-days", "30", "-subj", "/CN=Test root")
    openssl("req", "-new", *ec, "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr", "-subj", "/CN=Test stamps")
    (folder / "purpose").write_text(PURPOSE)
    openssl(
        "x509", "-req", "-in", folder / "tsa.csr", "-CA", root, "-CAkey", key, "-CAcreateserial", "-days", "30",
        "-extfile", folder / "purpose", "-out", folder / "tsa.pem",
    )  # fmt: skip
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    return TimeStampAuthority(folder)


@contextmanager
def authority(folder: Path) -> Iterator[TimeStampAuthority]:
    made = make(folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Handler,), {"authority": made}))
    made.url = f"http://127.0.0.1:{server.server_port}/tsa"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
