"""What definitions state of base cells: relations an attacker has read, beside the tables.

Each is a sum over series of one municipality, sex and age that no band cuts, which is nothing or
not negative. Measures that nobody publishes are base cells of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from etl.layouts.defined import is_unseen

Sum = Mapping[tuple[str, str], int]

_UNPUBLISHED = ["measure", "sector", "area_id", "sex", "base_age"]
_PLACE = ["municipality_id", "base_sex", "base_age"]


@dataclass(frozen=True)
class Stated:
    """Relations between base cells.

    Attributes
    ----------
    rows
        Relations by base cells: those of the tables, then those of what nobody publishes.
    is_equal
        Relations that give nothing; the others give nothing or more.
    unpublished
        ``measure, sector, area_id, sex, base_age`` of the base cells in no table, in order.
    """

    rows: sparse.csr_array
    is_equal: NDArray[np.bool_]
    unpublished: pl.DataFrame


def stated(base: pl.DataFrame, wholes: Mapping[str, Sequence[str]], sums: Sequence[Sum]) -> Stated:
    """Return what sums of series state of base cells.

    Parameters
    ----------
    base
        ``municipality_id, base_sex, base_age, base_series`` and the number ``base`` of each base
        cell of the tables.
    wholes
        Series that are sums of others: of which base series.
    sums
        Coefficients by (measure, sector) that add up to zero.
    """
    first = base["base"].n_unique()
    if not sums:
        nobody = pl.DataFrame(schema=dict.fromkeys(_UNPUBLISHED, pl.String))
        return Stated(sparse.csr_array((0, first)), np.zeros(0, dtype=bool), nobody)
    places = base.select(_PLACE).unique().sort(_PLACE).with_row_index("place")
    series = base["base_series"].unique().sort().to_list()
    at = np.full((len(places), len(series)), -1, dtype=np.int64)
    there = base.join(places, on=_PLACE)
    of = there["base_series"].replace_strict(series, range(len(series)), return_dtype=pl.Int64)
    at[there["place"].to_numpy(), of.to_numpy()] = there["base"].to_numpy()
    times: dict[tuple[str, str], int] = {}
    for one in sums:
        for name in filter(is_unseen, one):
            times[name] = times.get(name, 0) + 1
    shared = sorted(name for name, number in times.items() if number > 1)
    hidden = {
        name: first + i * len(places) + np.arange(len(places)) for i, name in enumerate(shared)
    }
    entries: list[tuple[NDArray[np.int64], NDArray[np.int64], float]] = []
    is_equal: list[bool] = []
    for one in sums:
        columns: list[tuple[NDArray[np.int64], float]] = []
        rest = [name for name in one if is_unseen(name) and name not in hidden]
        for name, weight in one.items():
            if name in hidden:
                columns.append((hidden[name], float(weight)))
            elif name not in rest:
                text = f"{name[0]}\n{name[1]}"
                columns += [
                    (at[:, series.index(part)], float(weight)) for part in wholes.get(text, [text])
                ]
        whole = np.flatnonzero(np.all([cells >= 0 for cells, _ in columns], axis=0))
        rows = len(is_equal) + np.arange(len(whole))
        entries += [(rows, cells[whole], weight) for cells, weight in columns]
        is_equal += [not rest] * len(whole)
    size = first + len(shared) * len(places)
    matrix = sparse.coo_array(
        (
            np.concatenate([np.full(len(rows), weight) for rows, _, weight in entries]),
            (
                np.concatenate([rows for rows, _, _ in entries]),
                np.concatenate([cells for _, cells, _ in entries]),
            ),
        ),
        shape=(len(is_equal), size),
    ).tocsr()
    unpublished = (
        pl.concat(
            places.select(
                measure=pl.lit(measure),
                sector=pl.lit(sector),
                area_id="municipality_id",
                sex="base_sex",
                base_age="base_age",
            )
            for measure, sector in shared
        )
        if shared
        else pl.DataFrame(schema=dict.fromkeys(_UNPUBLISHED, pl.String))
    )
    return Stated(matrix, np.array(is_equal, dtype=bool), unpublished)


def sayable(sums: Sequence[Sum], known: set[str]) -> list[Sum]:
    """Return those sums all of whose series are base series, or sums of them, or in no table."""
    return [
        one
        for one in sums
        if all(is_unseen(name) or f"{name[0]}\n{name[1]}" in known for name in one)
    ]
