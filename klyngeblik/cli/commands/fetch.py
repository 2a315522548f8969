"""``klyngeblik fetch``: newer data from the public services."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from klyngeblik.cli.options import DEFAULT_RAW, Raw
from klyngeblik.cli.output import print_rows, progress, terminal

if TYPE_CHECKING:
    from pathlib import Path

    from etl.sources import Fetched
    from etl.sources.figures import Planned

PANEL = "Data"
ORDER = 32


class What(StrEnum):
    """What can be fetched."""

    POPULATION = "population"
    FIGURES = "figures"
    BOUNDARIES = "boundaries"


class BoundarySource(StrEnum):
    """Who can be asked for boundaries."""

    DATAFORDELER = "datafordeler"
    DAWA = "dawa"


#: Environment variables with another address of a service.
BASE_VARIABLES = {
    "statbank": "KLYNGEBLIK_STATBANK",
    "datafordeler": "KLYNGEBLIK_DATAFORDELER",
    "dawa": "KLYNGEBLIK_DAWA",
}


def fetch(
    what: Annotated[
        What,
        typer.Argument(
            help="population: FOLK1A and the newest projection from Statistics Denmark. "
            "figures: the other tables of Statistics Denmark that the dashboard knows. "
            "boundaries: the official municipalities."
        ),
    ],
    tables: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE", help="Of figures: the tables, such as SYGP1.", show_default="all"
        ),
    ] = None,
    source: Annotated[
        BoundarySource | None,
        typer.Option(
            help="Who to ask for boundaries: datafordeler wants a free API key in the environment "
            "variable DATAFORDELER_APIKEY; dawa is the older open service.",
            show_default="datafordeler",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Another address of the service. Also from the environment: "
            + ", ".join(BASE_VARIABLES.values())
            + ".",
            show_default="the public one",
        ),
    ] = None,
    raw: Raw = DEFAULT_RAW,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Of figures: say what would be asked, fetch nothing.")
    ] = False,
) -> None:
    """Fetch newer data into the folder of packages: whole, or nothing is replaced."""
    if what is not What.BOUNDARIES and source is not None:
        raise typer.BadParameter("goes with boundaries only", param_hint="--source")
    if what is not What.FIGURES and (tables or dry_run):
        hint = "TABLE" if tables else "--dry-run"
        raise typer.BadParameter("goes with figures only", param_hint=hint)
    if what is What.FIGURES:
        _figures(raw, tables or [], base, dry_run=dry_run)
        return
    if what is What.POPULATION:
        from etl.sources import fetch_population  # noqa: PLC0415

        with progress() as tell:
            files = fetch_population(raw, base=_address("statbank", base), progress=tell)
        for file in files:
            _say(file)
        return
    from etl.sources import SOURCES, fetch_boundaries  # noqa: PLC0415
    from etl.sources.datafordeler import GET_A_KEY, KEY_VARIABLE  # noqa: PLC0415

    asked = (source or BoundarySource.DATAFORDELER).value
    key = None
    if SOURCES[asked].needs_key:
        key = os.environ.get(KEY_VARIABLE, "").strip()
        if not key:
            raise typer.BadParameter(GET_A_KEY, param_hint=KEY_VARIABLE)
    with progress() as tell:
        file = fetch_boundaries(
            raw, source=asked, base=_address(asked, base), key=key, progress=tell
        )
    _say(file)


def _figures(raw: Path, tables: list[str], base: str | None, *, dry_run: bool) -> None:
    """Fetch tables one by one, or say what they are; exit with 1 when one could not be had."""
    from etl.sources.figures import Failed, Figures, described  # noqa: PLC0415

    if unknown := [table for table in tables if table.lower() not in described()]:
        known = ", ".join(name.upper() for name in described())
        raise typer.BadParameter(f"{', '.join(unknown)} is not among {known}", param_hint="TABLE")
    figures = Figures(raw, tables, base=_address("statbank", base))
    failed: list[Failed] = []
    if dry_run:
        found = list(figures.plans())
        failed += [one for one in found if isinstance(one, Failed)]
        _say_plans([one for one in found if not isinstance(one, Failed)], raw)
    else:
        with progress() as tell:
            for one in figures.fetch(tell):
                if isinstance(one, Failed):
                    failed.append(one)
                else:
                    _say(one)
    for table in failed:
        terminal().print(f"Not to be had: {table.table}. {table.error}", markup=False)
    if failed:
        if not dry_run:
            terminal().print("Run the same again: only what is missing is fetched.")
        raise typer.Exit(1)


def _say_plans(plans: list[Planned], raw: Path) -> None:
    """Print what would be asked, a table a row, and how much it is together."""
    rows = [
        {
            "table": plan.info.table,
            "gives": plan.description.gives,
            "updated": plan.info.updated,
            "cells": f"{plan.cells:,}",
            "requests": plan.requests,
            "file": plan.file + (" (is here)" if (raw / plan.file).is_file() else ""),
        }
        for plan in plans
    ]
    columns = {
        "table": "Table",
        "gives": "Gives",
        "updated": "Last changed",
        "cells": "Cells",
        "requests": "Requests",
        "file": "File",
    }
    print_rows(rows, columns)
    cells, requests = sum(plan.cells for plan in plans), sum(plan.requests for plan in plans)
    terminal().print(f"{cells:,} cells in {requests} requests or more. Nothing was fetched.")


def _address(service: str, base: str | None) -> str | None:
    return base or os.environ.get(BASE_VARIABLES[service]) or None


def _say(fetched: Fetched) -> None:
    console = terminal()
    state = "Fetched" if fetched.is_new else "Nothing new"
    console.print(f"{state}: {fetched.file} ({fetched.source})", markup=False)
    for older in fetched.older:
        console.print(f"Take out {older}: it is no longer used.", markup=False)


COMMANDS = (fetch,)
