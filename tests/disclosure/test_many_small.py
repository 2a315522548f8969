"""Tables of national size, whatever share of them is small: safe, and in bounded work."""

import numpy as np
import polars as pl
import pytest

import geo
from etl.disclosure.suppression import audit, pattern, protect_and_audit, release
from etl.findings import PackageError
from tests.disclosure.countries import AGES, catchments, published, released

SHARES = (0.0, 0.2, 0.4, 0.7, 1.0)
TILED = {
    **{band: [band] for band in ("0-17", "18-39", "40-64", "65-79", "80+")},
    "all": ["0-17", "18-39", "40-64", "65-79", "80+"],
}
#: All ages, and bands that leave some out.
LEAVING = {"0-17": ["a"], "65+": ["c"], "all": ["a", "b", "c"]}


@pytest.fixture(scope="module")
def where():
    return geo.catchments_frame()


def national(where, share, ages, zeros=0.0, years=1):
    """Counts of all municipalities by sex and age, a share of them from 1 to 4."""
    random = np.random.default_rng(int(100 * share))
    parts = sorted({part for made_of in ages.values() for part in made_of})
    ground = (
        geo.municipalities()
        .select("municipality_id")
        .join(pl.DataFrame({"sex": ["female", "male"]}), how="cross")
        .join(pl.DataFrame({"age": parts}), how="cross")
        .join(pl.DataFrame({"period": list(range(2026 - years, 2026))}), how="cross")
        .with_columns(sector=pl.lit("all"))
    )
    size = len(ground)
    small = random.random(size) < share
    counts = np.where(small, random.integers(1, 5, size), random.integers(5, 200, size))
    counts = np.where(random.random(size) < zeros, 0, counts)
    keys = ground.select("municipality_id", "sex", "age", "sector", "period").iter_rows()
    return released(dict(zip(keys, counts.tolist(), strict=True)), where, ages)


def check(cells, where, decided):
    few = decided.filter(pl.col("count").is_between(0, 5, closed="none"))
    assert (few["status"] != "ok").all()
    assert audit(published(decided), where) == []  # without hints


@pytest.mark.parametrize("share", SHARES)
def test_any_share_of_small_counts_ends_safe(where, share, monkeypatch):
    programmes = []
    solve = pattern.Tables.find
    monkeypatch.setattr(
        pattern.Tables, "find", lambda *args: programmes.append(args) or solve(*args)
    )
    cells = national(where, share, TILED, years=2 if share < 0.5 else 1)
    check(cells, where, protect_and_audit(cells, where))
    # Not one for each of the thousands of small counts.
    assert len(programmes) < 100


@pytest.mark.parametrize("zeros", [0.0, 0.6])
def test_bands_that_leave_ages_out_end_safe(where, zeros):
    cells = national(where, 0.7, LEAVING, zeros)
    decided = protect_and_audit(cells, where)
    check(cells, where, decided)
    # What is left of all ages is small as well: 18-64 is not to be had by subtraction.
    at = ["area_id", "sex", "period"]
    shown = decided.filter(pl.col("status") == "ok")
    rest = (
        shown.group_by(at)
        .agg(
            (pl.col("count") * pl.when(pl.col("age") == "all").then(1).otherwise(-1)).sum(),
            pl.len(),
        )
        .filter(pl.col("len") == len(LEAVING))
    )
    assert len(rest)
    assert rest.filter(pl.col("count").is_between(1e-6, 5 - 1e-6)).is_empty()


def test_the_other_sex_is_not_to_be_had_by_subtraction():
    small = catchments(klynger={"k-a": ["m1", "m2", "m3"]})
    ground = {(m, s): c for m, pair in {"m1": (40, 3), "m2": (50, 61), "m3": (70, 80)}.items()
              for s, c in zip(("female", "male"), pair, strict=True)}  # fmt: skip
    cells = released(ground, small).filter(pl.col("sex") != "male")
    decided = protect_and_audit(cells, small)
    m1 = decided.filter((pl.col("area_id") == "m1") & (pl.col("status") == "ok"))
    assert len(m1) < 2


def test_a_search_that_is_cut_short_hides_blocks_instead(where, monkeypatch):
    monkeypatch.setattr(pattern, "PATIENCE", 0.0)
    monkeypatch.setattr(pattern.Search, "_search_cubes", lambda self: None)
    cells = national(where, 0.1, {"0-17": ["0-17"], "18+": ["18+"], "all": ["0-17", "18+"]})
    decided = protect_and_audit(cells, where)
    check(cells, where, decided)
    shown = decided.filter(pl.col("status") == "ok")
    assert set(shown.filter(pl.col("geography") == "kommuner")["sex"].unique()) <= {"all"}


def _clumsy(cells):
    small = pl.col("count").is_between(0, 5, closed="none")
    return cells.with_columns(
        status=pl.when(small).then(pl.lit("suppressed")).otherwise(pl.lit("ok"))
    )


ONE = catchments(klynger={"k-a": ["m1", "m2", "m3"], "k-b": ["m4", "m5"]})
GROUND = {
    (m, s, a): 3 if (m, s, a) == ("m1", "female", "0-5") else 30 + 7 * i
    for i, (m, s, a) in enumerate(
        (m, s, a)
        for m in ("m1", "m2", "m3", "m4", "m5")
        for s in ("female", "male")
        for a in ("0-5", "6-17")
    )
}


def test_blocks_are_no_larger_than_needed(monkeypatch):
    monkeypatch.setattr(release, "protect", lambda cells, *_, **__: _clumsy(cells))
    cells = released(GROUND, ONE, AGES)
    decided = protect_and_audit(cells, ONE)
    assert audit(published(decided), ONE) == []
    hidden = decided.filter(pl.col("status") != "ok")
    assert set(hidden["geography"]) == {"kommuner"}
    assert ((hidden["sex"] != "all") | (hidden["age"] != "0-17")).all()


def test_other_years_and_measures_are_left_alone(monkeypatch):
    monkeypatch.setattr(release, "protect", lambda cells, *_, **__: _clumsy(cells))
    cells = released(GROUND, ONE, AGES)
    more = cells.with_columns(count=pl.col("count") + 10)
    together = pl.concat(
        [cells, more.with_columns(period=pl.lit(2024, dtype=cells.schema["period"])),
         more.with_columns(measure=pl.lit("others"))]
    )  # fmt: skip
    decided = protect_and_audit(together, ONE)
    hidden = decided.filter(pl.col("status") != "ok")
    assert hidden.select("measure", "period").unique().rows() == [("cases", 2025)]


def test_what_nothing_can_hide_fails_the_build_and_is_named(monkeypatch):
    monkeypatch.setattr(release, "blocks", lambda *_: iter(()))
    monkeypatch.setattr(release, "protect", lambda cells, *_, **__: _clumsy(cells))
    with pytest.raises(PackageError, match="m1"):
        protect_and_audit(released(GROUND, ONE, AGES), ONE)
