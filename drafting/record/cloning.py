"""`git clone` and `git fetch` over HTTP, read-only: `git upload-pack` is the only thing that is ever started.

Called from native threads. An answer comes in pieces that are pulled; closing it early ends git and what git started.
"""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
import weakref
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from ..config import Limits
from ..errors import Busy, Invalid, TooLarge
from .places import location
from .repository import ENVIRONMENT, writing

PIECE_BYTES = 64 * 1024
YIELDING = 10  # of nice(1): pages and people who write go first
PROTOCOL = re.compile(r"version=[0-2]")
CONFIG = (
    "core.hooksPath=/dev/null",
    "gc.auto=0",
    "pack.threads=1",
    "pack.windowMemory=64m",
    "uploadpack.allowFilter=true",
    "uploadpack.allowAnySHA1InWant=false",
    "uploadpack.hideRefs=refs/",
    "uploadpack.hideRefs=!refs/heads/",
)


class CloneCut(Exception):
    """git was ended before its answer was complete: it took too long."""


class Clones:
    """Clones that run at the same time, at most `limits.clones_at_once`. Safe to share between threads."""

    def __init__(self, repo_store: Path, limits: Limits) -> None:
        self._repo_store = repo_store
        self._limits = limits
        self._seats = threading.BoundedSemaphore(limits.clones_at_once)

    def advertise(self, event_slug: str, git_protocol: str | None) -> "Answer":
        """The answer to GET `info/refs?service=git-upload-pack`. Raises NotFound, Busy."""
        version = _version(git_protocol)
        # As git's own http-backend: the service is named except in version 2.
        heading = b"" if version == "version=2" else b"001e# service=git-upload-pack\n0000"
        return self._run(event_slug, version, b"", ("--http-backend-info-refs",), heading)

    def upload_pack(self, event_slug: str, body: bytes, git_protocol: str | None) -> "Answer":
        """The answer to POST `git-upload-pack`; `body` has been inflated.

        Raises NotFound for a slug that cannot be one, Busy, Invalid for what git cannot read.
        """
        return self._run(event_slug, _version(git_protocol), body, (), b"")

    def _run(
        self, event_slug: str, version: str | None, body: bytes, options: tuple[str, ...], heading: bytes
    ) -> "Answer":
        path = location(self._repo_store, event_slug).absolute()
        if not self._seats.acquire(blocking=False):
            raise Busy("Many people are copying the public history right now. Please try again in a minute.")
        with contextlib.ExitStack() as undo:
            undo.callback(self._seats.release)
            if not path.exists():
                with writing(self._repo_store, event_slug):
                    pass  # nothing is published yet: an empty record can be cloned, too
            answer = Answer(_command(path, options), _environment(version), body, self._limits.clone_timeout_s, heading)
            answer.when_closed(undo.pop_all().close)
        return answer


class Answer:
    """What one git process says, in pieces. Close it, whether it was read to its end or not."""

    def __init__(
        self, command: list[str], environment: dict[str, str], body: bytes, timeout_s: float, heading: bytes
    ) -> None:
        self._afterwards: list[Callable[[], None]] = []
        self._closing, self._reading = threading.Lock(), threading.Lock()
        self._closed = self._given_up = False
        with tempfile.TemporaryFile() as request:  # a file cannot block on a git that waits for us to read
            request.write(body)
            request.seek(0)
            self._process = subprocess.Popen(
                command, stdin=request, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
                cwd="/", start_new_session=True, bufsize=0,
            )  # fmt: skip
        assert self._process.stdout is not None
        self._output = self._process.stdout
        # Weakly, or the timer itself would keep an answer that everybody else has dropped.
        self._timer = threading.Timer(timeout_s, _give_up, (weakref.ref(self), self._process))
        self._timer.daemon = True
        self._timer.start()
        first = self._read()
        if not first and self._process.wait() != 0:
            self.close()
            raise Invalid("This is not something that git asks for.")
        self._ready = [heading + first]

    def when_closed(self, call: Callable[[], None]) -> None:
        self._afterwards.append(call)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """The next piece, at most 64 KiB. Raises CloneCut if git was stopped."""
        if self._given_up:
            raise CloneCut("the answer took too long")
        if self._closed:
            raise StopIteration
        piece = self._ready.pop() if self._ready else self._read()
        if piece:
            return piece
        stopped = self._process.wait() < 0  # a git that refuses ends by itself, and has said why in its answer
        self.close()
        if stopped:
            raise CloneCut("git did not finish its answer")
        raise StopIteration

    def give_up(self) -> None:
        """Time is over, whatever git or the reader are doing: the seat is needed."""
        self._given_up = True
        self.close()

    def close(self) -> None:
        """End git, if it still runs. May be called more than once, and from another thread."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self._timer.cancel()
        end_with_children(self._process)
        self._process.wait()
        with self._reading:  # who reads in another thread has met the end by now
            self._output.close()
        for call in self._afterwards:
            call()

    def __del__(self) -> None:
        if hasattr(self, "_timer"):
            self.close()

    def _read(self) -> bytes:
        with self._reading:
            return b"" if self._output.closed else os.read(self._output.fileno(), PIECE_BYTES)


def _give_up(answer: "weakref.ref[Answer]", process: "subprocess.Popen[bytes]") -> None:
    """The answer's time is over. One that was dropped has only its git left to end."""
    found = answer()
    if found is None:
        end_with_children(process)
    else:
        found.give_up()


def inflate(body: bytes, limit: int) -> bytes:
    """A gzipped request unpacked to at most `limit` bytes. Raises TooLarge, or Invalid if it is not gzip."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise Invalid("The request is not compressed in the way it says.") from error
    if len(plain) > limit:
        raise TooLarge("The request is too large.")
    if not unpacker.eof:
        raise Invalid("The request is cut short.")
    return plain


def _command(path: Path, options: tuple[str, ...]) -> list[str]:
    config = [part for setting in (*CONFIG, f"safe.directory={path}") for part in ("-c", setting)]
    gently = ["nice", "-n", str(YIELDING)]
    return [*gently, "git", *config, "upload-pack", "--strict", "--stateless-rpc", "--timeout=60", *options, str(path)]


def _environment(version: str | None) -> dict[str, str]:
    """Nothing of ours but the way to git."""
    environment = {**ENVIRONMENT, "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    return environment if version is None else {**environment, "GIT_PROTOCOL": version}


def _version(git_protocol: str | None) -> str | None:
    return git_protocol if git_protocol and PROTOCOL.fullmatch(git_protocol) else None


def end_with_children(process: "subprocess.Popen[bytes]") -> None:
    """End git and what git started, if it has not ended. It must lead a group of its own."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
