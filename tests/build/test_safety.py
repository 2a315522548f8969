"""The seam to disclosure control: what it is given, what it keeps, what it can change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from etl.disclosure import control, previous_release
from etl.disclosure.ledger import Ledger
from etl.disclosure.suppression import Leak
from etl.indicators.compute import compute
from tests.build.making import SMALL, areas, counts, indicator, measures_of, package
from warehouse.schema import EARLIER_VERSIONS, SCHEMA_VERSION, ddl

ROWS = [
    *counts("population", {"0001": 1000, "0002": 2000, "0003": 3000, "0004": 4000}),
    *counts("cases", {"0001": 100, "0002": 3, "0003": 300, "0004": 400}),
]


def test_packages_made_safe_by_their_publisher_are_left_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(control, "make_safe")
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
        also_public: pl.DataFrame,
        seed: bytes,
        known: list[Leak],
    ) -> pl.DataFrame:
        assert threshold == 5
        assert also_public.is_empty()
        assert seed
        assert not known
        assert cells["before"].is_null().all()
        seen.append(cells)
        hide = pl.col("area_id") == "dk"
        return cells.with_columns(
            status=pl.when(hide).then(pl.lit("suppressed_secondary")).otherwise(pl.lit("ok"))
        )

    monkeypatch.setitem(control.make_safe.__kwdefaults__ or {}, "protect", spy)
    found = measures_of(compute([package(ROWS, safe=False)], [indicator()], areas(), SMALL))
    (cells,) = seen
    assert set(cells["geography"].unique()) == set(SMALL["geography"].unique())
    assert set(cells["measure"].unique()) == {"cases"}  # people in a place are public
    assert cells.filter(pl.col("area_id") == "reg07-x").row(0)[-3:] == (103, 3000, None)
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

    monkeypatch.setitem(control.make_safe.__kwdefaults__ or {}, "protect", spy)
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
        ledger = Ledger(bytes(32))
        found = measures_of(compute([delivered], [indicator()], areas(), SMALL, ledger=ledger))
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


def made(
    rows: list[dict[str, object]], ledger: Ledger | None = None, last: Path | None = None
) -> pl.DataFrame:
    """Return what is published of a package with true small counts."""
    delivered = [package(rows, safe=False)]
    return measures_of(
        compute(delivered, [indicator()], areas(), SMALL, ledger=ledger, last_release=last)
    )


def statuses(found: pl.DataFrame) -> dict[str, str]:
    return dict(found.select("area_id", pl.col("status").cast(pl.String)).rows())


def hiding(*where: str) -> Callable[..., pl.DataFrame]:
    """Return a choice of what to hide that looks at the place alone, and at nothing said before."""

    def protect(cells: pl.DataFrame, *_: object, **__: object) -> pl.DataFrame:
        there = pl.col("area_id").is_in(where)
        hidden, shown = pl.lit("suppressed_secondary"), pl.lit("ok")
        return cells.with_columns(status=pl.when(there).then(hidden).otherwise(shown))

    return protect


@pytest.mark.parametrize("version", [SCHEMA_VERSION, *EARLIER_VERSIONS])
def test_where_the_ledger_was_lost_the_last_release_is_still_known(
    tmp_path: Path, version: int
) -> None:
    """Hidden in turn, two numbers of one sum would be known by the two releases together."""
    first = made(ROWS)
    last = published(tmp_path / "last.duckdb", first, version)
    for _ in range(3):  # each has another secret, and would choose otherwise
        assert statuses(made(ROWS, last=last)) == statuses(first)


def test_every_release_says_the_same_of_the_same_counts() -> None:
    ledger = Ledger(bytes(32))
    first = made(ROWS, ledger)
    assert statuses(first)["0002"] == "suppressed"
    # a new edition with one more small count
    new = counts("population", dict.fromkeys(("0001", "0002", "0003", "0004"), 2000.0))
    new += counts("cases", {"0001": 100, "0002": 3, "0003": 300, "0004": 2})
    second = statuses(made(new, ledger))
    assert second["0004"] == "suppressed"
    unchanged = ("0001", "0002", "0003", "reg07-x", "k22-a", "k22-b")
    assert {area: second[area] for area in unchanged} == {
        area: statuses(first)[area] for area in unchanged
    }
    # and the old counts again, two releases later
    assert statuses(made(ROWS, ledger)) == statuses(first)


def test_another_choice_changes_nothing_of_what_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade of the code or a library may choose otherwise: only of new counts."""
    ledger = Ledger()
    first = statuses(made(ROWS, ledger))
    monkeypatch.setattr(control, "_rules", lambda *_: ("audited by other rules",))
    again = statuses(made(ROWS, ledger))
    assert again == first
    other = next(area for area, said in first.items() if said == "suppressed_secondary")
    monkeypatch.setitem(control.make_safe.__kwdefaults__ or {}, "protect", hiding(other))
    assert statuses(made(ROWS, Ledger())) != first


def test_an_earlier_count_that_was_another_tells_nothing_of_the_new_one() -> None:
    cells = pl.DataFrame(
        {
            "measure": ["cases"] * 4,
            "area_id": ["0001", "0002", "0003", "0004"],
            "period": [2025] * 4,
            "sex": ["all"] * 4,
            "age": ["all"] * 4,
            "sector": ["all"] * 4,
            "count": [10.0, 20.0, 3.0, 0.0],
        }
    )
    before = cells.with_columns(
        count=pl.Series([10.0, 19.0, None, None]),
        status=pl.Series(["ok", "ok", "suppressed", "suppressed"]),
    )
    assert previous_release.said(cells, before).to_list() == ["ok", None, "suppressed", None]
