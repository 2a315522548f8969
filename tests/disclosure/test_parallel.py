"""Measures protected beside each other: the same as one by one, and errors come through."""

from __future__ import annotations

import os

import polars as pl
import pytest

from etl.disclosure.suppression import protect_and_audit, release
from etl.disclosure.suppression.parallel import in_parallel
from tests.disclosure.countries import catchments, released

WHERE = catchments(klynger={"k-a": ["m1", "m2", "m3"], "k-b": ["m4", "m5"]})
SEED = bytes(16)


def test_beside_each_other_hides_what_one_after_the_other_hides(monkeypatch):
    counts = {"m1": 3, "m2": 40, "m3": 25, "m4": 60, "m5": 17}
    cells = pl.concat(
        released({m: count + more for m, count in counts.items()}, WHERE).with_columns(
            measure=pl.lit(f"measure-{more}")
        )
        for more in (0, 1, 20)
    )
    one_by_one = protect_and_audit(cells, WHERE, seed=SEED)
    monkeypatch.setattr(release, "_FEW", 0)
    assert protect_and_audit(cells, WHERE, seed=SEED).equals(one_by_one)
    hidden = one_by_one.filter(pl.col("status") != "ok")
    assert set(hidden["measure"]) == {"measure-0", "measure-1"}


def test_what_a_job_raises_is_raised_here():
    with pytest.raises(ValueError, match="no such number"):
        in_parallel([(int, ("no such number",), {})])


def test_a_helper_that_is_ended_is_told():
    with pytest.raises(ChildProcessError, match="was ended"):
        in_parallel([(os._exit, (1,), {})])


def test_every_job_is_done():
    assert sorted(in_parallel([(abs, (-n,), {}) for n in range(20)])) == list(range(20))
    assert in_parallel([]) == []
