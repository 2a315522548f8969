"""What stands out in an area: differences that are both clear and large. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: Per cent a number must differ from the country's to be large enough to matter.
LARGE = 10.0
#: Most differences told, and most of them real, so that a list of real ones leaves room.
MOST, MOST_REAL = 6, 4
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
        counted, no chance is in it) or ``unknown`` (large, but no interval can be computed).
    """

    row: Mapping[str, Any]
    percent: float
    certainty: str

    @property
    def verdict(self) -> str:
        """``good`` or ``bad``; empty where high is neither."""
        polarity = self.row["polarity"]
        if polarity not in ("high_good", "high_bad"):
            return ""
        return "good" if (polarity == "high_good") == (self.percent > 0) else "bad"


def differences(rows: Iterable[Mapping[str, Any]], *, large: float = LARGE) -> list[Difference]:
    """Return what stands out: real figures before made-up ones, the largest difference first.

    Parameters
    ----------
    rows
        Key figures: ``value, country_value, lower, upper, vs_country, polarity, theme, unit,
        is_demo, decimals``. Numbers of people are left out: a small area has few of everybody.
    large
        Per cent.

    Returns
    -------
    list of Difference
        At most ``MOST``. A number with an interval is among them only when the interval lies on
        one side of the country's number.
    """
    found = [d for row in rows if (d := _difference(row, large)) is not None]
    found.sort(key=lambda d: -abs(d.percent))
    real = [d for d in found if not d.row["is_demo"]][:MOST_REAL]
    demo = [d for d in found if d.row["is_demo"]]
    return [*real, *demo[: MOST - len(real)]]


def _difference(row: Mapping[str, Any], large: float) -> Difference | None:
    value, country = row["value"], row["country_value"]
    if value is None or not country or row["unit"] == "persons":
        return None
    percent = 100 * (value / country - 1)
    # As the reader sees them, the two numbers must differ too.
    same = round(value, row["decimals"]) == round(country, row["decimals"])
    if same or abs(percent) < large:
        return None
    if row["vs_country"] is not None:
        return Difference(row, percent, "clear") if row["vs_country"] in _CLEAR else None
    if row["lower"] is not None:
        return None
    return Difference(row, percent, "counted" if row["theme"] == "population" else "unknown")
