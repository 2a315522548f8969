"""How released counts add up: every additive relation between the cells of one set of tables.

Cells are numbered in a grid of areas, sexes, ages and series (a series is a measure and a sector).
A relation is a row of a sparse matrix R with ``R @ counts == 0``: an area minus its municipalities
(by share), all sexes minus women and men, an age band minus the bands it is made of, a sector
total minus its sectors where those add up. Whatever can be worked out by adding and subtracting
released numbers follows from these rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: The geography whose areas all others are made of.
GROUND = "kommuner"
OLDEST = 1000
CELL = ("measure", "geography", "area_id", "period", "sex", "age", "sector")


class StructureError(ValueError):
    """The released cells cannot be put in one set of tables."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one set of tables: the names along each side, in the order of the numbers."""

    areas: tuple[str, ...]
    sexes: tuple[str, ...]
    ages: tuple[str, ...]
    series: tuple[tuple[str, str], ...]

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Areas, sexes, ages, series."""
        return len(self.areas), len(self.sexes), len(self.ages), len(self.series)

    @property
    def size(self) -> int:
        """Return the number of cells, released or not."""
        return int(np.prod(self.shape))

    def numbers(self) -> Ints:
        """Return the cell numbers in the grid's shape."""
        return np.arange(self.size).reshape(self.shape)

    def locate(self, cells: pl.DataFrame) -> Ints:
        """Return the number of each row of a frame with area_id, sex, age, measure and sector."""

        def at(column: str, names: Sequence[str]) -> pl.Expr:
            return pl.col(column).replace_strict(
                list(names), list(range(len(names))), return_dtype=pl.Int64
            )

        joined = [f"{measure}\n{sector}" for measure, sector in self.series]
        found = cells.select(
            area=at("area_id", self.areas),
            sex=at("sex", self.sexes),
            age=at("age", self.ages),
            series=pl.concat_str("measure", "sector", separator="\n").replace_strict(
                joined, list(range(len(joined))), return_dtype=pl.Int64
            ),
        )
        return np.ravel_multi_index(
            tuple(found[name].to_numpy() for name in found.columns), self.shape
        )


def age_range(age: str) -> tuple[int, int]:
    """Return first age and the age after the last of ``all``, ``0-17`` or ``80+``."""
    if age == "all":
        return 0, OLDEST
    first, dash, last = age.partition("-")
    try:
        if dash:
            return int(first), int(last) + 1
        if age.endswith("+"):
            return int(age[:-1]), OLDEST
    except ValueError:
        pass
    raise StructureError(f"age {age!r} is neither 'all' nor a band such as '0-17' or '80+'")


def age_sums(ages: Sequence[str], ranges: dict[str, tuple[int, int]]) -> list[dict[str, int]]:
    """Return every independent way in which age bands add up to one another.

    Each is a mapping of age to coefficient whose sum over counts is 0, such as
    ``{"0-17": 1, "0-5": -1, "6-11": -1, "12-17": -1}``, by the range of years given. A band that
    is the plain sum of others is written so; overlapping bands (0-5 + 6-17 = 0-11 + 12-17) come
    from elimination.
    """
    ranges = {age: ranges[age] for age in ages}
    cuts = sorted({edge for pair in ranges.values() for edge in pair})
    atoms = np.array(
        [[a <= cut < b for cut in cuts[:-1]] for a, b in ranges.values()], dtype=np.float64
    )
    sums: list[dict[str, int]] = []
    basis: list[int] = []
    order = sorted(range(len(ages)), key=lambda i: (atoms[i].sum(), i))
    for i in order:
        if not basis:
            basis.append(i)
            continue
        # Larger parts first: 0-25 = 0-17 + 18-25 is sparser than five bands.
        weights, *_ = np.linalg.lstsq(atoms[basis].T, atoms[i], rcond=None)
        whole = np.rint(weights)
        if np.abs(atoms[basis].T @ whole - atoms[i]).max() > 0:
            basis.append(i)
            continue
        plain = _fewest_parts(i, order, ranges)
        parts = plain or {b: int(w) for b, w in zip(basis, whole, strict=True) if w}
        sums.append({ages[i]: 1} | {ages[b]: -w for b, w in parts.items()})
    return sums


