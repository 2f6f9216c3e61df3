"""Somebody at our own page in a real Chromium, and a witness who notes every word of its status."""

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.product import until

WITNESS = Path(__file__).with_name("witness.js").read_text()
LIVE = "/e/river/what-we-ask-for-along-the-river/live"
TEXT = "(node) => (node.cmTile ?? node.cmView).view.state.doc.toString()"


def join(context: BrowserContext, link: str) -> None:
    """Become a drafter in this browser."""
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/welcome")
    page.close()


class Desk:
    """One tab. `tag`, a name, marks the words that are typed in it: no other tab may have the same."""

    def __init__(self, context: BrowserContext, base: str, tag: str) -> None:
        self.tag = tag
        self.typed: list[str] = []
        self.statuses: list[tuple[int, str]] = []
        self._lies: list[dict[str, Any]] = []
        self._confirmed: set[str] = set()
        self.page: Page = context.new_page()
        self.page.add_init_script(f"const TAG = {tag!r};\n{WITNESS}")
        # the witness reads WebSockets only
        self.page.route("**/socket.io/*transport=polling*", lambda route: route.abort())
        self.page.goto(base + LIVE)

    @property
    def status(self) -> str:
        return self.page.locator("#live-status").inner_text()

    @property
    def text(self) -> str:
        return str(self.page.locator(".cm-content").evaluate(TEXT))

    @property
    def confirmed(self) -> set[str]:
        """Words of this tab that the server called saved, since it was opened."""
        self._ask()
        return set(self._confirmed)

    @property
    def lies(self) -> list[dict[str, Any]]:
        """Every look at the page at which it said "Saved" over words that the server had not confirmed."""
        self._ask()
        return self._lies

    def is_saved(self, seconds: float = 40) -> "Desk":
        expect(self.page.locator("#live-status")).to_contain_text("Saved", timeout=seconds * 1000)
        return self

    def says(self, words: str, seconds: float = 40) -> None:
        expect(self.page.locator("#live-status")).to_contain_text(words, timeout=seconds * 1000)

    def sits_down(self) -> "Desk":
        """Put the cursor at the end."""
        self.page.bring_to_front()
        self.page.locator("#live-text [role=textbox]").click()
        self.page.keyboard.press("Control+End")
        return self

    def type(self, words: int = 1) -> None:
        for _ in range(words):
            word = f"{self.tag}-{len(self.typed)};"
            self.page.keyboard.insert_text(word)
            self.typed.append(word)

    def reload(self) -> None:
        self._ask()
        self.page.reload()
        until(lambda: self.page.locator(".cm-content").count(), 20, "no editor after loading the page again")

    def close(self) -> None:
        self._ask()
        self.page.close()

    def _ask(self) -> None:
        if self.page.is_closed():
            return
        notes = self.page.evaluate(
            "() => { const { statuses, lies, confirmed } = window.witness; const said = { statuses: [...statuses],"
            " lies: [...lies], confirmed }; statuses.length = lies.length = 0; return said; }"
        )
        self.statuses += [(at, words) for at, words in notes["statuses"]]
        self._lies += notes["lies"]
        self._confirmed |= set(notes["confirmed"])
