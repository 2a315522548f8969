"""Print every bar; exit 1 when one does not hold."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import building, exporting, serving
from etl.build import build


def main() -> int:
    table = Table("bar", "measured", "floor", "ratio", "limit", "")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        build(building.RAW, path)
        for bar in (*serving.bars(path), *exporting.bars(path), *building.bars()):
            table.add_row(*bar.row())
            missed += not bar.holds
    Console(width=140).print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
