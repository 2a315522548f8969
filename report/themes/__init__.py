"""What a sheet is about: one file each, found, never registered.

A file's name is the theme's id. It offers ``ORDER``, its place in lists; ``SLUG``, the page of the
dashboard that shows the same live; and ``pages``, which puts the two pages together. Its title is
the text ``moedeark.themes.<id>``.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from dashboard.beside import People
from dashboard.view import View
from report.model import Block, Part

Pages = tuple[tuple[Part, ...], ...]


@dataclass(frozen=True)
class Theme:
    """One theme: its id, the slug of its page, and how its pages are put together."""

    id: str
    slug: str
    pages: Callable[[View, People | None], Pages]


@functools.cache
def themes() -> dict[str, Theme]:
    """Return the themes by id, in order."""
    modules = [
        (info.name, importlib.import_module(f"{__name__}.{info.name}"))
        for info in pkgutil.iter_modules(__path__)
    ]
    modules.sort(key=lambda found: found[1].ORDER)
    return {name: Theme(name, module.SLUG, module.pages) for name, module in modules}


def part(
    title: str,
    *rows: tuple[Block | None, ...],
    notice: str = "",
    is_demo: bool = False,
) -> tuple[Part, ...]:
    """Return a part of the blocks there are; no part at all when there are none.

    It is made up when any block of it is, whatever the theme says.
    """
    kept = tuple(filled for row in rows if (filled := tuple(b for b in row if b is not None)))
    is_demo = is_demo or any(block.is_demo for row in kept for block in row)
    return (Part(title, kept, notice, is_demo),) if kept else ()
