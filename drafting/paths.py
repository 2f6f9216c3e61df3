"""Where the project's folders are: beside the package in a checkout, inside it in an installed wheel."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent


def folder(name: str) -> Path:
    """Absolute path of `templates`, `static` or `migrations`. By path, since an editable install cannot import them."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else ROOT / name


def is_checkout() -> bool:
    """Whether this is a checkout of the sources, which sets itself up, and not an installed wheel."""
    return (ROOT / "pyproject.toml").is_file() and (ROOT / "frontend").is_dir()


def home() -> Path:
    """Where an installation keeps its data unless told otherwise: the checkout, or the user's own data folder."""
    if is_checkout():
        return ROOT
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "drafting"
