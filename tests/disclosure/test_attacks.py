"""Every known way of working a hidden number out: the audit sees it, protection withstands it."""

import polars as pl
import pytest

from etl.disclosure.suppression import audit, protect, protect_and_audit, release
from etl.findings import PackageError
from tests.disclosure.countries import AGES, catchments, hide, published, released

ONE = catchments(klynger={"k-a": ["m1", "m2", "m3"], "k-b": ["m4", "m5"]})
COUNTS = {"m1": 3, "m2": 40, "m3": 50, "m4": 60, "m5": 70}


def leaking(cells, where=ONE, **known):
    return {leak.cell[1:] for leak in audit(cells, where, **known)}


def areas(cells, where=ONE, **known):
    return {cell[0] for cell in leaking(cells, where, **known)}


def withstands(cells, where=ONE, **options):
    """Protect, and check that all small counts are hidden and nothing can be worked out."""
    decided = protect(cells, where, **options)
    small = decided.filter((pl.col("count") > 0) & (pl.col("count") < 5))
    assert (small["status"] != "ok").all()
    assert decided.filter((pl.col("count") == 0) & (pl.col("status") != "ok")).is_empty()
    labelled = decided.filter(pl.col("status") == "suppressed")
    assert labelled["count"].is_between(0, 5, closed="none").all()
    assert audit(published(decided), where, also_public=options.get("also_public")) == []
    return decided


def test_total_minus_the_rest():
    cells = released(COUNTS, ONE)
    assert areas(hide(cells, "m1")) == {"m1"}
    decided = withstands(cells)
    hidden = set(decided.filter(pl.col("status") != "ok")["area_id"])
    assert len(hidden) == 2  # no more than one other is needed
    assert hidden < {"m1", "m2", "m3"}


def test_the_audit_names_the_cell_its_range_and_what_gives_it_away():
    (leak,) = audit(hide(released(COUNTS, ONE), "m1"), ONE)
    assert leak.cell[:2] == ("cases", "m1")
    assert (leak.low, leak.high) == (3, 3)
    assert "3" not in leak.what  # an error message is not to tell the number either
    wide = catchments(klynger={"k-a": ["m1", "m2", "m3"]})
    cells = released({"m1": 2, "m2": 1, "m3": 50}, wide)
    found = audit(hide(cells, "m1", "m2"), wide)
    assert {leak.cell[1] for leak in found} == {"m1", "m2"}
    assert all("dk" in str(leak) or "k-a" in str(leak) for leak in found)
    assert {(leak.low, leak.high) for leak in found} == {(1, 2)}  # three less at least one


def test_column_and_row():
    ground = {
        (m, s): c
        for m, pair in {"m1": (3, 20), "m2": (30, 25), "m3": (41, 38)}.items()
        for s, c in zip(("female", "male"), pair, strict=True)
    }
    where = catchments(klynger={"k-a": ["m1", "m2", "m3"]})
    cells = released(ground, where)
    # Hidden in the row and in the column, yet the corner closes: m2's women by its total.
    clumsy = hide(hide(cells, "m1"), "m2", sex="female", status="suppressed_secondary")
    assert ("m1", 2025, "female", "all", "all") in leaking(clumsy, where)
    decided = withstands(cells, where)
    assert decided.filter(pl.col("status") != "ok").height == 4  # a rectangle


def test_two_hidden_cells_in_one_small_total():
    where = catchments(klynger={"k-a": ["m1", "m2", "m3"], "k-b": ["m4", "m5"]})
    cells = released({"m1": 4, "m2": 4, "m3": 0, "m4": 60, "m5": 70}, where)
    # Both under five, eight together: four each.
    assert areas(hide(cells, "m1", "m2"), where) >= {"m1", "m2"}
    withstands(cells, where)


def test_rate_times_population():
    cells = released(COUNTS, ONE).with_columns(
        population=pl.lit(1000.0), standardisation=pl.lit("crude"), multiplier=pl.lit(100.0)
    )
    decided = published(protect(cells, ONE)).with_columns(
        value=pl.col("count") / 10, lower=pl.col("count") / 11, upper=pl.col("count") / 9
    )
    assert audit(decided, ONE) == []
    betrayed = decided.with_columns(
        value=pl.when(pl.col("area_id") == "m1").then(0.3).otherwise("value")
    )
    assert any("value is published" in leak.what for leak in audit(betrayed, ONE))
    # A rate without its count is a count all the same.
    silent = hide(cells, "m1").with_columns(value=pl.col("count") / 10)
    silent = silent.with_columns(count=pl.lit(None, dtype=pl.Float64))
    assert areas(silent) == {"m1"}


