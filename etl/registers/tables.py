"""From counts to the figures of a package: women and men together, wider ages, larger areas."""

from __future__ import annotations

from typing import Final

import polars as pl

import geo
from etl.findings import Finding
from etl.ingest.harmonise import cell_named
from etl.registers.definitions import Counts

#: Age band -> the counted bands it is made of.
AGES: Final = {
    "all": ("0-17", "18-39", "40-64", "65-79", "80+"),
    **{band: (band,) for band in ("0-17", "18-39", "40-64", "65-79", "80+")},
    "65+": ("65-79", "80+"),
}
_SEXES: Final = {"all": ("female", "male"), "female": ("female",), "male": ("male",)}
CELL: Final = ("level", "area", "year", "sex", "age")


def figures(counts: Counts) -> pl.DataFrame:
    """Return every figure of a package.

    Parameters
    ----------
    counts
        As counted.

    Returns
    -------
    polars.DataFrame
        ``level, area, year, sex, age`` and a column a count; all ages and bands, both sexes and
        each. Zero where a municipality has contacts in the year but none of the kind; no row where
        it has none at all. Regions and the country are the sums of their municipalities, and are
        there only where all of these have contacts.
    """
    municipal = _expanded(_filled(counts))
    return pl.concat([municipal, _larger(municipal)]).sort(CELL)


def _filled(counts: Counts) -> pl.DataFrame:
    """Give every municipality and year that has contacts all ages and both sexes."""
    keys = ["municipality", "year", "sex", "age"]
    tables = (counts.citizens, counts.contacts, counts.stays)
    places = pl.concat([table.select("municipality", "year") for table in tables]).unique()
    cells = places.join(pl.DataFrame({"sex": _SEXES["all"]}), how="cross").join(
        pl.DataFrame({"age": AGES["all"]}), how="cross"
    )
    for table in tables:
        cells = cells.join(table, on=keys, how="left")
    by_sector = [column for column in counts.contacts.columns if column not in keys]
    return (
        cells.fill_null(0)
        .with_columns(contacts_all=pl.sum_horizontal(by_sector), level=pl.lit("municipality"))
        .rename({"municipality": "area"})
    )


def _expanded(frame: pl.DataFrame) -> pl.DataFrame:
    """Add both sexes together and the wider age bands: nobody is in two of their parts."""
    wider = {"sex": _SEXES, "age": AGES}
    for column, made_of in wider.items():
        parts = pl.DataFrame(
            [(whole, part) for whole, listed in made_of.items() for part in listed],
            schema=["whole", column],
            orient="row",
        )
        frame = (
            frame.join(parts, on=column)
            .drop(column)
            .rename({"whole": column})
            .group_by(CELL)
            .agg(pl.exclude(CELL).sum())
        )
    return frame.select(*CELL, pl.exclude(CELL)).sort(CELL)


def _larger(municipal: pl.DataFrame) -> pl.DataFrame:
    """Add municipalities up to the regions and the country that are there in full."""
    known = geo.municipalities().select(area="municipality_id", region="region_2007")
    levels = (("region", pl.col("region")), ("country", pl.lit("dk")))
    larger = []
    for level, whole in levels:
        sizes = known.group_by(whole.alias("whole")).len("wanted")
        larger.append(
            municipal.join(known, on="area")
            .with_columns(whole.alias("whole"))
            .group_by("whole", "year", "sex", "age")
            .agg(pl.exclude(*CELL, "region").sum(), pl.len().alias("there"))
            .join(sizes, on="whole")
            .filter(pl.col("there") == pl.col("wanted"))
            .select(
                pl.lit(level).alias("level"),
                pl.col("whole").alias("area"),
                pl.exclude("whole", "there", "wanted"),
            )
        )
    return pl.concat(larger).select(municipal.columns)


def above_population(frame: pl.DataFrame, file: str) -> list[Finding]:
    """Tell of cells with more citizens than people: no share of them can be right.

    Parameters
    ----------
    frame
        Of :func:`figures`, with the column ``population``.
    file
        Name of the population's file.

    Returns
    -------
    list of Finding
        One warning, with the number of cells and the first of them; no number of people.
    """
    citizens = [column for column in frame.columns if column.startswith("citizens_")]
    above = frame.filter(
        pl.any_horizontal(pl.col(column) > pl.col("population") for column in citizens)
    ).sort("year", "level", "area", "sex", "age")
    if above.is_empty():
        return []
    first = above.row(0, named=True)
    cell = {"area_id": first["area"], "period": first["year"], "sector": "all"}
    cell |= {key: first[key] for key in ("sex", "age")}
    return [
        Finding.of(
            "warning",
            file,
            "contacts_above_population",
            number=above.height,
            cell=cell_named(cell),
        )
    ]
