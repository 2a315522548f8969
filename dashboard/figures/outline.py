"""The map of the front page: a drawing of areas with their names, each a link. Pure.

It is drawn once for a warehouse file and kept by the browser: no numbers, so no library to draw
it, and the keyboard reaches each area as it reaches any link.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

#: Units of the drawing across the mainland; one is about half a pixel on a desk.
_WIDE = 900
#: Rings that reach less far than this are left out where an area has a larger one.
_SPECK = 3
#: Height of a name's letters, and how wide one is on average.
_LETTER, _ASPECT = 27, 0.54
#: Where the frames beside the mainland lie: right and upper edge and width, as parts of the whole,
#: over the Kattegat where nobody lives.
_INSETS = {"capital": (1.0, 0.0, 0.34), "bornholm": (1.0, 0.31, 0.17)}
_EDGE = 6
#: How near two names must come to count as on top of each other; letters differ in width.
_TIGHT = 0.9
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """What an area is called on the map, where its name stands, and where it leads.

    Attributes
    ----------
    name
        Its whole name, for those who do not see the map.
    short
        The name written on it; ``|`` begins a new line.
    lon, lat
        The middle of the name, WGS84 degrees.
    link
        An address.
    """

    name: str
    short: str
    lon: float
    lat: float
    link: str


@dataclass(frozen=True)
class View:
    """A frame: what it shows in degrees (west, south, east, north), and units a degree."""

    box: Box
    scale: float

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return a point in units from the frame's upper left corner (Mercator)."""
        west, _, _, north = self.box
        return (lon - west) * self.scale, (_mercator(north) - _mercator(lat)) * self.scale

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in units."""
        return self.at(self.box[2], self.box[1])


def _mercator(lat: float) -> float:
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


def outline(
    features: Iterable[Mapping[str, Any]],
    labels: Mapping[str, Label],
    boxes: Mapping[str, Box],
    title: Callable[[str], str],
) -> str:
    """Return the map as SVG.

    Parameters
    ----------
    features
        GeoJSON features whose ids are area ids.
    labels
        Area id → its label; an area without one is left out.
    boxes
        ``denmark``, and of the insets ``capital`` and ``bornholm`` those there are.
    title
        From the name of an inset to what stands over it.
    """
    shapes = {f["id"]: f["geometry"] for f in features if f["id"] in labels}
    main = View(boxes["denmark"], _WIDE / (boxes["denmark"][2] - boxes["denmark"][0]))
    wide, tall = main.size
    views = {"denmark": (main, 0.0, 0.0)}
    for name, (right, top, part) in _INSETS.items():
        if name in boxes:
            box = boxes[name]
            view = View(box, part * wide / (box[2] - box[0]))
            views[name] = (view, right * wide - view.size[0] - 1, top * tall + 1.4 * _LETTER)
    labels = {a: _in_the_capital(label, shapes.get(a), boxes) for a, label in labels.items()}
    # Each area stands where its name is: one link, one stop of the keyboard.
    home = {area: _home(label, boxes) for area, label in labels.items()}
    pieces = []
    for name, (view, x, y) in views.items():
        width, height = (round(v) for v in view.size)
        frame = ""
        if name != "denmark":
            frame = f'<rect class="kb-inset" width="{width}" height="{height}"/>'
            pieces.append(
                f'<text class="kb-inset-name" x="{x + width:.0f}" y="{y - 7:.0f}">'
                f"{escape(title(name))}</text>"
            )
        drawn = "".join(
            _area(area, shape, labels[area], view, is_home=home[area] == name)
            for area, shape in shapes.items()
        )
        names = "".join(_names([labels[a] for a in shapes if home[a] == name], view))
        pieces.append(
            f'<svg x="{x:.0f}" y="{y:.0f}" width="{width}" height="{height}">{frame}{drawn}'
            f'<g class="kb-names" aria-hidden="true">{names}</g></svg>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {tall:.0f}" '
        f'font-size="{_LETTER}">{"".join(pieces)}</svg>'
    )


def _in_the_capital(
    label: Label, shape: Mapping[str, Any] | None, boxes: Mapping[str, Box]
) -> Label:
    """Return the label of an area that holds Bornholm and more, moved to where its people live."""
    if shape is None or "capital" not in boxes or _home(label, boxes) != "bornholm":
        return label
    west, south, east, north = boxes["capital"]
    inside = [
        (max(lons) - min(lons), (max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2)
        for ring in _rings(shape)
        for lons, lats in [tuple(zip(*((p[0], p[1]) for p in ring), strict=True))]
        if west < min(lons) and max(lons) < east and south < min(lats) and max(lats) < north
    ]
    if not inside:
        return label
    _, lon, lat = max(inside)
    return replace(label, lon=lon, lat=lat)


def _rings(shape: Mapping[str, Any]) -> list[Any]:
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def _home(label: Label, boxes: Mapping[str, Box]) -> str:
    """Return the frame an area's name stands in: an inset where it lies within one."""
    for name in _INSETS:
        if name in boxes:
            west, south, east, north = boxes[name]
            if west < label.lon < east and south < label.lat < north:
                return name
    return "denmark"


