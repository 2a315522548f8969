"""Read one delivered file by its layout."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from etl.findings import Finding, Findings, PackageError
from etl.ingest.harmonise import municipality_ids, name_of
from etl.ingest.observations import MISSING, SUPPRESSED_BY_SOURCE
from etl.ingest.readers import jsonstat, parquet, release, text, values, workbook
from etl.ingest.readers.keys import KEYS, keyed
from etl.ingest.readers.package import Package, PackageInfo
from etl.ingest.readers.table import Table, year_of
from etl.layouts import Layout, Layouts, load_layouts
from etl.messages import NOTHING, joined, say
from geo.delivered import leads_out
from geo.spelling import closest

_MUNICIPALITIES_NAMED = 5

_READERS = {
    "csv": text.read_table,
    "statbank_csv": text.read_table,
    "jsonstat": jsonstat.read_table,
    "parquet": parquet.read_table,
}


def read_package(path: Path, layouts: Layouts | None = None) -> Package:
    """Read one delivered file.

    Parameters
    ----------
    path
        The file; its name decides the layout and the edition.
    layouts
        Known layouts; all shipped ones by default.

    Returns
    -------
    Package
        Facts, observations (``OBSERVATION_SCHEMA``) and findings that are not errors.

    Raises
    ------
    etl.findings.PackageError
        With every error found: file, sheet, row, column, what is wrong and how to mend it.
    """
    layouts = load_layouts() if layouts is None else layouts
    known = layouts.recognise(path.name)
    found = Findings(path.name)
    if known is None:
        raise PackageError([unknown_file(path.name, layouts)])
    if leads_out(path):
        raise PackageError([Finding.of("error", path.name, "leads_out")])
    layout, edition = known
    if not re.match(r"\d{4}", edition):
        found.error("edition_without_year", edition=edition, layout=layout.id)
        found.raise_errors()
    dated = release.edition_date(edition, layout, found)
    found.raise_errors()
    if path.stat().st_size == 0:
        found.error("file_empty")
        found.raise_errors()
    package_id = f"{layout.id}-{edition}"
    cover = workbook.Cover()
    if layout.format == "workbook":
        book = workbook.open_workbook(path, found)
        cover = workbook.read_cover(book, layout, found)
        _check_demo(cover, layout, found)
        found = found.for_sheet(layout.sheet)
        table = workbook.read_table(book, layout, edition, found)
    else:
        table = _READERS[layout.format](path, layout, edition, found)

    table = values.numbered(table, layout)
    frame, delivered_as = keyed(table, layout, found)
    if layout.is_long:
        frame = _with_period(frame, table, layout, edition, found)
        cells = values.single(frame, (*KEYS, "period"), table, layout, found)
    else:
        frame = values.single(frame, KEYS, table, layout, found)
        cells = values.long_cells(frame, table)
    _check_coverage(frame, delivered_as, layout, found)
    observations = values.observed(cells, package_id, table, layout, found)
    years = observations["period"].drop_nulls().unique().to_list()
    published = layout.published or cover.published or dated
    release.check_years(years, layout, found)
    if published is not None and published != dated:
        release.check_date(published, found)
        found.raise_errors()
    release.check_release(published, edition, years, layout, found)
    found.raise_errors()

    title = cover.title or layout.title
    status = observations["status"]
    info = PackageInfo(
        package_id=package_id,
        layout=layout.id,
        title=title,
        publisher=layout.publisher,
        published=published,
        licence=layout.licence,
        source=f"{layout.publisher}, {title}, {_day(published) or edition}",
        edition=edition,
        file=path.name,
        sha256=_sha256(path),
        bytes=path.stat().st_size,
        rows_in=table.frame.height,
        observations=observations.height,
        suppressed=int((status == SUPPRESSED_BY_SOURCE).sum()),
        missing=int((status == MISSING).sum()),
        is_demo=layout.is_demo,
        made_safe_by=layout.made_safe_by,
        rounding_base=layout.rounding_base,
        threshold=layout.threshold,
        hidden_low=layout.hidden.low,
        hidden_high=layout.hidden.high,
        provisional=layout.provisional,
        note_da=layout.note_da,
        note_en=layout.note_en,
    )
    return Package(info, observations, tuple(found.all()), layout, delivered_as)


def unknown_file(name: str, layouts: Layouts) -> Finding:
    """Return the error for a file no layout knows, with the nearest file names that are known."""
    patterns = {re.sub(r"\(\?P<edition>.*?\)", "<edition>", x.file): x for x in layouts}
    patterns = {re.sub(r"\\(.)", r"\1", pattern): x for pattern, x in patterns.items()}
    near = closest(name, patterns, 3, at_least=0.4)
    hint = say("known_names", names=", ".join(near)) if near else NOTHING
    return Finding.of("error", name, "file_unknown", hint=hint)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _day(date: dt.date | None) -> str | None:
    return f"{date.day}.{date.month}.{date.year}" if date else None


def _check_demo(cover: workbook.Cover, layout: Layout, found: Findings) -> None:
    # A made-up number shown as a real one is the worst that can happen to a reader.
    if cover.says_demo and not layout.is_demo:
        found.error("cover_says_demo", layout=layout.id)
    found.raise_errors()


def _with_period(
    frame: pl.DataFrame, table: Table, layout: Layout, edition: str, found: Findings
) -> pl.DataFrame:
    if "period" not in table.places:
        year = int(edition[:4]) if layout.year == "edition" else layout.year
        return frame.with_columns(pl.lit(year, dtype=pl.Int16).alias("period"))
    last = None if layout.projection else int(edition[:4])
    years: dict[str, int] = {}
    firsts = frame.group_by("period", maintain_order=True).agg(pl.col("row").first())
    for label, row in firsts.rows():
        match = re.fullmatch(layout.period, label or "")
        year = int(match["year"]) if match else None
        first = layout.first_year
        place: dict[str, Any] = {"row": row, "column": table.places["period"]}
        if not label:
            found.error("period_empty", layout=layout.id, **place)
        elif year is None and (marked := year_of(label)) is not None:
            found.error("period_marked", label=label, year=marked, **place)
        elif year is None:
            found.error("period_unknown", label=label, layout=layout.id, **place)
        elif (last is not None and year > last) or (first is not None and year < first):
            found.error("period_outside", year=year, edition=edition, layout=layout.id, **place)
        else:
            years[label] = year
    return frame.with_columns(
        pl.col("period").replace_strict(years, default=None, return_dtype=pl.Int16)
    )


def _check_coverage(
    frame: pl.DataFrame, delivered_as: Mapping[str, str], layout: Layout, found: Findings
) -> None:
    """Report municipalities a measure has no row of at all."""
    unknown = frame.select("measure", "area_id").null_count().sum_horizontal().item()
    if not layout.all_municipalities or unknown:  # a misspelt name is reported as such already
        return
    rows = (
        frame.filter(pl.col("area_level") == "municipality", pl.col("area_id").is_not_null())
        .select("measure", "area_id")
        .drop_nulls()
        .unique()
    )
    every = set(municipality_ids())
    for measure in sorted(frame["measure"].drop_nulls().unique()):
        there = set(rows.filter(pl.col("measure") == measure)["area_id"])
        absent = sorted(every - there)
        if absent:
            names = ", ".join(name_of(a) for a in absent[:_MUNICIPALITIES_NAMED])
            more = len(absent) - _MUNICIPALITIES_NAMED
            found.error(
                "municipalities_without_row",
                column=layout.heading("municipality") or layout.heading("area"),
                number=len(absent),
                measure=delivered_as.get(measure, measure),
                names=joined("", [names, say("and_more", number=more) if more > 0 else NOTHING]),
            )
