"""Small figures in a line of text: years of one number, or where one lies among its like. Pure.

Each is one inline SVG without words: what it shows stands in the sentence beside it, so that it is
left out for screen readers. Colours are the stylesheet's.
"""

from __future__ import annotations

from collections.abc import Sequence

#: Width and height, and the room around what is drawn, in pixels.
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

    lines = [("kb-thin", others)] if len(others) > 1 else []
    lines.append(("kb-line", years))
    drawn = ""
    for css, line in lines:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, line))
        drawn += f'<polyline class="{css}" points="{points}"/>'
    x, y = at(years[-1])
    return _svg(f'{drawn}<circle class="kb-own" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')


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

    drawn = "".join(
        f'<circle class="kb-dot" cx="{at(v):.1f}" cy="{middle}" r="2.5"/>' for v in sorted(values)
    )
    if benchmark is not None:
        x = at(benchmark)
        drawn += f'<path class="kb-thin" d="M{x:.1f} {_EDGE}V{_HIGH - _EDGE}"/>'
    drawn += "".join(
        f'<circle class="kb-own" cx="{at(v):.1f}" cy="{middle}" r="4.5"/>' for v in own
    )
    return _svg(drawn)


def _svg(drawn: str) -> str:
    size = f'width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}"'
    return f'<svg class="kb-small" {size} aria-hidden="true">{drawn}</svg>'


def _span(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _place(value: float, span: tuple[float, float]) -> float:
    """Return where a value lies between the ends, from 0 to 1."""
    low, high = span
    return (value - low) / (high - low) if high > low else 0.5
