"""``klyngeblik release``: leave the warehouse as a dated file that stays."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated

import typer

from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli.options import Warehouse
from klyngeblik.cli.output import progress, terminal

PANEL = "Data"
ORDER = 32


def release(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            file_okay=False,
            help="The folder.",
            show_default="releases beside the warehouse, which `klyngeblik serve` shows",
        ),
    ] = None,
    keep: Annotated[
        int, typer.Option("--keep", min=1, metavar="N", help="How many are kept; the oldest go.")
    ] = 24,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Leave the whole data as a dated Parquet file with its sha256, to be cited and compared.

    A file once made is never changed. What differs from the release before (new editions, numbers
    corrected and added, by area and topic) is noted beside it; the feeds under /data/feeds/ say it.
    Run it after a build; a warehouse that is released already is left as it is.
    """
    from warehouse import connect  # noqa: PLC0415
    from warehouse.export import releases  # noqa: PLC0415

    folder = out or releases.folder_of(warehouse)
    with connect(warehouse) as wh, progress() as tell:
        made, is_new = releases.keep(wh, folder, keep, functools.partial(tell, "rows"))
    console = terminal()
    console.print(
        f"{made.rows:,} rows {'released' if is_new else 'were released already'}: "
        f"{folder / made.name}",
        markup=False,
    )
    console.print(f"sha256 {made.sha256}", markup=False)
    if is_new and made.changes.packages:
        told = ", ".join(f"{name} ({what})" for name, what in made.changes.packages.items())
        console.print(f"Packages: {told}", markup=False)


COMMANDS = (release,)
