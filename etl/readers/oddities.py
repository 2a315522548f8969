"""What a workbook shows otherwise than its reader gives it back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Row (as the spreadsheet shows it) and column (0 is A).
Cell = tuple[int, int]


@dataclass
class Oddities:
    """What is odd in the sheet with the figures.

    Attributes
    ----------
    without_value : set of Cell
        Formulas that were never worked out.
    errors : set of Cell
        Formulas that failed, and that the reader gives back as empty.
    times : set of Cell
        Times of day, which the reader cannot read.
    truths : set of Cell
        Truth values that are kept as 1 or 0.
    raised : set of Cell
        Texts that look like a number because a raised footnote mark is among their digits.
    merged : list of pair of Cell
        First and last cell of what is merged.
    """

    without_value: set[Cell] = field(default_factory=set)
    errors: set[Cell] = field(default_factory=set)
    times: set[Cell] = field(default_factory=set)
    truths: set[Cell] = field(default_factory=set)
    raised: set[Cell] = field(default_factory=set)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)


def looks_like_a_number(words: str) -> bool:
    """Return whether a text has nothing but what numbers are written with."""
    return re.fullmatch(r"[\s\d.,-]+", words) is not None
