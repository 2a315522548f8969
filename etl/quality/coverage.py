"""Says where so much had to be hidden that little is left, and what of a whole group is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from etl.findings import Finding
from etl.indicators.definition import Indicator
from etl.ingest.readers.package import Package
from etl.messages import Said

#: Share of a year's figures of municipalities.
_MUCH: Final = 0.5
#: Figures of municipalities, and how many of them we hide, by indicator, package and year.
COUNTED: Final = """
    SELECT indicator_id, package_id, period, count(*) AS figures,
        count(*) FILTER (WHERE status <> 'ok') AS hidden
    FROM measures
    WHERE geography = 'kommuner' AND standardisation = 'crude'
        AND status IN ('ok', 'suppressed', 'suppressed_secondary')
    GROUP BY ALL
"""
#: Figures of packages with true small counts that are of everybody in a group, or of nobody.
DISCLOSING: Final = """
    SELECT package_id, count(*) FILTER (WHERE count = 0) AS nobody,
        count(*) FILTER (WHERE count = population) AS everybody
    FROM measures
    WHERE status = 'ok' AND standardisation = 'crude' AND count IN (0, population)
    GROUP BY package_id
"""


def whole_groups(disclosing: pl.DataFrame, packages: Sequence[Package]) -> list[Finding]:
    """Return a note for each package of ours that shows what holds for all of a group, or none.

    Parameters
    ----------
    disclosing
        What the new warehouse says to :data:`DISCLOSING`.
    packages
        As loaded.

    Returns
    -------
    list of Finding
        Nobody is worked out by it, but what is said of the group is said of each in it.
    """
    ours = {
        one.info.package_id: one.info.file
        for one in packages
        if one.info.made_safe_by == "klyngeblik"
    }
    return [
        Finding.of("note", ours[name], "whole_groups", nobody=nobody, everybody=everybody)
        for name, nobody, everybody in disclosing.sort("package_id").iter_rows()
        if name in ours
    ]


def mostly_hidden(
    counted: pl.DataFrame, indicators: Sequence[Indicator], packages: Sequence[Package]
) -> list[Finding]:
    """Return a warning for each indicator most of whose municipal figures are hidden in a year.

    Parameters
    ----------
    counted
        What the new warehouse says to :data:`COUNTED`.
    indicators
        The definitions.
    packages
        As loaded.

    Returns
    -------
    list of Finding
        In the order of the definitions.
    """
    much = counted.filter(pl.col("hidden") > _MUCH * pl.col("figures")).sort("period", "package_id")
    titles = {one.id: Said(one.title_da, one.title_en) for one in indicators}
    by_id = {package.info.package_id: package.info for package in packages}
    found = []
    for name, title in titles.items():
        for (package,), years in much.filter(pl.col("indicator_id") == name).group_by(
            "package_id", maintain_order=True
        ):
            found.append(
                Finding.of(
                    "warning",
                    by_id[str(package)].file,
                    "mostly_hidden",
                    few=by_id[str(package)].threshold,
                    indicator=title,
                    share=100 * float(years["hidden"].sum()) / float(years["figures"].sum()),
                    years=", ".join(str(year) for year in years["period"]),
                )
            )
    return found
