"""``klyngeblik export``: an extract as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli.options import Warehouse
from klyngeblik.cli.output import terminal

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
            dir_okay=False,
            help="The file; its ending chooses .parquet, .csv or .xlsx.",
        ),
    ],
    geography: Annotated[
        list[str] | None, typer.Option(metavar="G", help="Grouping, e.g. klynger-2022.")
    ] = None,
    area: Annotated[
        list[str] | None, typer.Option(metavar="A", help="Area, by id or name, e.g. Horsens.")
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option(metavar="L", help="country, region, health_council, cluster or municipality."),
    ] = None,
    indicator: Annotated[
        list[str] | None, typer.Option(metavar="I", help="Indicator, by id or title.")
    ] = None,
    theme: Annotated[
        list[str] | None, typer.Option(metavar="T", help="Theme, e.g. elderly.")
    ] = None,
    sector: Annotated[
        list[str] | None, typer.Option(metavar="S", help="Sector, e.g. general_practice.")
    ] = None,
    period: Annotated[
        list[str] | None, typer.Option(metavar="P", help="A year, or years: 2019:2025, 2019:.")
    ] = None,
    sex: Annotated[list[str] | None, typer.Option(metavar="S", help="all, female or male.")] = None,
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
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Write the numbers that fit the filters to a file, with definitions and sources inside.

    Every filter may be given several times; without any, everything is written. The same call on
    the same warehouse gives the same bytes. A spreadsheet that opens a CSV file by itself takes
    ages like 6-11 for dates: choose .xlsx for that.
    """
    from warehouse import connect, export, query  # noqa: PLC0415

    selection = query.Selection.of(
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
    )
    console = terminal()
    with connect(warehouse) as wh:
        with terminal(stderr=True).status("Writing ..."):
            rows = export.write(wh, selection, out, csv=csv.value)
        statuses = dict(query.count_by_status(wh, selection).rows())
    console.print(f"{rows:,} rows written to {out}", markup=False)
    without = {status: n for status, n in statuses.items() if status != "ok"}
    if without:
        reasons = ", ".join(f"{n:,} {status}" for status, n in without.items())
        console.print(f"Rows without a number, and why: {reasons}", markup=False)


COMMANDS = (export,)
