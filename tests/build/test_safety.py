"""The seam to disclosure control: what it is given, what it keeps, what it can change."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from etl import earlier, safety
from etl.compute import compute
from tests.build.making import SMALL, areas, counts, indicator, measures_of, package
from warehouse.schema import EARLIER_VERSIONS, SCHEMA_VERSION, ddl

ROWS = [
    *counts("population", {"0001": 1000, "0002": 2000, "0003": 3000, "0004": 4000}),
    *counts("cases", {"0001": 100, "0002": 3, "0003": 300, "0004": 400}),
]


def test_the_pattern_is_remembered_without_any_count(tmp_path: Path) -> None:
    def made() -> pl.DataFrame:
        return measures_of(
            compute([package(ROWS, safe=False)], [indicator()], areas(), SMALL, cache=tmp_path)
        )

    first = made()
    (kept,) = tmp_path.iterdir()
    assert pl.read_parquet(kept).columns == ["status"]
    pl.read_parquet(kept).with_columns(status=pl.lit("suppressed")).write_parquet(kept)
    assert first["value"].drop_nulls().len() > 0
    assert made()["value"].drop_nulls().is_empty()  # the second time what was kept is used
    (tmp_path / kept.name).write_bytes(b"broken")
    assert made().equals(first)


def test_packages_made_safe_by_their_publisher_are_left_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(safety, "make_safe")
    found = measures_of(compute([package(ROWS)], [indicator()], areas(), SMALL))
    assert found.filter(pl.col("area_id") == "0002")["count"].to_list() == [3]


def test_all_areas_are_protected_together_and_the_whole_is_given_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[pl.DataFrame] = []

    def spy(
        cells: pl.DataFrame,
        catchments: pl.DataFrame,
        *,
        threshold: int,
        also_public: pl.DataFrame | None,
        previous: pl.DataFrame | None,
    ) -> pl.DataFrame:
        assert threshold == 5
        assert also_public is None
        assert previous is None
        seen.append(cells)
        hide = pl.col("area_id") == "dk"
        return cells.with_columns(
            status=pl.when(hide).then(pl.lit("suppressed_secondary")).otherwise(pl.lit("ok"))
        )

    monkeypatch.setitem(safety.make_safe.__kwdefaults__ or {}, "protect", spy)
    found = measures_of(compute([package(ROWS, safe=False)], [indicator()], areas(), SMALL))
    (cells,) = seen
    assert set(cells["geography"].unique()) == set(SMALL["geography"].unique())
    assert set(cells["measure"].unique()) == {"cases"}  # people in a place are public
    assert cells.filter(pl.col("area_id") == "reg07-x").row(0)[-2:] == (103, 3000)
    country = found.filter(pl.col("area_id") == "dk").row(0, named=True)
    assert (country["status"], country["value"], country["population"]) == (
        "suppressed_secondary",
        None,
        10_000,
    )


def test_each_package_is_made_safe_by_its_own_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, int] = {}

    def spy(cells: pl.DataFrame, _: pl.DataFrame, *, threshold: int, **_more: object) -> object:
        asked[cells["measure"][0]] = threshold
        return cells.with_columns(status=pl.lit("ok"))

    monkeypatch.setitem(safety.make_safe.__kwdefaults__ or {}, "protect", spy)
    one = package(ROWS, safe=False)
    rows = [row | {"measure": "stays"} if row["measure"] == "cases" else row for row in ROWS]
    other = package(rows, layout="other", safe=False, threshold=10)
    shares = [indicator(), indicator(id="stay_share", numerator="stays")]
    measures_of(compute([one, other], shares, areas(), SMALL))
    assert asked == {"cases": 5, "stays": 10}


def test_what_is_below_the_packages_own_threshold_is_hidden() -> None:
    rows = [*counts("population", dict.fromkeys(SMALL["municipality_id"].unique(), 1000.0))]
    rows += counts("cases", {"0001": 100, "0002": 7, "0003": 300, "0004": 400})
    for threshold, said in ((5, "ok"), (10, "suppressed")):
        delivered = package(rows, safe=False, threshold=threshold)
        found = measures_of(compute([delivered], [indicator()], areas(), SMALL))
        assert status(found, "0002") == said


# ---- against the last release -----------------------------------------------------------------


def published(path: Path, found: pl.DataFrame, version: int = SCHEMA_VERSION) -> Path:
    """Write measures, and the packages they are from, where a release is looked for."""
    with duckdb.connect(path) as con:
        for statement in ddl():
            con.execute(statement)
        con.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(version)])
        con.register("found", found)
        con.execute("INSERT INTO measures BY NAME SELECT * FROM found")
        con.execute(
            "INSERT INTO packages (package_id, made_safe_by) "
            "SELECT DISTINCT package_id, 'klyngeblik' FROM found"
        )
    return path


def status(found: pl.DataFrame, area: str) -> str:
    return str(found.filter(pl.col("area_id") == area)["status"].item())


@pytest.mark.parametrize("version", [SCHEMA_VERSION, *EARLIER_VERSIONS])
def test_what_was_shown_and_is_still_true_is_not_hidden_afterwards(
    tmp_path: Path, version: int
) -> None:
    """Hidden in turn, two numbers of one sum would be known by the two releases together."""
    cache = tmp_path / "cache"

    def made(rows: list[dict[str, object]], last: Path | None) -> pl.DataFrame:
        return measures_of(
            compute(
                [package(rows, safe=False)],
                [indicator()],
                areas(),
                SMALL,
                cache=cache,
                last_release=last,
            )
        )

    first = made(ROWS, None)
    assert status(first, "0002") == "suppressed"
    hidden = set(first.filter(pl.col("status") != "ok")["area_id"])
    last = published(tmp_path / "last.duckdb", first, version)

    # another pattern, as if from another time: hides what the last release has shown
    (kept,) = cache.iterdir()
    pattern = pl.read_parquet(kept)
    flipped = pattern.with_columns(
        status=pl.when(pl.col("status") == "ok").then(pl.lit("suppressed")).otherwise("status")
    )
    flipped.write_parquet(kept)
    assert set(made(ROWS, None).filter(pl.col("status") == "ok")["area_id"]) == set()
    again = made(ROWS, last)
    assert set(again.filter(pl.col("status") != "ok")["area_id"]) == hidden

    # a new edition with one more small count: what was shown, and is the same, still is
    new = counts("population", dict.fromkeys(("0001", "0002", "0003", "0004"), 2000.0))
    new += counts("cases", {"0001": 100, "0002": 3, "0003": 300, "0004": 2})
    later = made(new, last)
    assert status(later, "0004") == "suppressed"
    unchanged = {"0001", "0003", "reg07-x", "k22-a"} - hidden
    assert unchanged
    assert {status(later, area) for area in unchanged} == {"ok"}


def test_an_earlier_count_that_was_another_tells_nothing_of_the_new_one() -> None:
    cells = pl.DataFrame(
        {
            "measure": ["cases"] * 3,
            "area_id": ["0001", "0002", "0003"],
            "period": [2025] * 3,
            "sex": ["all"] * 3,
            "age": ["all"] * 3,
            "sector": ["all"] * 3,
            "count": [10.0, 20.0, 3.0],
        }
    )
    before = cells.with_columns(
        count=pl.Series([10.0, 19.0, None]), status=pl.Series(["ok", "ok", "suppressed"])
    )
    known = earlier.still_known(cells, before)
    assert known.select("area_id", "low", "high", "row").rows() == [("0001", 10.0, 10.0, 0)]
