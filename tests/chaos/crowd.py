"""People who go on typing whatever happens, and the question that is asked after everything that happened."""

import contextlib
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

import sqlalchemy as sa
from pycrdt import Doc, Text
from websockets.exceptions import WebSocketException

from tests.chaos.desk import LIVE, Desk
from tests.clients import YClient
from tests.product import Product, until
from tests.scribe import Scribe

EVENT, DRAFT = "river", "what-we-ask-for-along-the-river"
NAMES = ("Ada", "Bob", "Cem", "Dia", "Eve", "Fay", "Gil", "Hana", "Ida", "Jon", "Kim", "Lou")
WORD = re.compile(r"[A-Z][a-z]*-\d+;")
PAUSE_S, BACK_S = 0.05, 0.3
LINE_WORDS = 12


class Hand(Protocol):
    """A client as a typist uses it."""

    @property
    def connected(self) -> bool: ...

    @property
    def text(self) -> str: ...

    def connect(self) -> object: ...

    def type(self, words: str) -> None: ...

    def leave(self) -> None: ...


class Typist:
    """Types numbered words at a steady pace, connected or not, and comes back whenever a connection ended."""

    def __init__(self, name: str, hand: Hand) -> None:
        self.name, self.hand = name, hand
        self.typed: list[str] = []
        self._enough = threading.Event()
        self._thread = threading.Thread()

    def starts(self) -> None:
        self._enough.clear()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def ends(self) -> None:
        self._enough.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), f"{self.name} hangs"

    def comes_back(self) -> bool:
        """True if connected."""
        if self.hand.connected:
            return True
        with contextlib.suppress(OSError, WebSocketException, EOFError):
            return bool(self.hand.connect())
        return False

    def _work(self) -> None:
        pause = PAUSE_S
        while not self._enough.wait(pause):
            word = f"{self.name}-{len(self.typed)};"
            self.typed.append(word)
            self.hand.type(word)
            if len(self.typed) % LINE_WORDS == 0:
                self.hand.type("\n")  # a paragraph without an end is laid out anew at every stroke, by every page
            pause = PAUSE_S if self.comes_back() else BACK_S


class Crowd:
    """Scribes who come in as our page does and clients of plain y-websocket, all at the sample draft."""

    def __init__(
        self, product: Product, *, scribes: int = 4, foreign: int = 2, base: str = "", family: str = ""
    ) -> None:
        """`base`: where they connect, if not at the product itself. `family`, in small letters, tells crowds apart."""
        self.product = product
        self.base = base or product.base
        self.link = f"{self.base}/join/{product.ways_in()['join'].rpartition('/')[2]}"
        self.scribes = [Scribe(self.base, self.link, self.base + LIVE) for _ in range(scribes)]
        address = self._address()
        self.foreign = [YClient(address) for _ in range(foreign)]
        hands: list[Hand] = [*self.scribes, *self.foreign]
        self.typists = [Typist(name + family, hand) for name, hand in zip(NAMES, hands, strict=False)]
        for typist in self.typists:
            until(typist.comes_back, 30, f"{typist.name} was not let in")
        for each in (*self.scribes, *self.foreign):
            assert each.synced.wait(30)

    @contextlib.contextmanager
    def typing(self) -> Iterator[None]:
        for scribe in self.scribes:
            scribe.refusals.clear()
        for typist in self.typists:
            typist.starts()
        try:
            yield
        finally:
            for typist in self.typists:
                typist.ends()

    @property
    def saved(self) -> list[str]:
        """Words that the server called saved."""
        return [word for scribe in self.scribes for word in tuple(scribe.saved_words) if word.strip()]

    @property
    def refused(self) -> list[str]:
        """Why frames were not taken, since the crowd began to type."""
        return [str(refusal["reason"]) for scribe in self.scribes for refusal in tuple(scribe.refusals)]

    def saves(self, more: int, seconds: float = 60) -> None:
        """Wait until so many more words were called saved."""
        wanted = len(self.saved) + more
        until(lambda: len(self.saved) >= wanted, seconds, f"not {more} more words were saved")

    def nothing_is_said_falsely(self, desks: Sequence[Desk] = ()) -> None:
        """What was called saved is in the journal, now."""
        said = [*self.saved, *(word for desk in desks for word in desk.confirmed)]
        lost = wrong(said, journal_text(self.product))
        assert lost == {}, f"{len(lost)} of {len(said)} words were called saved and are not on disk: {sample(lost)}"
        for desk in desks:
            assert desk.lies == [], f"the page said Saved too early: {desk.lies[:3]}"

    def all_is_well(self, desks: Sequence[Desk] = (), seconds: float = 60) -> str:
        """Nothing typed is lost or doubled; everybody, a newcomer and the journal alone have the same text."""
        self.nothing_is_said_falsely(desks)
        for typist in self.typists:
            until(typist.comes_back, seconds, f"{typist.name} was not let in again")
        until(
            lambda: all(scribe.everything_saved for scribe in self.scribes),
            seconds,
            f"not everything was saved in the end: {[scribe.refusals[-2:] for scribe in self.scribes]}",
        )
        open_desks = [desk for desk in desks if not desk.page.is_closed()]
        for desk in open_desks:
            desk.is_saved(seconds)
        readers = [*(typist.hand for typist in self.typists), *open_desks]
        until(lambda: len({reader.text for reader in readers}) == 1, seconds, "not everybody has the same text")
        typed = [word for each in (*self.typists, *desks) for word in each.typed]
        until(lambda: not wrong(typed, readers[0].text), seconds, "not everything arrived, or not once")
        text = self.scribes[0].text
        assert journal_text(self.product) == text, "the journal alone makes another text"
        newcomer = Scribe(self.product.base, self.link.replace(self.base, self.product.base), self.product.base + LIVE)
        assert newcomer.connect() and newcomer.synced.wait(30)
        assert newcomer.text == text, "a newcomer reads another text"
        newcomer.leave()
        self.nothing_is_said_falsely(desks)
        return text

    def leave(self) -> None:
        for typist in self.typists:
            typist.hand.leave()

    def _address(self) -> str:
        token = self.product.command("invite", EVENT, "--role", "drafter", "--name", "Foreign")["token"]
        return f"{self.base.replace('http', 'ws', 1)}/yjs/{EVENT}/{DRAFT}?token={token}"


def journal_text(product: Product) -> str:
    """What the rows of the journal make, read from the database by nothing of the product's own."""
    engine = sa.create_engine(product.everything().get("DRAFTING_DATABASE") or f"sqlite:///{product.database_file}")
    with engine.connect() as connection:
        query = sa.text(
            'SELECT journal."update" FROM journal JOIN draft ON draft.id = journal.draft_id'
            " WHERE draft.slug = :slug ORDER BY journal.seq"
        )
        updates = [bytes(row[0]) for row in connection.execute(query, {"slug": DRAFT})]
    engine.dispose()
    doc: Doc[Text] = Doc()
    body = doc.get("content", type=Text)
    with doc.transaction():
        for update in updates:
            doc.apply_update(update)
    return str(body)


def wrong(words: Sequence[str], text: str) -> dict[str, int]:
    """Words that are not in the text exactly once, with how often they are."""
    found = Counter(WORD.findall(text))
    return {word: found[word] for word in words if found[word] != 1}


def sample(wrong: dict[str, int]) -> dict[str, int]:
    return dict(list(wrong.items())[:5])
