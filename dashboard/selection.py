"""What the reader has chosen, as the URL says it. Pure: knows nothing of Streamlit.

The same short keys serve every page, so that a choice follows the reader from page to page and a
copied link opens the same view. A value that is not known is told, never silently dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from dashboard.clock import today
from warehouse.errors import quoted
from warehouse.schema import SECTORS, SEXES

#: URL key of each part of the selection, in the order they are written.
KEYS = {
    "geography": "geo",
    "area": "area",
    "period": "year",
    "indicator": "indicator",
    "sex": "sex",
    "age": "age",
    "sector": "sector",
    "benchmark": "compare",
    "lang": "lang",
    "big": "big",
    "demo": "demo",
}
LANGS = ("da", "en")
BENCHMARKS = ("country", "region")
#: The geographies that follow each other as the one shown when a link names none.
DEFAULT_GEOGRAPHIES = ("klynger-2022", "sundhedsraad-2027")
#: Areas of whole municipalities and middling size, so that the first page is a fair example.
DEFAULT_AREAS = frozenset({"k22-horsensklyngen", "r27-horsens"})
#: What the address of the front page says.
_EVERYWHERE = frozenset({"lang", "big", "demo"})
_AGE = re.compile(r"all|[0-9]{1,3}-[0-9]{1,3}|[0-9]{1,3}\+")
_YEAR = re.compile(r"[0-9]{4}")
_YEARS = range(1970, 2101)
#: Keys a page may add of its own (a view, a detail): the same shape, kept in ``extra``.
_EXTRA_KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")
#: How many keys a page can have of its own, and how long a value of theirs can be: one that names
#: every indicator.
_EXTRA_KEYS = 30
_LONGEST_VALUE = 4_000


@dataclass(frozen=True)
class Notice:
    """A value of the link that cannot be used: its key, the value, and what is used instead."""

    key: str
    value: str
    used: str


@dataclass(frozen=True)
class Known:
    """What a link may name: the areas of each geography and the indicators.

    Attributes
    ----------
    areas
        Geography id → its area ids, in list order.
    indicators
        Ids of the indicators there are.
    last_days
        Geography id → the last day it is in force, for those that end.
    today
        Says which day it is.
    """

    areas: Mapping[str, Sequence[str]]
    indicators: frozenset[str] = frozenset()
    last_days: Mapping[str, date] = field(default_factory=dict)
    today: Callable[[], date] = today

    def geography_of(self, area: str) -> str | None:
        """Return the geography an area belongs to, or ``None``."""
        return next((g for g, ids in self.areas.items() if area in ids), None)

    @property
    def default_geography(self) -> str:
        """Return the geography shown when the link names none: the one in force today."""
        day = self.today()
        there = [g for g in DEFAULT_GEOGRAPHIES if g in self.areas]
        in_force = [g for g in there if day <= self.last_days.get(g, date.max)]
        return next(iter([*in_force, *reversed(there), *self.areas]))

    def default_area(self, geography: str) -> str:
        """Return the area of a geography shown when the link names none."""
        areas = self.areas[geography]
        return next((a for a in areas if a in DEFAULT_AREAS), areas[0])


@dataclass(frozen=True)
class Selection:
    """One view: where, when, what. ``None`` means not chosen: the page's own default applies."""

    geography: str
    area: str
    period: int | None = None
    indicator: str | None = None
    sex: str | None = None
    age: str | None = None
    sector: str | None = None
    benchmark: str | None = None
    lang: str = "da"
    #: "1" where the reader wants big letters.
    big: str | None = None
    #: "0" where the reader does not want made-up figures.
    demo: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    #: Whether the address names the place; that of the front page does not.
    placed: bool = True

    def get(self, key: str) -> str | None:
        """Return the value under a URL key, as text, or ``None`` when not chosen."""
        for name, url_key in KEYS.items():
            if url_key == key:
                value = getattr(self, name)
                return None if value is None else str(value)
        return self.extra.get(key)

    def with_values(self, **changes: Any) -> Selection:
        """Return a copy with some parts changed, named as the attributes or as page keys."""
        own = {k: v for k, v in changes.items() if k in KEYS}
        extra = {k: str(v) for k, v in changes.items() if k not in KEYS and v is not None}
        dropped = {k for k, v in changes.items() if v is None}
        kept = {k: v for k, v in self.extra.items() if k not in dropped}
        return replace(self, **own, extra={**kept, **extra})

    def shared(self) -> Selection:
        """Return the part that follows the reader to another page: all but a page's own keys."""
        return replace(self, extra={})

    def params(self) -> dict[str, str]:
        """Return the selection as URL parameters: the place, and of the rest what is chosen.

        Danish is the app's own language and is left out.
        """
        out = {
            key: str(value)
            for name, key in KEYS.items()
            if (value := getattr(self, name)) is not None
            and (name, value) != ("lang", "da")
            and (self.placed or name in _EVERYWHERE)
        }
        return {**out, **self.extra}

    def query(self) -> str:
        """Return the selection as a query string, without the question mark."""
        return urlencode(self.params(), safe=",:")


