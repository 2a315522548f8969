"""Whether what lies in a folder of delivered files is a file of that folder.

A link may lead to any file of the machine, whose lines would then be quoted in the error that says
it is no package; a pipe or a device is read for ever.
"""

from __future__ import annotations

from pathlib import Path


def is_broken_link(path: Path) -> bool:
    """Return whether a path is a link that leads to nothing, or to itself."""
    try:
        return path.is_symlink() and not path.exists()
    except (OSError, RuntimeError):  # a circle of links
        return True


def leads_out(path: Path) -> bool:
    """Return whether a path is a link to something outside its folder, or to nothing."""
    if is_broken_link(path):
        return True
    return path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve())


def is_delivered(path: Path) -> bool:
    """Return whether a path is a file, and one of its folder."""
    return path.is_file() and not leads_out(path)
