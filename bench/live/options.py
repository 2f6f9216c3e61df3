"""What somebody who runs the measurements chose."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .generator import Generator
from .report import Findings


@dataclass(frozen=True)
class Options:
    rounds: int
    quick: bool = False
    tiny: bool = False
    """So small that it only shows that everything still runs."""
    only: tuple[str, ...] = ()
    minutes: float = 10
    kills: int = 20
    results: Path | None = None
    verbose: bool = False

    def measures(self, server: str) -> bool:
        return not self.only or server in self.only

    def tell(self, server: str, load: float, found: dict[str, Any]) -> None:
        """Each step as it comes, for whoever wants to see more than medians."""
        if self.verbose:
            print(f"  . {server} {load:g} {json.dumps(found)}", flush=True)

    def keep(self, findings: Findings) -> None:
        if self.results is not None:
            findings.keep(self.results)

    @contextmanager
    def generator(self) -> Iterator[Generator]:
        generator = Generator()
        try:
            yield generator
        finally:
            generator.close()
