"""Is it alive, is it ready: for whoever watches over the installation."""

import time
from typing import Any

import sqlalchemy as sa
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from ..record import watching
from .services import reading, services

HEARTBEAT_S = 30


def register(app: Flask) -> None:
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


def alive(environ: Any, start_response: Any) -> list[bytes]:
    """`/healthz` of the serving process, answered on the loop: it answers even while every page is busy."""
    body = b'{"ok":true}\n'
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(ok=True)


def readyz() -> ResponseReturnValue:
    """The process can do its work: database, record, worker, live rooms. 503 with what is missing.

    `alarms` counts events whose public history differs from the database: somebody must look, pages are served on.
    """
    checks = {"database": _database(), "record": _record(), "worker": _worker(), "rooms": services().rooms.works}
    ready = all(checks.values())
    alarms = watching.alarms(reading()) if checks["database"] else None
    return jsonify(ok=ready, **checks, alarms=alarms), 200 if ready else 503


def _database() -> bool:
    try:
        return reading().scalar(sa.text("SELECT 1")) == 1
    except sa.exc.SQLAlchemyError:
        return False


def _record() -> bool:
    return services().settings.repo_store.is_dir()


def _worker() -> bool:
    try:
        touched = services().settings.heartbeat.stat().st_mtime
    except FileNotFoundError:
        return False
    return time.time() - touched < HEARTBEAT_S
