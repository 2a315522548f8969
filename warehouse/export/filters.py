"""What somebody asks for, checked: names found, spelling helped, ambiguity told.

A :class:`Selection` holds the filters as they were asked for. :func:`resolve` turns names into ids
against one warehouse, so that the page, the command and Python mean the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise

from geo.spelling import is_too_long, likeness
from warehouse import schema
from warehouse.ages import in_order
from warehouse.connection import Warehouse
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
_NAMES = {field: name for name, field in FILTERS.items()}
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
                _refuse_endless(_NAMES[field.name], texts)
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


def resolve(wh: Warehouse, selection: Selection) -> Selection:
    """Return the selection with every value checked and every name turned into its id.

    Doing it twice changes nothing.

    Raises
    ------
    SelectionError
        On an unknown value, with the nearest three; on an ambiguous name, with those it may mean;
        on an area outside the geography or level asked for.
    """
    lists: dict[str, Iterable[str]] = {
        "geography": wh.sql("SELECT geography FROM geographies")["geography"].to_list(),
        "level": schema.LEVELS,
        "themes": schema.THEMES,
        "sectors": schema.SECTORS,
        "sexes": schema.SEXES,
        "standardisations": schema.STANDARDISATIONS,
        "statuses": schema.STATUSES,
    }
    if selection.ages:
        lists["ages"] = in_order(wh.sql("SELECT unnest(ages) AS age FROM indicators")["age"])
    found = {
        field.name: tuple(
            _one_of(_NAMES[field.name], value, lists[field.name])
            for value in getattr(selection, field.name)
        )
        for field in fields(selection)
        if field.name in lists
    }
    found["indicators"] = _indicators(wh, selection.indicators)
    found["areas"] = _areas(wh, selection.areas, found["geography"], found["level"])
    return Selection(
        periods=selection.periods, **{name: tuple(dict.fromkeys(v)) for name, v in found.items()}
    )


def nearest(
    value: str,
    names: Iterable[tuple[str, str]],
    number: int = 3,
    plain: Callable[[str], str] = str.casefold,
) -> list[str]:
    """Return the labels whose names are spelt most like ``value``.

    Parameters
    ----------
    value
        What was written.
    names
        Pairs of a name and the label to suggest for it; a label may have several names.
    number
        How many labels at most; none for a value that is too long to be a name.
    plain
        Folds away differences that do not matter.
    """
    if is_too_long(value):
        return []
    wanted = plain(value)
    best: dict[str, float] = {}
    for name, label in names:
        folded = plain(name)
        score = likeness(wanted, folded)
        # Somebody who writes a part of a long title means that title.
        score += 0.5 * (len(wanted) > 2 and wanted in folded)
        best[label] = max(score, best.get(label, 0))
    return sorted(best, key=lambda label: (-best[label], label))[:number]


def _one_of(field: str, value: str, known: Iterable[str]) -> str:
    folded = {name.casefold(): name for name in known}
    if value.strip().casefold() in folded:
        return folded[value.strip().casefold()]
    raise SelectionError(field, value, nearest(value, [(name, name) for name in folded.values()]))


def _indicators(wh: Warehouse, wanted: tuple[str, ...]) -> tuple[str, ...]:
    if not wanted:
        return ()
    rows = _rows(wh, "SELECT indicator_id, title_da, title_en FROM indicators ORDER BY 1")
    ids = {row[0]: [row[0]] for row in rows}
    titled: dict[str, list[str]] = {}
    for row in rows:
        for title in {row[1].casefold(), row[2].casefold()}:
            titled.setdefault(title, []).append(row[0])
    found = []
    for value in wanted:
        plain = value.strip().casefold()
        hits = ids.get(plain) or titled.get(plain) or []
        if not hits:
            names = [(name, f"{row[0]} ({row[1]})") for row in rows for name in row]
            raise SelectionError("indicator", value, nearest(value, names))
        if len(hits) > 1:
            raise _ambiguous("indicator", value, hits)
        found.append(hits[0])
    return tuple(found)


def _areas(
    wh: Warehouse, wanted: tuple[str, ...], geographies: tuple[str, ...], levels: tuple[str, ...]
) -> tuple[str, ...]:
    if not wanted:
        return ()
    rows = _rows(
        wh,
        "SELECT area_id, name, short_name, geography, level FROM areas "
        "ORDER BY geography, sort, area_id",
    )
    inside = [
        row
        for row in rows
        if (not geographies or row[3] in geographies) and (not levels or row[4] in levels)
    ]
    named, named_anywhere = _Named(inside), _Named(rows)
    found = []
    for value in wanted:
        hits = named.called(value)
        if not hits and (elsewhere := named_anywhere.called(value)):
            area = elsewhere[0]
            asked = ", ".join(geographies + levels)
            raise SelectionError(
                "area",
                value,
                message=f"Area “{value}” ({_qualified(area)}) is not in {asked}. "
                f"Drop that filter, or choose another area.",
            )
        if not hits:
            names = [(name, _qualified(row)) for row in inside for name in row[:3] if name]
            raise SelectionError("area", value, nearest(value, names, plain=_plain))
        if len(hits) > 1:
            raise _ambiguous("area", value, [_qualified(row) for row in hits])
        found.append(hits[0][0])
    return tuple(found)


def _rows(wh: Warehouse, query: str) -> list[tuple[str, ...]]:
    # Plain rows: a data frame takes longer to set up than all the rest.
    return [tuple(row.values()) for row in wh.rows(query)]


_AreaRow = tuple[str, ...]


class _Named:
    """Areas by id, name and short name."""

    def __init__(self, rows: Iterable[_AreaRow]) -> None:
        # An id before a full name before a short name: what is most exact wins, so that "Bornholm"
        # is the municipality although a cluster is called so for short.
        self._by: tuple[dict[str, list[_AreaRow]], ...] = ({}, {}, {})
        for row in rows:
            keys = (row[0], _plain(row[1]), _plain(row[2] or ""))
            for by, key in zip(self._by, keys, strict=True):
                if key:
                    by.setdefault(key, []).append(row)

    def called(self, value: str) -> list[_AreaRow]:
        """Return the areas a value may mean; none when it is unknown."""
        code = value.strip().casefold()
        if re.fullmatch(r"[0-9]{3}", code):
            code = code.zfill(4)
        ids, names, short_names = self._by
        plain = _plain(value)
        return ids.get(code) or names.get(plain) or short_names.get(plain) or []


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    return re.sub(r"\s+kommune$", "", re.sub(r"\s+", " ", name.strip().casefold()))


def _qualified(row: _AreaRow) -> str:
    return f"{row[1]} [{row[0]}, {row[3]}]"


def _ambiguous(field: str, value: str, choices: list[str]) -> SelectionError:
    return SelectionError(
        field,
        value,
        choices,
        message=f"{field.capitalize()} “{value}” may mean: {'; '.join(choices)}. "
        "It is ambiguous: write the id, or choose a geography.",
    )
