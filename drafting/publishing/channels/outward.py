"""Requests to addresses that users gave us: never into our own network, never longer than agreed.

The address that was checked is the one connected to, so a name that resolves differently a moment later gains nothing.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
import httpx

ANSWER_BYTES = 1024 * 1024
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


@dataclass(frozen=True)
class Patience:
    """How long to wait: for a connection, for the next byte, and for everything."""

    connect_s: float = 10
    silence_s: float = 10
    total_s: float = 20


PATIENCE = Patience()


class Forbidden(httpx.ConnectError):
    """The address belongs to a private network or to this machine."""


def is_public(address: str) -> bool:
    """Whether an IP address is one that strangers can reach, also behind the ways to wrap IPv4 in IPv6."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def addresses_of(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The IP addresses of a name, for whoever connects to no other. Raises Forbidden if one is private, or
    httpcore.ConnectError if there are none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError("the name is not known") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private and not all(is_public(address) for address in addresses):
        raise Forbidden("a private address")
    return addresses


class Outward(httpx.BaseTransport):
    """An HTTP transport that obeys the rules above. Ignores proxies of the environment: they would hide the address.

    Answers must come as they are: a small one that is packed can unfold to whatever size. Used by one thread at a
    time. `keep`: a connection serves several requests, for whoever sends many to one host.
    """

    def __init__(self, *, allow_private: bool = False, patience: Patience = PATIENCE, keep: bool = False) -> None:
        self._backend = _Backend(allow_private, patience.total_s)
        self._keep = keep
        self._timeout = {
            "connect": patience.connect_s, "read": patience.silence_s, "write": patience.silence_s,
            "pool": patience.connect_s,
        }  # fmt: skip
        self._ssl = _trusted()
        self._kept: httpcore.ConnectionPool | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._backend.begin()
        pool = self._kept or httpcore.ConnectionPool(
            ssl_context=self._ssl, network_backend=self._backend, max_keepalive_connections=1
        )
        url = request.url
        request.headers["Accept-Encoding"] = "identity"
        sent = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": self._timeout},
        )
        try:
            with _translated():
                answer = pool.handle_request(sent)
        except BaseException:
            self._kept = None
            pool.close()
            raise
        if any(name.lower() == b"content-encoding" and value.lower() != b"identity" for name, value in answer.headers):
            answer.close()
            pool.close()
            self._kept = None
            raise httpx.RemoteProtocolError("the answer is packed, although we asked that it be not")
        self._kept = pool if self._keep else None
        stream = _Answer(answer.stream, None if self._keep else pool)
        return httpx.Response(answer.status, headers=answer.headers, stream=stream)

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Reading all certificates takes 30 ms, which every look at another server would pay."""
    return httpx.create_ssl_context()


class _Answer(httpx.SyncByteStream):
    """The body, as far as anybody needs it."""

    def __init__(self, parts: Any, pool: httpcore.ConnectionPool | None) -> None:
        self._parts, self._pool = parts, pool

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        with _translated():
            for part in self._parts:
                size += len(part)
                if size > ANSWER_BYTES:
                    raise httpx.ReadError("the answer is too long")
                yield part

    def close(self) -> None:
        self._parts.close()
        if self._pool is not None:
            self._pool.close()


class _Backend(httpcore.NetworkBackend):
    def __init__(self, allow_private: bool, total_s: float) -> None:
        self._allow_private, self._total_s = allow_private, total_s
        self._ends = 0.0
        self._sockets = httpcore.SyncBackend()

    def begin(self) -> None:
        """The time for one request and its answer runs from now."""
        self._ends = time.monotonic() + self._total_s

    def left_s(self) -> float:
        return self._ends - time.monotonic()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses_of(host, port, allow_private=self._allow_private):
            left = self.left_s()
            if left <= 0:
                break
            try:
                stream = self._sockets.connect_tcp(address, port, min(timeout or left, left))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Limited(stream, self)
        raise failure


class _Limited(httpcore.NetworkStream):
    """A connection on which a request ends at a set time, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _Backend) -> None:
        self._stream, self._backend = stream, backend

    def _left(self, timeout: float | None) -> float:
        left = self._backend.left_s()
        if left <= 0:
            raise httpcore.ReadTimeout("took too long altogether")
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Limited(self._stream.start_tls(ssl_context, server_hostname, self._left(timeout)), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@contextmanager
def _translated() -> Iterator[None]:
    """httpcore's errors as httpx's, which callers and the Bluesky library know."""
    try:
        yield
    except httpcore.ConnectTimeout as error:
        raise httpx.ConnectTimeout(str(error)) from error
    except httpcore.ConnectError as error:
        raise httpx.ConnectError(str(error)) from error
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error)) from error
    except httpcore.NetworkError as error:
        raise httpx.ReadError(str(error)) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.RemoteProtocolError(str(error)) from error
