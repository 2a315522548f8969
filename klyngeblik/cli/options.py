"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Warehouse = Annotated[
    Path,
    typer.Option("--warehouse", metavar="FILE", dir_okay=False, help="The warehouse file."),
]
Raw = Annotated[
    Path,
    typer.Option(
        "--raw",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="The folder with the delivered packages.",
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

DEFAULT_RAW = Path("data/raw")
