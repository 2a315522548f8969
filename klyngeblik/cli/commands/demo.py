"""``klyngeblik demo``: the generated packages that stand in for the authority's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from klyngeblik.cli.options import DEFAULT_RAW, Raw
from klyngeblik.cli.output import progress, terminal

PANEL = "Data"
ORDER = 31


def demo(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Where to write them.")
    ] = DEFAULT_RAW,
    seed: Annotated[
        int, typer.Option(min=0, help="Decides every number: the same seed, the same files.")
    ] = 2025,
    raw: Raw = DEFAULT_RAW,
) -> None:
    """Make the demo packages: made-up figures, marked DEMO, that follow the real ones in --raw."""
    from etl.demo import generate  # noqa: PLC0415

    with progress() as tell:
        files = generate(out, raw, seed, lambda _, done, total: tell("packages", done, total))
    for file in files:
        terminal().print(str(file), markup=False)


COMMANDS = (demo,)
