"""How long tests wait for what must come true: a shared machine stands still for seconds, and is not what is tested."""

PATIENCE = 4
"""Times what a quiet machine may take at most."""
LOOK_MS = 10_000 * PATIENCE
"""For what a page shows."""
ACT_MS = 30_000 * PATIENCE
"""For what is done on a page."""
