"""``klyngeblik diff``: what another release, or a new edition, changes."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klyngeblik.cli.options import Json
from klyngeblik.cli.output import print_json, print_rows, progress, terminal

if TYPE_CHECKING:
    import polars as pl

    from warehouse import Warehouse

PANEL = "Data"
ORDER = 31

Operand = Annotated[
    Path,
    typer.Argument(exists=True, help="A warehouse, a delivered package, or a folder of packages."),
]

_COUNTS = {
    "changed": "Changed",
    "new": "New",
    "gone": "Gone",
    "now_hidden": "Now hidden",
    "now_shown": "Now shown",
}
_NUMBERS = {"before": "Before", "after": "After", "relative": "Change"}
_WHERE = {"indicator_id": "Indicator", "geography": "Geography", "area": "Area"}
_CELL = {"period": "Year", "sex": "Sex", "age": "Age", "sector": "Sector"}


def diff(
    before: Operand,
    after: Operand,
    *,
    geography: Annotated[
        list[str] | None, typer.Option(metavar="G", help="Only this grouping, e.g. klynger-2022.")
    ] = None,
    indicator: Annotated[
        list[str] | None, typer.Option(metavar="I", help="Only this indicator, by id or title.")
    ] = None,
    cells: Annotated[
        bool, typer.Option("--cells", help="Number by number, not by indicator and area.")
    ] = False,
    top: Annotated[
        int, typer.Option("--top", min=1, metavar="N", help="Rows in the table; JSON has all.")
    ] = 25,
    as_json: Json = False,
) -> None:
    """Say what is new, gone and changed from one release to another, largest change first.

    Give two warehouses; or two editions of a package, which are then built by themselves, small
    counts hidden, and thrown away. A number hidden in either is never shown.
    """
    from warehouse.export import diff as differing  # noqa: PLC0415
    from warehouse.export.query import Selection  # noqa: PLC0415

    with ExitStack() as stack:
        old, new = (_opened(path, stack) for path in (before, after))
        files = differing.packages(old, new)
        found = differing.cells(old, new, Selection.of(geography=geography, indicator=indicator))
    rows = found if cells else differing.summary(found)
    if as_json:
        print_json(rows.iter_rows(named=True))
        return
    _print(files, found, rows, cells=cells, top=top)


def _opened(path: Path, stack: ExitStack) -> Warehouse:
    """Open a warehouse, or make one of a package for as long as the command runs."""
    from etl.ingest.readers.beside import DATA_ENDINGS  # noqa: PLC0415
    from warehouse import connect  # noqa: PLC0415

    if path.is_dir() or path.suffix.lower() in DATA_ENDINGS:
        from etl.disclosure.ledger import FILE  # noqa: PLC0415
        from etl.publish.build import build  # noqa: PLC0415

        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="klyngeblik-")))
        raw = path
        if path.is_file():
            raw = home / "raw"
            raw.mkdir()
            shutil.copyfile(path, raw / path.name)
        made = home / "warehouse.duckdb"
        ledger = home / FILE  # a copy: nothing of this is released
        with suppress(FileNotFoundError):
            shutil.copyfile(raw / FILE, ledger)
        with progress() as tell:
            build(raw, made, tell, ask=False, ledger=ledger)
        path = made
    return stack.enter_context(connect(path, earlier=True))


def _print(
    files: pl.DataFrame, found: pl.DataFrame, rows: pl.DataFrame, *, cells: bool, top: int
) -> None:
    console = terminal()
    for change, layout, edition, file in files.select(
        "change", "layout", "edition", "file"
    ).iter_rows():
        console.print(f"Package {change}: {layout}, edition {edition} ({file})", markup=False)
    if found.is_empty():
        console.print("No number differs.")
        return
    kinds = Counter(dict(found["kind"].value_counts().rows()))
    what = ", ".join(f"{kinds[key]:,} {word.lower()}" for key, word in _COUNTS.items())
    console.print(f"Numbers: {what}.\n")
    columns = {"kind": "What"} if cells else _COUNTS
    shown = [_readable(row) for row in rows.head(top).iter_rows(named=True)]
    print_rows(shown, _WHERE | columns | _CELL | _NUMBERS)
    if len(rows) > top:
        console.print(f"... and {len(rows) - top:,} more: see them with --top or --json.")


def _readable(row: dict[str, object]) -> dict[str, object]:
    relative = row["relative"]
    numbers = {
        key: f"{number:,.6g}" if isinstance(number := row[key], float) else None
        for key in ("before", "after")
    }
    change = f"{relative:+.1%}" if isinstance(relative, float) else None
    return row | numbers | {"relative": change}


COMMANDS = (diff,)
