"""`/metrics` for Prometheus: what the rooms count, and what the process takes."""

import hmac

from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, ProcessCollector, generate_latest

from ..errors import NotFound
from .services import NAME, services

LOOPBACK = ("127.0.0.1", "::1")


def register(app: Flask) -> None:
    app.add_url_rule("/metrics", "metrics", metrics)
    ProcessCollector(registry=app.extensions[NAME].rooms.meters.registry)


def metrics() -> Response:
    """For this machine alone, or for whoever has `DRAFTING_METRICS_TOKEN`; to all others there is no such page."""
    if not _may_look():
        raise NotFound("There is no page at this address.")
    return Response(generate_latest(services().rooms.meters.registry), content_type=CONTENT_TYPE_LATEST)


def _may_look() -> bool:
    token = services().settings.metrics_token
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # A proxy on this machine speaks for others, and says so.
    forwarded = any(name.lower().startswith(("forwarded", "via", "x-forwarded")) for name, _ in request.headers)
    return request.remote_addr in LOOPBACK and not forwarded
