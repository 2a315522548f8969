"""What stands out in an area: differences both clear and large, and large ones apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.format import rounded

#: Per cent a number must differ from the country's to be large enough to matter.
LARGE = 10.0
#: Most differences told that are sure, and most of those nobody is sure of.
MOST, MOST_UNSURE = 6, 3
_CLEAR = frozenset({"better", "worse", "lower", "higher"})


@dataclass(frozen=True)
class Difference:
    """One number that differs from the country's.

    Attributes
    ----------
    row
        The key figure, with its indicator's own columns.
    percent
        How much higher (above zero) or lower than the country's number.
    certainty
        ``clear`` (the interval lies on one side of the country), ``counted`` (everybody was
        counted, no chance is in it), ``estimate`` (the number rests on an assumption, and no
        interval says how far that holds) or ``unknown`` (no interval can be computed).
    """

    row: Mapping[str, Any]
    percent: float
    certainty: str

    @property
    def is_sure(self) -> bool:
        """Whether chance can be ruled out, and nothing is assumed."""
        return self.certainty in ("clear", "counted")

    @property
    def verdict(self) -> str:
        """``good`` or ``bad``; empty where high is neither."""
        polarity = self.row["polarity"]
        if polarity not in ("high_good", "high_bad"):
            return ""
        return "good" if (polarity == "high_good") == (self.percent > 0) else "bad"


def differences(rows: Iterable[Mapping[str, Any]], *, large: float = LARGE) -> list[Difference]:
    """Return what stands out: the sure before the unsure, real figures before made-up ones.

    Parameters
    ----------
    rows
        Key figures: ``value, country_value, lower, upper, vs_country, polarity, theme, unit,
        is_estimate, is_demo, decimals``. Numbers of people are left out: a small area has few of
        everybody.
    large
        Per cent.

    Returns
    -------
    list of Difference
        The largest first among their like; at most ``MOST`` sure ones and ``MOST_UNSURE`` others.
        A number with an interval is among them only when the interval lies on one side of the
        country's number.
    """
    found = [d for row in rows if (d := _difference(row, large)) is not None]
    found.sort(key=lambda d: (d.row["is_demo"], -abs(d.percent)))
    sure = [d for d in found if d.is_sure]
    return [*sure[:MOST], *[d for d in found if not d.is_sure][:MOST_UNSURE]]


def _difference(row: Mapping[str, Any], large: float) -> Difference | None:
    value, country = row["value"], row["country_value"]
    if value is None or not country or row["unit"] == "persons":
        return None
    percent = 100 * (value / country - 1)
    # As the reader sees them, the two numbers must differ too.
    same = rounded(value, row["decimals"]) == rounded(country, row["decimals"])
    if same or abs(percent) < large:
        return None
    if row["vs_country"] is not None:
        certainty = "clear" if row["vs_country"] in _CLEAR else ""
    elif row["lower"] is not None:
        certainty = ""
    else:
        certainty = "counted" if row["theme"] == "population" else "unknown"
    if certainty and row["is_estimate"]:
        certainty = "estimate"
    return Difference(row, percent, certainty) if certainty else None
