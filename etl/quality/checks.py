"""Does what was delivered agree with itself: totals with parts, citizens with population, files.

The readers refuse what cannot be read; here stand the questions that need several numbers at once.
No finding quotes a number, except two populations that differ: others may be small counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

import geo
from etl.findings import Finding, Findings, Severity, digest
from etl.indicators.definition import load_indicators
from etl.ingest.age_bands import partition
from etl.ingest.harmonise import cell_named, name_of
from etl.ingest.observations import OK, SUPPRESSED_BY_SOURCE
from etl.ingest.readers.package import Once, Package, anew
from etl.messages import Said, joined, say
from etl.quality.across_packages import check_together
from etl.quality.blanks import check_blanks, many_blanks
from etl.quality.gaps import ages_left_out
from etl.quality.outliers import between_years
from etl.quality.questions import about_years

_NAMED: Final = 3
#: Rates are delivered with few digits: what one may lie outside others by for that alone.
_ROUNDED_RATE: Final = 0.05
#: Of those counted once in a larger area, how many may have lived in several of its parts in a
#: year: set wide enough for young adults, who move most, and a few more where they are few. Beyond
#: it a total is wrong, not moved.
_MOVERS: Final = 0.2
_FEW_MOVERS: Final = 5


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
        of a whole outside those of its parts, counts that are not rounded as the layout says,
        blanks that cannot be, years far from the one before.
    """
    found = Findings(package.info.file, package.layout.sheet)
    if package.layout.all_municipalities:
        _missing_municipalities(package, found)
    _rates_between(package, found)
    counts = package.observations.filter(pl.col("kind") == "count")
    if not counts.is_empty():
        totals = _Totals(counts, package, found)
        totals.rounding()
        totals.sexes()
        totals.ages()
        totals.areas()
        totals.parts()
        totals.shares()
    emptied = many_blanks(package)
    asked = about_years(package, {*emptied.select("measure", "period").iter_rows()})
    return [
        *found.all(),
        *check_blanks(package, emptied),
        *ages_left_out(package),
        *asked.findings,
        *between_years(package, asked.cells),
    ]


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


