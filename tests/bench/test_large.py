"""Grown warehouses: larger, in order, and showing what the small one shows."""

from __future__ import annotations

import itertools

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warehouse
from bench import large
from bench.__main__ import main
from bench.bar import Bar, quantile
from dashboard.reference import read
from tests.warehouse import synthetic
from warehouse.export.query import Selection, count
from warehouse.read import slices


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return synthetic.write(tmp_path_factory.mktemp("large") / "small.duckdb")


def measures(path):
    with duckdb.connect(str(path), read_only=True) as con:
        [(rows,)] = con.execute("SELECT count(*) FROM measures").fetchall()
        return rows


@pytest.mark.parametrize("listed", [True, False])
def test_a_grown_warehouse_lies_in_order(small, tmp_path, listed):
    path = tmp_path / "grown.duckdb"
    wanted = 7 * measures(small) + 1
    large.grow(small, path, wanted, listed=listed)
    assert measures(path) >= wanted
    with duckdb.connect(str(path), read_only=True) as con:
        keys = con.execute(
            "SELECT indicator_id, geography, area_id FROM measures ORDER BY rowid"
        ).fetchall()
    blocks = list(dict.fromkeys(keys))
    by_indicator = list(dict.fromkeys(key[0] for key in keys))
    assert by_indicator == sorted(by_indicator)
    # each block lies together
    assert sum(a != b for a, b in itertools.pairwise(keys)) == len(blocks) - 1


def test_listed_twins_are_found_by_an_extract(small, tmp_path):
    path = tmp_path / "grown.duckdb"
    large.grow(small, path, 3 * measures(small), listed=True)
    with warehouse.connect(small) as before, warehouse.connect(path) as after:
        assert count(after, Selection()) == 3 * count(before, Selection())


def test_pages_show_the_same_in_a_table_grown_unlisted(small, tmp_path):
    path = tmp_path / "grown.duckdb"
    large.grow(small, path, 5 * measures(small), listed=False)
    with warehouse.connect(small) as before, warehouse.connect(path) as after:
        known, same = read(before), read(after)
        assert known.indicators == same.indicators
        assert known.newest == same.newest
        everything = [
            slices.Slice(indicator, tuple(known.areas), None, None, None, None, None)
            for indicator in known.indicators
        ]
        assert slices.read(before, everything) == slices.read(after, everything)


def test_a_thinned_warehouse_keeps_the_newest_years(small, tmp_path):
    path = tmp_path / "thin.duckdb"
    large.thin(small, path, measures(small) // 2)
    assert 0 < measures(path) < measures(small)
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{small}' AS a (READ_ONLY)")
        con.execute(f"ATTACH '{path}' AS b (READ_ONLY)")
        assert (
            con.execute(
                "SELECT max(period) FROM a.measures UNION ALL SELECT max(period) FROM b.measures"
            ).fetchall()
            == con.execute(
                "SELECT max(period) FROM a.measures UNION ALL SELECT max(period) FROM a.measures"
            ).fetchall()
        )


@given(st.lists(st.floats(0, 100)), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_quantile_is_the_smallest_that_so_many_do_not_exceed(values, share):
    found = quantile(values, share)
    if not values:
        assert found == 0
        return
    enough = [v for v in values if sum(w <= v for w in values) >= share * len(values) - 1e-9]
    assert found == min(enough)


def test_a_bar_holds_up_to_its_limit():
    assert Bar("b", 12, 10, "floor", "s", 1.2).holds
    assert not Bar("b", 13, 10, "floor", "s", 1.2).holds
    assert Bar("b", 13, 10, "floor", "s", 1.3, at_least=True).holds
    assert Bar("no errors", 0, 10, "answers", "", 0).holds
    assert not Bar("an error", 1, 10, "answers", "", 0).holds


def test_an_unknown_part_of_the_bench_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "nonsense"])
    assert "serving" in capsys.readouterr().err
