"""The document of a room: joins updates to it, and answers whoever asks what they lack of it."""

from collections.abc import Mapping, Sequence

from pycrdt import Doc, Text, TransactionEvent

from . import frames, order, yupdate
from .past import ROOT, Past, rebuilt
from .said import Said
from .yupdate import EMPTY

MOST_ANSWERS = 4


class Document:
    """Not thread-safe."""

    def __init__(self, past: Past) -> None:
        self.doc = past.document()
        self.clocks = yupdate.decode_state(self.doc.get_state())
        """How far each client has come in it."""
        self.halves = _halves(self.doc)
        """Where the text must not be cut, because a character takes two places there."""
        self._answers: dict[bytes, Said] = {}
        self._delta: bytes | None = None
        self._listening = self.doc.observe(self._note)

    @property
    def text(self) -> str:
        return str(self.doc.get(ROOT, type=Text))

    def join(self, updates: Sequence[bytes]) -> bytes | None:
        """Join these in one go. Returns what was new in them."""
        self._delta = None
        with self.doc.transaction():
            for update in updates:
                self.doc.apply_update(update)
        return None if self._delta == EMPTY else self._delta

    def joined(self, clocks: Mapping[int, int]) -> None:
        """It has changed, and these clients have come so far."""
        self.clocks.update(clocks)
        self.forget_answers()

    def with_also(self, updates: Sequence[bytes]) -> "Doc[Text]":
        """A copy to try something on, with these joined to it."""
        return rebuilt([self.doc.get_update(), *updates])

    # answering

    def step_1(self) -> bytes:
        return frames.step_1(self.doc.get_state())

    def step_2(self, state: bytes) -> Said:
        """Everything that a client with this state vector lacks. Raises BadFrame."""
        answer = self._answers.get(state)
        if answer is None:
            if len(self._answers) == MOST_ANSWERS:
                self._answers.clear()
            answer = self._answers[state] = Said(frames.step_2(self._lacking(state)))
        return answer

    def forget_answers(self) -> None:
        """Answers are kept for a crowd that comes at once; a quiet room needs no second copy of its text."""
        self._answers.clear()

    def _lacking(self, state: bytes) -> bytes:
        theirs = {
            client: self._whole(client, min(clock, self.clocks[client]))
            for client, clock in yupdate.decode_state(state).items()
            if client in self.clocks
        }
        return self.doc.get_update(yupdate.encode_state(theirs)) if theirs else self.doc.get_update()

    def _whole(self, client: int, clock: int) -> int:
        """A clock that does not cut a character."""
        return clock - 1 if (client, clock) in self.halves else clock

    def _note(self, event: TransactionEvent) -> None:
        self._delta = event.update


def _halves(doc: "Doc[Text]") -> set[tuple[int, int]]:
    """Where the text that is seen must not be cut. What was deleted has no characters any more."""
    if max(str(doc.get(ROOT, type=Text)), default="") <= "\uffff":
        return set()
    return order.low_halves(yupdate.decode(doc.get_update(), yupdate.ANY_NUMBER).blocks)
