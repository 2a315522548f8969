"""Does what was delivered agree with itself: totals with parts, citizens with population, files.

The readers refuse what cannot be read; here stand the questions that need several numbers at once.
No finding quotes a number, except two populations that differ: others may be small counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final

import polars as pl

import geo
from etl.findings import Finding, Findings, Severity
from etl.harmonise import name_of
from etl.observations import CELL, OK, SUPPRESSED_BY_SOURCE
from etl.readers.package import Package

_TOTAL: Final = "__total"
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
    for one, other in combinations(sorted(packages, key=_age), 2):
        if one.info.is_demo == other.info.is_demo:
            findings.extend(same_cells(one, other))
    return findings


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
        counts that are not rounded as the layout says.
    """
    found = Findings(package.info.file, package.layout.sheet)
    observations = package.observations
    counts = observations.filter(pl.col("kind") == "count").with_columns(
        # Compared and grouped again and again: numbers are quicker than texts.
        pl.col(*(c for c in CELL if c != "period")).cast(pl.Categorical)
    )
    _missing_municipalities(observations, found)
    if not counts.is_empty():
        base = package.info.rounding_base
        _rounding(counts, base, found)
        totals = _Totals(counts, base, found)
        totals.sexes()
        totals.ages()
        totals.areas()
        _parts(package, counts, base, found)
    return found.all()


def _age(package: Package) -> tuple[str, str]:
    info = package.info
    return (info.published.isoformat() if info.published else info.edition[:4], info.package_id)


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


def _rounding(counts: pl.DataFrame, base: int | None, found: Findings) -> None:
    if base is None:
        return
    unrounded = counts.filter(pl.col("status") == OK, pl.col("value") % base != 0)
    if not unrounded.is_empty():
        row, period = unrounded.select("row", "period").row(0)
        found.add(
            "warning",
            f"{unrounded.height:,} counts are not rounded to {base}, as the layout says they are.",
            "Ask whether the package holds true counts; if so, say rounding_base and made_safe_by "
            "in the layout.",
            row=row,
            column=str(period),
        )


def partition(whole: str, bands: Iterable[str]) -> list[str] | None:
    """Return age bands that together are exactly another one.

    Parameters
    ----------
    whole
        ``all`` or a band, such as ``65+``.
    bands
        Bands to choose from; ``whole`` itself is not used.

    Returns
    -------
    list of str or None
        Bands from youngest to oldest, the narrowest where there is a choice; None when they leave
        a gap.
    """
    spans = {band: _span(band) for band in bands if band not in ("all", whole)}
    low, high = (0, None) if whole == "all" else _span(whole)

    def chain(start: int) -> list[str] | None:
        fitting = [b for b, span in spans.items() if span[0] == start]
        for band in sorted(fitting, key=lambda b: spans[b][1] or 1_000):
            end = spans[band][1]
            if end == high:
                return [band]
            if end is None or (high is not None and end > high):
                continue
            rest = chain(end + 1)
            if rest is not None:
                return [band, *rest]
        return None

    return chain(low)


def _span(band: str) -> tuple[int, int | None]:
    if band.endswith("+"):
        return int(band[:-1]), None
    low, _, high = band.partition("-")
    return int(low), int(high or low)


def _total(whole: str) -> pl.Expr:
    return pl.lit(whole).cast(pl.Categorical).alias(_TOTAL)


