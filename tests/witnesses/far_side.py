"""The far side of a copy: bare repositories behind `git http-backend` and a small real HTTP server that misbehaves."""

import base64
import http.server
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.record.shelf import BARE, git

TOKEN = "far-side-token-1234"


@dataclass
class FarSide:
    """`mood` is asked first with each request and says whether it has answered it."""

    root: Path
    url: str = ""
    mood: Callable[["Handler"], bool] = lambda handler: False
    asked: list[str] = field(default_factory=list)
    """`GET /copy.git/info/refs?service=…` and the like, in order."""
    arrived: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def repository(self, name: str = "copy") -> str:
        """An empty one; its address."""
        git(self.root, "init", "-q", "--bare", "-b", "main", f"{name}.git")
        git(self.path(name), "config", "core.logAllRefUpdates", "always")
        return f"{self.url}/{name}.git"

    def path(self, name: str = "copy") -> Path:
        return self.root / f"{name}.git"

    def commits(self, name: str = "copy") -> list[str]:
        """Of its main branch, oldest first."""
        return git(self.path(name), "rev-list", "--reverse", "main").split()

    def moves(self, name: str = "copy") -> list[str]:
        """To which commits its main branch moved, in order."""
        log = self.path(name) / "logs/refs/heads/main"
        return [line.split()[1] for line in log.read_text().splitlines()] if log.exists() else []

    def pushes(self) -> int:
        """How many packs were sent here."""
        return sum(line.startswith("POST") and line.endswith("/git-receive-pack") for line in self.asked)

    def is_changed_by_somebody(self, name: str = "copy") -> str:
        """Somebody commits on top of what is there; returns the new tip."""
        bare = self.path(name)
        tree = git(bare, "mktree", text="")
        parents = ["-p", "main"] if self.moves(name) else []
        commit = git(bare, "commit-tree", tree, *parents, "-m", "mine now")
        git(bare, "update-ref", "refs/heads/main", commit)
        return commit


class Handler(http.server.BaseHTTPRequestHandler):
    far: FarSide

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.far.asked.append(f"{self.command} {self.path}")
        self.far.arrived.set()
        with suppress(OSError):
            if not self.far.mood(self):
                self.by_git() if self.knows_the_token() else self.status(401, WWW_Authenticate='Basic realm="git"')

    def takes_a_pack(self) -> bool:
        return self.path.endswith("/git-receive-pack")

    def knows_the_token(self) -> bool:
        kind, _, word = self.headers.get("Authorization", "").partition(" ")
        return kind == "Basic" and base64.b64decode(word).decode().endswith(f":{TOKEN}")

    def status(self, code: int, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def by_git(self) -> None:
        """As git-scm.com/docs/git-http-backend has it."""
        parts = urlsplit(self.path)
        length = self.headers.get("Content-Length", "")
        environment = {
            **BARE, "GIT_PROJECT_ROOT": str(self.far.root), "GIT_HTTP_EXPORT_ALL": "1", "REMOTE_USER": "drafting",
            "PATH_INFO": parts.path, "QUERY_STRING": parts.query, "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": length,
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "REMOTE_ADDR": "127.0.0.1",
        }  # fmt: skip
        body = self.rfile.read(int(length or 0))
        done = subprocess.run(["git", "http-backend"], env=environment, input=body, capture_output=True)
        heading, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in heading.decode().splitlines())
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


def says(code: int, **headers: str) -> Callable[[Handler], bool]:
    def mood(handler: Handler) -> bool:
        handler.status(code, **headers)
        return True

    return mood


def says_nothing(handler: Handler) -> bool:
    """Holds the connection open, silent, until the test is over."""
    return handler.far.closing.wait(60)


def says_nothing_to_a_push(handler: Handler) -> bool:
    return handler.takes_a_pack() and says_nothing(handler)


def talks_without_end(handler: Handler) -> bool:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
    handler.end_headers()
    line = b"003d" + b"0" * 40 + b" refs/heads/main"[:17] + b"\n"
    while not handler.far.closing.is_set():
        handler.wfile.write(line * 1000)
    return True


@contextmanager
def far_side(root: Path) -> Iterator[FarSide]:
    root.mkdir(exist_ok=True)
    far = FarSide(root)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Handler,), {"far": far}))
    far.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield far
    finally:
        far.closing.set()
        server.shutdown()
        server.server_close()


def command_lines() -> list[str]:
    """Of every process, as anybody on the machine can read them. Empty where there is no /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found if os.path.isdir("/proc") else []
