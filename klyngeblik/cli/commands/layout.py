"""``klyngeblik layout``: the first draft of the layout of a file nobody knows yet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from klyngeblik.cli.output import safe

PANEL = "Data"
ORDER = 32


def layout(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A delivered file.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.toml", dir_okay=False, help="Where to write it."),
    ] = None,
) -> None:
    """Look at an unknown file and write a first draft of its layout.

    What only a person can know is marked DECIDE; docs/layouts.md says what every field means.
    """
    from etl.ingest.readers.draft import DECIDE, draft  # noqa: PLC0415

    text = draft(file)
    if out is None:
        sys.stdout.write(safe(text))
        return
    if out.exists():
        raise typer.BadParameter(f"{out} is there already", param_hint="--out")
    out.write_text(text, encoding="utf-8")
    typer.echo(f"{safe(str(out))}: {text.count(DECIDE)} line(s) to settle, marked DECIDE.")


COMMANDS = (layout,)
