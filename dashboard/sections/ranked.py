"""Indicators over the areas beside each other, two in a row: those not counted every year."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.pages import _parts as parts
from dashboard.prose import beside
from dashboard.rows import Slice
from dashboard.sections import Shown


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what the charts show."""
    return (parts.ranked_slice(shown.ctx, parts.Cut(i)) for i in shown.indicators)


def draw(shown: Shown) -> None:
    """Draw the charts; bars in three columns would be too short to compare."""
    for at in range(0, len(shown.indicators), 2):
        with beside() as places:
            for place, indicator in zip(places, shown.indicators[at : at + 2], strict=False):
                with place:
                    key = shown.key(indicator)
                    parts.show_ranked(shown.ctx, parts.Cut(indicator), key=key, level=2)
