"""The account of rows that were left out: which file, which row, what is wrong; nothing more.

No value of a row is in it, for each is about a person. Only whoever counts may read it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from etl.messages import say
from etl.registers import schema
from warehouse.export.files import beside

#: Not an ending of packages: it may lie among them.
ENDING: Final = ".left-out.log"
_OWNERS_ONLY: Final = 0o600


def write_account(package: Path, left_out: pl.DataFrame) -> Path | None:
    """Write the account beside the package, or take an older one away when nothing was left out.

    Parameters
    ----------
    package
        The package.
    left_out
        ``file, row, fault``, see ``etl.registers.definitions.Counts``.

    Returns
    -------
    pathlib.Path or None
        Tab-separated: file, row (the first of a file is 1), column, what is wrong in Danish and in
        English.
    """
    target = package.with_suffix(ENDING)
    if left_out.is_empty():
        target.unlink(missing_ok=True)
        return None
    faults = left_out["fault"].unique().to_list()
    said = {fault: say(f"contacts_row_{fault}") for fault in faults}
    lines = left_out.select(
        "file",
        "row",
        column=pl.col("fault").replace_strict(
            {fault: schema.FAULTS.get(fault) for fault in faults}, return_dtype=pl.String
        ),
        hvad=pl.col("fault").replace_strict({fault: one.da for fault, one in said.items()}),
        what=pl.col("fault").replace_strict({fault: one.en for fault, one in said.items()}),
    )
    with beside(target) as place:
        made = place / target.name
        made.touch(mode=_OWNERS_ONLY)
        lines.write_csv(made, separator="\t")
        made.chmod(_OWNERS_ONLY)
        made.replace(target)
    return target
