"""``klyngeblik export``: an extract as a file."""

from __future__ import annotations

import functools
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli.options import Warehouse
from klyngeblik.cli.output import progress, terminal

PANEL = "Analysis"
ORDER = 20


class CsvStyle(StrEnum):
    """How numbers and columns are written in a CSV file."""

    DANISH = "danish"
    INTERNATIONAL = "international"


def export(
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="The file; its ending chooses .parquet, .csv, .xlsx, .json or .ndjson. "
            "With --partition a folder.",
        ),
    ],
    recipe: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml",
            exists=True,
            dir_okay=False,
            help="Make the extract a recipe describes, in place of filters.",
        ),
    ] = None,
    geography: Annotated[
        list[str] | None, typer.Option(metavar="G", help="Grouping, e.g. klynger-2022.")
    ] = None,
    area: Annotated[
        list[str] | None, typer.Option(metavar="A", help="Area, by id or name, e.g. Horsens.")
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option(
            metavar="L",
            help="country, region, health_council, cluster or municipality; or klynge, kommune ...",
        ),
    ] = None,
    indicator: Annotated[
        list[str] | None, typer.Option(metavar="I", help="Indicator, by id or title.")
    ] = None,
    theme: Annotated[
        list[str] | None, typer.Option(metavar="T", help="Theme, e.g. elderly or ældre.")
    ] = None,
    sector: Annotated[
        list[str] | None,
        typer.Option(metavar="S", help="Sector, e.g. general_practice or hospital."),
    ] = None,
    period: Annotated[
        list[str] | None, typer.Option(metavar="P", help="A year, or years: 2019:2025, 2019:.")
    ] = None,
    sex: Annotated[
        list[str] | None, typer.Option(metavar="S", help="all, female or male; or kvinder, mænd.")
    ] = None,
    age: Annotated[
        list[str] | None, typer.Option(metavar="A", help="all or a band, e.g. 80+.")
    ] = None,
    standardisation: Annotated[
        list[str] | None, typer.Option(metavar="S", help="crude, age or age_sex.")
    ] = None,
    status: Annotated[
        list[str] | None, typer.Option(metavar="S", help="ok, or why a number is missing.")
    ] = None,
    csv: Annotated[
        CsvStyle,
        typer.Option(
            help="danish: semicolon and decimal comma, as Excel in Denmark reads it; "
            "international: comma and decimal point."
        ),
    ] = CsvStyle.DANISH,
    wide: Annotated[
        bool, typer.Option("--wide", help="Years beside each other instead of one row a number.")
    ] = False,
    partition: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="Write a Parquet dataset: a folder for each geography, period, indicator_id ...",
        ),
    ] = None,
    boundaries: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.parquet",
            dir_okay=False,
            help="Also write the boundaries of the extract's areas, as GeoParquet.",
        ),
    ] = None,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Write the numbers that fit the filters to a file, with definitions and sources inside.

    Every filter may be given several times; without any, everything is written. The same call, or
    recipe, on the same warehouse gives the same bytes. Names and labels are understood in Danish
    and English; of areas with one name the one in force is taken, and that is said. Ctrl+C stops it
    and leaves nothing behind. Beside a CSV file go a data dictionary and a description for programs
    (CSV on the Web). A spreadsheet that opens a CSV file by itself takes ages like 6-11 for dates:
    choose .xlsx then.
    """
    from warehouse import connect  # noqa: PLC0415
    from warehouse.export import (  # noqa: PLC0415
        dataset,
        files,
        geoparquet,
        query,
    )
    from warehouse.export.names import resolve_told  # noqa: PLC0415
    from warehouse.export.recipe import Recipe, read  # noqa: PLC0415

    asked = Recipe(
        query.Selection.of(
            geography=geography,
            area=area,
            level=level,
            indicator=indicator,
            theme=theme,
            sector=sector,
            period=period,
            sex=sex,
            age=age,
            standardisation=standardisation,
            status=status,
        ),
        wide=wide,
        csv=csv.value,
        partition=tuple(partition or ()),
    )
    if recipe is not None:
        if asked != Recipe():
            raise typer.BadParameter("a recipe says all but --out; drop the other options")
        asked = read(recipe)
    console = terminal()
    with connect(warehouse) as wh:
        with progress() as tell:
            told = functools.partial(tell, "rows")
            if asked.partition:
                rows = dataset.write(wh, asked, out, progress=told)
            else:
                rows = files.write(
                    wh, asked.selection, out, csv=asked.csv, wide=asked.wide, progress=told
                )
        if boundaries is not None:
            areas = geoparquet.write(wh, asked.selection, boundaries)
            console.print(f"{areas:,} boundaries written to {boundaries}", markup=False)
        statuses = dict(query.count_by_status(wh, asked.selection).rows())
        _, chosen = resolve_told(wh, asked.selection)
    for note in chosen:
        console.print(note, markup=False)
    console.print(f"{rows:,} rows written to {out}", markup=False)
    without = {status: n for status, n in statuses.items() if status != "ok"}
    if without:
        reasons = ", ".join(f"{n:,} {status}" for status, n in without.items())
        console.print(f"Rows without a number, and why: {reasons}", markup=False)


COMMANDS = (export,)
