"""What a build takes away: figures that the published warehouse has and the new one has not.

Whatever the cause: a file removed, an edition with fewer years, another layout or grouping. Each
indicator that loses something is a question; figures that are hidden now, and made-up ones that are
gone, are only told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Final

import polars as pl

from etl.findings import Finding
from etl.messages import NOTHING, Said, joined, say
from etl.publish.swap import Release
from warehouse.ages import in_order
from warehouse.export.columns import KEY

#: Areas, or indicators, that are named; the others are counted.
_NAMED: Final = 5
_DIMENSIONS: Final = ("period", "area_id", "age", "sex", "sector", "standardisation")
_KNOWN: Final = "status NOT IN ('missing', 'not_applicable')"
_KEPT: Final = "list_contains($kept::VARCHAR[], indicator_id)"
_SUMMED: Final = f"""
    SELECT indicator_id, count(*) AS number, bit_xor(hash(
        {", ".join(KEY[1:])}, is_demo, starts_with(status, 'suppressed')
    )) AS keys FROM {{measures}} WHERE {_KNOWN} AND NOT {_KEPT} GROUP BY 1
"""  # noqa: S608 - names of our own
#: Indicators with the very same cells in both: a tenth of the time of looking for each cell.
_SAME: Final = (
    f"SELECT indicator_id FROM ({_SUMMED.format(measures='old.measures')}) "  # noqa: S608
    f"JOIN ({_SUMMED.format(measures='measures')}) USING (indicator_id, number, keys)"
)
#: Of each indicator, and each value of a dimension in it: figures there were, and that are gone.
_GONE: Final = f"""
    WITH was AS (
        SELECT * FROM old.measures WHERE {_KNOWN}
        AND NOT {_KEPT}
        AND list_contains($areas::VARCHAR[], area_id)
    ), now AS (
        SELECT {", ".join(KEY)}, is_demo, status FROM measures WHERE {_KNOWN}
        AND NOT {_KEPT}
    )
    SELECT was.is_demo, was.indicator_id, {", ".join(f"was.{d}" for d in _DIMENSIONS)},
        was.package_id, count(*) AS number,
        count(*) FILTER (now.indicator_id IS NULL) AS gone,
        count(*) FILTER (was.status = 'ok' AND starts_with(now.status, 'suppressed')) AS hidden
    FROM was LEFT JOIN now ON {" AND ".join(f"was.{c} = now.{c}" for c in KEY)}
        -- a made-up figure does not stand in for a real one
        AND (was.is_demo OR NOT now.is_demo)
    GROUP BY GROUPING SETS (
        (was.is_demo, was.indicator_id), (was.is_demo, was.indicator_id, was.package_id),
        {", ".join(f"(was.is_demo, was.indicator_id, was.{d})" for d in _DIMENSIONS)}
    )
    HAVING gone > 0 OR hidden > 0
