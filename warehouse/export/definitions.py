"""What an indicator is, as facts a program reads: how it is worked out and what it is fit for."""

from __future__ import annotations

from typing import Any, Final

from warehouse.connection import Warehouse

#: How each kind of number is worked out, and how sure it is.
_FORMULAS: Final = {
    "count": "count",
    "proportion": "multiplier * count / population",
    "rate": "multiplier * count / population",
    "mean": "count / population",
    "published": "as published",
    "life_expectancy": "years left, from a life table of deaths and people by sex and age",
}
_INTERVALS: Final = {
    "proportion": "Wilson score, 95 %",
    "rate": "Byar, exact (chi-square) below 10 events, 95 %",
}
_COMPARISON: Final = "95 % interval against the benchmark: better, similar or worse by polarity"
_TREND: Final = (
    "last 5 periods, weighted slope, chi-square test at 99.8 %, that keeps its sign when any one "
    "period is left out; provisional periods are in none, and none crosses a break"
)


def of(wh: Warehouse) -> list[dict[str, Any]]:
    """Return the definitions of a warehouse, by theme and place within it.

    Returns
    -------
    list of dict
        The columns of the table ``indicators``, and ``formula``, ``numerator``, ``denominator``,
        ``interval_method``, ``standard_population``, ``comparison_rule``, ``trend_rule``,
        ``standardisations`` and ``packages``; ``None`` where there is none.
    """
    delivered: dict[str, list[str]] = {}
    packages: dict[str, list[str]] = {}
    for row in wh.rows(
        "SELECT indicator_id, package_id, delivered_as FROM indicator_sources ORDER BY ALL"
    ):
        packages.setdefault(row["indicator_id"], []).append(row["package_id"])
        delivered.setdefault(row["indicator_id"], []).append(row["delivered_as"])
    ways: dict[str, list[str]] = {}
    standards: dict[str, list[str]] = {}
    for row in wh.once("standards", _standards):
        ways.setdefault(row["indicator_id"], []).append(row["standardisation"])
        standards.setdefault(row["indicator_id"], []).append(row["standard"])
    found = wh.rows("SELECT * FROM indicators ORDER BY theme, sort, indicator_id")
    return [
        row
        | {
            "formula": _FORMULAS.get(row["kind"]),
            "numerator": _one_line(delivered.get(row["indicator_id"])),
            "denominator": None if row["kind"] in ("count", "published") else "population",
            "interval_method": _INTERVALS.get(row["kind"]) if row["has_interval"] else None,
            "standard_population": _one_line(standards.get(row["indicator_id"])),
            "comparison_rule": _COMPARISON if row["has_interval"] else None,
            "trend_rule": _TREND if row["has_interval"] else None,
            "standardisations": list(dict.fromkeys(ways.get(row["indicator_id"], []))),
            "packages": list(dict.fromkeys(packages.get(row["indicator_id"], []))),
        }
        for row in found
    ]


def _standards(wh: Warehouse) -> list[dict[str, Any]]:
    return wh.rows(
        "SELECT DISTINCT indicator_id, standardisation, standard FROM measures ORDER BY ALL"
    )


def _one_line(said: list[str] | None) -> str | None:
    texts = dict.fromkeys(text for text in said or () if text)
    return "; ".join(texts) or None
