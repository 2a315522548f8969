"""What can go wrong between a question and the warehouse, worded for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from geo.said import visible

#: Characters of a value that are quoted back.
_QUOTED: Final = 60


def quoted(value: str) -> str:
    """Return a value as an error quotes it: its beginning, and nothing that steers a terminal."""
    beginning = value if len(value) <= _QUOTED else f"{value[:_QUOTED]}…"
    return visible(beginning)


class WarehouseError(Exception):
    """The warehouse file cannot be read; the message says why and what to do."""


class WarehouseMissingError(WarehouseError):
    """There is no warehouse file yet."""


class WarehouseDamagedError(WarehouseError):
    """The file is no warehouse any more, or never was: cut off, damaged, something else."""


class WarehouseForeignError(WarehouseError):
    """The file is a DuckDB database of something else."""


class WarehouseVersionError(WarehouseError):
    """The warehouse is of a version that this Klyngeblik does not read."""


class SelectionError(ValueError):
    """A selection asks for something that does not exist.

    Attributes
    ----------
    field
        The filter, as the command names it: ``area``, ``indicator``, ``period`` ...
    value
        What was asked for.
    suggestions
        What may have been meant, nearest first; may be empty.
    """

    def __init__(
        self, field: str, value: str, suggestions: Sequence[str] = (), message: str | None = None
    ) -> None:
        self.field = field
        self.value = value
        self.suggestions = tuple(suggestions)
        if message is None:
            message = f"Unknown {field} “{quoted(value)}”."
            if self.suggestions:
                message += " Did you mean: " + "; ".join(self.suggestions) + "?"
        super().__init__(message)


class EmptySelectionError(SelectionError):
    """The selection is well formed but no row fits it."""

    def __init__(self, described: str) -> None:
        super().__init__(
            "selection",
            described,
            message=f"No rows fit the selection ({described}); nothing was written.",
        )


class ExportError(Exception):
    """A file cannot be written; the message says why."""
