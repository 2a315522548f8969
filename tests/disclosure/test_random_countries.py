"""Two hundred made-up countries: nothing small is shown, nothing hidden can be worked out."""

import importlib
from itertools import chain, combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.disclosure.suppression import Hints, audit, pattern, protect
from tests.disclosure.countries import catchments, published, released

#: Mostly small, as in a thin age band of a small country.
COUNT = st.one_of(
    st.just(0), st.integers(1, 4), st.integers(1, 4), st.integers(5, 12), st.integers(13, 90)
)
AGES = {
    "none": None,
    "two": {"0-17": ["0-17"], "18-25": ["18-25"], "0-25": ["0-17", "18-25"]},
    "nested": {
        "0-5": ["0-5"], "6-17": ["6-17"], "0-17": ["0-5", "6-17"], "18+": ["18+"],
        "all": ["0-5", "6-17", "18+"],
    },
    "leaving": {"0-17": ["0-17"], "65+": ["65+"], "all": ["0-17", "18-64", "65+"]},
    "crossing": {"0-5": ["a"], "6-17": ["b", "c"], "0-11": ["a", "b"], "12-17": ["c"]},
}  # fmt: skip


@st.composite
def countries(draw, most=6):
    names = [f"m{i}" for i in range(draw(st.integers(2, most)))]
    geographies = {}
    for geography in ("klynger", "raad")[: draw(st.integers(1, 2))]:
        parts = draw(st.lists(st.integers(0, 2), min_size=len(names), max_size=len(names)))
        areas = {}
        for name, part in zip(names, parts, strict=True):
            areas.setdefault(f"{geography}-{part}", []).append(name)
        geographies[geography] = areas
    if draw(st.booleans()):
        share = draw(st.sampled_from([0.5, 0.55]))
        areas = {f"{a}-x": list(members) for a, members in geographies["klynger"].items()}
        first, *_, last = [*areas, "rest-x"]
        member = areas[first][0]
        areas[first][0] = (member, share)
        areas.setdefault(last, []).append((member, round(1 - share, 2)))
        if first != last:
            geographies["delte"] = areas
    where = catchments(**geographies)
    sexes = draw(st.sampled_from([("all",), ("female", "male")]))
    ages = AGES[draw(st.sampled_from(sorted(AGES)))]
    base = sorted({part for parts in ages.values() for part in parts}) if ages else ["all"]
    ground = {(m, s, a): draw(COUNT) for m in names for s in sexes for a in base}
    cells = released(ground, where, ages)
    if draw(st.booleans()):
        rest = released({key: draw(COUNT) for key in ground}, where, ages)
        cells = cells.with_columns(population=cells["count"] + rest["count"])
    return cells, where


def small(cells):
    few = pl.col("count").is_between(0, 5, closed="none")
    if "population" in cells.columns:
        rest = pl.col("population") - pl.col("count")
        few |= rest.is_between(0, 5, closed="none") & (pl.col("population") >= 5)
    return cells.filter(few)


def readers_view(decided):
    shown = published(decided)
    if "population" in shown.columns:
        shown = shown.with_columns(population=pl.when(pl.col("population") >= 5).then("population"))
    return shown


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(countries())
def test_no_hidden_number_can_be_worked_out(country):
    cells, where = country
    decided = protect(cells, where)
    assert (small(decided)["status"] != "ok").all()
    labelled = decided.filter(pl.col("status") == "suppressed")
    assert labelled["count"].is_between(0, 5, closed="none").all()
    leaks = audit(readers_view(decided), where)
    assert leaks == [], [str(leak) for leak in leaks]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(countries())
def test_the_heuristic_alone_is_as_safe(country):
    cells, where = country
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pattern, "EXACT_LIMIT", 0)
        decided = protect(cells, where)
    assert audit(readers_view(decided), where) == []


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(countries(), st.randoms())
def test_hints_make_the_audit_quick_and_never_lenient(country, random):
    cells, where = country
    hints = Hints()
    decided = protect(cells, where, hints=hints)
    assert audit(readers_view(decided), where, hints=hints) == []
    # Whatever else is shown by mistake, the audit says the same with hints and without.
    hidden = decided.filter(pl.col("status") != "ok")["area_id"].unique().sort().to_list()
    if hidden:
        wrong = decided.with_columns(
            status=pl.when(pl.col("area_id") == random.choice(hidden))
            .then(pl.lit("ok"))
            .otherwise("status")
        )
        plain = {leak.cell for leak in audit(readers_view(wrong), where)}
        assert {leak.cell for leak in audit(readers_view(wrong), where, hints=hints)} == plain


