"""``klyngeblik sql``: a question of one's own to the published warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli.options import Json, Warehouse
from klyngeblik.cli.output import print_json, print_rows, terminal

if TYPE_CHECKING:
    import polars as pl

PANEL = "Analysis"
ORDER = 22

_KINDS: Final = (".parquet", ".csv")


def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="SQL, as DuckDB reads it.")],
    *,
    as_json: Json = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            dir_okay=False,
            help="Write all rows to a file instead: .parquet or .csv.",
        ),
    ] = None,
    top: Annotated[
        int, typer.Option("--top", min=1, metavar="N", help="Rows in the table; JSON has all.")
    ] = 50,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Ask the warehouse in SQL; nothing can be changed by it, and no other file be read.

    The views extract, latest and population have names beside ids. For example:

    klyngeblik sql "SELECT area, value FROM latest WHERE indicator_id = 'population_80plus_share'
    AND geography = 'klynger-2022' ORDER BY value DESC"

    klyngeblik sql "SELECT conf_status, count(*) AS numbers FROM extract GROUP BY ALL"

    klyngeblik sql "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'extract'"
    """
    if out is not None and out.suffix.lower() not in _KINDS:
        raise typer.BadParameter("the name must end in .parquet or .csv", param_hint="--out")
    frame = _asked(query, warehouse)
    if out is not None:
        from warehouse.export.files import beside  # noqa: PLC0415

        with beside(out) as folder:
            made = folder / out.name
            if out.suffix.lower() == ".parquet":
                frame.write_parquet(made)
            else:
                frame.write_csv(made)
            made.replace(out)
        terminal().print(f"{frame.height:,} rows written to {out}", markup=False)
    elif as_json:
        print_json(frame.iter_rows(named=True))
    elif frame.is_empty():
        terminal().print("No rows.")
    else:
        print_rows(frame.head(top).to_dicts(), {name: name for name in frame.columns})
        if frame.height > top:
            terminal().print(
                f"... and {frame.height - top:,} more rows: see them with --top, --json or --out."
            )


def _asked(query: str, warehouse: Path) -> pl.DataFrame:
    import duckdb  # noqa: PLC0415 - heavy

    from warehouse import connect  # noqa: PLC0415

    with connect(warehouse) as wh, wh.cursor() as cursor:
        try:
            relation = cursor.sql(query)
            found: pl.DataFrame | None = None if relation is None else relation.pl()
        except (duckdb.InterruptException, duckdb.FatalException):
            raise
        except duckdb.Error as error:
            raise typer.BadParameter(str(error), param_hint="QUERY") from None
    if found is None:
        raise typer.BadParameter("this is no question: it gives no rows", param_hint="QUERY")
    return found


COMMANDS = (sql,)
