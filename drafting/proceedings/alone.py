"""A version's text as HTML that needs nothing else: full addresses, pictures within. Meant for the pool."""

import base64
from collections.abc import Mapping
from pathlib import Path

from ..wording import markdown


def lay_out(text: str, home: str, pictures: Mapping[str, Path]) -> str:
    """Safe HTML. `home` is the address of the site; of the event's pictures those in `pictures` are put in, and the
    others show their description.
    """
    inside = {address: _data(file) for address, file in pictures.items()}

    def leads(attribute: str, address: str) -> str | None:
        if attribute == "src":
            return inside.get(address)
        return home + address if address.startswith("/") else address

    return markdown.render(text, leads=leads)


def _data(file: Path) -> str:
    """A picture as an address that holds it."""
    return f"data:image/{file.suffix[1:]};base64,{base64.b64encode(file.read_bytes()).decode()}"
