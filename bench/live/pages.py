"""People who read while others write: pages and differences that are in no cache, of texts of 50 KB."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from .servers import Server

AT_ONCE = 40
VERSIONS = 150


class Asking:
    """Asks for every version, and for what changed between neighbours, once; each time from another address."""

    def __init__(self, server: Server) -> None:
        command = [sys.executable, Path(__file__).parent / "versions.py", str(VERSIONS)]
        done = subprocess.run(command, env=server.environ(), stdout=subprocess.PIPE, check=True)
        self._port = server.port
        self._paths = iter(json.loads(done.stdout))
        self.took_ms: list[float] = []
        self.asked = 0
        for _ in range(4):  # the pool's processes start when they are first needed
            self._ask(next(self._paths), 0)
        self.took_ms.clear()

    @contextmanager
    def every_second(self, count: int) -> Iterator[None]:
        """Ask `count` times a second, whether or not answers come."""
        over = threading.Event()
        with ThreadPoolExecutor(AT_ONCE) as readers:

            def ask() -> None:
                began = time.monotonic()
                while not over.wait(max(0.0, began + self.asked / count - time.monotonic())):
                    readers.submit(self._ask, next(self._paths), self.asked)
                    self.asked += 1

            asking = threading.Thread(target=ask)
            asking.start()
            try:
                yield
            finally:
                over.set()
                asking.join()

    def _ask(self, path: str, n: int) -> None:
        began = time.monotonic()
        reader = http.client.HTTPConnection("127.0.0.1", self._port, source_address=(f"127.0.1.{n % 250 + 1}", 0))
        reader.request("GET", path)
        answer = reader.getresponse()
        answer.read()
        reader.close()
        if answer.status == 200:
            self.took_ms.append(1000 * (time.monotonic() - began))
