"""Two releases compared: every number told once, the largest change first, nothing hidden told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

import warehouse
from tests.warehouse import synthetic
from warehouse.export import diff
from warehouse.export.query import Selection

AREA = "k22-horsensklyngen"


def changed(small_path: Path, path: Path, *statements: str) -> Path:
    """Return a copy of the small warehouse after some SQL."""
    shutil.copy(small_path, path)
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{path}' AS w")
        con.execute("USE w")
        for statement in statements:
            con.execute(statement)
    return path


@pytest.fixture(scope="module")
def later(
    small_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[warehouse.Warehouse]:
    """A later release: a tenth more in 2022, 2021 gone for one, hidden for another, one new."""
    path = changed(
        small_path,
        tmp_path_factory.mktemp("later") / "later.duckdb",
        "UPDATE measures SET value = value * 1.1 WHERE period = 2022 AND indicator_id = "
        "'population' AND geography = 'kommuner'",
        "UPDATE measures SET value = value * 2 WHERE period = 2023 AND area_id = '0766' "
        "AND indicator_id = 'population'",
        "DELETE FROM measures WHERE period = 2021 AND area_id = '0615'",
        "UPDATE measures SET status = 'suppressed', value = NULL, lower = NULL, upper = NULL, "
        f"count = NULL WHERE area_id = '{AREA}' AND status = 'ok'",
        "UPDATE measures SET status = 'ok', value = 50 WHERE area_id = '0400' AND "
        "status = 'suppressed'",
        "INSERT INTO measures SELECT * REPLACE (2024 AS period, 'folk-2027' AS package_id) "
        "FROM measures WHERE indicator_id = 'population' AND period = 2023",
        "INSERT INTO packages SELECT * REPLACE ('folk-2027' AS package_id, '2027' AS edition, "
        "'folk_2027.csv' AS file) FROM packages WHERE package_id = 'folk'",
        "DELETE FROM packages WHERE package_id = 'sygp'",
        "UPDATE packages SET sha256 = 'other' WHERE package_id = 'demo'",
    )
    with warehouse.connect(path) as wh:
        yield wh


@pytest.fixture(scope="module")
def found(small: warehouse.Warehouse, later: warehouse.Warehouse) -> pl.DataFrame:
    return diff.cells(small, later)


def rows(wh: warehouse.Warehouse) -> dict[tuple[object, ...], tuple[str, float | None]]:
    frame = wh.sql("SELECT * FROM measures")
    return {
        tuple(row[c] for c in diff.CELL): (row["status"], row["value"])
        for row in frame.iter_rows(named=True)
    }


def kind(old: tuple[str, float | None] | None, new: tuple[str, float | None] | None) -> str | None:
    """The slow twin: what has happened to one cell."""
    (status, value), (status_now, value_now) = old or ("", None), new or ("", None)
    if status == status_now == "ok":
        return None if value == value_now else "changed"
    if status_now == "ok":
        return "now_shown" if status.startswith("suppressed") else "new"
    if status == "ok":
        return "now_hidden" if status_now.startswith("suppressed") else "gone"
    return None


def test_every_cell_is_told_once_as_the_slow_twin_tells_it(
    small: warehouse.Warehouse, later: warehouse.Warehouse, found: pl.DataFrame
) -> None:
    old, new = rows(small), rows(later)
    expected = {key: kind(old.get(key), new.get(key)) for key in old | new}
    told = {row[: len(diff.CELL)]: row[-1] for row in found.select(*diff.CELL, "kind").iter_rows()}
    assert told == {key: what for key, what in expected.items() if what}
    assert len(found) == len(told)
    assert set(told.values()) == set(diff.KINDS)


def test_a_number_hidden_in_either_release_is_not_quoted(found: pl.DataFrame) -> None:
    hidden = found.filter(pl.col("kind") == "now_hidden")
    assert hidden.select("before", "after", "difference", "relative").null_count().row(0) == (
        (len(hidden),) * 4
    )
    shown = found.filter(pl.col("kind") == "now_shown")
    assert shown["before"].null_count() == len(shown)


def test_the_largest_change_comes_first_with_its_size_and_editions(found: pl.DataFrame) -> None:
    first = found.row(0, named=True)
    assert (first["area"], first["period"], first["kind"]) == ("Hedensted", 2023, "changed")
    assert first["relative"] == pytest.approx(1.0)
    assert first["difference"] == round(first["after"] - first["before"], 2)
    sizes = found.filter(pl.col("kind") == "changed")["relative"].abs()
    assert sizes.to_list() == sorted(sizes, reverse=True)
    new = found.filter((pl.col("period") == 2024) & (pl.col("kind") == "new"))
    assert set(new["package_after"]) == {"folk-2027"}
    assert new["package_before"].null_count() == len(new)


@pytest.mark.parametrize(
    ("is_count", "before", "after", "difference", "relative"),
    [
        (False, 0.1, 0.3, 0.2, 2.0),
        (False, 2.133956, 2.133935, -2.1e-05, -9.840878e-06),
        (True, 429_795.55, 429_795.85, 0.3, 6.980063e-07),
    ],
)
def test_a_difference_has_the_digits_its_numbers_have(
    is_count: bool, before: float, after: float, difference: float, relative: float
) -> None:
    cell = dict.fromkeys((*diff.CELL, "status", "package_id"), "ok") | {"period": 2025}
    old, new = (pl.DataFrame([cell | {"value": value}]) for value in (before, after))
    row = diff._compared(old, new, is_count=is_count).row(0, named=True)
    assert row["difference"] == difference
    assert row["relative"] == relative


def test_the_summary_counts_what_the_cells_say(found: pl.DataFrame) -> None:
    short = diff.summary(found)
    assert short.select("indicator_id", "area_id").is_unique().all()
    for what in diff.KINDS:
        assert short[what].sum() == (found["kind"] == what).sum()
    assert short.row(0, named=True)["area"] == "Hedensted"
    assert short.row(0, named=True)["period"] == 2023
    hidden = short.filter(pl.col("area_id") == AREA)
    assert hidden.filter(pl.col("changed") == 0)["before"].is_null().all()


def test_only_what_is_asked_for_is_compared(
    small: warehouse.Warehouse, later: warehouse.Warehouse, found: pl.DataFrame
) -> None:
    asked = Selection.of(geography="kommuner", indicator="population")
    some = diff.cells(small, later, asked)
    assert some.equals(
        found.filter((pl.col("geography") == "kommuner") & (pl.col("indicator_id") == "population"))
    )
    with pytest.raises(warehouse.SelectionError):
        diff.cells(small, later, Selection.of(geography="kommunerne"))


def test_files_that_differ_are_named(
    small: warehouse.Warehouse, later: warehouse.Warehouse
) -> None:
    files = diff.packages(small, later)
    assert files.select("change", "layout", "edition").rows() == [
        ("gone", "sygp", "2026"),
        ("new", "folk", "2027"),
        ("changed", "demo", "2026"),
    ]


def test_a_release_does_not_differ_from_itself(small: warehouse.Warehouse, tmp_path: Path) -> None:
    with warehouse.connect(synthetic.write(tmp_path / "same.duckdb")) as same:
        assert diff.cells(small, same).is_empty()
        assert diff.summary(diff.cells(small, same)).is_empty()
        assert diff.packages(small, same).is_empty()
