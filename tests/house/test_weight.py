"""What a browser must load to write."""

import gzip

from drafting.paths import folder

MOST_BYTES = 150_000


def test_the_editor_with_everything_it_needs_is_at_most_150_kb_compressed() -> None:
    script = (folder("static") / "dist" / "live.js").read_bytes()
    assert len(gzip.compress(script, 9)) <= MOST_BYTES
