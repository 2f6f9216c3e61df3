"""Somebody in front of the page on which the Mastodon server of the tests asks."""

import re

import httpx


def answers(page: str, answer: str = "Authorize") -> str:
    """Press a button there; the address to which the browser is sent back."""
    shown = httpx.get(page)
    assert shown.status_code == 200, shown.text
    kept = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', shown.text))
    return httpx.post(page.partition("?")[0], data={**kept, "answer": answer}).headers["Location"]
