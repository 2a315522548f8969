"""The population behind shares that come without counts."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl

from etl.indicators.cube import OK, Catchments, Delivered, Floats, deliver
from etl.indicators.groups import POPULATION, Group, newest


class WeighingPeople:
    """The population behind shares that come without counts, municipality by municipality."""

    def __init__(self, groups: list[Group], matrix: Catchments) -> None:
        self._groups = groups
        self._matrix = matrix

    @cached_property
    def _laid(self) -> Delivered | None:
        for group in self._groups:
            for indicator in group.indicators:
                if indicator.id == POPULATION:
                    rows = newest(group).filter(
                        (pl.col("kind") == "count") & (pl.col("sex") == "all")
                    )
                    return deliver(
                        rows, group.ids, self._matrix, derived_ages=indicator.derived_ages
                    )
        return None

    def of(self, weight: dict[str, float], shares: Delivered) -> Floats:
        """Return the weighing population for the periods of some shares.

        Parameters
        ----------
        weight : dict of str to float
            Share of each age band.
        shares : Delivered

        Returns
        -------
        ndarray, shape (M, P)
            Whole people, also where a band is taken in part. A year without population takes the
            nearest year's; NaN where nothing is known.
        """
        result = np.full((len(self._matrix.municipalities), len(shares.periods)), np.nan)
        laid = self._laid
        if laid is None:
            return result
        ages = laid.series["age"].to_list()
        if not set(weight) <= set(ages):
            return result
        rows = [ages.index(age) for age in weight]
        known = (laid.municipal_status[:, :, rows] == OK).all(axis=2)
        people = laid.municipal[:, :, rows] @ np.array(list(weight.values()))
        people = np.where(known, np.rint(people), np.nan)
        usable = np.flatnonzero(known.any(axis=0))
        for at, year in enumerate(shares.periods):
            nearest = usable[np.abs(laid.periods[usable] - year).argmin()]
            result[:, at] = people[:, nearest]
        return result
