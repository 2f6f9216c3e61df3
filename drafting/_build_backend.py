"""What pip calls to build drafting (PEP 517): setuptools, and the pages made and packed beside the modules.

An editable install skips the pages: there they are built when they are first needed.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from setuptools import build_meta
from setuptools.build_meta import (  # what pip looks up here by name
    build_editable,
    get_requires_for_build_editable,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)
from setuptools.command.build_py import build_py

from .checkout import environment, node, pages
from .paths import ROOT

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

Config = Mapping[str, str | list[str] | None] | None
FOLDERS = ("templates", "static", "migrations")


class BuildWithPages(build_py):
    """setuptools' `build_py`, named in setup.cfg; the folders beside the package go into it."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for name in FOLDERS:
            target = Path(self.build_lib, "drafting", name)
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__", ".dist-*"))


def get_requires_for_build_wheel(config_settings: Config = None) -> list[str]:
    return [*build_meta.get_requires_for_build_wheel(config_settings), *_node()]


def get_requires_for_build_sdist(config_settings: Config = None) -> list[str]:
    return [*build_meta.get_requires_for_build_sdist(config_settings), *_node()]


def build_wheel(wheel_directory: str, config_settings: Config = None, metadata_directory: str | None = None) -> str:
    _pages()
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: Config = None) -> str:
    """A source archive that carries the built pages, so that a wheel can be made of it without Node."""
    _pages()
    return build_meta.build_sdist(sdist_directory, config_settings)


def _pages() -> None:
    if not pages.are_built():
        pages.prepare()


def _node() -> list[str]:
    return [] if pages.are_built() or node.find() else environment.required("frontend")
