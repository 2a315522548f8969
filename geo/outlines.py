"""What the boundaries give the warehouse: drawn beforehand for the shipped ones, else drawn now.

Drawing takes longer than reading a workbook, and from the shipped files it gives the same each
time. So what it gives lies in ``geo/boundaries/ready``, with a digest of what it was drawn from;
``python -m geo.outlines`` draws it anew. Wherever the digest does not fit (a geography was added
or changed) or the user has a boundary file, everything is drawn as if nothing lay ready.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import polars as pl

from geo.delivered import is_delivered
from geo.geographies import load_geographies
from geo.model import Geography

_HERE: Final = Path(__file__).parent
_READY: Final = _HERE / "boundaries" / "ready"
#: What the shipped boundaries are drawn from, apart from the geographies.
_DRAWN_FROM: Final = ("boundaries/municipalities-100m.geojson", "districts.csv")
_ENDINGS: Final = (".geojson", ".json", ".gpkg", ".parquet", ".geoparquet")
_DIGEST: Final = "drawn_from"


@dataclass(frozen=True)
class Outlines:
    """The frames that :class:`geo.boundaries.Boundaries` gives.

    Attributes
    ----------
    facts, maps, boundaries, insets : polars.DataFrame
        As its ``area_facts``, ``maps_frame``, ``boundaries_frame`` and ``insets_frame``.
    """

    facts: pl.DataFrame
    maps: pl.DataFrame
    boundaries: pl.DataFrame
    insets: pl.DataFrame


def outlines(raw_dir: Path, geographies: Mapping[str, Geography]) -> Outlines:
    """Return the boundaries of every geography as frames.

    Parameters
    ----------
    raw_dir
        Folder of delivered files; the user's own boundary file in it takes the place of ours.
    geographies
        As ``geo.load_geographies`` gives them.

    Returns
    -------
    Outlines

    Raises
    ------
    geo.boundaries.BoundaryError
        When the user's own file cannot be used.
    """
    ready = None if _has_own(raw_dir) else _ready(geographies)
    return draw(raw_dir, geographies) if ready is None else ready


def draw(raw_dir: Path, geographies: Mapping[str, Geography]) -> Outlines:
    """Return the same, drawn now whatever lies ready."""
    from geo.boundaries import load  # noqa: PLC0415 - takes long to import

    found = load(raw_dir, geographies)
    return Outlines(
        found.area_facts(), found.maps_frame(), found.boundaries_frame(), found.insets_frame()
    )


def candidates(raw_dir: Path) -> list[Path]:
    """Return the files of a folder that may be boundaries, by their endings."""
    if not raw_dir.is_dir():
        return []
    return sorted(
        path for path in raw_dir.iterdir() if path.suffix.lower() in _ENDINGS and is_delivered(path)
    )


def _has_own(raw_dir: Path) -> bool:
    if not candidates(raw_dir):
        return False
    from geo.boundaries import find_file  # noqa: PLC0415 - takes long to import

    return find_file(raw_dir) is not None


def drawn_from(geographies: Mapping[str, Geography]) -> str:
    """Return a text that changes when anything does that the shipped boundaries are drawn from.

    Only what is drawn counts, no note or source; that the code still draws the same from it is
    for the tests to see.
    """
    digest = hashlib.sha256()
    for name in _DRAWN_FROM:
        # lines may end otherwise on another system
        digest.update((_HERE / name).read_bytes().replace(b"\r\n", b"\n"))
    for name, geography in geographies.items():
        areas = [(area.id, area.name) for area in geography.areas]
        members = [(m.area_id, m.municipality_id, m.part, m.share) for m in geography.memberships]
        digest.update(repr((name, areas, members)).encode())
    return digest.hexdigest()


def _ready(geographies: Mapping[str, Geography]) -> Outlines | None:
    wanted = drawn_from(geographies)
    frames = {}
    for field in fields(Outlines):
        path = _file(field.name)
        try:
            if pl.read_parquet_metadata(path).get(_DIGEST) != wanted:
                return None
            frames[field.name] = pl.read_parquet(path)
        except (OSError, pl.exceptions.PolarsError):
            return None
    return Outlines(**frames)


def _write() -> None:
    """Draw the shipped boundaries and lay them ready."""
    geographies = load_geographies()
    drawn = draw(_READY, geographies)
    _READY.mkdir(exist_ok=True)
    for field in fields(Outlines):
        frame: pl.DataFrame = getattr(drawn, field.name)
        about = {_DIGEST: drawn_from(geographies)}
        frame.write_parquet(_file(field.name), compression_level=19, metadata=about)


def _file(name: str) -> Path:
    return _READY / f"{name}.parquet"


if __name__ == "__main__":
    _write()