class _Totals:
    """Totals of one package against the sum of their parts."""

    def __init__(self, counts: pl.DataFrame, base: int | None, found: Findings) -> None:
        self.counts = counts
        self.base = base
        self.found = found

    def sexes(self) -> None:
        """Compare both sexes with women and men."""
        parts = self.counts.filter(pl.col("sex").is_in(["female", "male"]))
        if not parts.is_empty():
            wholes = self.counts.filter(pl.col("sex") == "all")
            self._compare("women and men", "sex", wholes, parts.with_columns(_total("all")), 2)

    def ages(self) -> None:
        """Compare every age band with the narrower bands it is made of."""
        pairs = self.counts.select("measure", "age").unique().cast(pl.String)
        ages = pairs.group_by("measure").agg(pl.col("age").sort())
        for bands, same in ages.group_by("age"):
            rows = self.counts.filter(pl.col("measure").is_in(same["measure"].to_list()))
            for whole in bands[0]:
                parts = partition(whole, bands[0])
                if parts and len(parts) > 1:
                    wholes = rows.filter(pl.col("age") == whole)
                    chosen = rows.filter(pl.col("age").is_in(parts)).with_columns(_total(whole))
                    name = f"ages {', '.join(parts)}"
                    self._compare(name, "age", wholes, chosen, len(parts))

    def areas(self) -> None:
        """Compare regions and country with their municipalities."""
        municipalities = geo.municipalities().select(
            pl.col("municipality_id", "region_2007").cast(pl.Categorical)
        )
        country = self.counts.filter(pl.col("area_level") == "country")
        regions = self.counts.filter(pl.col("area_level") == "region")
        if country.is_empty() and regions.is_empty():
            return
        parts = self.counts.join(municipalities, left_on="area_id", right_on="municipality_id")
        number = municipalities.height
        self._compare(
            "municipalities", "area_id", country, parts.with_columns(_total("dk")), number
        )
        for region, expected in municipalities.group_by("region_2007").len().sort("len").rows():
            wholes = regions.filter(pl.col("area_id") == region)
            chosen = parts.filter(pl.col("region_2007") == region).with_columns(_total(region))
            name = f"the municipalities of {name_of(region)}"
            self._compare(name, "area_id", wholes, chosen, expected)

    def _compare(
        self, name: str, dimension: str, wholes: pl.DataFrame, parts: pl.DataFrame, number: int
    ) -> None:
        """Compare totals with the sum of ``number`` parts where all of these are known."""
        keys = [c for c in CELL if c != dimension]
        sums = (
            parts.group_by(*keys, _TOTAL)
            .agg(
                pl.col("value").sum().alias("parts"),
                pl.col("value").count().alias("known"),  # a hidden part has no value
            )
            .filter(pl.col("known") == number)
        )
        # Each of the parts and the total may be off by half of the rounding base.
        tolerance = (number + 1) * self.base / 2 if self.base else 0.0
        joined = wholes.filter(pl.col("status") == OK).join(
            sums, left_on=[*keys, dimension], right_on=[*keys, _TOTAL]
        )
        differing = joined.filter((pl.col("value") - pl.col("parts")).abs() > tolerance).sort("row")
        for (measure,), group in differing.group_by("measure", maintain_order=True):
            first = group.row(0, named=True)
            rounding = " more than rounding explains" if self.base else ""
            self.found.add(
                "warning",
                f"{measure}: {group.height:,} of {joined.height:,} totals differ{rounding} from "
                f"the sum of {name}; the first is {_cell(first)}.",
                "Ask the publisher which is right.",
                row=first["row"],
                column=str(first["period"]),
            )


def _cell(cell: dict[str, object]) -> str:
    words = [name_of(str(cell["area_id"])), str(cell["period"])]
    words += [str(cell[c]) for c in ("sex", "age", "sector") if cell[c] != "all"]
    return ", ".join(words)


def _parts(package: Package, counts: pl.DataFrame, base: int | None, found: Findings) -> None:
    """Report citizens that are more than the people they are among."""
    keys = ["area_id", "period", "sex", "age"]
    known = counts.filter(pl.col("status") == OK)
    pairs = pl.DataFrame(
        list(package.layout.parts().items()),
        schema={"measure": pl.String, "part_of": pl.String},
        orient="row",
    ).cast(pl.Categorical)
    wholes = known.select(*keys, part_of="measure", whole="value")
    part = known.join(pairs, on="measure")
    larger = part.join(wholes, on=[*keys, "part_of"]).filter(
        pl.col("value") > pl.col("whole") + (base or 0)
    )
    columns = ["measure", "part_of", "row", *keys, "sector"]
    for cell in larger.sort("row", "period").select(columns).iter_rows(named=True):
        found.error(
            f"{cell['measure']} is larger than {cell['part_of']}, which it is counted among: "
            f"{_cell(cell)}.",
            "Correct one of the two numbers.",
            row=cell["row"],
            column=str(cell["period"]),
            kind="parts larger than the whole",
        )


def same_cells(older: Package, newer: Package) -> list[Finding]:
    """Report cells that two packages deliver with different values.

    Parameters
    ----------
    older, newer
        Two packages, the later published one second: its figure is the one used.

    Returns
    -------
    list of Finding
        One warning a measure, at the newer file.
    """
    measures = set(older.delivered_as) & set(newer.delivered_as)
    if not measures:
        return []
    known = [
        p.observations.filter(pl.col("measure").is_in(measures), pl.col("status") == OK)
        for p in (older, newer)
    ]
    tolerance = sum(p.info.rounding_base or 0 for p in (older, newer)) / 2
    both = known[1].join(known[0].select(*CELL, other="value"), on=CELL)
    differing = both.filter((pl.col("value") - pl.col("other")).abs() > tolerance).sort("row")
    findings = []
    severity: Severity = "warning"
    for (measure,), group in differing.group_by("measure", maintain_order=True):
        first = group.row(0, named=True)
        safe = all(p.info.made_safe_by == "publisher" for p in (older, newer))
        figures = (
            f": {first['other']:,.0f} there, {first['value']:,.0f} here"
            if safe and measure == "population"
            else ""
        )
        findings.append(
            Finding(
                severity,
                newer.info.file,
                newer.layout.sheet,
                first["row"],
                str(first["period"]),
                f"{measure}: {group.height:,} of {both.height:,} figures differ from those in "
                f"{older.info.file}; the first is {_cell(first)}{figures}.",
                "Nothing to mend when the two were counted differently; the newer one is used.",
            )
        )
    return findings
