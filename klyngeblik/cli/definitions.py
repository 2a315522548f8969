"""Definitions of one's own on the command line: layouts, indicators and geographies beside ours."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

ROOMS = ("layouts", "indicators", "geographies")

Definitions = Annotated[
    Path | None,
    typer.Option(
        "--definitions",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="A folder of your own with layouts/*.toml, indicators/THEME/*.toml or "
        "geographies/*.csv; they are used beside the shipped ones, and in place of those of the "
        "same name.",
    ),
]


@contextmanager
def beside_ours(own: Path | None) -> Iterator[Path | None]:
    """Lend a folder of the shipped definitions with one's own beside them.

    Parameters
    ----------
    own
        A folder with some of ``ROOMS``; or ``None``, and then none is lent.

    Raises
    ------
    typer.BadParameter
        When there is none of them in the folder.
    """
    if own is None:
        yield None
        return
    if not any((own / room).is_dir() for room in ROOMS):
        rooms = ", ".join(f"{room}/" for room in ROOMS)
        raise typer.BadParameter(f"{own} has none of {rooms}", param_hint="--definitions")
    from etl.indicators.definition import FOLDER as INDICATORS  # noqa: PLC0415
    from etl.layouts import FOLDER as LAYOUTS  # noqa: PLC0415
    from geo.geographies import SHIPPED  # noqa: PLC0415

    with TemporaryDirectory(prefix="klyngeblik-definitions-") as folder:
        for room, shipped in zip(ROOMS, (LAYOUTS, INDICATORS, SHIPPED), strict=True):
            target = Path(folder) / room
            for source in (shipped, own / room):
                for path in [*source.rglob("*.toml"), *source.rglob("*.csv")]:
                    place = target / path.relative_to(source)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, place)
        yield Path(folder)
