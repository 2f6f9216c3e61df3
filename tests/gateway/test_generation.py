"""The mark that changes when something was written, for every process, whatever somebody does to its file."""

import os
import subprocess
import sys
from pathlib import Path

from drafting.generation import Generation
from drafting.paths import ROOT

RENEW = """
import sys
from pathlib import Path
from drafting.generation import Generation
Generation(Path(sys.argv[1])).renew()
"""


def test_another_process_changes_it_for_all(tmp_path: Path) -> None:
    here, there = Generation(tmp_path / "mark"), Generation(tmp_path / "mark")
    before = here.now()
    assert here.now() == before == there.now()
    subprocess.run([sys.executable, "-c", RENEW, str(tmp_path / "mark")], cwd=ROOT, check=True)
    assert here.now() == there.now() != before


def test_a_file_that_is_cut_short_or_written_over_is_a_change_and_no_more(tmp_path: Path) -> None:
    mark = Generation(tmp_path / "mark")
    mark.renew()
    before = mark.now()
    os.truncate(tmp_path / "mark", 3)
    assert mark.now() != before
    mark.renew()
    assert len(mark.now()) == 16 and mark.now() != before


def test_a_full_disk_makes_no_failure_of_what_was_committed() -> None:
    Generation(Path("/dev/full")).renew()
