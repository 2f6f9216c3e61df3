"""A Redis that a test started, and that ends with it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests import needs
from tests.conftest import free_port
from tests.product import until


@contextmanager
def redis_running(folder: Path) -> Iterator[str]:
    """Its host and port."""
    port = free_port()
    command = [needs.redis_server(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until(lambda: _answers(redis.Redis(port=port)), why="Redis did not start")
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
