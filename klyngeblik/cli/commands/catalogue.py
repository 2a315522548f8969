"""``klyngeblik areas``, ``indicators``, ``packages``, ``dictionary``: what there is to ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli.options import Json, Warehouse
from klyngeblik.cli.output import print_json, print_rows, terminal

if TYPE_CHECKING:
    import polars as pl

PANEL = "Analysis"
ORDER = 21

Search = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Only those with this text in id or name.")
]


def areas(
    geography: Annotated[
        str | None, typer.Option(metavar="G", help="Only this grouping, e.g. klynger-2022.")
    ] = None,
    search: Search = None,
    as_json: Json = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """List the areas: municipalities, clusters, health councils, regions, the country."""
    from warehouse import connect  # noqa: PLC0415
    from warehouse.export import query  # noqa: PLC0415

    with connect(warehouse) as wh:
        asked = query.resolve(wh, query.Selection.of(geography=geography)).geography
        frame = query.areas(wh, asked[0] if asked else None)
    _show(
        _found(frame, search, ("area_id", "name", "short_name")),
        {
            "area_id": "Id",
            "name": "Name",
            "geography": "Geography",
            "level": "Level",
            "region_id": "Region",
            "acute_hospital": "Acute hospital",
        },
        as_json,
    )


def indicators(
    theme: Annotated[
        str | None, typer.Option(metavar="T", help="Only this theme, e.g. elderly.")
    ] = None,
    search: Search = None,
    as_json: Json = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """List the indicators, with their definitions in JSON."""
    from warehouse import connect  # noqa: PLC0415
    from warehouse.export import query  # noqa: PLC0415

    with connect(warehouse) as wh:
        asked = query.resolve(wh, query.Selection.of(theme=theme)).themes
        frame = query.indicators(wh, asked[0] if asked else None)
    _show(
        _found(frame, search, ("indicator_id", "title_da", "title_en")),
        {
            "indicator_id": "Id",
            "title_da": "Title",
            "theme": "Theme",
            "unit_da": "Unit",
            "first_period": "From",
            "last_period": "To",
            "is_demo": "Demo",
        },
        as_json,
    )


def packages(
    demo: Annotated[
        bool | None,
        typer.Option("--demo/--real", help="Only made-up, or only real ones.", show_default="all"),
    ] = None,
    as_json: Json = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """List the packages the warehouse was built from."""
    from warehouse import connect  # noqa: PLC0415
    from warehouse.export import query  # noqa: PLC0415

    with connect(warehouse) as wh:
        frame = query.packages(wh)
    if demo is not None:
        frame = frame.filter(is_demo=demo)
    _show(
        frame,
        {
            "package_id": "Id",
            "title": "Title",
            "publisher": "Publisher",
            "published": "Published",
            "observations": "Observations",
            "suppressed": "Suppressed",
            "is_demo": "Demo",
            "file": "File",
        },
        as_json,
    )


def dictionary(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.md", dir_okay=False, help="The file to write.")
    ],
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Write the data dictionary: what every column, status, indicator and source means."""
    from warehouse import connect  # noqa: PLC0415
    from warehouse.export import batches, query  # noqa: PLC0415
    from warehouse.export.dictionary import markdown  # noqa: PLC0415
    from warehouse.export.files import beside  # noqa: PLC0415
    from warehouse.export.provenance import provenance  # noqa: PLC0415
    from warehouse.export.recipe import Recipe  # noqa: PLC0415

    with connect(warehouse) as wh:
        about = provenance(wh, Recipe(), batches.plan(wh, query.Selection()))
    with beside(out) as folder:
        (folder / out.name).write_text(markdown(about), "utf-8", newline="\n")
        (folder / out.name).replace(out)
    terminal().print(f"{len(about.indicators):,} indicators written to {out}", markup=False)


def _found(frame: pl.DataFrame, text: str | None, columns: tuple[str, ...]) -> pl.DataFrame:
    if not text:
        return frame
    wanted = text.casefold()
    fits = [any(wanted in (cell or "").casefold() for cell in row) for row in frame[columns].rows()]
    return frame.filter(fits)


def _show(frame: pl.DataFrame, columns: dict[str, str], as_json: bool) -> None:
    rows = frame.to_dicts()
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(rows, columns)
    else:
        terminal().print("None.")


COMMANDS = (areas, indicators, packages, dictionary)