def _area(area: str, shape: Mapping[str, Any], label: Label, view: View, *, is_home: bool) -> str:
    path = _path(shape, view)
    if not path:
        return ""
    said = f'aria-label="{escape(label.name)}"' if is_home else 'tabindex="-1" aria-hidden="true"'
    return (
        f'<a href="{escape(label.link)}" data-area="{escape(area)}" {said}>'
        f'<title>{escape(label.name)}</title><path d="{path}"/></a>'
    )


def _path(shape: Mapping[str, Any], view: View) -> str:
    """Return a shape's rings as one path of whole units; empty where nothing of it is in view."""
    width, height = view.size
    rings = []
    for ring in _rings(shape):
        points = [view.at(lon, lat) for lon, lat, *_ in ring]
        xs, ys = zip(*points, strict=True)
        if max(xs) < 0 or min(xs) > width or max(ys) < 0 or min(ys) > height:
            continue
        rings.append((max(max(xs) - min(xs), max(ys) - min(ys)), points))
    most = max((reach for reach, _ in rings), default=0)
    return "".join(_ring(points) for reach, points in rings if reach > _SPECK or reach == most)


def _ring(points: Sequence[tuple[float, float]]) -> str:
    """Return a ring as steps of whole units, steps of nothing left out."""
    x, y = round(points[0][0]), round(points[0][1])
    out = [f"M{x} {y}l"]
    for right, down in ((round(a), round(b)) for a, b in points[1:-1]):
        if (right, down) != (x, y):
            step = f"{right - x} {down - y}"
            out.append(step if len(out) == 1 or step.startswith("-") else f" {step}")
            x, y = right, down
    return "".join(out) + "z" if len(out) > 1 else ""


def _names(labels: Sequence[Label], view: View) -> list[str]:
    """Return names in the middle of their areas, within the frame, none on top of another."""
    placed: list[tuple[float, float, float, float, list[str]]] = []
    for label in labels:
        lines = label.short.split("|")
        half, tall = max(map(len, lines)) * _LETTER * _ASPECT / 2, float(len(lines) * _LETTER)
        x, y = view.at(label.lon, label.lat)
        x = min(max(x, half + _EDGE), view.size[0] - half - _EDGE)
        placed.append((y, x, half, tall, lines))
    placed.sort(key=lambda one: one[0])
    out: list[tuple[float, float, float, float, list[str]]] = []
    for y, x, half, tall, lines in placed:
        for above, beside, wide, high, _ in out:
            near = abs(x - beside) < (half + wide) * _TIGHT
            if near and y - above < (tall + high) / 2:
                y = above + (tall + high) / 2  # noqa: PLW2901
        out.append((y, x, half, tall, lines))
    return [_name(x, y - (len(lines) - 1) * _LETTER / 2, lines) for y, x, _, _, lines in out]


def _name(x: float, y: float, lines: Sequence[str]) -> str:
    spans = "".join(
        f'<tspan x="{x:.0f}" y="{y + (i + 0.35) * _LETTER:.0f}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    return f"<text>{spans}</text>"