def price(cells, where, chosen):
    """What is lost by hiding rows of one set of tables, by the weights the docs give."""
    from etl.disclosure.suppression.place import Place
    from etl.disclosure.suppression.structure import Grid, age_range

    grid = Grid(
        tuple(cells["area_id"].unique().sort()),
        tuple(cells["sex"].unique().sort()),
        tuple(sorted(cells["age"].unique(), key=age_range)),
        (("cases", "all"),),
    )
    levels = dict(cells.select("area_id", "geography").unique().iter_rows())
    weight = Place(grid, levels, where).cost[grid.locate(cells)]
    weight = np.where(cells["count"].to_numpy() < 10, 2 * weight, weight)
    return weight[list(chosen)].sum()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(COUNT, min_size=4, max_size=4),
    st.sampled_from([["k-a"] * 4, ["k-a", "k-a", "k-b", "k-b"], ["k-a", "k-b", "k-b", "k-b"]]),
)
def test_small_countries_lose_no_more_than_they_must(counts, clusters):
    """Against trying out every pattern, cheapest first, with the audit as the judge."""
    areas = {}
    for i, cluster in enumerate(clusters):
        areas.setdefault(cluster, []).append(f"m{i}")
    where = catchments(klynger=areas)
    cells = released({f"m{i}": c for i, c in enumerate(counts)}, where)
    primary = {i for i, c in enumerate(cells["count"]) if 0 < c < 5}
    others = [i for i, c in enumerate(cells["count"]) if c >= 5]
    patterns = chain.from_iterable(combinations(others, k) for k in range(len(others) + 1))
    for extra in sorted(patterns, key=lambda rows: price(cells, where, rows)):
        row = pl.int_range(pl.len())
        hidden = row.is_in([*primary, *extra])
        view = cells.with_columns(
            status=pl.when(hidden).then(pl.lit("suppressed_secondary")).otherwise(pl.lit("ok")),
            count=pl.when(~hidden).then("count"),
        )
        if not audit(view, where):
            break
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.import_module("etl.disclosure.suppression.protect"), "_CHANCE", 0.0)
        decided = protect(cells, where)
    ours = [i for i, s in enumerate(decided["status"]) if s != "ok" and i not in primary]
    assert price(cells, where, ours) <= price(cells, where, extra) * 1.05 + 1e-9


def test_the_heuristic_loses_little_more_than_the_optimum():
    """Where both can solve: all municipal totals, and the price over many countries."""
    rng = np.random.default_rng(11)
    where = catchments(
        klynger={"k-a": ["m0", "m1", "m2"], "k-b": ["m3", "m4", "m5"]},
        raad={"r-a": ["m0", "m1"], "r-b": ["m2", "m3", "m4", "m5"]},
    )
    paid = {"exact": 0.0, "heuristic": 0.0}
    totals = {"exact": 0, "heuristic": 0}
    for _ in range(12):
        cells = released(
            {
                (f"m{i}", sex): int(rng.choice([2, 4, 15, 30, 60]))
                for i in range(6)
                for sex in ("female", "male")
            },
            where,
        )
        for name, limit in (("exact", 10**6), ("heuristic", 0)):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(pattern, "EXACT_LIMIT", limit)
                decided = protect(cells, where)
            beyond = (decided["status"] != "ok") & (decided["count"] >= 5)
            paid[name] += price(cells, where, np.flatnonzero(beyond.to_numpy()))
            totals[name] += decided.filter(
                beyond & (pl.col("sex") == "all") & (pl.col("geography") == "kommuner")
            ).height
    assert paid["exact"] <= paid["heuristic"] * 1.02
    assert paid["heuristic"] <= paid["exact"] * 1.05, paid
    assert totals["heuristic"] <= max(totals["exact"] * 1.05, totals["exact"] + 1), (totals, paid)
