"""Many servers in one process: `python stubs.py SERVERS PORT`. Each has an address of its own in 127.0.0.0/8 and takes
whatever is posted. A GET tells how much was taken: `posts bytes`.
"""

import asyncio
import sys

TAKEN = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


def address(number: int) -> str:
    return f"127.1.{number // 250}.{1 + number % 250}"


class Server(asyncio.Protocol):
    posts = size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._left = transport, bytearray()

    def data_received(self, data: bytes) -> None:
        self._left += data
        while (end := self._left.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._left[:end]).lower()
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0)
            if len(self._left) < end + 4 + length:
                return
            del self._left[: end + 4 + length]
            self._answer(head, length)

    def _answer(self, head: bytes, length: int) -> None:
        if head.startswith(b"get"):
            told = f"{Server.posts} {Server.size}".encode()
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(told), told))
            return
        Server.posts += 1
        Server.size += length
        self._transport.write(TAKEN)


async def serve(servers: int, port: int) -> None:
    loop = asyncio.get_running_loop()
    for number in range(servers):
        await loop.create_server(Server, address(number), port, backlog=1024)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
