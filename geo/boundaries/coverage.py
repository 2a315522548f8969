"""Cut, dissolve and simplify the municipalities as one coverage: no gaps, no overlaps.

Every geography is dissolved from the same simplified pieces, so that a cluster's outline and its
municipalities' borders are the same line at every detail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
import shapely

from geo.boundaries.files import Geometries, Municipalities
from geo.boundaries.projection import METRES, WGS84, project
from geo.model import Geography
from geo.register import districts


@dataclass(frozen=True)
class Piece:
    """The smallest thing drawn: a municipality, or the part of one that some districts make."""

    municipality_id: str
    part: str | None


@dataclass(frozen=True)
class Pieces:
    """Pieces and their polygons in the same order; together a valid coverage."""

    pieces: tuple[Piece, ...]
    polygons: Geometries


def cut(municipalities: Municipalities) -> Pieces:
    """Cut each municipality with districts into its parts.

    A place belongs to the part whose nearest district centre it has (Voronoi cells), as the
    districts' own boundaries are not ours to pass on.
    """
    pieces: list[Piece] = []
    polygons: list[shapely.Geometry] = []
    centres = districts()
    cut_ones = set(centres["municipality_id"])
    for code, polygon in zip(municipalities.codes, municipalities.polygons, strict=True):
        if code not in cut_ones:
            pieces.append(Piece(code, None))
            polygons.append(polygon)
            continue
        cells = _cells(centres.filter(municipality_id=code), polygon)
        for part, cell in cells.items():
            pieces.append(Piece(code, part))
            polygons.append(shapely.intersection(polygon, cell))
    # The cut ends in the middle of neighbours' borders; give the neighbours that vertex too.
    return Pieces(tuple(pieces), shapely.coverage_clean(np.array(polygons, dtype=object)))


def _cells(centres: pl.DataFrame, around: shapely.Geometry) -> dict[str, shapely.Geometry]:
    points = shapely.points(centres["centre_lon"].to_numpy(), centres["centre_lat"].to_numpy())
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(project(points, WGS84, METRES)),
            extend_to=shapely.envelope(around),
            ordered=True,
        )
    )
    parts = centres["part"].to_numpy()
    return {part: shapely.union_all(cells[parts == part]) for part in dict.fromkeys(parts)}


def simplify(pieces: Pieces, tolerance: float) -> Pieces:
    """Simplify the coverage, shared borders staying shared; leave out islets too small to see.

    Parameters
    ----------
    pieces
        What :func:`cut` gives.
    tolerance
        Metres. Islets smaller than its square are left out, but never all of a piece.
    """
    kept = _without_islets(pieces.polygons, tolerance**2)
    return Pieces(pieces.pieces, shapely.coverage_simplify(kept, tolerance))


def _without_islets(polygons: Geometries, smallest: float) -> Geometries:
    """Leave out islands under an area in square metres.

    Only what the sea surrounds: an enclave that small would leave a hole between neighbours.
    """
    islands = shapely.get_parts(shapely.coverage_union_all(polygons))
    islets = shapely.STRtree(islands[shapely.area(islands) < smallest])
    parts, owner = shapely.get_parts(polygons, return_index=True)
    on_islet, _ = islets.query(shapely.point_on_surface(parts), predicate="within")
    areas = shapely.area(parts)
    largest = np.zeros(len(polygons))
    np.maximum.at(largest, owner, areas)
    keep = areas == largest[owner]
    keep |= ~np.isin(np.arange(len(parts)), on_islet)
    return np.array(shapely.multipolygons(parts[keep], indices=owner[keep]), dtype=object)


def drawn_in(geography: Geography, pieces: Sequence[Piece]) -> list[str]:
    """Return for each piece the id of the area the map draws it in.

    A municipality that lies in several areas without named districts is drawn in the area with
    the largest share, the first in the file where they are equal.
    """
    by_part: dict[tuple[str, str], str] = {}
    whole: dict[str, tuple[float, str]] = {}
    for member in geography.memberships:
        if member.part is not None:
            by_part[member.municipality_id, member.part] = member.area_id
        if member.share > whole.get(member.municipality_id, (0.0, ""))[0]:
            whole[member.municipality_id] = (member.share, member.area_id)
    return [
        by_part.get((piece.municipality_id, piece.part or ""), whole[piece.municipality_id][1])
        for piece in pieces
    ]


def dissolve(geography: Geography, pieces: Pieces) -> tuple[tuple[str, ...], Geometries]:
    """Return the ids and polygons of the areas that have a place on the map."""
    owners = np.array(drawn_in(geography, pieces.pieces))
    ids = tuple(area.id for area in geography.areas if area.id in set(owners))
    polygons = []
    for area in ids:
        own = pieces.polygons[owners == area]
        polygons.append(shapely.coverage_union_all(own) if len(own) > 1 else own[0])
    return ids, np.array(polygons, dtype=object)


def to_degrees(pieces: Pieces, decimals: int) -> Pieces:
    """Return the pieces in WGS84 degrees with few decimals, still a valid coverage.

    The decimals are the fewest from ``decimals`` on with which no polygon collapses and no
    neighbours overlap.
    """
    degrees = project(pieces.polygons, METRES, WGS84)
    rounded = degrees
    for places in range(decimals, 8):
        rounded = shapely.transform(degrees, partial(np.round, decimals=places))
        if shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded):
            break
    return Pieces(pieces.pieces, rounded)


def clockwise(polygons: Geometries) -> Geometries:
    """Turn exterior rings clockwise, as the map's drawing library wants them.

    With the other way round it fills the rest of the world: one solid square. Do it last.
    """
    return np.array(shapely.orient_polygons(polygons, exterior_cw=True), dtype=object)
