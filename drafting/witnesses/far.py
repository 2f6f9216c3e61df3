"""A repository elsewhere, spoken to by git over https and by nothing else: what its branch is, and pushing to it.

git connects to the address that was checked and to no other, follows no redirection, asks nobody and reads nobody's
configuration. The token goes through the environment: it is in no command line, no file and no log. Everything ends
after a stated time.
"""

import base64
import contextlib
import ipaddress
import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpcore

from ..publishing.channels.outward import Forbidden, addresses_of
from ..record.cloning import end_with_children
from ..record.repository import BRANCH, ENVIRONMENT
from .far_words import REJECTED, UNREACHABLE, in_words

PUSH_S = 120
ANSWER_BYTES = 64 * 1024
TIP = re.compile(rf"([0-9a-f]{{40}})\t{BRANCH}")
SETTINGS = {
    "core.hooksPath": os.devnull,
    "credential.helper": "",
    "http.followRedirects": "false",
    "http.proxy": "",
    "http.lowSpeedLimit": "100",  # bytes per second; ends a git whose worker was killed, so that nobody waits for it
    "http.lowSpeedTime": "60",
    "pack.threads": "1",
    "pack.windowMemory": "64m",
}


class NotCopied(Exception):
    """Nothing is known to have changed there. `words` are for people and hold no secret."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class MovedMeanwhile(NotCopied):
    """The branch there is not what it was when we looked; git pushed nothing."""


@dataclass(frozen=True)
class Far:
    """`address` has been read by `addresses.read`. `seconds` is the time for each of the two acts."""

    address: str
    user: str = ""
    token: str = field(default="", repr=False)
    allow_private: bool = False
    seconds: float = PUSH_S

    def tip(self) -> str | None:
        """The commit its main branch ends with; None if there is no such branch. Raises NotCopied."""
        answer = self._git("ls-remote", "--", self.address, BRANCH)
        found = (TIP.fullmatch(line) for line in answer.splitlines())
        return next((match[1] for match in found if match), None)

    def push(self, record: Path, commit_id: str) -> None:
        """Let its main branch end with `commit_id`, never by force. Raises NotCopied, MovedMeanwhile."""
        # Named in whole, so that neither the record's own configuration nor its branch can say otherwise.
        self._git("push", "--porcelain", "--no-verify", "--", self.address, f"{commit_id}:{BRANCH}", record=record)

    def _git(self, *command: str, record: Path | None = None) -> str:
        place = {"GIT_DIR": str(record)} if record else {}
        environment = {**ENVIRONMENT, **self._settings(), **place, "PATH": os.environ.get("PATH", os.defpath)}
        answer, code = _answer(["git", *command], environment, self.seconds)
        if REJECTED in answer:
            raise MovedMeanwhile("The copy changed while we looked.")
        if code != 0:
            raise NotCopied(in_words(answer.replace(self.address, ""), out_of_time=code == -signal.SIGKILL))
        return answer

    def _settings(self) -> dict[str, str]:
        """git's settings as variables. Raises NotCopied if the address is not one to connect to."""
        scheme = urlsplit(self.address).scheme
        settings = {**SETTINGS, **self._resolved()}
        if self.token:
            word = base64.b64encode(f"{self.user}:{self.token}".encode()).decode()
            settings["http.extraHeader"] = f"Authorization: Basic {word}"
        pairs = {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_ALLOW_PROTOCOL": scheme, "LC_ALL": "C"}
        for number, (name, value) in enumerate(settings.items()):
            pairs |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return pairs

    def _resolved(self) -> dict[str, str]:
        """Where git must connect to, whatever the name resolves to a moment later."""
        parts = urlsplit(self.address)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            addresses = addresses_of(host, port, allow_private=self.allow_private)
        except Forbidden as error:
            raise NotCopied("The address belongs to a private network, and this installation allows none.") from error
        except httpcore.ConnectError as error:
            raise NotCopied(UNREACHABLE) from error
        with contextlib.suppress(ValueError):
            ipaddress.ip_address(host)
            return {}
        return {"http.curloptResolve": f"{host}:{port}:{','.join(map(_bracketed, addresses))}"}


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _answer(command: list[str], environment: Mapping[str, str], seconds: float) -> tuple[str, int]:
    """What git says, complaints included, as far as anybody needs it, and its code; -SIGKILL if we ended it."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd="/",
        start_new_session=True,
    )  # fmt: skip
    timer = threading.Timer(seconds, end_with_children, (process,))
    timer.daemon = True
    timer.start()
    try:
        with process:
            assert process.stdout is not None
            said = process.stdout.read(ANSWER_BYTES)
            if len(said) == ANSWER_BYTES:
                end_with_children(process)
    finally:
        timer.cancel()
    return said.decode(errors="replace"), process.returncode
