"""The record over HTTP from the test tree: the two requests of a clone, one thread each, nothing else."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from drafting.errors import Busy, NotFound, Refused, TooLarge
from drafting.record.cloning import Clones, inflate

STATUS = {NotFound: "404 Not Found", Busy: "503 Service Unavailable", TooLarge: "413 Content Too Large"}
LIMIT_BYTES = 1024 * 1024


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(clones: Clones) -> Iterator[str]:
    """Address under which `/e/<event>/record.git` can be cloned."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _, _, event, _, request = environ["PATH_INFO"].split("/", 4)
        protocol = environ.get("HTTP_GIT_PROTOCOL")
        try:
            if request == "info/refs" and parse_qs(environ["QUERY_STRING"]) == {"service": ["git-upload-pack"]}:
                kind, found = "advertisement", clones.advertise(event, protocol)
            elif request == "git-upload-pack":
                body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
                if environ.get("HTTP_CONTENT_ENCODING") == "gzip":
                    body = inflate(body, LIMIT_BYTES)
                kind, found = "result", clones.upload_pack(event, body, protocol)
            else:
                raise NotFound("nothing is written here")
        except Refused as refusal:
            start_response(STATUS.get(type(refusal), "400 Bad Request"), [])
            return [refusal.message.encode()]
        start_response("200 OK", [("Content-Type", f"application/x-git-upload-pack-{kind}")])
        return found

    server = make_server("127.0.0.1", 0, answer, server_class=Threaded, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
