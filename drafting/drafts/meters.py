"""What the rooms count about themselves, for /metrics: numbers only, no text and no names."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
EDITS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000)


class Meters:
    """One set per serving process. Safe to use from any thread."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._open = Gauge("drafting_rooms", "Drafts that are open in memory.", registry=registry)
        self._members = Gauge("drafting_members", "Connections at open drafts.", registry=registry)
        self._greenlets = Gauge("drafting_greenlets", "Greenlets that run.", registry=registry)
        self.edits = Counter("drafting_edits", "Edits that were taken.", registry=registry)
        self.batch = Histogram("drafting_batch_edits", "Edits in one write.", buckets=EDITS, registry=registry)
        self.to_disk = Histogram(
            "drafting_to_disk_seconds", "From the first edit of a batch to its being on disk.",
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self.to_screens = Histogram(
            "drafting_to_broadcast_seconds", "From the first edit of a batch to its having been sent to everybody.",
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self.snapshots = Counter("drafting_snapshots", "Snapshots that were made.", registry=registry)
        self._refused = Counter("drafting_refused", "Frames that were not taken.", ["reason"], registry=registry)
        self._dropped = Counter("drafting_dropped", "Connections closed by us.", ["reason"], registry=registry)
        self.resyncs = Counter("drafting_resyncs", "Gaps: a client was asked what it has.", registry=registry)

    def watch(self, rooms: Callable[[], int], members: Callable[[], int], greenlets: Callable[[], int]) -> None:
        """Where the gauges are read."""
        self._open.set_function(rooms)
        self._members.set_function(members)
        self._greenlets.set_function(greenlets)

    def refused(self, reason: str) -> None:
        self._refused.labels(reason).inc()

    def dropped(self, reason: str) -> None:
        self._dropped.labels(reason).inc()
