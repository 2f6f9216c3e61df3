"""From an HTTP request to a WebSocket: what RFC 6455 asks of it, and the socket underneath."""

import logging
import socket
from collections.abc import Callable, Iterable
from typing import Any

from websockets.datastructures import Headers
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol

from .shapes import WINDOW_BITS

LOG = logging.getLogger("websockets.quiet")
LOG.setLevel(logging.WARNING)  # below, the library would log what people write

_DEFLATE = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)


class NoWebSocket(Exception):
    """The request is no handshake; `answer` says so in HTTP."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self._response = response

    def answer(self, start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = self._response
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.headers.raw_items()))
        return [bytes(response.body)]


def accept(environ: dict[str, Any], message_bytes: int) -> tuple[ServerProtocol, bytes]:
    """The protocol of one open connection, and the answer that opens it. Raises NoWebSocket.

    `message_bytes`: the most that one message may have, also after it was decompressed.
    """
    greeter = ServerProtocol(extensions=[_DEFLATE], logger=LOG)
    headers = Headers(
        (name[5:].replace("_", "-"), value)
        for name, value in environ.items()
        if name.startswith("HTTP_SEC_WEBSOCKET_") or name in ("HTTP_CONNECTION", "HTTP_UPGRADE")
    )
    response = greeter.accept(Request("/", headers, environ["REQUEST_METHOD"], environ["SERVER_PROTOCOL"]))
    if response.status_code != 101:
        raise NoWebSocket(response)
    opened = ServerProtocol(state=State.OPEN, max_size=message_bytes, logger=LOG)  # the greeter still awaits a request
    opened.extensions = greeter.extensions
    return opened, response.serialize()


def deflates(protocol: ServerProtocol) -> bool:
    """Whether the other side reads what this server compresses for everybody."""
    return any(
        isinstance(extension, PerMessageDeflate) and extension.local_max_window_bits == WINDOW_BITS
        for extension in protocol.extensions
    )


def socket_below(environ: dict[str, Any]) -> tuple[Any, Any, bytes]:
    """The connection's stream and gevent socket, which never wait from now on, and what came in behind the request.

    Who has closed both has the connection: an open stream keeps the socket open, and pywsgi reads requests from it.
    """
    stream = environ["wsgi.input"]  # of an upgrade, pywsgi hands on the stream itself
    sock = stream.raw._sock
    sock.settimeout(0.0)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or every second frame waits 40 ms for the other side
    return stream, sock, stream.peek()
