"""Small made-up countries: true counts by municipality, summed to every released table."""

from __future__ import annotations

import polars as pl

AGES = {"0-5": ["0-5"], "6-17": ["6-17"], "0-17": ["0-5", "6-17"]}


def catchments(**geographies):
    """Make catchments: ``klynger={"k-a": ["m1", ("m2", 0.5)]}``, with the ground, the country."""
    municipalities = sorted(
        {
            m if isinstance(m, str) else m[0]
            for g in geographies.values()
            for a in g.values()
            for m in a
        }
    )
    rows = [("kommuner", m, m, 1.0) for m in municipalities]
    rows += [("land", "dk", m, 1.0) for m in municipalities]
    for geography, areas in geographies.items():
        for area, members in areas.items():
            for member in members:
                name, share = (member, 1.0) if isinstance(member, str) else member
                rows.append((geography.replace("_", "-"), area, name, share))
    columns = ["geography", "area_id", "municipality_id", "share"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def released(ground, where, ages=None, sectors_add=False):
    """Sum true counts to all areas, both sexes, all age bands (and all sectors).

    Parameters
    ----------
    ground
        ``{(municipality, sex, age, sector, period): count}`` or with fewer parts, the rest being
        sex all, age all, sector all, period 2025.
    where
        From :func:`catchments`.
    """
    rows = []
    for key, count in ground.items():
        parts = (key,) if isinstance(key, str) else tuple(key)
        rows.append((*parts, *("all", "all", "all", 2025)[len(parts) - 1 :], float(count)))
    columns = ["municipality_id", "sex", "age", "sector", "period", "count"]
    base = pl.DataFrame(rows, schema=columns, orient="row")
    if ages:
        base = pl.concat(
            [
                base.filter(pl.col("age").is_in(parts)).with_columns(age=pl.lit(age))
                for age, parts in ages.items()
            ]
        )
    if "female" in base["sex"].to_list():
        base = pl.concat([base, base.with_columns(sex=pl.lit("all"))])
    if sectors_add:
        base = pl.concat([base, base.with_columns(sector=pl.lit("all"))])
    return (
        base.join(where, on="municipality_id")
        .group_by("geography", "area_id", "period", "sex", "age", "sector")
        .agg(count=(pl.col("count") * pl.col("share")).sum())
        .with_columns(measure=pl.lit("cases"))
        .select("measure", "geography", "area_id", "period", "sex", "age", "sector", "count")
        .sort("geography", "area_id", "period", "sex", "age", "sector")
    )


def published(decided):
    """Return what a reader sees of decided cells."""
    return decided.with_columns(count=pl.when(pl.col("status") == "ok").then("count"))


def hide(cells, *areas, status="suppressed", **where):
    """Hide the cells of some areas, everything else shown: a clumsy publisher."""
    chosen = pl.col("area_id").is_in(areas)
    for column, value in where.items():
        chosen &= pl.col(column) == value
    if "status" not in cells.columns:
        cells = cells.with_columns(status=pl.lit("ok"))
    return published_so(cells, chosen, status)


def published_so(cells, chosen, status):
    return cells.with_columns(
        status=pl.when(chosen).then(pl.lit(status)).otherwise("status"),
        count=pl.when(~chosen).then("count"),
    )