@dataclass(frozen=True)
class _Cube:
    """One measure's counts by area, period, sex, age and sector; NaN where none is known."""

    measure: str
    labels: Mapping[str, list[str]]
    value: npt.NDArray[np.float64]
    row: npt.NDArray[np.int64]
    #: What the counts are rounded to.
    base: float

    @classmethod
    def of(cls, measure: str, rows: pl.DataFrame, base: float) -> _Cube:
        """Lay the counts of a measure out; one that is not there is as unknown as a hidden one."""
        labels, at = {}, []
        for column in ("area_id", "period", "sex", "age", "sector"):
            known = rows[column].unique().sort()
            labels[column] = known.cast(pl.String).to_list()
            at.append(known.search_sorted(rows[column]).to_numpy())
        shape = [len(known) for known in labels.values()]
        value, row = np.full(shape, np.nan), np.zeros(shape, np.int64)
        value[tuple(at)] = rows["value"].to_numpy()
        row[tuple(at)] = rows["row"].to_numpy()
        return cls(measure, labels, value, row, base)

    def differing(
        self, column: str, whole: str, parts: Sequence[str], *, movers: bool = False
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the totals that differ from the sum of their parts, where all are known.

        Second those that people who move explain: with `movers` they are counted in several parts.
        """
        labels = self.labels[column]
        if not {whole, *parts} <= set(labels):
            return [], []
        axis = list(self.labels).index(column)
        at = labels.index(whole)
        each = self.value.take([labels.index(part) for part in parts], axis)
        total, more = self.value.take(at, axis), each.sum(axis)
        # Each of the parts and the total may be off by half of what they are rounded to.
        differ = np.abs(total - more) > (len(parts) + 1) * self.base / 2
        explained = movers & (total < more) & (more - total <= _MOVERS * total + _FEW_MOVERS)
        explained &= total >= each.max(axis)
        return (
            self._named(np.insert(np.argwhere(differ & ~explained), axis, at, axis=1)),
            self._named(np.insert(np.argwhere(differ & explained), axis, at, axis=1)),
        )

    def larger(self, whole: _Cube, sector: str | None) -> list[dict[str, Any]]:
        """Return the counts that are larger than what they are counted among.

        That has the same labels, but for the sector where one is given.
        """
        at = []
        for column, labels in self.labels.items():
            places = {label: i for i, label in enumerate(whole.labels[column])}
            wanted = labels if column != "sector" or sector is None else [sector] * len(labels)
            at.append([places.get(label, -1) for label in wanted])
        among = np.pad(whole.value, (0, 1), constant_values=np.nan)[np.ix_(*at)]
        return self._named(np.argwhere(self.value > among + self.base))

    def _named(self, cells: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
        rows, values = (side[tuple(cells.T)].tolist() for side in (self.row, self.value))
        known = list(self.labels.items())
        named = (
            {name: labels[i] for (name, labels), i in zip(known, cell, strict=True)}
            for cell in cells.tolist()
        )
        cells_of = [
            cell | {"measure": self.measure, "row": row, "value": value}
            for cell, row, value in zip(named, rows, values, strict=True)
        ]
        return sorted(cells_of, key=_place)


def _place(cell: Mapping[str, Any]) -> tuple[int, str]:
    return cell["row"], cell["period"]


class _Totals:
    """Counts of one package against other counts of it."""

    def __init__(self, counts: pl.DataFrame, package: Package, found: Findings) -> None:
        self.found = found
        self.package = package
        self.counts = counts
        self.exact = package.layout.exact()
        self.base = package.info.rounding_base or 0
        self.cubes = {
            str(measure): _Cube.of(str(measure), rows, 0 if measure in self.exact else self.base)
            for (measure,), rows in counts.partition_by("measure", as_dict=True).items()
        }

    def _delivered(self, measure: str) -> str:
        """Return the name a measure has in the file."""
        return self.package.delivered_as.get(measure, measure)

    def rounding(self) -> None:
        """Report counts that are not rounded as the layout says: they may be true small counts."""
        if not self.base:
            return
        unrounded = self.counts.filter(
            ~pl.col("measure").is_in(self.exact), pl.col("value") % self.base != 0
        )
        if unrounded.is_empty():
            return
        first = unrounded.row(0, named=True)
        self.found.add(
            "warning",
            "not_rounded",
            row=first["row"],
            column=str(first["period"]),
            number=unrounded.height,
        )

    def sexes(self) -> None:
        """Compare both sexes with women and men."""
        self._compare(say("of_women_and_men"), "sex", "all", ["female", "male"], self.cubes)

    def ages(self) -> None:
        """Compare every age band with the narrower bands it is made of."""
        alike: dict[tuple[str, ...], list[str]] = {}
        for measure, cube in self.cubes.items():
            alike.setdefault(tuple(cube.labels["age"]), []).append(measure)
        for bands, measures in alike.items():
            for whole in bands:
                parts = partition(whole, bands)
                if parts and len(parts) > 1:
                    name = say("of_ages", ages=", ".join(parts))
                    self._compare(name, "age", whole, parts, measures)

    def areas(self) -> None:
        """Compare regions and country with their municipalities."""
        wholes = {"dk": geo.municipalities()["municipality_id"].to_list()}
        by_region = geo.municipalities().group_by("region_2007").agg("municipality_id")
        wholes |= dict(by_region.sort("region_2007").iter_rows())
        for whole, ids in wholes.items():
            name = say("of_municipalities", area=name_of(whole))
            self._compare(name, "area_id", whole, ids, self.cubes)

    def _compare(
        self, name: Said, column: str, whole: str, parts: Sequence[str], measures: Iterable[str]
    ) -> None:
        """Compare totals with the sum of their parts where all of these are known."""
        found: list[tuple[Severity, str, list[dict[str, Any]]]] = []
        # Made-up figures have the faults their makers wanted shown.
        asked: Severity = "warning" if self.package.info.is_demo else "question"
        for measure in measures:
            once = column == "area_id" and measure in self.package.layout.counted_once
            wrong, moved = self.cubes[measure].differing(column, whole, parts, movers=once)
            found += [(asked, "totals_differ", wrong), ("note", "totals_of_movers", moved)]
        there = [one for one in found if one[2]]
        for severity, message, cells in sorted(there, key=lambda one: _place(one[2][0])):
            first = cells[0]
            self.found.add(
                severity,
                message,
                row=first["row"],
                column=first["period"],
                measure=self._delivered(first["measure"]),
                number=len(cells),
                parts=name,
                cell=cell_named(first),
                fingerprint=self._digest(cells),
            )

    def _digest(self, cells: Iterable[Mapping[str, Any]]) -> str:
        """Return what changes when any of the figures does, so that a yes is to these alone."""
        names = ["row", "period"]
        if self.package.info.made_safe_by == "publisher":  # true counts may be small ones
            names.append("value")
        return digest([cell[name] for name in names] for cell in cells)

    def parts(self) -> None:
        """Report citizens that are more than the people they are among."""
        among = self.package.layout.parts()
        # people are counted without a sector
        sector = "all" if any("all" in c.labels["sector"] for c in self.cubes.values()) else None
        for whole in sorted(set(among.values()) & set(self.cubes)):
            parts = [cube for measure, cube in self.cubes.items() if among.get(measure) == whole]
            larger = [cell for cube in parts for cell in cube.larger(self.cubes[whole], sector)]
            for cell in sorted(larger, key=_place):
                self.found.error(
                    "part_larger",
                    row=cell["row"],
                    column=cell["period"],
                    measure=self._delivered(cell["measure"]),
                    whole=self._delivered(whole),
                    cell=cell_named(cell),
                )

    def shares(self) -> None:
        """Report counts that are more than the people their share is of: it ends at 100 %.

        Not an error, for they need not be among these people: some move in or are born later.
        """
        among = self.package.layout.parts()
        others = set(self.cubes) - set(among)
        if not {"population"} < others:
            return
        shares = {
            indicator.numerator
            for indicator in load_indicators().values()
            if indicator.kind == "proportion" and indicator.denominator == "population"
        }
        for measure in sorted(shares & others):
            cells = self.cubes[measure].larger(self.cubes["population"], "all")
            if not cells:
                continue
            first = min(cells, key=_place)
            self.found.add(
                "warning",
                "more_than_people",
                row=first["row"],
                column=first["period"],
                measure=self._delivered(measure),
                number=len(cells),
                cell=cell_named(first),
            )
