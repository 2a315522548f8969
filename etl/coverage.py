"""Says where so much had to be hidden that little is left to see, and what would help."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from etl.findings import Finding
from etl.indicator import Indicator
from etl.messages import Said
from warehouse import connect

_HIDDEN: Final = ("suppressed", "suppressed_secondary")
#: Share of a year's figures of municipalities.
_MUCH: Final = 0.5
_COUNTED: Final = (
    "SELECT CAST(indicator_id AS VARCHAR) AS indicator_id, CAST(package_id AS VARCHAR) AS "
    "package_id, period, count(*) AS figures, count(*) FILTER (WHERE status IN $hidden) AS hidden "
    "FROM measures WHERE geography = 'kommuner' AND standardisation = 'crude' "
    "AND (status = 'ok' OR status IN $hidden) AND indicator_id IN $names GROUP BY ALL"
)


def mostly_hidden(
    measures: pl.DataFrame,
    old: Path,
    kept: Collection[str],
    indicators: Sequence[Indicator],
    files: Mapping[str, str],
) -> list[Finding]:
    """Return a warning for each indicator most of whose municipal figures are hidden in a year.

    Parameters
    ----------
    measures
        What was computed now, as the warehouse table.
    old, kept
        The warehouse to be replaced, and the indicators whose figures are taken from it.
    indicators
        The definitions.
    files
        File name by package.

    Returns
    -------
    list of Finding
        In the order of the definitions.
    """
    frames = []
    hidden = list(_HIDDEN)
    if not measures.is_empty():
        text = pl.col("indicator_id", "package_id", "geography", "standardisation", "status")
        frames.append(
            measures.select(text.cast(pl.String), "period")
            .filter(
                pl.col("geography") == "kommuner",
                pl.col("standardisation") == "crude",
                pl.col("status").is_in(["ok", *hidden]),
            )
            .group_by("indicator_id", "package_id", "period")
            .agg(figures=pl.len(), hidden=pl.col("status").is_in(hidden).sum())
        )
    if kept:
        with connect(old) as warehouse:
            known = warehouse.sql(_COUNTED, {"hidden": hidden, "names": list(kept)})
        frames.append(known)
    if not frames:
        return []
    number = pl.col("figures", "hidden").cast(pl.Int64)
    counted = pl.concat([frame.with_columns(number) for frame in frames], how="vertical_relaxed")
    much = counted.filter(pl.col("hidden") > _MUCH * pl.col("figures")).sort("period")
    titles = {one.id: Said(one.title_da, one.title_en) for one in indicators}
    found = []
    for name, title in titles.items():
        for (package,), years in much.filter(pl.col("indicator_id") == name).group_by(
            "package_id", maintain_order=True
        ):
            found.append(
                Finding.of(
                    "warning",
                    files.get(str(package), str(package)),
                    "mostly_hidden",
                    indicator=title,
                    share=100 * float(years["hidden"].sum()) / float(years["figures"].sum()),
                    years=", ".join(str(year) for year in years["period"]),
                )
            )
    return found
