"""Addresses: words that people print and scripts rely on."""

import re
from collections.abc import Callable

from anyascii import anyascii

from ..errors import Invalid, Taken

LIMIT = 40
PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = frozenset(
    (
        "api blame book c e feed history join live metrics new now readyz healthz record relay say settings static"
        " wall yjs"
    ).split()
)
"""Words that have, or may get, a meaning of their own in an address."""


def slugify(title: str) -> str:
    """An address made from a title in any script; empty if nothing of it can be written in a-z and 0-9."""
    words = re.findall(r"[a-z0-9]+", anyascii(title).lower().replace("'", ""))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:LIMIT]
        if len(longer) > LIMIT:
            break
        slug = longer
    return slug


def check(slug: str) -> str:
    """`slug` itself if it can be an address. Raises Invalid with the reason in words."""
    if len(slug) > LIMIT:
        raise Invalid(f"The address may have at most {LIMIT} characters.", field="slug")
    if not PATTERN.fullmatch(slug):
        raise Invalid(
            "The address may only have small letters a–z, digits, and single hyphens between them.", field="slug"
        )
    if slug in RESERVED:
        raise Invalid(f"The address “{slug}” is used by the site itself. Please choose another.", field="slug")
    return slug


def choose(title: str, wanted: str | None, taken: Callable[[str], bool]) -> str:
    """The address that was wanted, or a free one made from the title.

    Raises Invalid if the wanted one cannot be an address, Taken if somebody has it.
    """
    if wanted:
        if taken(check(wanted)):
            raise Taken(f"The address “{wanted}” is already used. Please choose another.", field="slug")
        return wanted
    base = slugify(title) or "text"
    candidates = [base, *(f"{base[: LIMIT - 4].rstrip('-')}-{n}" for n in range(2, 1000))]
    for slug in candidates:
        if slug not in RESERVED and not taken(slug):
            return slug
    raise Taken("Please choose an address of your own for this title.", field="slug")
