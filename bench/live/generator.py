"""The load generator: a Node process on a core of its own, asked one act at a time."""

import json
import subprocess
from pathlib import Path
from typing import Any

from . import machine
from .fetch import node_of_the_checkout

PROGRAM = Path(__file__).parent / "js" / "generator.mjs"


class Generator:
    """`ask` raises RuntimeError with the generator's words when an act failed."""

    def __init__(self) -> None:
        node = node_of_the_checkout()
        self._process = subprocess.Popen(
            [node.executable, "--max-old-space-size=4096", PROGRAM], env=node.environ(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=machine.on(machine.GENERATOR_CORE),
        )  # fmt: skip

    def ask(self, act: str, **how: Any) -> dict[str, Any]:
        self.begin(act, **how)
        return self.answer()

    def begin(self, act: str, **how: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"act": act, **how}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"error": "the generator ended"}
        if "error" in found:
            raise RuntimeError(found["error"])
        return found

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
