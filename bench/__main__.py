"""Print every bar; exit 1 when one does not hold.

    python -m bench [--full] [--only serving pages ...]

``--full`` takes longer: fifty readers for twenty minutes instead of one, and fifty million rows.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import building, clicks, contacts, exporting, pages, serving
from bench.bar import Bar
from etl.disclosure.ledger import FILE
from etl.publish.build import build

_MILLION = 1_000_000


def sections(path: Path, *, full: bool) -> dict[str, Callable[[], Iterator[Bar]]]:
    """Return what is measured, by name, in order; ``path`` is a warehouse of the shipped files."""
    sizes = (5 * _MILLION, 50 * _MILLION) if full else (5 * _MILLION,)
    return {
        "pages": lambda: pages.bars(path),
        "flat": lambda: serving.flat_bars(path, sizes),
        "serving": lambda: serving.bars(path, serving.LONG if full else serving.SHORT),
        "clicks": lambda: clicks.bars(path),
        "exporting": lambda: exporting.bars(path),
        "building": building.bars,
        "contacts": contacts.bars,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; each bar as soon as it is known, and all of them at the end."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--full", action="store_true", help="twenty minutes of readers, fifty million rows"
    )
    parser.add_argument("--only", nargs="+", metavar="PART", help="some parts only")
    parser.add_argument("--warehouse", type=Path, help="the warehouse; built anew when left out")
    chosen = parser.parse_args(arguments)
    # What is measured runs as anybody's does: compiled at its first start and kept.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    table = Table("bar", "measured", "floor", "ratio", "limit", "")
    missed = 0
    console = Console(width=150)
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.warehouse or Path(folder) / "warehouse.duckdb"
        parts = sections(path, full=chosen.full)
        if unknown := set(chosen.only or ()) - set(parts):
            parser.error(
                f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}"
            )
        if chosen.warehouse is None:
            build(building.RAW, path, ledger=path.with_name(FILE))
        for name in chosen.only or parts:
            for bar in parts[name]():
                table.add_row(*bar.row())
                missed += not bar.holds
                console.print("  ".join(bar.row()), style="dim", highlight=False)
    console.print(table)
    if hasattr(os, "getloadavg"):
        waiting = ", ".join(f"{number:.1f}" for number in os.getloadavg())
        console.print(f"{os.cpu_count()} cores; load over 1, 5 and 15 minutes: {waiting}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
