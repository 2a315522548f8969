"""Does what was delivered agree with itself: totals with parts, citizens with population, files.

The readers refuse what cannot be read; here stand the questions that need several numbers at once.
No finding quotes a number, except two populations that differ: others may be small counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import polars as pl

import geo
from etl.age_bands import partition
from etl.between import Once, anew, check_together
from etl.findings import Finding, Findings
from etl.harmonise import cell_named, name_of
from etl.jumps import between_years
from etl.messages import Said, joined, say
from etl.observations import OK, SUPPRESSED_BY_SOURCE
from etl.readers.package import Package

_NAMED: Final = 3
#: Rates are delivered with few digits: what one may lie outside others by for that alone.
_ROUNDED_RATE: Final = 0.05


def check_all(packages: Sequence[Package], once: Once = anew) -> list[Finding]:
    """Check every package by itself and against the others.

    Parameters
    ----------
    packages
        As loaded.
    once
        Makes a check of some packages, or knows what it found.

    Returns
    -------
    list of Finding
        Errors, warnings and notes, package by package.
    """
    findings = [finding for package in packages for finding in once(check_package, package)]
    return [*findings, *check_together(packages, once)]


def check_package(package: Package) -> list[Finding]:
    """Check one package by itself.

    Parameters
    ----------
    package
        As read.

    Returns
    -------
    list of Finding
        Missing municipalities, totals that are not the sum of their parts (within what rounding
        explains, and only where nothing is hidden), parts larger than what they are part of, rates
        of a whole outside those of its parts, counts that are not rounded as the layout says, years
        far from the one before.
    """
    found = Findings(package.info.file, package.layout.sheet)
    observations = package.observations
    if package.layout.all_municipalities:
        _missing_municipalities(package, found)
    _rates_between(package, found)
    counts = observations.filter(pl.col("kind") == "count")
    if not counts.is_empty():
        totals = _Totals(counts, package, found)
        totals.rounding()
        totals.sexes()
        totals.ages()
        totals.areas()
        totals.parts()
    return [*found.all(), *between_years(package)]


def _missing_municipalities(package: Package, found: Findings) -> None:
    """Say in which years municipalities have no figure."""
    every = geo.municipalities().select(area_id="municipality_id")
    rows = package.observations.filter(
        pl.col("area_level") == "municipality", pl.col("standardisation") == "crude"
    )
    has_figure = pl.col("status").is_in([OK, SUPPRESSED_BY_SOURCE]).any()
    there = rows.group_by("measure", "period", "area_id").agg(has_figure.alias("has_figure"))
    wanted = there.select("measure", "period").unique().join(every, how="cross")
    absent = (
        wanted.join(there, on=["measure", "period", "area_id"], how="left", nulls_equal=True)
        .filter(~pl.col("has_figure").fill_null(value=False))
        .with_columns(pl.col("has_figure").is_null().alias("without_row"))
        .sort("measure", "period", "area_id")
    )
    for (measure,), group in absent.group_by("measure", maintain_order=True):
        without_row = bool(group["without_row"].any())
        years = [
            joined("", [f"{period} (", _named(list(year["area_id"])), ")"])
            for (period,), year in group.group_by("period", maintain_order=True)
        ]
        found.add(
            "warning" if without_row else "note",
            "municipalities_missing",
            measure=package.delivered_as.get(str(measure), measure),
            years=joined(", ", years),
        )


def _rates_between(package: Package, found: Findings) -> None:
    """Report rates of a country or region that no weighting of its municipalities gives."""
    keys = ["measure", "period", "sex", "age", "sector"]
    rates = package.observations.filter(
        pl.col("kind") == "rate", pl.col("standardisation") == "crude"
    )
    wholes = rates.filter(pl.col("area_level") != "municipality", pl.col("status") == OK)
    if wholes.is_empty():
        return
    municipalities = geo.municipalities().select("region_2007", area_id="municipality_id")
    own = rates.filter(pl.col("area_level") == "municipality").join(municipalities, on="area_id")
    parts = pl.concat(
        [own.with_columns(whole=pl.lit("dk")), own.with_columns(whole=pl.col("region_2007"))]
    )
    ranges = parts.group_by(*keys, "whole").agg(
        pl.col("value").min().alias("low"),
        pl.col("value").max().alias("high"),
        (pl.col("status") == OK).sum().alias("known"),
    )
    region = municipalities.group_by(whole="region_2007").agg(pl.len().alias("all"))
    country = pl.DataFrame({"whole": "dk", "all": municipalities.height}, schema=region.schema)
    ranges = ranges.join(pl.concat([region, country]), on="whole").filter(
        pl.col("known") == pl.col("all")
    )
    slack = pl.max_horizontal(pl.col("high") / 100, pl.lit(_ROUNDED_RATE))
    outside = (
        wholes.join(ranges, left_on=[*keys, "area_id"], right_on=[*keys, "whole"])
        .filter(
            (pl.col("value") < pl.col("low") - slack) | (pl.col("value") > pl.col("high") + slack)
        )
        .sort("row", "period")
    )
    for (measure, area_id), group in outside.group_by("measure", "area_id", maintain_order=True):
        first = group.row(0, named=True)
        found.add(
            "warning",
            "rate_outside",
            row=first["row"],
            column=str(first["period"]),
            measure=package.delivered_as.get(str(measure), measure),
            number=group.height,
            area=name_of(str(area_id)),
            cell=cell_named(first),
        )


def _named(area_ids: Sequence[str]) -> Said:
    if len(area_ids) > _NAMED:
        return say("municipalities", number=len(area_ids))
    return joined(", ", (name_of(area_id) for area_id in area_ids))


class _Totals:
    """Counts of one package against other counts of it.

    Every cell gets a number in mixed radix, a digit for each of measure, area, period, sex, age and
    sector. The total a cell belongs to is then the same number with one digit changed, and finding
    it is one integer join instead of one over six texts.
    """

    _DIGITS: Final = ("measure", "area_id", "period", "sex", "age", "sector")

    def __init__(self, counts: pl.DataFrame, package: Package, found: Findings) -> None:
        self.found = found
        self.package = package
        self.layout = package.layout
        self.labels: dict[str, list[str]] = {}
        self.weights: dict[str, int] = {}
        weight = 1
        digits = []
        for column in self._DIGITS:
            labels = counts[column].unique().cast(pl.String).sort().to_list()
            self.labels[column] = labels
            self.weights[column] = weight
            weight *= len(labels)
            text = pl.col(column).cast(pl.String).cast(pl.Enum(labels))
            digits.append(text.to_physical().cast(pl.Int64).alias(column))
        base = package.info.rounding_base or 0
        exact = pl.col("measure").is_in(self._codes("measure", self.layout.exact()))
        self.counts = counts.select(*digits, "value", "row").with_columns(
            pl.when(exact).then(0).otherwise(base).alias("rounded_to"),
            pl.sum_horizontal(pl.col(c) * w for c, w in self.weights.items()).alias("cell"),
        )

    def _codes(self, column: str, labels: Iterable[str]) -> list[int]:
        known = self.labels[column]
        return [known.index(label) for label in labels if label in known]

    def _those(self, column: str, labels: Iterable[str]) -> pl.Expr:
        return pl.col(column).is_in(self._codes(column, labels))

    def _moved(self, column: str, label: str) -> pl.Expr:
        """Return the step to the number of the cell that differs in one label."""
        return (self._codes(column, [label])[0] - pl.col(column)) * self.weights[column]

    def _named(self, cell: dict[str, Any]) -> dict[str, Any]:
        return cell | {column: self.labels[column][cell[column]] for column in self._DIGITS}

    def _delivered(self, measure: str) -> str:
        """Return the name a measure has in the file."""
        return self.package.delivered_as.get(measure, measure)

    def rounding(self) -> None:
        """Report counts that are not rounded as the layout says: they may be true small counts."""
        rounded_to = pl.col("rounded_to")
        unrounded = self.counts.filter(rounded_to > 0, pl.col("value") % rounded_to != 0)
        if unrounded.is_empty():
            return
        first = self._named(unrounded.row(0, named=True))
        self.found.add(
            "warning",
            "not_rounded",
            row=first["row"],
            column=first["period"],
            number=unrounded.height,
        )

    def sexes(self) -> None:
        """Compare both sexes with women and men."""
        self._compare(say("of_women_and_men"), "sex", "all", ["female", "male"], self.counts)

    def ages(self) -> None:
        """Compare every age band with the narrower bands it is made of."""
        pairs = self.counts.select("measure", "age").unique()
        ages = pairs.group_by("measure").agg(pl.col("age").sort()).group_by("age").all()
        for digits, measures in ages.iter_rows():
            bands = [self.labels["age"][digit] for digit in digits]
            rows = self.counts.filter(pl.col("measure").is_in(measures))
            for whole in bands:
                parts = partition(whole, bands)
                if parts and len(parts) > 1:
                    name = say("of_ages", ages=", ".join(parts))
                    self._compare(name, "age", whole, parts, rows)

    def areas(self) -> None:
        """Compare regions and country with their municipalities."""
        wholes = {"dk": geo.municipalities()["municipality_id"].to_list()}
        by_region = geo.municipalities().group_by("region_2007").agg("municipality_id")
        wholes |= dict(by_region.sort("region_2007").iter_rows())
        for whole, ids in wholes.items():
            name = say("of_municipalities", area=name_of(whole))
            self._compare(name, "area_id", whole, ids, self.counts)

    def _compare(
        self, name: Said, column: str, whole: str, parts: Sequence[str], rows: pl.DataFrame
    ) -> None:
        """Compare totals with the sum of their parts where all of these are known."""
        if whole not in self.labels[column]:
            return
        number = len(parts)
        sums = (
            rows.filter(self._those(column, parts))
            .select((pl.col("cell") + self._moved(column, whole)).alias("cell"), "value")
            .group_by("cell")
            .agg(
                pl.col("value").sum().alias("parts"),
                pl.col("value").count().alias("known"),  # a hidden part has no value
            )
            .filter(pl.col("known") == number)
        )
        # Each of the parts and the total may be off by half of what they are rounded to.
        tolerance = (number + 1) * pl.col("rounded_to") / 2
        totals = rows.filter(self._those(column, [whole])).join(sums, on="cell")
        differing = totals.filter((pl.col("value") - pl.col("parts")).abs() > tolerance)
        for _, group in differing.sort("row", "period").group_by("measure", maintain_order=True):
            first = self._named(group.row(0, named=True))
            self.found.add(
                "warning",
                "totals_differ",
                row=first["row"],
                column=first["period"],
                measure=self._delivered(first["measure"]),
                number=group.height,
                parts=name,
                cell=cell_named(first),
            )

    def parts(self) -> None:
        """Report citizens that are more than the people they are among."""
        among = self.layout.parts()
        for whole in sorted(set(among.values()) & set(self.labels["measure"])):
            step = self._moved("measure", whole)
            if "all" in self.labels["sector"]:
                step += self._moved("sector", "all")
            wholes = self.counts.filter(self._those("measure", [whole]))
            larger = (
                self.counts.filter(self._those("measure", [m for m in among if among[m] == whole]))
                .with_columns((pl.col("cell") + step).alias("cell"))
                .join(wholes.select("cell", whole="value"), on="cell")
                .filter(pl.col("value") > pl.col("whole") + pl.col("rounded_to"))
            )
            for digits in larger.sort("row", "period").iter_rows(named=True):
                cell = self._named(digits)
                self.found.error(
                    "part_larger",
                    row=cell["row"],
                    column=cell["period"],
                    measure=self._delivered(cell["measure"]),
                    whole=self._delivered(whole),
                    cell=cell_named(cell),
                )
