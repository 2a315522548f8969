"""Small figures in a line of text: years of one number, or where one lies among its like. Pure.

Each is a few layers cut out by clip paths, in the stylesheet's colours (Streamlit strips SVG from a
page's HTML). It has no words: what it shows stands in the sentence beside it, so that it is left
out for screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

#: Width and height (the stylesheet has the same), and the room around what is drawn, in pixels.
_WIDE, _HIGH, _EDGE = 132, 34, 5


def sparkline(years: Sequence[tuple[int, float]], others: Sequence[tuple[int, float]] = ()) -> str:
    """Return the years of one number as a line, and another's (the country's) as a thin one.

    Parameters
    ----------
    years, others
        Year and value, oldest first. Both lines have one scale, from the least to the largest.

    Returns
    -------
    str
        HTML; empty with fewer than two years.
    """
    if len(years) < 2:
        return ""
    every = [*years, *others]
    spans = [_span([point[axis] for point in every]) for axis in (0, 1)]

    def at(point: tuple[int, float]) -> tuple[float, float]:
        x, y = (_place(point[axis], spans[axis]) for axis in (0, 1))
        return _EDGE + x * (_WIDE - 2 * _EDGE), _HIGH - _EDGE - y * (_HIGH - 2 * _EDGE)

    layers = [("thin", _ribbon([at(point) for point in others], 0.6))] if len(others) > 1 else []
    layers.append(("line", _ribbon([at(point) for point in years], 1.1)))
    layers.append(("own", _dot(*at(years[-1]), 3.5)))
    return _drawn(layers)


def strip(values: Sequence[float], own: Sequence[float], benchmark: float | None = None) -> str:
    """Return values as dots on a line, some of them stressed, and a benchmark as a stroke.

    Parameters
    ----------
    values
        All of them.
    own
        Those that are stressed.
    benchmark
        The country's.

    Returns
    -------
    str
        HTML; empty without values.
    """
    every = [*values, *own, *([] if benchmark is None else [benchmark])]
    if not values or not own:
        return ""
    span, middle = _span(every), _HIGH / 2

    def at(value: float) -> float:
        return _EDGE + _place(value, span) * (_WIDE - 2 * _EDGE)

    layers = [("dot", "".join(_dot(at(value), middle, 2.5) for value in sorted(values)))]
    if benchmark is not None:
        x = at(benchmark)
        layers.append(("thin", _ribbon([(x, _EDGE), (x + 0.01, _HIGH - _EDGE)], 0.9)))
    layers.append(("own", "".join(_dot(at(value), middle, 4.5) for value in own)))
    return _drawn(layers)


def _drawn(layers: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<span class="kb-layer kb-{css}" style="clip-path:path(\'{path}\')"></span>'
        for css, path in layers
    )
    return f'<span class="kb-small" aria-hidden="true">{inner}</span>'


def _dot(x: float, y: float, radius: float) -> str:
    """Return a round dot as a closed path."""
    across = 2 * radius
    return (
        f"M{x - radius:.1f} {y:.1f}a{radius} {radius} 0 1 1 {across} 0"
        f"a{radius} {radius} 0 1 1 -{across} 0Z"
    )


def _ribbon(points: Sequence[tuple[float, float]], half: float) -> str:
    """Return a line of some thickness as a closed path: its sides are moved across its way."""
    over, under = [], []
    for at, (x, y) in enumerate(points):
        before, after = points[max(at - 1, 0)], points[min(at + 1, len(points) - 1)]
        way = hypot(after[0] - before[0], after[1] - before[1]) or 1.0
        across = half * (before[1] - after[1]) / way, half * (after[0] - before[0]) / way
        over.append(f"{x + across[0]:.1f} {y + across[1]:.1f}")
        under.append(f"{x - across[0]:.1f} {y - across[1]:.1f}")
    return f"M{'L'.join([*over, *reversed(under)])}Z"


def _span(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _place(value: float, span: tuple[float, float]) -> float:
    """Return where a value lies between the ends, from 0 to 1."""
    low, high = span
    return (value - low) / (high - low) if high > low else 0.5
