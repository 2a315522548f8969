"""The numbers a page shows, read row by row from where they lie.

A page wants some hundred numbers out of millions. Found by their ids they would cost as much as
the table is large: DuckDB applies a list of ids only after it has read all of an indicator, and
planning the conditions of a whole page takes longer than reading its numbers. But measures lie in
order: all numbers of one indicator and area are neighbours, a block, and areas published alike
have blocks of one layout. A few layouts and where each block begins are kept for the file they
were read from (some ten thousand numbers); they give the row of every number without a search.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.connection import Warehouse
from warehouse.errors import WarehouseError

Row = dict[str, Any]
#: Period, sex, age, sector and standardisation: what tells the numbers of a block apart.
Key = tuple[int, str, str, str, str]

#: What is read; the rest is known from where a number lies.
_READ = (
    "value, lower, upper, count, population, status, is_estimate, is_projection, vs_country, "
    "trend, standard"
)
_KEYS = ("period", "sex", "age", "sector", "standardisation")


@dataclass(frozen=True)
class Slice:
    """The numbers one figure shows of one indicator; ``None`` means any.

    Attributes
    ----------
    indicator
        Indicator id.
    areas
        Area ids.
    period
        Year, or several.
    age, sector, sex, standardisation
        Ids.
    """

    indicator: str
    areas: tuple[str, ...]
    period: int | tuple[int, ...] | None = None
    age: str | None = "all"
    sector: str | None = "all"
    sex: str | None = "all"
    standardisation: str | None = "crude"


@dataclass(frozen=True, eq=False)
class Layout:
    """The order of the numbers in the blocks of areas that are published alike."""

    keys: tuple[Key, ...]

    @functools.lru_cache(maxsize=1024)  # noqa: B019  there are a few dozen layouts in all
    def places(
        self,
        period: int | tuple[int, ...] | None,
        sex: str | None,
        age: str | None,
        sector: str | None,
        standardisation: str | None,
    ) -> tuple[tuple[int, Row], ...]:
        """Return where in a block the numbers lie that are wanted, and which these are."""
        years = (period,) if isinstance(period, int) else period
        return tuple(
            (place, dict(zip(_KEYS, key, strict=True)))
            for place, key in enumerate(self.keys)
            if (years is None or key[0] in years)
            and sex in (None, key[1])
            and age in (None, key[2])
            and sector in (None, key[3])
            and standardisation in (None, key[4])
        )


@dataclass(frozen=True)
class Block:
    """The numbers of one indicator and area: the row number of the first, and their order."""

    geography: str
    first: int
    layout: Layout


Blocks = Mapping[str, Mapping[str, Block]]


def prepare(wh: Warehouse) -> None:
    """Look up where the numbers of the file lie, which its first reader would wait for."""
    wh.once("blocks", _blocks)


def read(wh: Warehouse, slices: Iterable[Slice]) -> dict[Slice, list[Row]]:
    """Return the numbers of some slices, in one query.

    Parameters
    ----------
    wh
        The warehouse.
    slices
        What is wanted.

    Returns
    -------
    dict
        Slice → its rows: areas in the order asked for, then years. A row has ``indicator_id,
        area_id, period, sex, age, sector, standardisation, value, lower, upper, count, population,
        status, is_estimate, is_projection, vs_country, trend, standard`` and ``threshold``: fewer
        people than this are too few to be shown, None where Klyngeblik hides nothing.
    """
    wh = wh.staying()  # row numbers belong to a file
    there = wh.once("blocks", _blocks)
    places = {piece: _places(there, piece) for piece in dict.fromkeys(slices)}
    numbers = sorted({number for found in places.values() for number, _ in found})
    read = wh.rows(
        f"SELECT rowid, {_READ} FROM measures WHERE rowid IN (SELECT unnest(?::BIGINT[]))",  # noqa: S608
        [numbers],
    )
    few = wh.once("thresholds", thresholds)
    by_number = {row.pop("rowid"): row for row in read}
    return {
        piece: [
            known | by_number[number] | {"threshold": few.get(piece.indicator)}
            for number, known in found
        ]
        for piece, found in places.items()
    }


def thresholds(wh: Warehouse) -> Mapping[str, int]:
    """Return the count from which an indicator is shown, where Klyngeblik hides what is smaller.

    Of several packages the strictest decides, since their figures are protected together.
    """
    rows = wh.rows(
        "SELECT indicator_id, max(threshold) AS threshold FROM indicator_sources "
        "JOIN packages USING (package_id) WHERE made_safe_by = 'klyngeblik' GROUP BY indicator_id"
    )
    return {row["indicator_id"]: row["threshold"] for row in rows}


def cuts(
    wh: Warehouse, indicator: str, geography: str
) -> Mapping[tuple[str, str, str, str], tuple[int, ...]]:
    """Return the ways an indicator is published for a geography, with the years of each.

    Returns
    -------
    mapping
        ``(age, sector, sex, standardisation)`` → years, the oldest first.
    """
    return wh.once(("cuts", indicator, geography), lambda held: _cuts(held, indicator, geography))


def _cuts(
    wh: Warehouse, indicator: str, geography: str
) -> Mapping[tuple[str, str, str, str], tuple[int, ...]]:
    blocks = wh.once("blocks", _blocks).get(indicator, {}).values()
    layouts = dict.fromkeys(block.layout for block in blocks if block.geography == geography)
    years: dict[tuple[str, str, str, str], set[int]] = {}
    for layout in layouts:
        for period, sex, age, sector, standardisation in layout.keys:
            years.setdefault((age, sector, sex, standardisation), set()).add(period)
    return {cut: tuple(sorted(found)) for cut, found in years.items()}


def periods(wh: Warehouse) -> Sequence[int]:
    """Return the years with any number, measured or projected, the oldest first."""
    return wh.once("periods", _periods)


def _periods(wh: Warehouse) -> Sequence[int]:
    blocks = wh.once("blocks", _blocks)
    layouts = {block.layout for areas in blocks.values() for block in areas.values()}
    return sorted({key[0] for layout in layouts for key in layout.keys})


def _places(blocks: Blocks, piece: Slice) -> list[tuple[int, Row]]:
    """Return the row number of each number of a slice, and what is known of it before reading."""
    of_indicator = blocks.get(piece.indicator, {})
    wanted = (piece.period, piece.sex, piece.age, piece.sector, piece.standardisation)
    return [
        (block.first + place, {"indicator_id": piece.indicator, "area_id": area} | key)
        for area in piece.areas
        if (block := of_indicator.get(area)) is not None
        for place, key in block.layout.places(*wanted)
    ]


def _blocks(wh: Warehouse) -> Blocks:
    """Return where the numbers of each indicator and area lie.

    Raises
    ------
    WarehouseError
        When they do not lie together.
    """
    found = wh.rows(
        "SELECT indicator_id, geography, area_id, min(rowid) AS first, count(*) AS size, "
        "max(rowid) + 1 - first = size AS is_block, "
        "bit_xor(hash(period, sex, age, sector, standardisation)) AS layout FROM measures "
        "WHERE indicator_id IN (SELECT indicator_id FROM indicators) "
        "GROUP BY indicator_id, geography, area_id ORDER BY first"
    )
    if not all(row["is_block"] for row in found):
        raise WarehouseError(
            f"Measures in {wh.path} do not lie in order. Run `klyngeblik build` to make it anew."
        )
    layouts = _layouts(wh, {(row["layout"], row["size"]): row["first"] for row in found})
    blocks: dict[str, dict[str, Block]] = {}
    for row in found:
        block = Block(row["geography"], row["first"], layouts[row["layout"], row["size"]])
        blocks.setdefault(row["indicator_id"], {})[row["area_id"]] = block
    return blocks


def _layouts(
    wh: Warehouse, examples: Mapping[tuple[int, int], int]
) -> dict[tuple[int, int], Layout]:
    """Read each layout from one block that has it; given are its size and the block's first row."""
    rows = wh.rows(
        "SELECT rowid, period, sex, age, sector, standardisation FROM measures WHERE rowid IN "
        "(SELECT unnest(range(first, first + size)) FROM "
        "(SELECT unnest(?::BIGINT[]) AS first, unnest(?::BIGINT[]) AS size))",
        [[*examples.values()], [size for _, size in examples]],
    )
    keys: dict[int, Key] = {row.pop("rowid"): tuple(row.values()) for row in rows}
    return {
        (layout, size): Layout(tuple(keys[number] for number in range(first, first + size)))
        for (layout, size), first in examples.items()
    }


def years_with_figures(
    wh: Warehouse,
    indicator: str,
    geography: str,
    *,
    age: str,
    sector: str,
    sex: str,
    standardisation: str = "crude",
) -> Sequence[int]:
    """Return the years one cut of an indicator has rows for in a geography, newest first."""
    found = cuts(wh, indicator, geography).get((age, sector, sex, standardisation), ())
    return list(reversed(found))
