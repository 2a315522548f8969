"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_RAW = Path("data/raw")

Warehouse = Annotated[
    Path,
    typer.Option("--warehouse", metavar="FILE", dir_okay=False, help="The warehouse file."),
]


def existing_folder(path: Path) -> Path:
    """Return the folder of packages, or say which one is wanted."""
    if path.is_dir():
        return path
    raise typer.BadParameter(
        f"there is no folder {path} here. Name the one with the delivered packages; a clone of "
        f"the project has one, {DEFAULT_RAW}."
    )


Raw = Annotated[
    Path,
    typer.Option(
        "--raw",
        metavar="DIR",
        callback=existing_folder,
        help="The folder with the delivered packages.",
    ),
]
Ledger = Annotated[
    Path | None,
    typer.Option(
        "--ledger",
        metavar="FILE",
        dir_okay=False,
        help="What earlier releases said of small counts; secret, to be kept and moved along.",
        show_default="releases.ledger in the folder of the packages",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        help="The port; 0 takes any free one.",
        show_default="8501, or the next free one",
    ),
]
Browser = Annotated[
    bool, typer.Option("--browser/--no-browser", help="Open the dashboard in the browser.")
]
