"""Which of several editions is used for what.

The newer edition of a measure's year is the one that is used, whole; what only an older one has is
taken from that one. A projection is one run of a model: an older one is never put beside a newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from threading import Lock
from typing import Final

import polars as pl

from etl.findings import Finding, digest
from etl.ingest.age_bands import partition
from etl.ingest.harmonise import cell_named
from etl.ingest.observations import CELL, MISSING, NOT_APPLICABLE, OK
from etl.ingest.readers.package import MeasureYears, Once, Package, anew
from etl.messages import Said, joined, say
from etl.quality.outliers import between_editions
from etl.quality.questions import about_editions

_NAMED: Final = 3


class EarlierEdition(Package):
    """An edition of which newer ones have some years: only its others are there.

    Its ``info`` is about the whole file.
    """

    _whole: Package
    _kept: MeasureYears
    _figures: pl.DataFrame | None
    _lock: Lock

    def __init__(self, package: Package, kept: MeasureYears) -> None:
        measures = {measure for measure, _ in kept}
        named = {m: label for m, label in package.delivered_as.items() if m in measures}
        given = {
            "info": package.info,
            "findings": package.findings,
            "layout": package.layout,
            "delivered_as": named,
            "_whole": package,
            "_kept": kept,
            "_figures": None,
            "_lock": Lock(),
        }
        for name, value in given.items():
            object.__setattr__(self, name, value)

    @property
    def years(self) -> MeasureYears:
        """The years that are used, measure by measure."""
        return self._kept

    @property
    def only(self) -> MeasureYears:
        """The years that are used, measure by measure."""
        return self._kept

    @property
    def observations(self) -> pl.DataFrame:
        """The observations of the years that are used."""
        with self._lock:
            if self._figures is None:
                kept = self._whole.observations.join(_frame(self._kept), on=["measure", "period"])
                object.__setattr__(self, "_figures", kept)
            assert self._figures is not None  # noqa: S101
            return self._figures


def _frame(years: MeasureYears) -> pl.DataFrame:
    schema = {"measure": pl.String, "period": pl.Int16}
    return pl.DataFrame(sorted(years), schema=schema, orient="row")


def newest(packages: Iterable[Package], once: Once = anew) -> tuple[list[Package], list[Finding]]:
    """Keep of each kind the newest edition, and of older ones what no newer one has.

    Parameters
    ----------
    packages
        As read.
    once
        Compares two editions, or knows what it found in them.

    Returns
    -------
    tuple of list of Package and list of Finding
        The packages that are used, and what is to be said about the others: which are not used,
        for which years one is, what a newer edition no longer has, and where two of them differ.
    """
    kept: list[Package] = []
    findings: list[Finding] = []
    ordered = sorted(packages, key=lambda p: (p.info.layout, p.info.edition, p.info.file))
    for _, group in groupby(ordered, key=lambda p: p.info.layout):
        editions = list(group)
        findings.extend(_same_twice(editions))
        used: list[Package] = []
        whole: list[Package] = []
        for package in reversed(editions):
            part, told = _beside(package, whole, once)
            findings.extend(told)
            whole.append(package)
            if part is not None:
                used.append(part)
        kept.extend(reversed(used))
    return kept, findings


def _beside(
    package: Package, newer: Sequence[Package], once: Once
) -> tuple[Package | None, list[Finding]]:
    """Return what is used of an edition beside newer ones (newest first), and what to say of it."""
    if not newer:
        return package, []
    over = next((n for n in newer if n.years & package.years), None)
    if over is not None and over.info.edition == package.info.edition:
        return package, []  # an error of its own
    found: list[Finding] = []
    file = package.info.file
    if package.layout.projection:
        found.append(Finding.of("warning", file, "projection_replaced", newer=newer[0].info.file))
        return None, [*found, *_compared(newer[0], package, once)]
    found += _compared(over or newer[-1], package, once)
    if over is None:
        return package, found
    found += once(lost, over, package)
    left = package.years - frozenset().union(*(n.years for n in newer))
    if not left:
        replaced = Finding.of("warning", file, "edition_replaced", newer=over.info.file)
        return None, [replaced, *found]
    part = EarlierEdition(package, left)
    said = _years_said(part)
    partly = Finding.of("note", file, "edition_partly_used", newer=over.info.file, years=said)
    return part, [partly, *found]


def _compared(newer: Package, older: Package, once: Once) -> list[Finding]:
    return once(compared, newer, older)


def compared(newer: Package, older: Package) -> list[Finding]:
    """Hold an edition against an earlier one, and say each thing once."""
    asked = about_editions(newer, older)
    return [*asked.findings, *between_editions(newer, older, asked.cells)]


def _years_said(package: Package) -> Said:
    """Return the years in words, with the measures where not all have the same."""
    of: dict[str, set[int]] = {}
    for measure, year in package.years:
        of.setdefault(measure, set()).add(year)
    alike: dict[str, list[str]] = {}
    for measure in sorted(of):
        alike.setdefault(_ranges(sorted(of[measure])), []).append(measure)
    if len(alike) == 1:
        return joined("", alike)
    parts = []
    for years, measures in alike.items():
        names = [package.delivered_as[measure] for measure in measures[:_NAMED]]
        more = say("and_more", number=len(measures) - _NAMED) if len(measures) > _NAMED else ""
        parts.append(joined("", [years, " (", ", ".join(names), more, ")"]))
    return joined("; ", parts)


def _ranges(years: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs)


def lost(newer: Package, older: Package) -> list[Finding]:
    """Report figures of an older edition that the newer one no longer has, in years both have.

    Parameters
    ----------
    newer, older
        Two editions of one kind of package.

    Returns
    -------
    list of Finding
        One question a measure: the newer edition decides its years whole, so they would vanish.
    """
    both = _frame(newer.years & older.years)
    if both.is_empty():
        return []
    cell = pl.struct(CELL).hash().alias("cell")
    had = older.observations.filter(pl.col("status") == OK).join(both, on=["measure", "period"])
    gone = pl.col("status").is_in([MISSING, NOT_APPLICABLE])
    has = newer.observations.filter(~gone).select(cell)
    without = had.with_columns(cell).join(has, on="cell", how="anti").sort("row", "period")
    bands = newer.observations["age"].unique().to_list()
    # An age that is now delivered in narrower bands is not lost.
    split = [a for a in without["age"].unique() if a not in bands and partition(a, bands)]
    without = without.filter(~pl.col("age").is_in(split))
    findings = []
    for (measure,), group in without.group_by("measure", maintain_order=True):
        first = group.row(0, named=True)
        years = group["period"].unique().sort().to_list()
        findings.append(
            Finding.of(
                "question",
                newer.info.file,
                "figures_lost",
                sheet=newer.layout.sheet,
                measure=newer.delivered_as.get(str(measure), measure),
                number=group.height,
                years=_ranges(years),
                older=older.info.file,
                cell=cell_named(first),
                fingerprint=digest(group.select("row", "period").iter_rows()),
            )
        )
    return findings


def _same_twice(editions: Sequence[Package]) -> list[Finding]:
    findings = []
    for n, package in enumerate(editions):
        for other in editions[:n]:
            if package.info.sha256 == other.info.sha256:
                message = "same_content"
            elif package.info.edition == other.info.edition:
                message = "same_edition"
            else:
                continue
            findings.append(Finding.of("error", package.info.file, message, other=other.info.file))
    return findings
