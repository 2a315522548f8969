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
from etl.between import check_together
from etl.findings import Finding, Findings
from etl.harmonise import cell_named, name_of
from etl.jumps import between_years
from etl.observations import OK, SUPPRESSED_BY_SOURCE
from etl.readers.package import Package

_NAMED: Final = 3


def check_all(packages: Sequence[Package]) -> list[Finding]:
    """Check every package by itself and against the others.

    Parameters
    ----------
    packages
        As loaded.

    Returns
    -------
    list of Finding
        Errors, warnings and notes, package by package.
    """
    findings = [finding for package in packages for finding in check_package(package)]
    return [*findings, *check_together(packages)]


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
        explains, and only where nothing is hidden), parts larger than what they are part of,
        counts that are not rounded as the layout says, a last year far from the one before.
    """
    found = Findings(package.info.file, package.layout.sheet)
    observations = package.observations
    if package.layout.all_municipalities:
        _missing_municipalities(observations, found)
    counts = observations.filter(pl.col("kind") == "count")
    if not counts.is_empty():
        totals = _Totals(counts, package, found)
        totals.rounding()
        totals.sexes()
        totals.ages()
        totals.areas()
        totals.parts()
    return [*found.all(), *between_years(package)]


def _missing_municipalities(observations: pl.DataFrame, found: Findings) -> None:
    """Say in which years municipalities have no figure."""
    every = geo.municipalities().select(area_id="municipality_id")
    rows = observations.filter(
        pl.col("area_level") == "municipality", ~pl.col("standardisation").str.contains("age")
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
            f"{period} ({_named(list(year['area_id']))})"
            for (period,), year in group.group_by("period", maintain_order=True)
        ]
        found.add(
            "warning" if without_row else "note",
            f"{measure} has no figure for some municipalities in {', '.join(years)}.",
            "Ask the publisher for them; until then they are shown as not delivered.",
        )


def _named(area_ids: Sequence[str]) -> str:
    if len(area_ids) > _NAMED:
        return f"{len(area_ids)} municipalities"
    return ", ".join(name_of(area_id) for area_id in area_ids)


class _Totals:
    """Counts of one package against other counts of it.

    Every cell gets a number in mixed radix, a digit for each of measure, area, period, sex, age and
    sector. The total a cell belongs to is then the same number with one digit changed, and finding
    it is one integer join instead of one over six texts.
    """

    _DIGITS: Final = ("measure", "area_id", "period", "sex", "age", "sector")

    def __init__(self, counts: pl.DataFrame, package: Package, found: Findings) -> None:
        self.found = found
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

    def rounding(self) -> None:
        """Report counts that are not rounded as the layout says: they may be true small counts."""
        rounded_to = pl.col("rounded_to")
        unrounded = self.counts.filter(rounded_to > 0, pl.col("value") % rounded_to != 0)
        if unrounded.is_empty():
            return
        first = self._named(unrounded.row(0, named=True))
        self.found.add(
            "warning",
            f"{unrounded.height:,} counts are not rounded as the layout says they are.",
            "Ask whether the package holds true counts; if so, take rounding_base out of the "
            "layout and say made_safe_by = klyngeblik.",
            row=first["row"],
            column=first["period"],
        )

    def sexes(self) -> None:
        """Compare both sexes with women and men."""
        self._compare("women and men", "sex", "all", ["female", "male"], self.counts)

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
                    self._compare(f"ages {', '.join(parts)}", "age", whole, parts, rows)

    def areas(self) -> None:
        """Compare regions and country with their municipalities."""
        wholes = {"dk": geo.municipalities()["municipality_id"].to_list()}
        by_region = geo.municipalities().group_by("region_2007").agg("municipality_id")
        wholes |= dict(by_region.sort("region_2007").iter_rows())
        for whole, ids in wholes.items():
            name = f"the municipalities of {name_of(whole)}"
            self._compare(name, "area_id", whole, ids, self.counts)

    def _compare(
        self, name: str, column: str, whole: str, parts: Sequence[str], rows: pl.DataFrame
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
        for (measure,), group in differing.sort("row", "period").group_by(
            "measure", maintain_order=True
        ):
            first = self._named(group.row(0, named=True))
            self.found.add(
                "warning",
                f"{self.labels['measure'][measure]}: {group.height:,} totals differ by more than "
                f"rounding explains from the sum of {name}; the first is {cell_named(first)}.",
                "Ask the publisher which is right.",
                row=first["row"],
                column=first["period"],
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
                    f"{cell['measure']} is larger than {whole}, which it is counted among: "
                    f"{cell_named(cell)}.",
                    "Correct one of the two numbers.",
                    row=cell["row"],
                    column=cell["period"],
                    kind="parts larger than the whole",
                )
