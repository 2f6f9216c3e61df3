"""What changed between two texts, for a page: in sentences, and as a difference in the text. Worked out in the pool."""

from dataclasses import dataclass

from markupsafe import Markup

from ..wording import difference, markdown
from .services import services


@dataclass(frozen=True)
class Changes:
    """`words` are sentences, `difference` is safe HTML with a heading for each change."""

    words: list[str]
    difference: Markup


def between(old: str, new: str) -> Changes:
    """From the old Markdown to the new."""
    words, html = services().pool.run(difference.told, old, new)
    return Changes(words, Markup(html))


def between_versions(old: str, new: str) -> Changes:
    """The same of two published versions that follow each other, worked out once for ever."""
    words, html = services().renderings.of(services().pool, difference.told, old, new)
    return Changes(words, Markup(html))


def shown(old: str, new: str, base: int) -> dict[str, object]:
    """For a page: the difference to version `base`, or the whole text where there is no version yet."""
    if base == 0:
        return {"text": laid_out(new), "words": [], "html": ""}
    told = between(old, new)
    return {"text": "", "words": told.words, "html": told.difference}


def laid_out(text: str) -> Markup:
    """A whole Markdown text as safe HTML."""
    return Markup(services().pool.run(markdown.render, text))


def version_laid_out(text: str) -> Markup:
    """The same of a published version, worked out once for ever."""
    return Markup(services().renderings.of(services().pool, markdown.render, text))


def undescribed(text: str) -> list[str]:
    """Addresses of the pictures in a Markdown text that have no description."""
    return services().pool.run(markdown.undescribed, text) if "![" in text else []
