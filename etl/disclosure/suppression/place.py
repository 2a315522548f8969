"""What cells are worth to a reader, and which lie near each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import polars as pl

from etl.disclosure.suppression.promise import most_labelled
from etl.disclosure.suppression.structure import GROUND, Floats, Grid, Ints, age_range


class Place:
    """What the cells of a grid are worth and which lie near each other.

    Parameters
    ----------
    grid
        The cells.
    levels
        Geography of each area.
    catchments
        The warehouse table ``catchments``.
    unseen
        Ages of the grid that no reader sees.
    """

    def __init__(
        self,
        grid: Grid,
        levels: Mapping[str, str],
        catchments: pl.DataFrame,
        unseen: frozenset[str] = frozenset(),
    ) -> None:
        self.grid = grid
        self._unseen = unseen
        used = catchments.filter(pl.col("area_id").is_in(list(grid.areas)))
        self.ground = [a for a in grid.areas if levels[a] == GROUND]
        # Half of a person's municipality moves by half a person.
        self._shares = dict(used.group_by("area_id").agg("share").iter_rows())
        least = {area: min(shares) for area, shares in self._shares.items()}
        cells = grid.size // len(grid.areas)
        self.finest = np.repeat([float(least.get(area, 1.0)) for area in grid.areas], cells)
        self.cost = self._cost(levels)
        self._used = used

    def label(self, threshold: int) -> tuple[Floats, Floats]:
        """Return the least and the most a count can be that is called small, by cell.

        Whole people, or the least share of one in areas that hold a share of a municipality.
        """
        cells = self.grid.size // len(self.grid.areas)
        most = [most_labelled(threshold, self._shares.get(area, ())) for area in self.grid.areas]
        return self.finest, np.repeat(most, cells)

    def _cost(self, levels: Mapping[str, str]) -> Floats:
        """Weigh cells by what a reader misses: the larger the area and the wider the band.

        A municipality counts 1, a larger area as many as it holds on average; both sexes three
        times one sex; all ages and bands made of other bands more than one band.
        """
        sizes: dict[str, int] = {}
        for level in levels.values():
            sizes[level] = sizes.get(level, 0) + 1
        most = max(sizes.values())
        area = np.array([most / sizes[levels[a]] for a in self.grid.areas])
        sex = np.array([3.0 if s == "all" else 1.0 for s in self.grid.sexes])
        spans = [age_range(a) for a in self.grid.ages if a not in self._unseen]
        holds = [
            sum(a <= c and d <= b for c, d in spans) for a, b in map(age_range, self.grid.ages)
        ]
        age = np.array([1.0 if n <= 1 else 2.0 if n < len(spans) else 6.0 for n in holds])
        sectors = {sector for _, sector in self.grid.series}
        total = 3.0 if len(sectors) > 1 else 1.0
        series = np.array([total if s == "all" else 1.0 for _, s in self.grid.series])
        return np.asarray(
            area[:, None, None, None] * sex[:, None, None] * age[:, None] * series
        ).ravel()

    @cached_property
    def hoods(self) -> list[list[Ints]]:
        """Return neighbourhoods of cells: around each cluster, each pair of them, and all."""
        numbers, used = self.grid.numbers(), self._used
        everything = numbers.ravel()
        above = used.filter(pl.col("geography") != GROUND)
        if not len(above):
            return [[everything]]
        counted = (
            above.group_by("geography").agg(n=pl.col("area_id").n_unique()).sort("n", "geography")
        )
        geographies = counted.filter(pl.col("n") > 1)["geography"].to_list()
        if not geographies:
            return [[everything]]
        place = {area: i for i, area in enumerate(self.grid.areas)}

        def around(geography: str) -> list[Ints]:
            """Return all cells of municipalities of an area, and of all areas that hold them."""
            near = []
            for _, members in above.filter(pl.col("geography") == geography).group_by(
                "area_id", maintain_order=True
            ):
                inside = used.filter(
                    pl.col("municipality_id").is_in(members["municipality_id"].implode())
                )
                chosen = sorted({place[a] for a in inside["area_id"]})
                near.append(numbers[chosen].ravel())
            return near

        near = around(geographies[-1])
        pairs = []
        for i, cells in enumerate(near):
            # With the other cluster that shares most areas with this one.
            shared = [
                len(np.intersect1d(cells, other)) if j != i else -1 for j, other in enumerate(near)
            ]
            pairs.append(np.union1d(cells, near[int(np.argmax(shared))]))
        return [near, pairs, around(geographies[0]), [everything]]
