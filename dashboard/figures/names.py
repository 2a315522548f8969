"""Names and numbers written on a map, where their area has room for them; short names of tiles."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: Pixels a letter is high and, at most, wide on average.
LETTER, _WIDE = 12, 6.6
#: Of the room an area's box has, how much of it is taken to be the area.
_FULL = 0.75
_LINE = 1.25
#: Of a box on a side, in pixels, below which an area needs a ring to be seen.
SMALL = 34
Box = Sequence[float]


@dataclass(frozen=True)
class Written:
    """A text on the map: where, and what."""

    area: str
    lon: float
    lat: float
    text: str


@dataclass(frozen=True)
class Ground:
    """A frame of a map on the screen.

    Attributes
    ----------
    lon, lat
        What it shows, WGS84 degrees.
    width, height
        Pixels it has.
    """

    lon: tuple[float, float]
    lat: tuple[float, float]
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Pixels a degree of longitude has: the frame is fitted whole into its room (Mercator)."""
        wide = self.lon[1] - self.lon[0]
        return min(self.width / wide, self.height / (_north(self.lat[1]) - _north(self.lat[0])))

    def size(self, box: Box) -> tuple[float, float]:
        """Return the width and height in pixels of west, south, east and north."""
        return (box[2] - box[0]) * self.scale, (_north(box[3]) - _north(box[1])) * self.scale

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return a point in pixels from the frame's corner in the north-west."""
        return (lon - self.lon[0]) * self.scale, (_north(self.lat[1]) - _north(lat)) * self.scale

    def holds(self, lon: float, lat: float) -> bool:
        """Return whether a point lies in the frame."""
        return self.lon[0] < lon < self.lon[1] and self.lat[0] < lat < self.lat[1]


def _north(lat: float) -> float:
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


def written(
    areas: Iterable[tuple[str, str, str, float, float]],
    boxes: Mapping[str, Box],
    ground: Ground,
) -> list[Written]:
    """Return the texts there is room for: name and number, else the number, else nothing.

    Parameters
    ----------
    areas
        Area id, name, number as it is written, longitude and latitude of its middle.
    boxes
        Area id → west, south, east, north of its boundary.
    ground
        The frame they are written in.
    """
    taken: list[tuple[float, float, float, float]] = []
    out: list[Written] = []

    def room(area: tuple[str, str, str, float, float]) -> float:
        wide, tall = ground.size(boxes[area[0]])
        return wide * tall

    inside = [a for a in areas if a[0] in boxes and ground.holds(a[3], a[4])]
    for area, name, number, lon, lat in sorted(inside, key=room, reverse=True):
        wide, tall = ground.size(boxes[area])
        x, y = ground.at(lon, lat)
        for lines in ([name, number], [number]):
            across = max(map(len, lines)) * _WIDE
            down = len(lines) * LETTER * _LINE
            mine = (x - across / 2, y - down / 2, x + across / 2, y + down / 2)
            if across > wide * _FULL or down > tall * _FULL or any(_meet(mine, t) for t in taken):
                continue
            taken.append(mine)
            out.append(Written(area, lon, lat, "<br>".join(lines)))
            break
    return out


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def abbreviations(names: Mapping[str, str], letters: int = 3) -> dict[str, str]:
    """Return a short name for each, no two alike: its beginning, or its first and telling letters.

    Where several begin alike none of them gets the shared beginning, which would be read as any.

    Parameters
    ----------
    names
        Id → name.
    letters
        Letters of a short name.
    """
    shared: dict[str, list[str]] = {}
    for area, name in names.items():
        shared.setdefault(name[:letters], []).append(area)
    out = {group[0]: begins for begins, group in shared.items() if len(group) == 1}
    used = set(shared)
    for group in shared.values():
        if len(group) == 1:
            continue
        for area in group:
            others = [names[other] for other in group if other != area]
            short = next(s for s in _telling(names[area], others, letters) if s not in used)
            used.add(short)
            out[area] = short
    return out


def _telling(name: str, others: Sequence[str], letters: int) -> Iterable[str]:
    """Yield short names, the most telling first: beginning, and a letter after what is shared."""
    common = max(_shared(name, other) for other in others)
    small = [c for c in name if c.isalpha()]
    tails = [*name[common:], *name[letters - 1 : common]]
    for tail in tails:
        if tail.isalpha():
            yield name[: letters - 1] + tail.lower()
    for middle in small[1:]:
        for tail in small[2:]:
            yield name[0] + middle.lower() + tail.lower()
    yield name


def _shared(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
