"""A server that says back what it hears, through the driver of the rooms: python -m tests.web_live.echo PORT"""

import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from gevent.pywsgi import WSGIServer

from drafting.config import Limits
from drafting.drafts.said import Said
from drafting.web.pace import Pace
from drafting.web.shapes import YJS, text
from drafting.web.wire import Wire

LIMITS = Limits(unread_bytes=64 * 1024 * 1024)  # whoever sends all at once reads nothing meanwhile


def echo(environ: dict[str, Any], _start_response: Callable[..., Any]) -> Iterable[bytes]:
    wire = Wire(environ, LIMITS, 8 * 1024 * 1024, Pace(10_000, 100_000, time.monotonic()))
    for message in wire.messages():
        if isinstance(message, bytes):
            wire.deliver(Said(message), YJS)
        else:
            wire.write(text(message))
    wire.finish()
    return []


if __name__ == "__main__":
    server = WSGIServer(("127.0.0.1", int(sys.argv[1])), echo, log=None)
    server.start()
    print("ready", flush=True)
    server.serve_forever()
