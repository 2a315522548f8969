"""Numbers read from where they lie are those that a plain query finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warehouse
from tests.warehouse import synthetic
from warehouse.ages import age_key
from warehouse.read.slices import Slice, cuts, read, years_with_figures

_KEYS = ("period", "sex", "age", "sector", "standardisation")


@pytest.fixture(scope="module")
def wh(warehouse_path: Path):
    with warehouse.connect(warehouse_path) as connection:
        yield connection


def one_of(wh: warehouse.Warehouse, column: str) -> list[str]:
    return wh.sql(f"SELECT DISTINCT {column} AS x FROM measures ORDER BY 1")["x"].to_list()


@pytest.fixture(scope="module")
def slices(wh) -> st.SearchStrategy[Slice]:
    """Return slices of any shape, also of what is not there."""
    areas = st.lists(st.sampled_from([*one_of(wh, "area_id"), "nowhere"]), min_size=1, max_size=4)

    def maybe(values: list[str]) -> st.SearchStrategy[str | None]:
        return st.none() | st.sampled_from(values)

    return st.builds(
        Slice,
        st.sampled_from([*one_of(wh, "indicator_id"), "nothing"]),
        areas.map(lambda found: tuple(dict.fromkeys(found))),
        st.none() | st.integers(2015, 2027) | st.just((2022, 2024)),
        maybe(one_of(wh, "age")),
        maybe(one_of(wh, "sector")),
        maybe(["all", "female", "male"]),
        maybe(["crude", "age", "age_sex"]),
    )


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_slice_is_what_a_plain_query_finds(wh, slices, data) -> None:
    wanted = data.draw(st.lists(slices, min_size=1, max_size=3))
    found = read(wh, wanted)
    for piece in wanted:
        years = (piece.period,) if isinstance(piece.period, int) else piece.period
        plain = wh.rows(
            "SELECT m.*, CASE made_safe_by WHEN 'klyngeblik' THEN p.threshold END AS threshold "
            "FROM measures m JOIN packages p USING (package_id) "
            "WHERE indicator_id = ? AND area_id IN (SELECT unnest(?))",
            [piece.indicator, list(piece.areas)],
        )
        plain = [
            row
            for row in plain
            if (years is None or row["period"] in years)
            and all(getattr(piece, c) in (None, row[c]) for c in _KEYS[1:])
        ]
        plain.sort(
            key=lambda r: (
                piece.areas.index(r["area_id"]),
                *(age_key(r[c]) if c == "age" else r[c] for c in _KEYS),
            )
        )
        assert found[piece] == [
            {c: row[c] for c in got} for row, got in zip(plain, found[piece], strict=True)
        ]


def test_a_new_file_is_read_where_its_own_numbers_lie(tmp_path: Path) -> None:
    path = synthetic.write(tmp_path / "w.duckdb")
    piece = Slice("population", ("dk",), age=None)
    with warehouse.connect(path) as wh:
        before = read(wh, [piece])
        synthetic.write(path, {"fingerprint": "new"})
        assert read(wh, [piece]) == before


def test_cuts_say_how_an_indicator_is_published(wh) -> None:
    found = cuts(wh, "dementia_prevalence", "klynger-2022")
    plain = wh.rows(
        "SELECT age, sector, sex, standardisation, list(DISTINCT period ORDER BY period) AS years "
        "FROM measures WHERE indicator_id = 'dementia_prevalence' AND geography = 'klynger-2022' "
        "GROUP BY ALL"
    )
    assert dict(found) == {
        (r["age"], r["sector"], r["sex"], r["standardisation"]): tuple(r["years"]) for r in plain
    }


def test_years_with_figures_are_newest_first(wh) -> None:
    years = years_with_figures(
        wh, "daily_smoking", "klynger-2022", age="all", sector="all", sex="all"
    )
    assert years == sorted(years, reverse=True)
    assert 2021 in years
