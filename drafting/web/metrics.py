"""`/metrics` for Prometheus: what the rooms count, what the process takes, and which records raise an alarm."""

import hmac
import math

import sqlalchemy as sa
from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, ProcessCollector, generate_latest

from ..errors import NotFound
from ..record import watching
from .services import NAME, reading, services

LOOPBACK = ("127.0.0.1", "::1")


def register(app: Flask) -> None:
    app.add_url_rule("/metrics", "metrics", metrics)
    registry = app.extensions[NAME].rooms.meters.registry
    ProcessCollector(registry=registry)
    words = "Events whose public history differs from the database."
    Gauge("drafting_record_alarms", words, registry=registry).set_function(_alarms)


def metrics() -> Response:
    """For this machine alone, or for whoever has `DRAFTING_METRICS_TOKEN`; to all others there is no such page."""
    if not _may_look():
        raise NotFound("There is no page at this address.")
    return Response(generate_latest(services().rooms.meters.registry), content_type=CONTENT_TYPE_LATEST)


def _alarms() -> float:
    try:
        return watching.alarms(reading())
    except sa.exc.SQLAlchemyError:  # the other figures are wanted most when the database is away
        return math.nan


def _may_look() -> bool:
    token = services().settings.metrics_token
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # A proxy on this machine speaks for others, and says so.
    forwarded = any(name.lower().startswith(("forwarded", "via", "x-forwarded")) for name, _ in request.headers)
    return request.remote_addr in LOOPBACK and not forwarded
