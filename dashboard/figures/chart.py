"""A chart as plain data: what plotly.js draws, without plotly's Python classes around it.

Building and checking the same chart with ``plotly.graph_objects`` takes 10-30 ms, which is most of
what a page costs. Here a trace is a dictionary; that plotly knows every word in it is the tests'
affair (they build each chart once with plotly's own classes).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Spec = dict[str, Any]


@dataclass
class Chart:
    """Traces and layout in plotly.js' own words.

    Attributes
    ----------
    data
        The traces, drawn in order.
    layout
        Everything around them; the page adds the template of the theme.
    """

    data: list[Spec] = field(default_factory=list)
    layout: Spec = field(default_factory=dict)

    def trace(self, kind: str, **settings: object) -> None:
        """Add a trace such as ``bar`` or ``scatter``."""
        self.data.append({"type": kind, **settings})

    def annotate(self, **settings: object) -> None:
        """Add a text inside the chart."""
        self.layout.setdefault("annotations", []).append({"showarrow": False, **settings})

    def upright(self, x: float, line: Spec) -> None:
        """Add a line from the lower to the upper edge."""
        self.shape(type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line=line)

    def shape(self, **settings: object) -> None:
        """Add a shape: a line, a rectangle, or a path as SVG writes one."""
        self.layout.setdefault("shapes", []).append(settings)

    def update(self, **layout: object) -> None:
        """Set parts of the layout."""
        self.layout.update(layout)

    def to_dict(self) -> Spec:
        """Return the chart as plotly writes one down."""
        return {"data": self.data, "layout": self.layout}

    def to_json(self) -> str:
        """Return the chart as the browser gets it.

        Raises
        ------
        ValueError
            When a number is not one: JSON has no word for it, and a missing one is ``None``.
        """
        return json.dumps(
            self.to_dict(), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
