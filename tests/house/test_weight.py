"""What a browser must load to write, and what it may load later."""

import gzip

from drafting.paths import folder
from drafting.web.live import SCRIPT
from drafting.web.scripts import parts_of

MOST_BYTES = 170_000


def test_the_editor_with_everything_it_may_ever_need_is_at_most_170_kb_compressed() -> None:
    parts = parts_of(*SCRIPT)
    scripts = ["dist/live.js", *parts.at_once, *parts.later, "dist/offline.js"]
    sizes = {name: len(gzip.compress((folder("static") / name).read_bytes(), 9)) for name in scripts}
    assert len(parts.at_once) > 1, "nothing is loaded beside the connection"
    assert sum(sizes.values()) <= MOST_BYTES, sizes
