"""From counts to the figures of a package: women and men together, wider ages, larger areas."""

from __future__ import annotations

from typing import Final

import polars as pl

import geo
from etl.contacts.definitions import Counts

#: Where totals would tell of fewer movers than this, they are added up instead.
FEWEST_MOVERS: Final = 5
#: Age band -> the counted bands it is made of.
AGES: Final = {
    "all": ("0-17", "18-39", "40-64", "65-79", "80+"),
    **{band: (band,) for band in ("0-17", "18-39", "40-64", "65-79", "80+")},
    "65+": ("65-79", "80+"),
}
_SEXES: Final = {"all": ("female", "male"), "female": ("female",), "male": ("male",)}
CELL: Final = ("level", "area", "year", "sex", "age")
#: Columns that are parts of each other: they are added up together or not at all.
_FAMILIES: Final = (
    ("citizens_all", "citizens_one_sector", "citizens_two_sectors", "citizens_three_sectors"),
    ("citizens_general_practice",),
    ("citizens_other_practice",),
    ("citizens_somatic_hospital",),
    ("citizens_psychiatric_hospital",),
    ("citizens_municipal_health",),
)


def figures(counts: Counts) -> tuple[pl.DataFrame, list[str]]:
    """Return every figure of a package.

    Parameters
    ----------
    counts
        As counted.

    Returns
    -------
    figures : polars.DataFrame
        ``level, area, year, sex, age`` and a column a count; all ages and bands, both sexes and
        each. Zero where a municipality has contacts in the year but none of the kind; no row where
        it has none at all. Regions and the country only where all their municipalities have.
    added_up : list of str
        Columns of unique citizens whose larger areas are the sum of their municipalities in some
        year, because the difference would tell of fewer than five people who moved.
    """
    citizens = counts.citizens.with_columns(
        citizens_contacts=pl.sum_horizontal(pl.col("^contacts_.*$"))
    ).rename({"citizens_contacts": "contacts_all"})
    municipal = _filled(citizens.filter(pl.col("level") == "municipality"), counts.stays)
    wide = _expanded(municipal)
    sums = _larger(wide)
    own = _expanded(citizens.filter(pl.col("level") != "municipality"))
    larger, added_up = _totals(sums, own)
    return pl.concat([wide, larger], how="diagonal").sort(CELL), added_up


def _filled(citizens: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """Give every municipality and year that has contacts all ages and both sexes."""
    places = citizens.select("level", "area", "year").unique()
    sexes = pl.DataFrame({"sex": _SEXES["all"]})
    ages = pl.DataFrame({"age": AGES["all"]})
    return (
        places.join(sexes, how="cross")
        .join(ages, how="cross")
        .join(citizens, on=CELL, how="left")
        .join(stays.rename({"municipality": "area"}), on=["area", "year", "sex", "age"], how="left")
        .fill_null(0)
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


def _totals(sums: pl.DataFrame, own: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Count movers once in larger areas, unless that would tell of a few of them.

    Whoever subtracts the total from the sum of the municipalities learns how many moved between
    them; the same holds for the regions and the country.
    """
    both = sums.join(own, on=CELL, suffix="_once", maintain_order="left")
    regions = both.filter(pl.col("level") == "region").group_by("year", "sex", "age")
    added_up: list[str] = []
    for family in _FAMILIES:
        once = [f"{column}_once" for column in family]
        between = (
            both.filter(pl.col("level") == "country")
            .join(regions.agg(pl.col(once).sum()), on=["year", "sex", "age"], suffix="_regions")
            .select("year", *(pl.col(f"{c}_regions") - pl.col(c) for c in once))
        )
        moved = both.select("year", *(pl.col(c) - pl.col(f"{c}_once") for c in family))
        few = pl.concat(
            frame.filter(
                pl.any_horizontal(
                    (pl.exclude("year").abs() > 0) & (pl.exclude("year").abs() < FEWEST_MOVERS)
                )
            )["year"]
            for frame in (moved, between)
        ).unique()
        if len(few):
            added_up += family
        both = both.with_columns(
            pl.when(pl.col("year").is_in(few.implode())).then(c).otherwise(f"{c}_once").alias(c)
            for c in family
        )
    return both.select(sums.columns), added_up
