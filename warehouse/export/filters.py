"""What somebody asks for: the filters, as they were written.

A :class:`Selection` holds the filters as they were asked for; ``warehouse.export.names.resolve``
turns names into ids against one warehouse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise

from geo.spelling import is_too_long
from warehouse.errors import SelectionError, quoted

#: The filters, as the command and Python name them, and the field of a Selection they fill.
FILTERS = {
    "geography": "geography",
    "area": "areas",
    "level": "level",
    "indicator": "indicators",
    "theme": "themes",
    "sector": "sectors",
    "period": "periods",
    "sex": "sexes",
    "age": "ages",
    "standardisation": "standardisations",
    "status": "statuses",
}
#: The other way round.
NAMES = {field: name for name, field in FILTERS.items()}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
#: Values of one filter: more than there are names of anything.
_MOST_VALUES = 1_000

Texts = str | Iterable[str] | None
Periods = str | int | Iterable[str | int] | None


@dataclass(frozen=True)
class Selection:
    """Which rows of ``measures``: an empty filter means all, several values mean any of them.

    Attributes
    ----------
    geography, level, themes, sectors, sexes, ages, standardisations, statuses
        Ids, as in the extract's columns.
    areas
        Ids or names; a name may be written in any case and with or without "Kommune".
    indicators
        Ids or titles.
    periods
        Years; built from ``2021``, ``"2019:2025"``, ``"2019:"`` or a list of them.

    Raises
    ------
    SelectionError
        When a period is not a year or a range of years, a value is too long to be a name, or a
        filter has more values than there are names.
    """

    geography: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    periods: tuple[int, ...] = ()
    sexes: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    standardisations: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Hashable and canonical whatever was handed in, so that a selection can be a cache key.
        for field in fields(self):
            given = getattr(self, field.name)
            if field.name == "periods":
                object.__setattr__(self, field.name, years(given))
            else:
                texts = _texts(given)
                _refuse_endless(NAMES[field.name], texts)
                object.__setattr__(self, field.name, texts)

    @classmethod
    def of(
        cls,
        *,
        geography: Texts = None,
        area: Texts = None,
        level: Texts = None,
        indicator: Texts = None,
        theme: Texts = None,
        sector: Texts = None,
        period: Periods = None,
        sex: Texts = None,
        age: Texts = None,
        standardisation: Texts = None,
        status: Texts = None,
    ) -> Selection:
        """Make a selection from single values or lists, under the names the command uses."""
        return cls(
            geography=_texts(geography),
            areas=_texts(area),
            level=_texts(level),
            indicators=_texts(indicator),
            themes=_texts(theme),
            sectors=_texts(sector),
            periods=years(period),
            sexes=_texts(sex),
            ages=_texts(age),
            standardisations=_texts(standardisation),
            statuses=_texts(status),
        )

    def filters(self) -> dict[str, list[str]]:
        """Return the filters that are set, under the names the command uses."""
        texts = {
            name: list(getattr(self, field)) for name, field in FILTERS.items() if name != "period"
        }
        texts["period"] = [
            f"{first}" if first == last else f"{first}:{last}" for first, last in self.ranges()
        ]
        return {name: texts[name] for name in FILTERS if texts[name]}

    def ranges(self) -> list[tuple[int, int]]:
        """Return the periods as runs of years, both ends included."""
        ordered = sorted(set(self.periods))
        breaks = [i for i, (a, b) in enumerate(pairwise(ordered), 1) if b != a + 1]
        edges = [0, *breaks, len(ordered)]
        return [(ordered[a], ordered[b - 1]) for a, b in pairwise(edges) if b > a]

    def described(self) -> str:
        """Return the selection on one line, for a message or a log."""
        parts = [f"{name} {', '.join(values)}" for name, values in self.filters().items()]
        return "; ".join(parts) or "everything"


def _texts(values: Texts) -> tuple[str, ...]:
    if values is None:
        return ()
    several = (values,) if isinstance(values, str) else tuple(values)
    return tuple(dict.fromkeys(several))


def _refuse_endless(name: str, values: tuple[str, ...]) -> None:
    """Refuse what cannot be names before anything is looked up or compared.

    An address is written by anybody, and what is not known is compared with all that is.
    """
    if len(values) > _MOST_VALUES:
        raise SelectionError(
            name,
            values[0],
            message=f"{len(values):,} values of {name}: at most {_MOST_VALUES:,} are taken.",
        )
    for value in values:
        if is_too_long(value):
            message = f"{name.capitalize()} “{quoted(value)}” is too long to be a name."
            raise SelectionError(name, value, message=message)


def years(period: Periods) -> tuple[int, ...]:
    """Return the years meant by ``2021``, ``"2019:2025"``, ``"2019:"``, ``":2025"`` or a list.

    Raises
    ------
    SelectionError
        When something is not a year, or a range runs backwards.
    """
    if period is None:
        return ()
    several = (period,) if isinstance(period, str | int) else tuple(period)
    if len(several) > _MOST_VALUES:
        _refuse_endless("period", tuple("" for _ in several))
    found: set[int] = set()
    for part in several:
        # A number of thousands of digits cannot even be written out.
        is_endless = isinstance(part, int) and abs(part) >= 10_000
        text = "…" if is_endless else str(part).strip()
        match = re.fullmatch(r"([0-9]{4})?(:)?([0-9]{4})?", text)
        if not text or text == ":" or not match or (match[3] and not match[2]):
            raise SelectionError(
                "period",
                text,
                message=f"Period “{quoted(text)}” is not a year or a range like 2019:2025.",
            )
        first = int(match[1] or _FIRST_YEAR)
        last = int(match[3] or (_LAST_YEAR if match[2] else first))
        if first > last:
            raise SelectionError(
                "period", text, message=f"Period “{text}” runs backwards: write {last}:{first}."
            )
        found.update(range(first, last + 1))
    return tuple(sorted(found))
