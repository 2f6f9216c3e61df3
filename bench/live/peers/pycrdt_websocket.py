"""pycrdt-websocket under uvicorn and uvloop; with STORE, each room keeps its updates in the package's SQLiteYStore."""

import contextlib
import os
from typing import Any

import anyio
import uvicorn
from pycrdt.store import SQLiteYStore, YDocNotFound
from pycrdt.websocket import ASGIServer, WebsocketServer, YRoom, exception_logger

STORE = os.environ.get("STORE")


class Store(SQLiteYStore):
    db_path = f"{STORE}/pycrdt.sqlite"


class KeepingServer(WebsocketServer):
    """A room is filled from its store before anybody is served, as Jupyter does it."""

    opening = anyio.Lock()

    async def get_room(self, name: str) -> YRoom:
        async with self.opening:
            if name not in self.rooms:
                store = Store(name)
                room = YRoom(ready=False, ystore=store, exception_handler=self.exception_handler, log=self.log)
                await self.start_room(room)
                await store.started.wait()
                with contextlib.suppress(YDocNotFound):
                    await store.apply_updates(room.ydoc)
                room.ready = True
                await room.ydoc_observed.wait()
                self.rooms[name] = room
            return self.rooms[name]


class App:
    """The ASGI application; a request that is no WebSocket is answered `okay`."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            kind = KeepingServer if STORE else WebsocketServer
            # without a handler, whoever leaves while something is being sent to them ends the server for everybody
            async with kind(exception_handler=exception_logger) as self.rooms:
                await send({"type": "lifespan.startup.complete"})
                await receive()
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"okay"})
        else:
            await ASGIServer(self.rooms)(scope, receive, send)


if __name__ == "__main__":
    port = int(os.environ["PORT"])
    uvicorn.run(App(), host="127.0.0.1", port=port, loop="uvloop", ws_per_message_deflate=False, log_level="warning")