"""  # noqa: S608 - names of our own


def taken_away(
    release: Release,
    kept: Collection[str],
    areas: pl.DataFrame,
    warehouse: str,
    there: Collection[str],
) -> list[Finding]:
    """Hold the measures of a release against those of the warehouse it is to replace.

    Parameters
    ----------
    release
        Its table ``measures`` is filled; it replaces a warehouse that can be read.
    kept
        Indicators whose measures were taken over as they are: they need no look.
    areas
        ``area_id`` of every area there will be.
    warehouse
        Name of the warehouse's file, for what no delivered file is to blame for.
    there
        Names of the files that lie in the folder.

    Returns
    -------
    list of Finding
        Questions by indicator, and notes.
    """
    ids = areas["area_id"].to_list()
    same = release.sql(_SAME, {"kept": sorted(kept)})["indicator_id"]
    counted = release.sql(_GONE, {"kept": sorted({*kept, *same}), "areas": ids})
    titles = {
        row[0]: Said(row[1], row[2])
        for row in release.sql(
            "SELECT indicator_id, title_da, title_en FROM old.indicators"
        ).iter_rows()
    }
    names = dict(release.sql("SELECT area_id, name FROM old.areas").rows())
    files = dict(release.sql("SELECT package_id, file FROM old.packages").rows())
    dimensions = [pl.col(d).is_null() for d in (*_DIMENSIONS, "package_id")]
    totals = counted.filter(pl.all_horizontal(dimensions)).sort("indicator_id")
    findings = _areas_gone(release, ids, warehouse)
    for row in totals.filter(~pl.col("is_demo"), pl.col("gone") > 0).iter_rows(named=True):
        own = counted.filter(
            ~pl.col("is_demo"), pl.col("gone") > 0, pl.col("indicator_id") == row["indicator_id"]
        )
        blamed = own.filter(pl.col("package_id").is_not_null()).sort(
            "gone", "package_id", descending=[True, False]
        )
        file = files.get(blamed["package_id"][0], warehouse)
        removed = file not in {*there, warehouse}
        findings.append(
            Finding.of(
                "question",
                file,
                "taken_away",
                indicator=titles[row["indicator_id"]],
                gone=_what(own, names, whole=row["gone"] == row["number"]),
                number=row["gone"],
                stood=say("file_removed", file=file) if removed else NOTHING,
            )
        )
    demo = totals.filter(pl.col("is_demo"), pl.col("gone") > 0)
    if len(demo):
        number = int(demo["gone"].sum())
        findings.append(
            Finding.of("note", warehouse, "demo_taken_away", number=number, indicators=len(demo))
        )
    hidden = totals.filter(pl.col("hidden") > 0).sort(
        "hidden", "indicator_id", descending=[True, False]
    )
    if len(hidden):
        told = [
            say("of_indicator", indicator=titles[row["indicator_id"]], number=row["hidden"])
            for row in hidden.iter_rows(named=True)
        ]
        number = int(hidden["hidden"].sum())
        some = _few(told, "of_more_indicators", "; ")
        findings.append(Finding.of("note", warehouse, "now_hidden", indicators=some, number=number))
    return findings


def _areas_gone(release: Release, areas: Sequence[str], warehouse: str) -> list[Finding]:
    """Ask about the areas of each geography that the new warehouse has not."""
    gone = release.sql(
        "SELECT g.title_da, g.title_en, a.name FROM old.areas a JOIN old.geographies g "
        "USING (geography) WHERE NOT list_contains($areas::VARCHAR[], area_id) "
        "ORDER BY g.sort, geography, a.sort, area_id",
        {"areas": list(areas)},
    )
    return [
        Finding.of(
            "question",
            warehouse,
            "areas_taken_away",
            geography=Said(*map(str, title)),
            number=len(group),
            areas=_few(group["name"].to_list(), "and_so_many", ", "),
        )
        for title, group in gone.group_by("title_da", "title_en", maintain_order=True)
    ]


def _what(counted: pl.DataFrame, names: dict[str, str], *, whole: bool) -> Said:
    """Say what of an indicator is gone: all of it, or which values of which dimensions."""

    def lost(dimension: str, *, wholly: bool = True) -> list[str]:
        of_it = counted.filter(pl.col(dimension).is_not_null())
        if wholly:
            of_it = of_it.filter(pl.col("gone") == pl.col("number"))
        return [str(value) for value in of_it[dimension].unique().sort()]

    if whole:
        return say("whole_indicator", years=spans(map(int, lost("period"))))
    said: list[Said] = []
    if years := lost("period"):
        said.append(say("gone_years", years=spans(map(int, years))))
    if areas := sorted(names.get(area, area) for area in lost("area_id")):
        said.append(say("gone_areas", names=_few(areas, "and_so_many", ", ")))
    for dimension, message, total in (
        ("age", "gone_ages", "all_ages"),
        ("sex", "gone_sexes", "both_sexes"),
        ("sector", "gone_sectors", "all_sectors"),
    ):
        values = lost(dimension)
        if dimension == "age":
            values = in_order(values)
        words = [
            say(total) if value == "all" else value if dimension == "age" else say(value)
            for value in values
        ]
        if words:
            said.append(say(message, names=joined(", ", words)))
    if set(lost("standardisation")) - {"crude"}:
        said.append(say("gone_standardised"))
    if not said:
        partly = map(int, lost("period", wholly=False))
        said.append(say("gone_cells", years=spans(partly)))
    return joined("; ", said)


def _few(parts: Sequence[Said | str], more: str, between: str) -> Said:
    """Join the first few of some parts, and say how many more there are."""
    shown: list[Said | str] = list(parts[:_NAMED])
    if len(parts) > _NAMED:
        shown.append(say(more, number=len(parts) - _NAMED))
    return joined(between, shown)


def spans(years: Iterable[int]) -> str:
    """Return years in few words: ``2010, 2013–2016``."""
    ordered = sorted(set(years))
    starts = [ordered[0], *(b for a, b in pairwise(ordered) if b - a > 1)]
    ends = [*(a for a, b in pairwise(ordered) if b - a > 1), ordered[-1]]
    return ", ".join(
        str(first) if first == last else f"{first}–{last}"
        for first, last in zip(starts, ends, strict=True)
    )
