"""``klyngeblik serve`` and ``klyngeblik run``: the dashboard."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli.commands.build import build_warehouse, summarise
from klyngeblik.cli.errors import report
from klyngeblik.cli.options import DEFAULT_RAW, Browser, Port, Raw, Warehouse
from klyngeblik.cli.output import terminal

PANEL = "Every day"
ORDER = 5


def run(
    raw: Raw = DEFAULT_RAW,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    port: Port = None,
    browser: Browser = True,
) -> None:
    """Build what is new, then serve the dashboard and open it in the browser."""
    from etl.findings import PackageError  # noqa: PLC0415

    try:
        summarise(build_warehouse(raw, warehouse), warehouse)
    except PackageError as error:
        if not warehouse.exists():
            raise
        report(error)
        terminal(stderr=True).print("Showing the last good warehouse instead.")
    serve(warehouse, port, browser)


def serve(
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    port: Port = None,
    browser: Browser = True,
    address: Annotated[
        str,
        typer.Option(help="Where to listen; the default is this machine only."),
    ] = "127.0.0.1",
) -> None:
    """Serve the dashboard until Ctrl+C."""
    from dashboard import serve as server  # noqa: PLC0415
    from warehouse import connect  # noqa: PLC0415

    with connect(warehouse) as wh:  # says at once what is wrong with it
        wh.verify()
    try:
        server.serve(warehouse, port, browser, address)
    finally:
        # What was frozen for speed must be let go in order, or DuckDB complains on the way out.
        gc.unfreeze()
        gc.collect()


COMMANDS = (run, serve)
