"""The whole product while strangers hold hundreds of connections to its inboxes open and send a byte now and then."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.federation.neighbour import JSON, Neighbour
from tests.product import Product, running, until

SLOW_ONES = 300


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("slowly"), DRAFTING_ALLOW_PRIVATE_WEBHOOKS="1") as product:
        product.world()
        yield product


def test_slow_strangers_keep_nobody_out(product: Product, neighbour: Neighbour) -> None:
    host, _, port = product.base.partition("://")[2].partition(":")
    head = f'POST /-/inbox HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 200000\r\nSignature: keyId="x"\r\n\r\n'
    stop = threading.Event()
    with ExitStack() as open_ones:
        slow = [open_ones.enter_context(socket.create_connection((host, int(port)))) for _ in range(SLOW_ONES)]
        for one in slow:
            one.sendall(head.encode())

        def drips() -> None:
            while not stop.wait(0.2):
                for one in slow:
                    one.sendall(b"x")

        dripping = threading.Thread(target=drips)
        dripping.start()
        try:
            actor = f"{product.base}/e/bar/-/actor/bar"
            assert neighbour.follows(actor).status_code == 202
            until(lambda: neighbour.got("Accept") != [])
            assert httpx.get(f"{actor}/followers", headers={"accept": JSON}).json()["totalItems"] == 1
            assert product.get("/e/bar")[0] == 200
        finally:
            stop.set()
            dripping.join()
