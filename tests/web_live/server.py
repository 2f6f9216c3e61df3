"""A real server process with real rooms, journal and sockets. Only the seats are a double: people say who they are.

python -m tests.web_live.server PORT DATABASE_URL
"""

import signal
import sys
from typing import Any

import gevent
import sqlalchemy as sa
from flask import Flask
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIServer

from drafting.config import Limits
from drafting.db import Database, prepare
from drafting.drafts.models import Draft
from drafting.drafts.rooms import Rooms
from drafting.drafts.seat import Seat
from drafting.errors import NotAllowed, NotFound
from drafting.tables import METADATA
from drafting.web.sockets import register
from drafting.web.yjs import YjsEndpoint


class TrustingSeats:
    """Token `7` is person 7, token `7r` person 7 who may only read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_cookie(self, _environ: dict[str, Any], auth: Any) -> Seat:
        return self.by_token("day", auth["draft"], auth["csrf"])

    def by_token(self, _event: str, draft: str, token: str) -> Seat:
        if not token.rstrip("r").isdigit():
            raise NotAllowed("Who are you?")
        with self._database.read() as session:
            found = session.scalar(sa.select(Draft).where(Draft.slug == draft))
        if found is None:
            raise NotFound("There is no text at this address.")
        person = int(token.rstrip("r"))
        return Seat(person, None, "#0b6e4f", found.id, found.epoch, may_write=not token.endswith("r"))


def main(port: int, url: str) -> None:
    database = Database(prepare(sa.create_engine(url)))
    METADATA.create_all(database.engine)
    limits = Limits(frame_bytes=64 * 1024, document_bytes=512 * 1024, connect_timeout_s=1, silence_s=3)
    rooms, seats = Rooms(database, limits), TrustingSeats(database)
    rooms.start()
    app = Flask("live")
    register(SocketIO(app, async_mode="gevent", async_handlers=False), rooms, seats, limits)
    yjs = YjsEndpoint(rooms, seats, limits)

    def door(environ: dict[str, Any], start_response: Any) -> Any:
        return (yjs if environ["PATH_INFO"].startswith("/yjs/") else app.wsgi_app)(environ, start_response)

    server = WSGIServer(("127.0.0.1", port), door, log=None)
    server.start()

    def stop() -> None:
        rooms.close_all()
        server.stop(timeout=1)

    stopping = gevent.get_hub().loop.signal(signal.SIGTERM)
    stopping.start(gevent.spawn, stop)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