def parse(params: Mapping[str, str], known: Known) -> tuple[Selection, list[Notice]]:
    """Read a link.

    Parameters
    ----------
    params
        The URL's parameters.
    known
        What may be named.

    Returns
    -------
    tuple
        The selection, always usable, and a notice for each value that could not be used.
    """
    notices: list[Notice] = []

    def refuse(key: str, used: str = "") -> None:
        notices.append(Notice(key, quoted(params[key]), used))

    geography, area = _where(params, known, refuse)
    values: dict[str, Any] = {}
    checks: dict[str, Callable[[str], bool]] = {
        "indicator": lambda v: v in known.indicators,
        "sex": lambda v: v in SEXES,
        "age": lambda v: _AGE.fullmatch(v) is not None,
        "sector": lambda v: v in SECTORS,
        "benchmark": lambda v: v in BENCHMARKS,
        "lang": lambda v: v in LANGS,
        "big": lambda v: v in ("0", "1"),
        "demo": lambda v: v in ("0", "1"),
        "period": lambda v: _YEAR.fullmatch(v) is not None and int(v) in _YEARS,
    }
    for name, is_valid in checks.items():
        raw = params.get(KEYS[name])
        if raw is None or (name, raw) in (("big", "0"), ("demo", "1")):
            continue  # what holds anyway is not carried along
        if is_valid(raw):
            values[name] = int(raw) if name == "period" else raw
        else:
            refuse(KEYS[name])
    known_keys = set(KEYS.values())
    extra = {}
    own = (k for k, v in params.items() if k not in known_keys and _EXTRA_KEY.fullmatch(k) and v)
    for key in islice(own, _EXTRA_KEYS):
        if len(params[key]) > _LONGEST_VALUE:
            refuse(key)
        else:
            extra[key] = params[key]
    return Selection(geography, area, **values, extra=extra), notices


def _where(params: Mapping[str, str], known: Known, refuse: Any) -> tuple[str, str]:
    """Return geography and area; an area alone decides its geography."""
    geography, area = params.get(KEYS["geography"]), params.get(KEYS["area"])
    if geography is not None and geography not in known.areas:
        home = known.geography_of(area) if area else None
        refuse(KEYS["geography"], home or known.default_geography)
        geography = home
    if geography is None and area is not None:
        geography = known.geography_of(area)
    geography = geography or known.default_geography
    fallback = known.default_area(geography)
    if area is not None and area not in known.areas[geography]:
        refuse(KEYS["area"], fallback)
        area = None
    return geography, area or fallback


def move(
    area: str, geography: str, catchments: Sequence[tuple[str, str, str, float]]
) -> str | None:
    """Find the area of another geography that shares most with the one shown now.

    Parameters
    ----------
    area
        The area shown now.
    geography
        The geography to move to.
    catchments
        Rows of geography, area, municipality, share.

    Returns
    -------
    str or None
        The area with the largest common number of municipalities (weighted by share), the first
        in the rows when several have the same; ``None`` when none has any in common.
    """
    mine = {m: share for _, a, m, share in catchments if a == area}
    common: dict[str, float] = {}
    for place, candidate, municipality, share in catchments:
        if place == geography and municipality in mine:
            common[candidate] = common.get(candidate, 0.0) + min(share, mine[municipality])
    return max(common, key=lambda a: common[a]) if common else None