def test_interval_width_to_count():
    cells = published(protect(released(COUNTS, ONE), ONE))
    with_limits = cells.with_columns(
        lower=pl.when(pl.col("area_id") == "m1").then(0.6), upper=pl.lit(None, dtype=pl.Float64)
    )
    assert any("lower is published" in leak.what for leak in audit(with_limits, ONE))
    ranked = cells.with_columns(vs_country=pl.when(pl.col("area_id") == "m1").then(pl.lit("lower")))
    assert any("vs_country is published" in leak.what for leak in audit(ranked, ONE))


def test_cluster_minus_municipalities():
    cells = released(COUNTS, ONE)
    clumsy = hide(hide(cells, "m1"), "m4", status="suppressed_secondary")
    assert "m1" in areas(clumsy)  # enough for the country, not for the cluster
    withstands(cells)


TRAP = catchments(
    klynger_2022={"k-a": ["m1", "m2", "m3"], "k-b": ["m4", "m5"]},
    sundhedsraad_2027={"r-a": ["m2", "m3"], "r-b": ["m1", "m4", "m5"]},
)


def test_2022_clusters_against_2027_councils():
    """One municipality changes sides, as Rudersdal did after 2019: the difference is it."""
    cells = released(COUNTS, TRAP)
    clumsy = hide(hide(cells, "m1"), "m2", status="suppressed_secondary")
    assert "m1" in areas(clumsy, TRAP)
    decided = withstands(cells, TRAP)
    hidden = set(decided.filter(pl.col("status") != "ok")["area_id"])
    assert hidden & {"k-a", "k-b", "r-a", "r-b"} or len(hidden) >= 4


SPLIT = catchments(
    regioner={"reg-a": ["m1", "m2", "m3"]},
    klynger={
        "k-byen": [("m1", 0.55), "m2"],
        "k-syd": [("m1", 0.45), "m3"],
    },
)


def test_region_against_clusters_with_koebenhavns_shares():
    cells = released({"m1": 100, "m2": 3, "m3": 40}, SPLIT)
    # 55 % of the large one is in sight, so the cluster tells the small one.
    clumsy = hide(hide(cells, "m2"), "m3", status="suppressed_secondary")
    assert "m2" in areas(clumsy, SPLIT)
    withstands(cells, SPLIT)


def test_a_small_count_halved_between_two_clusters():
    where = catchments(
        klynger_2019={"k-a": [("m1", 0.5), "m2"], "k-b": [("m1", 0.5), "m3"]},
    )
    cells = released({"m1": 3, "m2": 40, "m3": 60}, where)
    clumsy = hide(cells, "m1")
    assert "m1" in areas(clumsy, where)
    withstands(cells, where)


def test_children_and_elderly_and_the_rest():
    ages = {
        "0-17": ["0-17"], "18-64": ["18-64"], "65+": ["65+"],
        "all": ["0-17", "18-64", "65+"],
    }  # fmt: skip
    where = catchments(klynger={"k-a": ["m1", "m2"]})
    ground = {
        (m, "all", a): c
        for m, counts in {"m1": (3, 40, 60), "m2": (30, 50, 80)}.items()
        for a, c in zip(("0-17", "18-64", "65+"), counts, strict=True)
    }
    cells = released(ground, where, ages)
    assert ("m1", 2025, "all", "0-17", "all") in leaking(hide(cells, "m1", age="0-17"), where)
    withstands(cells, where)


def test_bands_within_bands():
    where = catchments(klynger={"k-a": ["m1", "m2", "m3"]})
    ground = {
        (m, s, a): c
        for m, counts in {"m1": (1, 2, 30, 41), "m2": (20, 21, 3, 44), "m3": (9, 8, 52, 61)}.items()
        for (s, a), c in zip(
            [(s, a) for a in ("0-5", "6-17") for s in ("female", "male")], counts, strict=True
        )
    }
    withstands(released(ground, where, AGES), where)


