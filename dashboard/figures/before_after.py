"""A council's map: its municipalities by their cluster of today, and its border. Pure; SVG.

In light colours on white wherever it stands: the same picture is put on the page and on paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.figures.contrast import most_readable
from dashboard.theme import LIGHT

#: Size of the drawing, and of the box for a part far away.
WIDTH, HEIGHT = 520.0, 400.0
_INSET = 120.0
_EDGE = 8.0
_LETTER = 15.0
#: Width of a letter, as a part of its height.
_ASPECT = 0.56
#: The smallest letters of a name, and how far it may reach over its municipality's edge.
_SMALLEST, _SPILL = 11.0, 1.15
#: Degrees between a part and the rest that put it in a box of its own.
_FAR = 1.0
_FILLS = (LIGHT.sequence[0], LIGHT.sequence[2], "#f4e3d3", LIGHT.missing)


@dataclass(frozen=True)
class Piece:
    """One municipality: its name, its shape (WGS84), and the numbers of its clusters (1, 2, …)."""

    name: str
    shape: BaseGeometry
    clusters: tuple[int, ...]


def before_after(pieces: Sequence[Piece]) -> str:
    """Return the map as SVG.

    Parameters
    ----------
    pieces
        The council's municipalities.
    """
    near, far = _apart(pieces)
    width = WIDTH - (_INSET if far else 0)
    several = len({number for piece in pieces for number in piece.clusters}) > 1
    drawn = _frame(near, (0.0, 0.0, width, HEIGHT), several=several)
    if far:
        drawn += _frame(far, (WIDTH - _INSET, 0.0, _INSET, _INSET), several=several)
        drawn += (
            f'<rect x="{WIDTH - _INSET:g}" y="1" width="{_INSET - 1:g}" height="{_INSET:g}" '
            f'style="fill:none;stroke:{LIGHT.border}"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}" font-family="Source Sans, Libertinus Serif, '
        f'sans-serif" font-size="{_LETTER:g}"><rect width="100%" height="100%" fill="white"/>'
        f"{drawn}</svg>"
    )


def _apart(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces that lie together, and those far from the largest of them."""
    ordered = sorted(pieces, key=lambda p: -len(p.clusters))
    near, rest = [ordered[0]], ordered[1:]
    while close := [p for p in rest if min(p.shape.distance(n.shape) for n in near) < _FAR]:
        near += close
        rest = [p for p in rest if p not in close]
    return (near, rest) if len(near) >= len(rest) else (rest, near)


def _frame(
    pieces: Sequence[Piece], box: tuple[float, float, float, float], *, several: bool
) -> str:
    whole = shapely.unary_union([p.shape for p in pieces])
    west, south, east, north = whole.bounds
    shrink = math.cos(math.radians((south + north) / 2))
    x, y, width, height = box
    scale = min(
        (width - 2 * _EDGE) / ((east - west) * shrink), (height - 2 * _EDGE) / (north - south)
    )
    left = x + (width - (east - west) * shrink * scale) / 2
    top = y + (height - (north - south) * scale) / 2

    def placed(shape: BaseGeometry) -> BaseGeometry:
        moved = shapely.transform(
            shape,
            lambda at: (at - [west, north]) * [shrink * scale, -scale] + [left, top],
        )
        return moved.simplify(0.4)

    shapes = [placed(p.shape) for p in pieces]
    out = "".join(
        f'<path d="{_path(shape)}" style="fill:{_fill(piece)};stroke:white;stroke-width:1.5"/>'
        for piece, shape in zip(pieces, shapes, strict=True)
    )
    border = placed(whole)
    out += f'<path d="{_path(border)}" style="fill:none;stroke:{LIGHT.text};stroke-width:2.5"/>'
    return out + "".join(_labels(pieces, shapes, several=several))


def _fill(piece: Piece) -> str:
    return _FILLS[(piece.clusters[0] - 1) % len(_FILLS)]


def _labels(
    pieces: Sequence[Piece], shapes: Sequence[BaseGeometry], *, several: bool
) -> Iterator[str]:
    """Write each name where there is room, and below it the number of the cluster if several."""
    for piece, shape in zip(pieces, shapes, strict=True):
        largest = max(shapely.get_parts(shape), key=lambda part: part.area)
        at_x, at_y = shapely.maximum_inscribed_circle(largest).coords[0]
        west, _, east, _ = largest.bounds
        level = largest.intersection(shapely.LineString([(west, at_y), (east, at_y)]))
        room = max((part.length for part in shapely.get_parts(level)), default=0)
        ink = most_readable(_fill(piece), (LIGHT.text, "#ffffff"))
        style = f'text-anchor="middle" style="fill:{ink}"'
        letter = min(_LETTER, _SPILL * room / (len(piece.name) * _ASPECT))
        if letter >= _SMALLEST:
            yield (
                f'<text x="{at_x:.1f}" y="{at_y:.1f}" font-size="{letter:.1f}" {style}>'
                f"{escape(piece.name)}</text>"
            )
            at_y += _LETTER
        else:
            at_y += _LETTER / 3
        if several:
            number = "+".join(map(str, piece.clusters))
            yield f'<text x="{at_x:.1f}" y="{at_y:.1f}" font-weight="bold" {style}>{number}</text>'


def _path(shape: BaseGeometry) -> str:
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if isinstance(part, shapely.Polygon) and not part.is_empty
        for ring in (part.exterior, *part.interiors)
    ]
    return "".join(
        "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring.coords[:-1]) + "Z" for ring in rings
    )
