"""kill -9 of the server while ten people type: what another had seen is in the text, and all copies converge."""

import signal
import threading

import pytest

from tests.clients import YClient, until

ROUNDS = 4
WRITERS = 10


class Typist(threading.Thread):
    """Types numbered words until told to stop; without a connection it tries again."""

    def __init__(self, client: YClient, name: str) -> None:
        super().__init__(daemon=True)
        self.client = client
        self.nick = name
        self.stopping = threading.Event()
        self.typed: list[str] = []

    def run(self) -> None:
        while not self.stopping.wait(0.02):
            if not self.client.connected:
                try:
                    self.client.connect()
                except OSError:
                    continue
            word = f"{self.nick}{len(self.typed)} "
            self.typed.append(word)
            self.client.type(word)


@pytest.mark.timeout(400)
def test_whatever_somebody_else_has_seen_survives_every_kill(mortal):
    typists = [Typist(mortal.client(str(n + 1)), "abcdefghij"[n]) for n in range(WRITERS)]
    for typist in typists:
        typist.start()
    watcher = mortal.client("11")
    for _ in range(ROUNDS):
        before = len(watcher.text)
        until(lambda before=before: len(watcher.text) > before + 400)
        mortal.server.kill(signal.SIGKILL)
        seen = watcher.text
        kept = mortal.text
        assert [word for word in seen.split() if word not in kept.split()] == []
        mortal.server.start()
        watcher.connect()
        assert watcher.synced.wait(10)
    for typist in typists:
        typist.stopping.set()
    for typist in typists:
        typist.join(10)
        if not typist.client.connected:
            typist.client.connect()
    typed = sorted(word for typist in typists for word in typist.typed)
    until(lambda: sorted(word + " " for word in watcher.text.split()) == typed, "every word")
    until(lambda: {typist.client.text for typist in typists} == {watcher.text}, "one text")
    until(lambda: mortal.text == watcher.text, "what all see on the disk")
