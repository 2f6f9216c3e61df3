"""The door: sockets are served on the loop, pages by native threads, so that no page can hold a room up; what is kept
of pages is sent at once.

A page is ordinary blocking WSGI. Its request body is read here first, up to a limit; its answer is sent here, piece by
piece, so that a slow reader costs a greenlet and not a thread.
"""

import io
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from gevent.threadpool import ThreadPool

from .lanes import Lane
from .pagecache import PageCache

Environ = dict[str, Any]
StartResponse = Callable[..., Callable[[bytes], object]]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

TOO_LARGE = "drafting.too_large"
"""Set in the environment of a request whose body was over the limit: it arrives without, to be refused in words."""
MEMORY_BYTES = 256 * 1024
PIECE_BYTES = 64 * 1024
AGAIN_S = 60
HEADERS_BYTES = 64 * 1024
"""All of a request's together: the server takes a hundred lines of that size."""
LONG = b"The headers of this request are too long.\n"

log = logging.getLogger(__name__)


class Gateway:
    """The WSGI callable that the server runs.

    `live` maps path prefixes to callables that run on the loop; `body_limit` says how many bytes may be sent to a path;
    `lanes` have threads of their own. Long answers are pulled by `streams` threads.
    """

    def __init__(
        self,
        pages: WsgiApp,
        live: dict[str, WsgiApp],
        *,
        kept: PageCache,
        threads: int,
        streams: int,
        lanes: Sequence[Lane],
        body_limit: Callable[[str], int],
    ) -> None:
        self._pages = pages
        self._live = live
        self._kept = kept
        self._threads = ThreadPool(threads)
        self._streams = ThreadPool(streams)
        self._lanes = lanes
        self._body_limit = body_limit

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if sum(len(value) for name, value in environ.items() if name.startswith("HTTP_")) > HEADERS_BYTES:
            return _refused(start_response, "431 Request Header Fields Too Large", LONG)
        for prefix, app in self._live.items():
            if path.startswith(prefix):
                return app(environ, start_response)
        if found := self._kept.find(environ):
            status, headers, kept = found
            start_response(status, headers)
            return kept
        lane = next((lane for lane in self._lanes if lane.takes(path)), None)
        if lane is not None and lane.is_full:
            return _come_back(start_response, lane)
        made_of = self._kept.generation()
        body = self._body(environ)
        if lane is not None and lane.is_full:  # a body takes its time, and others came meanwhile
            return _come_back(start_response, lane)
        if lane is not None and body is not None and (refusal := _refusal(lane, environ, body)):
            return _refused(start_response, refusal[0], refusal[1].encode())
        extra = {"wsgi.input": body or io.BytesIO(), "wsgi.input_terminated": True, "wsgi.multithread": True}
        if body is None:
            extra |= {TOO_LARGE: True, "CONTENT_LENGTH": "0"}
        answer = _Answer(self._pages, {**environ, **extra})
        if lane is not None:
            lane.run(answer.begin)
        else:
            self._threads.apply(answer.begin)
            if answer.rest is None:
                self._kept.keep(answer.environ, made_of, answer.status, answer.headers, answer.whole)
        closing = [("Connection", "close")] if body is None else []
        start_response(answer.status, [*answer.headers, *closing])
        return answer.whole if answer.rest is None else self._stream(answer)

    def _stream(self, answer: "_Answer") -> Iterator[bytes]:
        try:
            yield from answer.whole
            while piece := self._streams.apply(answer.next_piece):
                yield piece
        finally:
            self._streams.apply(answer.close)

    def _body(self, environ: Environ) -> io.IOBase | None:
        """The request's body, whole; None if it is over the limit."""
        stated = environ.get("CONTENT_LENGTH") or "0"
        limit = self._body_limit(environ.get("PATH_INFO", ""))
        if not stated.isdigit() or int(stated) > limit:
            return None
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if not chunked and int(stated) == 0:
            return io.BytesIO()
        body = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115  closed with the request
        source = environ["wsgi.input"]
        while piece := source.read(PIECE_BYTES):
            if body.tell() + len(piece) > limit:
                return None
            body.write(piece)
        environ["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)
        return body


def _come_back(start_response: StartResponse, lane: Lane) -> list[bytes]:
    return _refused(start_response, "503 Service Unavailable", lane.full.encode(), ("Retry-After", str(AGAIN_S)))


def _refusal(lane: Lane, environ: Environ, body: io.IOBase) -> tuple[str, str] | None:
    found = lane.refuses(environ, body.read())
    body.seek(0)
    return found


def _refused(start_response: StartResponse, status: str, words: bytes, *more: tuple[str, str]) -> list[bytes]:
    """On the loop, for next to nothing."""
    said = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(words)))]
    start_response(status, [*said, *more, ("Connection", "close")])
    return [words]


class _Answer:
    """One answer of the pages app, made in a native thread."""

    def __init__(self, app: WsgiApp, environ: Environ) -> None:
        self._app = app
        self.environ = environ
        self._iterable: Iterable[bytes] = ()
        self.status = "500 Internal Server Error"
        self.headers: list[tuple[str, str]] = []
        self.whole: list[bytes] = []
        self.rest: Iterator[bytes] | None = None

    def begin(self) -> None:
        """Run the app. A short answer is taken whole; of a streamed one, the first piece."""
        self._iterable = self._app(self.environ, self._start)
        if any(name.lower() == "content-length" for name, _ in self.headers):
            self.whole = list(self._iterable)
            self.close()
            return
        self.rest = iter(self._iterable)
        try:
            self.whole = [next(self.rest, b"")]
        except Exception as error:  # nothing was sent yet, so whoever asks can be told to come back
            log.warning("an answer broke off before it began: %s", type(error).__name__)
            self.close()
            self.status, self.headers = "503 Service Unavailable", [("Retry-After", "5"), ("Content-Length", "0")]
            self.whole, self.rest = [], None

    def next_piece(self) -> bytes:
        """The next piece that is not empty; b"" at the end."""
        assert self.rest is not None
        return next((piece for piece in self.rest if piece), b"")

    def close(self) -> None:
        close = getattr(self._iterable, "close", None)
        if close is not None:
            close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return self.whole.append
