"""Names turned into ids: found in Danish and English, spelling helped, ambiguity told.

Page, command, address and Python mean the same rows because all of them ask here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Literal

from geo.spelling import is_too_long, likeness
from warehouse import schema
from warehouse.ages import in_order
from warehouse.connection import Warehouse
from warehouse.errors import SelectionError
from warehouse.export.filters import NAMES, Selection

#: The closed lists, by filter.
KNOWN: Final = {
    "level": schema.LEVELS,
    "theme": schema.THEMES,
    "sector": schema.SECTORS,
    "sex": schema.SEXES,
    "standardisation": schema.STANDARDISATIONS,
    "status": schema.STATUSES,
}
_OVER: Final = r" ?(år og (derover|over)|år \+|years and over|and over)$"


@cache
def _words() -> dict[str, dict[str, dict[str, list[str]]]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


def label(field: str, value: str, lang: Literal["da", "en"]) -> str:
    """Return what a value of a closed list is called.

    Parameters
    ----------
    field
        The filter: a key of :data:`KNOWN`.
    value
        The id.
    lang
        ``da`` or ``en``.
    """
    return _words()[field][value][lang][0]


def resolve(wh: Warehouse, selection: Selection) -> Selection:
    """Return the selection with every value checked and every name turned into its id.

    Doing it twice changes nothing.

    Raises
    ------
    SelectionError
        On an unknown value, with the nearest three; on an ambiguous name, with those it may mean;
        on an area outside the geography or level asked for.
    """
    return resolve_told(wh, selection)[0]


def resolve_told(wh: Warehouse, selection: Selection) -> tuple[Selection, list[str]]:
    """Do what :func:`resolve` does, and return also what was chosen among several, in words.

    A name that areas of several geographies have is the one in force on the day the warehouse was
    built, so that "Horsensklyngen" is not the one of the list of 2019.
    """
    lists: dict[str, Iterable[str]] = {
        field: KNOWN[name] for field, name in NAMES.items() if name in KNOWN
    }
    if selection.ages:
        lists["ages"] = in_order(wh.sql("SELECT unnest(ages) AS age FROM indicators")["age"])
    found = {
        field.name: tuple(
            _one_of(NAMES[field.name], value, lists[field.name])
            for value in getattr(selection, field.name)
        )
        for field in fields(selection)
        if field.name in lists
    }
    in_force = _InForce(wh)
    found["geography"] = tuple(_geography(value, in_force) for value in selection.geography)
    found["indicators"] = _indicators(wh, selection.indicators)
    found["areas"] = _areas(wh, selection.areas, found["geography"], found["level"], in_force)
    resolved = Selection(
        periods=selection.periods, **{name: tuple(dict.fromkeys(v)) for name, v in found.items()}
    )
    return resolved, in_force.told


class _InForce:
    """The geographies, and which of several was in force on the day the warehouse was built."""

    def __init__(self, wh: Warehouse) -> None:
        rows = wh.rows(
            "SELECT geography, level, title_da, title_en, valid_from, valid_to, "
            "(SELECT try_cast(value AS TIMESTAMP)::DATE FROM meta WHERE key = 'built_at') AS day "
            "FROM geographies ORDER BY sort, geography"
        )
        #: What was chosen by it, in words.
        self.told: list[str] = []
        self.titles: dict[str, tuple[str, str]] = {}
        self.level: dict[str, str] = {}
        self._spans: dict[str, tuple[date | None, date | None]] = {}
        self._day: date | None = None
        for row in rows:
            name = row["geography"]
            self.titles[name] = (row["title_da"], row["title_en"])
            self.level[name] = row["level"]
            self._spans[name] = (row["valid_from"], row["valid_to"])
            self._day = row["day"]

    def among(self, geographies: Iterable[str]) -> str | None:
        """Return the one in force; of several, or none, ``None``."""
        day, now = self._day, []
        for name in set(geographies):
            start, end = self._spans[name]
            if day and start and start <= day and (end is None or day <= end):
                now.append(name)
        return now[0] if len(now) == 1 else None


def _geography(value: str, in_force: _InForce) -> str:
    plain = value.strip().casefold()
    known = in_force.titles
    for name, titles in known.items():
        if plain in {name.casefold(), *(title.casefold() for title in titles if title)}:
            return name
    # "klynger" is any of two: the one there is now.
    level = _called("level", plain)
    several = [name for name in known if in_force.level[name] == level]
    if now := in_force.among(several) or (several[0] if len(several) == 1 else None):
        if len(several) > 1:
            others = ", ".join(name for name in several if name != now)
            in_force.told.append(
                f"Geography “{value}” is taken for {now}, which is in force (not {others})."
            )
        return now
    if several:
        raise _ambiguous("geography", value, several)
    spelt = [(word, name) for name, titles in known.items() for word in (name, *titles) if word]
    raise SelectionError("geography", value, nearest(value, spelt))


@cache
def _by_word(field: str) -> Mapping[str, str]:
    """Return the value each word of a filter means."""
    return {
        word.casefold(): value
        for value, words in _words()[field].items()
        for word in (*words["da"], *words["en"])
    }


def _called(field: str, plain: str) -> str | None:
    return _by_word(field).get(plain)


def _one_of(field: str, value: str, known: Iterable[str]) -> str:
    folded = {name.casefold(): name for name in known}
    plain = _plain_age(value) if field == "age" else value.strip().casefold()
    if plain in folded:
        return folded[plain]
    spelt = [(name, name) for name in folded.values()]
    if field in KNOWN:
        if hit := _called(field, plain):
            return hit
        spelt += [(word, own) for word, own in _by_word(field).items()]
    raise SelectionError(field, value, nearest(value, spelt))


def _plain_age(value: str) -> str:
    """Return an age as bands are written: "80 år og derover" and "65–79 år" are 80+ and 65-79."""
    plain = value.strip().casefold().replace("–", "-")
    if re.fullmatch(r"[0-9]+ ", value):
        # In an address a plus is a blank.
        return f"{plain}+"
    if plain in ("alle", "alle aldre", "all ages"):
        return "all"
    return re.sub(r" (år|years)$", "", re.sub(_OVER, "+", plain))


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


def _indicators(wh: Warehouse, wanted: tuple[str, ...]) -> tuple[str, ...]:
    if not wanted:
        return ()
    rows = _rows(
        wh,
        "SELECT indicator_id, title_da, title_en, short_da, short_en FROM indicators ORDER BY 1",
    )
    ids = {row[0]: [row[0]] for row in rows}
    titled: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    for row in rows:
        for titles, names in ((titled, row[1:3]), (short, row[3:])):
            for title in {name.casefold() for name in names if name}:
                titles.setdefault(title, []).append(row[0])
    found = []
    for value in wanted:
        plain = value.strip().casefold()
        hits = ids.get(plain) or titled.get(plain) or short.get(plain) or []
        if not hits:
            spelt = [(name, f"{row[0]} ({row[1]})") for row in rows for name in row if name]
            raise SelectionError("indicator", value, nearest(value, spelt))
        if len(hits) > 1:
            raise _ambiguous("indicator", value, hits)
        found.append(hits[0])
    return tuple(found)


def _areas(
    wh: Warehouse,
    wanted: tuple[str, ...],
    geographies: tuple[str, ...],
    levels: tuple[str, ...],
    in_force: _InForce,
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
        now = in_force.among(row[3] for row in hits)
        if len(hits) > 1 and now and len({row[4] for row in hits}) == 1:
            current = [row for row in hits if row[3] == now]
            if len(current) == 1:
                others = "; ".join(_qualified(row) for row in hits if row[3] != now)
                in_force.told.append(
                    f"Area “{value}” is taken for {_qualified(current[0])}, which is in force "
                    f"(not {others})."
                )
                hits = current
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
