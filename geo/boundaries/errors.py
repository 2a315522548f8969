"""How a boundary file that cannot be used is told."""

from __future__ import annotations

from geo.model import PlacesError, Problem


class BoundaryError(PlacesError):
    """A boundary file that cannot be used: which file, what is wrong and how to mend it."""


def fault(message: str, file: str, /, **values: object) -> BoundaryError:
    """Return what is raised for one fault: a message of ``geo.messages`` with its values."""
    return BoundaryError([Problem.of(message, file, **values)])
