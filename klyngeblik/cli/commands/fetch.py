"""``klyngeblik fetch``: newer data from the public services."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from klyngeblik.cli.options import DEFAULT_RAW, Raw
from klyngeblik.cli.output import progress, terminal

if TYPE_CHECKING:
    from etl.sources import Fetched

PANEL = "Data"
ORDER = 32


class What(StrEnum):
    """What can be fetched."""

    POPULATION = "population"
    BOUNDARIES = "boundaries"


class BoundarySource(StrEnum):
    """Who can be asked for boundaries."""

    DATAFORDELER = "datafordeler"
    DAWA = "dawa"


#: Environment variables with another address of a service.
BASE_VARIABLES = {
    "population": "KLYNGEBLIK_STATBANK",
    "datafordeler": "KLYNGEBLIK_DATAFORDELER",
    "dawa": "KLYNGEBLIK_DAWA",
}


def fetch(
    what: Annotated[
        What,
        typer.Argument(
            help="population: FOLK1A and the newest projection from Statistics Denmark. "
            "boundaries: the official municipalities."
        ),
    ],
    source: Annotated[
        BoundarySource | None,
        typer.Option(
            help="Who to ask for boundaries: datafordeler wants a free API key in the environment "
            "variable DATAFORDELER_APIKEY; dawa is the older open service.",
            show_default="datafordeler",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Another address of the service. Also from the environment: "
            + ", ".join(BASE_VARIABLES.values())
            + ".",
            show_default="the public one",
        ),
    ] = None,
    raw: Raw = DEFAULT_RAW,
) -> None:
    """Fetch newer data into the folder of packages: whole, or nothing is replaced."""
    if what is What.POPULATION:
        if source is not None:
            raise typer.BadParameter("goes with boundaries only", param_hint="--source")
        from etl.sources import fetch_population  # noqa: PLC0415

        with progress() as tell:
            files = fetch_population(raw, base=_address("population", base), progress=tell)
        for file in files:
            _say(file)
        return
    from etl.sources import SOURCES, fetch_boundaries  # noqa: PLC0415
    from etl.sources.datafordeler import GET_A_KEY, KEY_VARIABLE  # noqa: PLC0415

    asked = (source or BoundarySource.DATAFORDELER).value
    key = None
    if SOURCES[asked].needs_key:
        key = os.environ.get(KEY_VARIABLE, "").strip()
        if not key:
            raise typer.BadParameter(GET_A_KEY, param_hint=KEY_VARIABLE)
    with progress() as tell:
        file = fetch_boundaries(
            raw, source=asked, base=_address(asked, base), key=key, progress=tell
        )
    _say(file)


def _address(service: str, base: str | None) -> str | None:
    return base or os.environ.get(BASE_VARIABLES[service]) or None


def _say(fetched: Fetched) -> None:
    console = terminal()
    state = "Fetched" if fetched.is_new else "Nothing new"
    console.print(f"{state}: {fetched.file} ({fetched.source})", markup=False)
    for older in fetched.older:
        console.print(f"Take out {older}: it is no longer used.", markup=False)


COMMANDS = (fetch,)