def test_overlapping_bands_that_add_up_crosswise():
    ages = {"0-5": ["a"], "6-17": ["b", "c"], "0-11": ["a", "b"], "12-17": ["c"]}
    where = catchments(klynger={"k-a": ["m1", "m2"]})
    ground = {("m1", "all", a): c for a, c in zip("abc", (3, 20, 30), strict=True)}
    ground |= {("m2", "all", a): c for a, c in zip("abc", (33, 25, 35), strict=True)}
    cells = released(ground, where, ages)
    clumsy = hide(cells, "m1", age="0-5")
    clumsy = hide(clumsy, "m2", age="0-5", status="suppressed_secondary")
    assert ("m1", 2025, "all", "0-5", "all") in leaking(clumsy, where)
    withstands(cells, where)


def test_sector_splits():
    where = catchments(klynger={"k-a": ["m1", "m2"]})
    ground = {
        (m, "all", "all", s): c
        for m, counts in {"m1": (3, 40, 60), "m2": (30, 50, 80)}.items()
        for s, c in zip(
            ("general_practice", "somatic_hospital", "municipal_health"), counts, strict=True
        )
    }
    cells = released(ground, where, sectors_add=True)
    clumsy = hide(cells, "m1", sector="general_practice")
    clumsy = hide(clumsy, "m2", sector="general_practice", status="suppressed_secondary")
    assert ("m1", 2025, "all", "all", "general_practice") in leaking(clumsy, where)
    withstands(cells, where)


def test_sectors_that_do_not_add_up_are_left_apart():
    """At least one sector is no sum of sectors: hiding one must not drag the others along."""
    where = catchments(klynger={"k-a": ["m1", "m2"]})
    parts = released(
        {("m1", "all", "all", s): c for s, c in (("a", 3), ("b", 40))}
        | {("m2", "all", "all", s): c for s, c in (("a", 30), ("b", 50))},
        where,
    )
    any_ = released({"m1": 41, "m2": 60}, where)
    decided = withstands(pl.concat([parts, any_]), where)
    assert decided.filter(pl.col("sector") != "a")["status"].unique().to_list() == ["ok"]


def test_year_sums():
    """A sum over years from another package is what the years cannot pass."""
    ground = {(m, "all", "all", "all", y): c for m, c in COUNTS.items() for y in (2024, 2025)}
    cells = released(ground, ONE)
    known = cells.filter(pl.col("area_id") == "m1").select(
        "measure", "area_id", "period", "sex", "age", "sector", low=pl.lit(2.0), high=pl.lit(60.0)
    )
    withstands(cells, also_public=known)
    for period in (2024, 2025):
        one = cells.filter(pl.col("period") == period)
        assert areas(hide(one, "m1")) == {"m1"}


def test_the_same_cell_in_two_packages():
    cells = released(COUNTS, ONE)
    decided = protect(cells, ONE)
    cell = cells.filter(pl.col("area_id") == "m1").select(
        "measure", "area_id", "period", "sex", "age", "sector", low="count", high="count"
    )
    assert "m1" in areas(published(decided), also_public=cell)
    # Rounded elsewhere to the nearest five it is still between two bounds.
    rounded = cell.with_columns(low=pl.lit(1.0), high=pl.lit(2.0))
    assert "m1" in areas(published(decided), also_public=rounded)
    # The partner known elsewhere protects nothing, so another is chosen.
    partner = decided.filter((pl.col("status") != "ok") & (pl.col("area_id") != "m1"))
    known = partner.select(
        "measure", "area_id", "period", "sex", "age", "sector", low="count", high="count"
    )
    withstands(cells, also_public=known)


def test_this_release_against_the_previous_one():
    cells = released(COUNTS, ONE)
    before = hide(hide(cells, "m1"), "m2", status="suppressed_secondary")
    now = hide(hide(cells, "m1"), "m3", status="suppressed_secondary")
    assert audit(before, ONE) == []
    assert audit(now, ONE) == []
    assert "m1" in areas(now, previous=[before])
    decided = published(protect(cells.with_columns(before=before["status"]), ONE))
    assert audit(decided, ONE, previous=[before]) == []


def test_two_exports_with_different_filters():
    cells = published(protect(released(COUNTS, ONE), ONE))
    clumsy = hide(released(COUNTS, ONE), "m1")
    halves = [clumsy.filter(pl.col("geography") == g) for g in ("kommuner", "klynger", "land")]
    assert areas(halves[0]) == set()  # municipalities alone say nothing of m1
    assert areas(halves[0], previous=[halves[1]]) == {"m1"}
    safe = [cells.filter(pl.col("geography") == g) for g in ("kommuner", "klynger", "land")]
    assert areas(safe[0], previous=safe[1:]) == set()


