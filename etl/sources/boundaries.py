"""The official boundaries of the municipalities, as the user's own boundary file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd

from etl.sources import datafordeler, dawa
from etl.sources.errors import FetchError
from etl.sources.staging import Fetched, put, staging
from etl.sources.web import Patience, Progress, Web
from geo import boundaries

#: Always the same name, so that a newer one takes the older one's place in one step.
BOUNDARY_FILE: Final = "DAGI_kommuner.geojson"
#: Decimals of a degree: about a centimetre, what the official boundaries are given in.
_DECIMALS = 7
_CHRISTIANSOE = "0411"

_Municipalities = Callable[[Web, Path, str, str | None, Progress], gpd.GeoDataFrame]


@dataclass(frozen=True, slots=True)
class Source:
    """A service that has the municipalities' boundaries.

    Parameters
    ----------
    base
        Its address unless another is given.
    credit
        Who made the boundaries, as it is written into the file.
    municipalities
        Fetches them.
    needs_key
        Whether it wants an API key.
    """

    base: str
    credit: str
    municipalities: _Municipalities
    needs_key: bool


SOURCES: Final = {
    "datafordeler": Source(
        datafordeler.BASE, datafordeler.CREDIT, datafordeler.municipalities, needs_key=True
    ),
    "dawa": Source(dawa.BASE, dawa.CREDIT, dawa.municipalities, needs_key=False),
}


def fetch_boundaries(
    folder: Path,
    *,
    source: str = "datafordeler",
    base: str | None = None,
    key: str | None = None,
    patience: Patience | None = None,
    progress: Progress = lambda *_: None,
) -> Fetched:
    """Fetch the official boundaries; the build uses them instead of the embedded ones.

    Parameters
    ----------
    folder
        Folder of delivered files; gets ``DAGI_kommuner.geojson`` (WGS84).
    source
        A key of ``SOURCES``.
    base
        Another address of that service.
    key
        API key, where the source needs one. In no message, log or file.
    patience
        How long to wait and how often to ask.
    progress
        Told in municipalities.

    Returns
    -------
    Fetched
        The file.

    Raises
    ------
    FetchError
        When anything is missing or wrong, or another boundary file lies in the folder; then
        nothing is replaced.
    """
    _see_that_ours_is_the_only_one(folder)
    service = SOURCES[source]
    today = dt.datetime.now(dt.UTC).date()
    with staging(folder) as stage, Web(patience, secret=key) as web:
        address = service.base if base is None else base
        frame = service.municipalities(web, stage, address, key, progress)
        file = stage / BOUNDARY_FILE
        _write(frame, file, f"{service.credit}, {today}")
        _check(stage)
        return Fetched(folder / file.name, f"{service.credit}, {today}", put(file, folder))


def _see_that_ours_is_the_only_one(folder: Path) -> None:
    """Refuse early: two boundary files would stop the next build."""
    try:
        there = boundaries.find_file(folder)
    except boundaries.BoundaryError as error:
        problem = error.problems[0]
        if problem.file == BOUNDARY_FILE:
            return  # a broken one of ours is what a new one mends
        raise FetchError(f"{problem.file}: {problem.what.en}", problem.mend.en) from None
    if there is not None and there.name != BOUNDARY_FILE:
        raise FetchError(
            f"The folder has a boundary file of its own, {there.name}.",
            "Take it out of the folder first; only one can be used.",
        )


def _write(frame: gpd.GeoDataFrame, file: Path, credit: str) -> None:
    codes = frame["kode"].str.zfill(4)
    frame = frame.assign(kode=codes)[codes != _CHRISTIANSOE].sort_values("kode")
    twice = sorted(set(frame.loc[frame["kode"].duplicated(), "kode"]))
    if twice:
        # Joining two versions of a municipality would make a third that never was.
        what = f"Some municipalities came more than once: {', '.join(twice)}."
        raise FetchError(what, "Try again later; nothing was replaced.")
    frame.to_crs(4326).to_file(
        file, driver="GeoJSON", COORDINATE_PRECISION=_DECIMALS, DESCRIPTION=credit
    )


def _check(stage: Path) -> None:
    """Read the file as a build would: all 98 municipalities, in Denmark, codes with their names."""
    try:
        boundaries.load(stage)
        used = boundaries.find_file(stage)
    except boundaries.BoundaryError as error:
        told = f"What came cannot be used: {error.problems[0].what.en}"
        raise FetchError(told, "Try again later; nothing was replaced.") from None
    if used is None:
        told = "What came holds too few municipalities to be the boundaries of Denmark."
        raise FetchError(told, "Try again later; nothing was replaced.")
