"""Clocks of what is agreed unless someone objects: kept while there is a server, and looked at whenever a page is.

Whoever notices first that one has run out publishes the text, as of its end.
"""

import logging
import threading

from ..db import clock as time_of
from ..db import now
from ..review import clock, deciding, pulse
from .services import Services, read_anew, reading

log = logging.getLogger(__name__)


def settle_due(services: Services, event_id: int) -> None:
    """Before a page about the event is made: publish what is due in it. A page then shows what is true now."""
    if not clock.due(reading(), now(), event_id):
        return
    try:
        serve(services, event_id)
    except Exception:  # the page is worth more: whoever looks next tries again
        log.exception("the clocks of an event could not be looked at", extra={"event": event_id})
    read_anew()


def serve(services: Services, event_id: int | None = None) -> None:
    """Say that there is a server, and publish what is due in the event, or anywhere."""
    with services.database.write() as session:
        at = time_of(session)
        clock.beat(session, at)
        due = clock.due(session, at, event_id)
    for proposal_id in due:
        try:
            with services.database.write() as session:
                deciding.run_out(session, services.house, proposal_id, time_of(session))
        except Exception:  # one that cannot be published must not hold the others up
            log.exception("a clock could not end", extra={"proposal": proposal_id})


class Timekeeper:
    """A native thread of the serving process. It writes only while a clock runs."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="timekeeper", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(pulse.BEAT_S):
            try:
                self._look()
            except Exception:  # while the database is away nobody can object either: this time does not count
                log.exception("the clocks could not be looked at")

    def _look(self) -> None:
        with self._services.database.read() as session:
            runs = pulse.clocks_run(session)
        if runs:
            serve(self._services)