def _fewest_parts(
    whole: int,
    order: Sequence[int],
    ranges: dict[str, tuple[int, int]],
    *,
    equal: bool = False,
) -> dict[int, int] | None:
    """Cover one band by the fewest other bands laid end to end, or return None."""
    spans = list(ranges.values())
    start, end = spans[whole]
    best: dict[int, list[int]] = {start: []}
    for edge in sorted({edge for span in spans for edge in span}):
        if edge not in best:
            continue
        for i in order:
            a, b = spans[i]
            if i != whole and a == edge and b <= end and (equal or (a, b) != (start, end)):
                longer = [*best[edge], i]
                if b not in best or len(longer) < len(best[b]):
                    best[b] = longer
    return dict.fromkeys(best[end], 1) if end in best else None


def age_spans(cells: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Return each age's range of years, that of ``all`` as the counts show it.

    A measure about children has an ``all`` that is the sum of its bands: nobody else is in it.
    """
    ages = cells["age"].unique().sort().to_list()
    spans = {age: age_range(age) for age in ages}
    bands = {age: span for age, span in spans.items() if age != "all"}
    if "all" not in spans or not bands:
        return spans
    start, end = min(a for a, _ in bands.values()), max(b for _, b in bands.values())
    names = ["all", *bands]
    cover = _fewest_parts(0, range(len(names)), {"all": (start, end)} | bands, equal=True)
    if cover is None:
        return spans
    tiles = [names[i] for i in cover]
    at = ["measure", "area_id", "period", "sex", "sector"]
    sums = (
        cells.filter(pl.col("age").is_in(tiles))
        .group_by(at)
        .agg(parts=pl.col("count").sum(), n=pl.len())
        .filter(pl.col("n") == len(tiles))
        .join(cells.filter(pl.col("age") == "all").select(*at, whole="count"), on=at)
    )
    if len(sums) and ((sums["parts"] - sums["whole"]).abs() < 1e-6).all():
        spans["all"] = (start, end)
    return spans


def area_rows(areas: Sequence[str], catchments: pl.DataFrame) -> list[dict[str, float]]:
    """Return each area as a sum over released municipalities by share, as coefficients.

    An area one of whose municipalities is not released is left out: nothing can be subtracted.
    An area that is one whole municipality is its equal.
    """
    released = set(areas)
    rows = []
    grouped = catchments.filter(
        (pl.col("geography") != GROUND) & pl.col("area_id").is_in(list(areas))
    ).group_by("area_id", maintain_order=True)
    for (area,), members in grouped:
        parts = dict(zip(members["municipality_id"], members["share"], strict=True))
        if released.issuperset(parts):
            rows.append({str(area): 1.0} | {name: -share for name, share in parts.items()})
    return rows


def relations(
    grid: Grid,
    catchments: pl.DataFrame,
    spans: dict[str, tuple[int, int]],
    series_sums: Sequence[Mapping[tuple[str, str], int]] = (),
) -> sparse.csr_array:
    """Return the relations between the cells of a grid.

    Parameters
    ----------
    grid
        The cells.
    catchments
        The warehouse table ``catchments``.
    spans
        First age and the age after the last, by age.
    series_sums
        Coefficients by series for each way in which measures or sectors add up.

    Returns
    -------
    scipy.sparse.csr_array
        Relations by cells.
    """
    n, at = grid.numbers(), grid
    blocks: list[list[tuple[Ints, float]]] = []
    for row in area_rows(at.areas, catchments):
        blocks.append([(n[at.areas.index(a)], w) for a, w in row.items()])
    if set(at.sexes) >= {"all", "female", "male"}:
        parts = (("all", 1.0), ("female", -1.0), ("male", -1.0))
        blocks.append([(n[:, at.sexes.index(s)], w) for s, w in parts])
    for ages in age_sums(at.ages, spans):
        blocks.append([(n[:, :, at.ages.index(a)], w) for a, w in ages.items()])
    for sums in series_sums:
        blocks.append([(n[..., at.series.index(s)], w) for s, w in sums.items()])

    rows, columns, weights, count = [], [], [], 0
    for block in blocks:
        cells = np.stack([cell.ravel() for cell, _ in block], axis=1)
        rows.append(np.repeat(np.arange(len(cells)) + count, len(block)))
        columns.append(cells.ravel())
        weights.append(np.tile([weight for _, weight in block], len(cells)))
        count += len(cells)
    if not blocks:
        return sparse.csr_array((0, grid.size))
    entries = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_array(entries, shape=(count, grid.size))