def test_nobody_and_everybody():
    """0 is shown; so few left over out of all is as small a count as the count itself."""
    people = {"m1": 50.0, "m2": 50.0, "m3": 50.0, "m4": 500.0, "m5": 500.0}
    size = pl.DataFrame({"area_id": list(people), "population": list(people.values())})
    sums = {"k-a": 150.0, "k-b": 1000.0, "dk": 1150.0}
    size = pl.concat(
        [size, pl.DataFrame({"area_id": list(sums), "population": list(sums.values())})]
    )
    cells = released({"m1": 48, "m2": 0, "m3": 50, "m4": 60, "m5": 70}, ONE).join(
        size, on="area_id", maintain_order="left"
    )
    decided = withstands(cells)
    said = dict(decided.select("area_id", "status").iter_rows())
    assert said["m2"] == "ok"
    assert said["m1"] != "ok"
    assert said["m1"] == "suppressed_secondary"  # 48 is not fewer than five


def test_everybody_of_a_group_is_hidden_only_where_the_layout_asks_for_it():
    people = {"m1": 50.0, "m2": 500.0, "m3": 500.0, "m4": 500.0, "m5": 500.0}
    size = people | {"k-a": 1050.0, "k-b": 1000.0, "dk": 2050.0}
    cells = released({"m1": 50, "m2": 90, "m3": 80, "m4": 60, "m5": 70}, ONE).with_columns(
        population=pl.col("area_id").replace_strict(size)
    )
    assert set(protect(cells, ONE)["status"]) == {"ok"}
    decided = withstands(cells, hide_everybody=True)
    said = dict(decided.select("area_id", "status").iter_rows())
    assert said["m1"] == "suppressed_secondary"  # 50 is not fewer than five
    assert said["dk"] == "ok"


def test_everything_tiny():
    """A whole country of fewer than five people in a cell hides all of them, and only them."""
    decided = withstands(released({"m1": 1, "m2": 0, "m3": 1, "m4": 0, "m5": 0}, ONE))
    assert decided.filter(pl.col("status") == "ok")["count"].unique().to_list() == [0]


def test_a_delivered_total_with_people_of_unknown_residence():
    cells = released(COUNTS, ONE).with_columns(
        count=pl.col("count") + pl.when(pl.col("area_id") == "dk").then(7).otherwise(0)
    )
    decided = protect_and_audit(cells, ONE)
    assert decided.filter(pl.col("area_id") == "m1")["status"].item() == "suppressed"
    assert decided.filter(pl.col("status") != "ok").height == 2


def test_a_build_with_a_leak_fails_and_names_the_cell_not_the_number(monkeypatch):
    monkeypatch.setattr(release, "protect", lambda cells, *_, **__: _clumsy(cells))
    monkeypatch.setattr(release, "blocks", lambda *_: iter(()))  # or it would hide more
    with pytest.raises(PackageError) as error:
        protect_and_audit(released(COUNTS, ONE), ONE)
    said = str(error.value)
    assert "m1" in said
    assert "worked out exactly" in said
    assert "k-a" in said  # and what gives it away


def _clumsy(cells):
    hidden = pl.col("area_id") == "m1"
    return cells.with_columns(
        status=pl.when(hidden).then(pl.lit("suppressed")).otherwise(pl.lit("ok"))
    )


def test_nothing_small_hides_nothing():
    decided = protect(released({m: c + 10 for m, c in COUNTS.items()}, ONE), ONE)
    assert decided["status"].unique().to_list() == ["ok"]


def test_a_standardised_figure_over_a_hidden_band():
    cells = published(protect(released(COUNTS, ONE), ONE)).with_columns(
        standardisation=pl.lit("crude"), value=pl.col("count"), age=pl.lit("0-17")
    )
    over = cells.filter(pl.col("area_id") == "m1").with_columns(
        standardisation=pl.lit("age"), age=pl.lit("all"), status=pl.lit("ok"), value=pl.lit(1.5)
    )
    found = audit(pl.concat([cells, over]), ONE)
    assert [leak.what for leak in found] == ["standardised over an age band that is hidden"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"count": pl.lit(-1.0)}, "negative"),
        ({"area_id": pl.lit("m1"), "geography": pl.lit("kommuner")}, "twice"),
        ({"age": pl.lit("old")}, "neither 'all' nor a band"),
    ],
)
def test_cells_that_make_no_sense_are_refused(change, says):
    with pytest.raises(ValueError, match=says):
        protect(released(COUNTS, ONE).with_columns(**change), ONE)
