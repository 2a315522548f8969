"""From counts to published numbers, on small made-up packages."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from etl.indicators.compute import compute
from etl.indicators.definition import Indicator
from etl.ingest.readers.package import Package
from etl.statistics import proportion, rate
from tests.build.making import SMALL, areas, counts, indicator, measures_of, package

ALL_FOUR = {"0001": 1000, "0002": 2000, "0003": 3000, "0004": 4000}
HIDDEN = ("suppressed", "suppressed_secondary")
NUMBERS = ("value", "lower", "upper", "count")


def measures(packages: list[Package], *indicators: Indicator) -> pl.DataFrame:
    return measures_of(compute(packages, indicators or [indicator()], areas(), SMALL))


def one(frame: pl.DataFrame, **where: Any) -> dict[str, Any]:
    for column, value in where.items():
        frame = frame.filter(pl.col(column) == value)
    assert len(frame) == 1, frame
    return frame.row(0, named=True)


def people(values: dict[str, float | None] | None = None, **more: Any) -> list[dict[str, Any]]:
    return counts("population", values or dict(ALL_FOUR), **more)


# ---- values and limits ------------------------------------------------------------------------


def test_a_share_has_its_parts_and_wilson_limits() -> None:
    rows = people() + counts("cases", {"0001": 100, "0002": 250, "0003": 300, "0004": 380})
    row = one(measures([package(rows)]), area_id="k22-c")
    limits = proportion(680, 7000)
    assert (row["count"], row["population"]) == (680, 7000)
    assert row["value"] == pytest.approx(100 * 680 / 7000)
    assert row["lower"] == pytest.approx(100 * limits.lower)
    assert row["upper"] == pytest.approx(100 * limits.upper)
    assert not row["is_estimate"]


def test_a_rate_has_poisson_limits_and_a_split_area_is_an_estimate() -> None:
    rows = people() + counts("cases", {"0001": 100, "0002": 250, "0003": 300, "0004": 380})
    row = one(
        measures([package(rows)], indicator(kind="rate", multiplier=1000, unit="per_1000")),
        area_id="k22-b",
    )
    limits = rate(290, 2400, 1000)
    assert row["value"] == pytest.approx(1000 * 290 / 2400)
    assert (row["lower"], row["upper"]) == pytest.approx((limits.lower, limits.upper))
    assert row["is_estimate"]


def test_zero_is_a_number_and_no_people_is_not_applicable() -> None:
    rows = people({**ALL_FOUR, "0002": 0})
    rows += counts("cases", {"0001": 0, "0002": 0, "0003": 30, "0004": 40})
    frame = measures([package(rows)])
    assert one(frame, area_id="0001")["value"] == 0
    assert one(frame, area_id="0001")["status"] == "ok"
    nobody = one(frame, area_id="0002")
    assert nobody["status"] == "not_applicable"
    assert [nobody[n] for n in NUMBERS] == [None] * 4


def test_no_limits_where_the_definition_says_they_would_mislead() -> None:
    rows = people() + counts("cases", ALL_FOUR)
    row = one(measures([package(rows)], indicator(kind="rate", has_interval=False)), area_id="dk")
    assert row["value"] == 100
    assert [row[n] for n in ("lower", "upper", "vs_country", "trend")] == [None] * 4


def test_rounded_parts_never_make_a_share_above_a_hundred() -> None:
    rows = people({**ALL_FOUR, "0001": 50}) + counts("cases", {**ALL_FOUR, "0001": 55})
    assert one(measures([package(rows)]), area_id="0001")["value"] == 100


# ---- hidden and missing -----------------------------------------------------------------------


def test_what_the_publisher_hid_takes_everything_with_it() -> None:
    rows = people() + counts("cases", {"0001": 40, "0002": 40, "0003": 40, "0004": None})
    frame = measures([package(rows)])
    for area in ("0004", "k22-c"):
        row = one(frame, area_id=area)
        assert row["status"] == "suppressed_by_source"
        assert [row[n] for n in (*NUMBERS, "vs_region", "vs_country", "trend")] == [None] * 7
    assert one(frame, area_id="0004")["population"] == 4000


def test_true_small_counts_are_hidden_in_every_area() -> None:
    rows = people() + counts("cases", {"0001": 100, "0002": 3, "0003": 1, "0004": 2})
    frame = measures([package(rows, safe=False)])
    for area in ("0002", "0003", "0004", "reg07-y", "k22-c"):
        row = one(frame, area_id=area)
        assert row["status"] in HIDDEN, area
        assert [row[n] for n in NUMBERS] == [None] * 4
        assert row["population"] > 0
    assert one(frame, area_id="dk")["count"] == 106


def test_a_count_that_leaves_few_others_is_hidden_too() -> None:
    rows = people() + counts("cases", {"0001": 100, "0002": 1998, "0003": 3000, "0004": 50})
    frame = measures([package(rows, safe=False)])
    assert one(frame, area_id="0002")["status"] in HIDDEN
    assert one(frame, area_id="0003")["value"] == 100  # nobody is left: said openly, as zero is


def test_few_people_asked_hides_the_answer_and_their_number() -> None:
    rows = counts("examined", {"0001": 50, "0002": 4, "0003": 60, "0004": 70})
    rows += counts("cases", {"0001": 20, "0002": 1, "0003": 20, "0004": 20})
    frame = measures([package(rows, safe=False)], indicator(denominator="examined"))
    row = one(frame, area_id="0002")
    assert row["status"] in HIDDEN
    assert [row[n] for n in (*NUMBERS, "population")] == [None] * 5


def test_rates_that_come_with_true_counts_are_not_published_as_they_are() -> None:
    rows = [
        *people(),
        *counts("cases", {"0001": 100, "0002": 3, "0003": 100, "0004": 100}),
        *counts(
            "cases", dict.fromkeys(ALL_FOUR, 0.15), kind="standardised", standardisation="age_sex"
        ),
    ]
    assert set(measures([package(rows, safe=False)])["standardisation"].unique()) == {"crude"}


# ---- shares without counts --------------------------------------------------------------------

SHARES = {"0001": 10.0, "0002": 20.0, "0003": 30.0, "0004": 40.0}
PUBLISHED: dict[str, Any] = {
    "id": "share",
    "kind": "published",
    "numerator": "share",
    "denominator": None,
    "has_interval": False,
    "weight": {"all": 1},
}


def published(
    values: Mapping[str, float | None], *, of_everybody: bool = False, **more: Any
) -> pl.DataFrame:
    base = package(people(), layout="people")
    shares = package(counts("share", values, kind="rate", **more), layout="shares")
    count = indicator(
        "population", kind="count", numerator="population", denominator=None, has_interval=False
    )
    share = indicator(**PUBLISHED | {"has_interval": of_everybody})
    frame = measures([base, shares], share, count)
    return frame.filter(pl.col("indicator_id") == "share")


def test_a_published_share_is_a_mean_weighted_by_people() -> None:
    frame = published(SHARES)
    row = one(frame, area_id="k22-b")
    assert row["value"] == pytest.approx((400 * 10 + 2000 * 20) / 2400)
    assert [row[n] for n in ("lower", "upper", "count", "vs_country", "trend")] == [None] * 5
    own = one(frame, area_id="0002")
    assert (own["value"], own["is_estimate"]) == (20.0, False)


def test_a_mean_is_an_estimate_only_where_a_part_of_a_municipality_is_in_it() -> None:
    frame = published(SHARES)
    assert one(frame, area_id="k22-b")["is_estimate"]
    for whole in ("k22-c", "dk"):
        assert not one(frame, area_id=whole)["is_estimate"]


def test_a_published_share_of_everybody_has_the_limits_of_its_counts() -> None:
    frame = published(SHARES, of_everybody=True)
    for area, count, n in (("0002", 400, 2000), ("k22-b", 440, 2400)):
        row, limits = one(frame, area_id=area), proportion(count, n)
        assert (row["lower"], row["upper"], row["population"]) == pytest.approx(
            (100 * limits.lower, 100 * limits.upper, n)
        )
    assert one(frame, area_id="0001")["vs_country"] == "lower"
    assert one(frame, area_id="0001")["count"] is None  # not delivered, and not pretended


def test_a_share_of_more_people_than_there_are_is_one_of_them_all() -> None:
    row = one(published(SHARES | {"0004": 100.4}, of_everybody=True), area_id="0004")
    assert row["upper"] == pytest.approx(100)


def test_a_published_share_with_a_missing_part_is_missing() -> None:
    frame = published({k: v for k, v in SHARES.items() if k != "0004"})
    assert one(frame, area_id="k22-c")["status"] == "missing"
    assert one(frame, area_id="dk")["value"] is None
    assert one(frame, area_id="k22-a")["value"] == pytest.approx(10)


def test_a_share_missing_where_few_people_live_leaves_an_estimate() -> None:
    small = {"0001": 1000, "0002": 2000, "0003": 6900, "0004": 100}
    base = package(people(small), layout="folk")
    shares = package(
        counts("share", {k: v for k, v in SHARES.items() if k != "0004"}, kind="rate"),
        layout="shares",
    )
    share = indicator(**PUBLISHED)
    count = indicator(
        "population", kind="count", numerator="population", denominator=None, has_interval=False
    )
    frame = measures([base, shares], share, count).filter(pl.col("indicator_id") == "share")
    # 99 % of the people are known: their mean is told, as an estimate
    row = one(frame, area_id="dk")
    assert row["value"] == pytest.approx((1000 * 10 + 2000 * 20 + 6900 * 30) / 9900)
    assert (row["status"], row["is_estimate"]) == ("ok", True)
    assert one(frame, area_id="reg07-x")["is_estimate"] is False
    assert one(frame, area_id="0004")["value"] is None


def test_a_year_without_population_is_weighed_by_the_nearest() -> None:
    assert one(published(SHARES, period=2010), area_id="dk")["value"] == pytest.approx(30)


# ---- packages ---------------------------------------------------------------------------------


def test_the_newest_package_wins_cell_by_cell() -> None:
    old = package(people() + people(period=2024), edition="2024", published=dt.date(2024, 1, 1))
    new = package(people({"0001": 1001}), edition="2025")
    definition = indicator(
        "population", kind="count", numerator="population", denominator=None, has_interval=False
    )
    found = measures([new, old], definition)
    assert one(found, area_id="dk", period=2025)["value"] == 10_001
    assert one(found, area_id="dk", period=2024)["value"] == 10_000


def test_a_real_package_replaces_the_demo_one() -> None:
    demo = package(people() + counts("cases", ALL_FOUR), layout="demo-x", demo=True)
    real = package(people() + counts("cases", {**ALL_FOUR, "0001": 500}), layout="x")
    assert measures([demo])["is_demo"].all()
    both = measures([demo, real])
    assert not both["is_demo"].any()
    assert one(both, area_id="0001")["value"] == 50


def test_an_indicator_takes_only_the_layouts_it_names() -> None:
    rows = people() + counts("cases", ALL_FOUR)
    packages = [package(rows, layout="demo-boern"), package(rows, layout="demo-aeldre")]
    frame = measures(packages, indicator(layouts=("*aeldre",)))
    assert frame["package_id"].cast(pl.String).unique().to_list() == ["demo-aeldre-2025"]


def test_years_after_publication_are_projections_and_no_estimates() -> None:
    definition = indicator(
        "population", kind="count", numerator="population", denominator=None, has_interval=False
    )
    frame = measures([package(people() + people(period=2030))], definition)
    assert one(frame, area_id="0002", period=2030)["is_projection"]
    assert not one(frame, area_id="0002", period=2025)["is_projection"]
    for year in (2025, 2030):
        assert not one(frame, area_id="0002", period=year)["is_estimate"]
        assert one(frame, area_id="k22-b", period=year)["is_estimate"]  # half of a municipality


def test_derived_ages_are_sums_marked_as_estimates_where_they_guess() -> None:
    rows = people(dict.fromkeys(ALL_FOUR, 100), age="0-5")
    rows += people(dict.fromkeys(ALL_FOUR, 50), age="6-8")
    derived = {
        "0-8": {"parts": {"0-5": 1, "6-8": 1}},
        "0-6": {"parts": {"0-5": 1, "6-8": 1 / 3}, "is_estimate": True},
    }
    definition = indicator(
        "population", kind="count", numerator="population", denominator=None,
        has_interval=False, derived_ages=derived,
    )  # fmt: skip
    frame = measures([package(rows)], definition)
    assert one(frame, area_id="dk", age="0-8")["value"] == 600
    assert not one(frame, area_id="dk", age="0-8")["is_estimate"]
    assert one(frame, area_id="0001", age="0-6")["value"] == 117
    assert one(frame, area_id="0001", age="0-6")["is_estimate"]


def test_a_derived_age_is_made_of_others_before_it_and_never_replaces_a_delivered_one() -> None:
    rows = people(dict.fromkeys(ALL_FOUR, 100), age="65-79")
    rows += people(dict.fromkeys(ALL_FOUR, 30), age="80-89")
    rows += people(dict.fromkeys(ALL_FOUR, 5), age="90+")
    older = people(dict.fromkeys(ALL_FOUR, 36), age="80+", period=2024)
    older += [row | {"period": 2024} for row in rows]
    derived = {
        "80+": {"parts": {"80-89": 1, "90+": 1}},
        "65+": {"parts": {"65-79": 1, "80+": 1}},
    }
    definition = indicator(
        "population", kind="count", numerator="population", denominator=None,
        has_interval=False, derived_ages=derived,
    )  # fmt: skip
    frame = measures([package(rows + older)], definition)
    got = {
        (age, year): one(frame, area_id="0001", age=age, period=year)["value"]
        for age in ("80+", "65+", "90+")
        for year in (2024, 2025)
    }
    assert got["80+", 2025] == 35
    assert got["65+", 2025] == 135
    assert (got["80+", 2024], got["65+", 2024]) == (36, 136)
    assert got["90+", 2024] == got["90+", 2025] == 5


# ---- comparison, trend, standardisation -------------------------------------------------------


@pytest.mark.parametrize(
    ("polarity", "low", "high"),
    [
        ("high_bad", "better", "worse"),
        ("high_good", "worse", "better"),
        ("neutral", "lower", "higher"),
    ],
)
def test_areas_are_compared_by_their_interval(polarity: str, low: str, high: str) -> None:
    rows = people() + counts("cases", {"0001": 100, "0002": 202, "0003": 100, "0004": 900})
    ageless = {"age_effect": "none", "age_effect_da": "kun børn", "age_effect_en": "children only"}
    frame = measures([package(rows)], indicator(polarity=polarity, **ageless))
    assert one(frame, area_id="0003")["vs_country"] == low
    assert one(frame, area_id="0004")["vs_country"] == high
    assert one(frame, area_id="0002")["vs_region"] == "similar"
    assert one(frame, area_id="dk")["vs_country"] is None
    assert one(frame, area_id="reg07-y")["vs_region"] is None


def test_a_crude_figure_that_age_drives_is_neither_better_nor_worse() -> None:
    rows = people() + counts("cases", {"0001": 100, "0002": 202, "0003": 100, "0004": 900})
    frame = measures([package(rows)], indicator(polarity="high_bad"))
    assert one(frame, area_id="0003")["vs_country"] == "lower"
    assert one(frame, area_id="0004")["vs_country"] == "higher"


def rising(**more: Any) -> pl.DataFrame:
    rows = []
    for i, year in enumerate(range(2018, 2026)):
        rows += people(period=year)
        rows += counts("cases", dict.fromkeys(ALL_FOUR, 100 + 60 * i), period=year)
    return measures([package(rows)], indicator(**more))


def test_a_trend_looks_back_five_periods() -> None:
    frame = rising()
    assert one(frame, area_id="dk", period=2025)["trend"] == "increasing"
    assert one(frame, area_id="dk", period=2021)["trend"] == "not_calculable"


def test_a_trend_starts_where_it_may_and_never_crosses_a_break() -> None:
    late = rising(trend_from=2021)
    assert one(late, area_id="dk", period=2024)["trend"] == "not_calculable"
    assert one(late, area_id="dk", period=2025)["trend"] == "increasing"
    assert one(rising(breaks=(2022,)), area_id="dk", period=2025)["trend"] == "not_calculable"


def test_a_provisional_year_is_shown_and_compared_but_is_in_no_trend() -> None:
    rows = []
    for i, year in enumerate(range(2019, 2026)):
        rows += people(period=year)
        rows += counts("cases", dict.fromkeys(ALL_FOUR, 100 + 60 * i), period=year)
    frame = measures([package(rows, provisional=(2025,))])
    newest = one(frame, area_id="0001", period=2025)
    assert newest["status"] == "ok"
    assert newest["vs_country"] is not None
    assert newest["trend"] == "not_calculable"
    assert one(frame, area_id="0001", period=2024)["trend"] == "increasing"


def test_limits_and_comparisons_hold_for_all_that_a_hidden_part_can_be() -> None:
    cases = {"0001": 500, "0002": None, "0003": 1_000, "0004": None, "dk": 1_540}
    counted = people(dict.fromkeys(ALL_FOUR, 10_000)) + counts("cases", cases)
    row = one(measures([package(counted)], indicator(kind="rate")), area_id="k22-c")
    # 0 to 40 of the 1,540 were not shown: half of them are taken
    assert (row["count"], row["is_estimate"]) == (1_020, True)
    assert row["lower"] == pytest.approx(rate(1_000, 20_000, 100).lower)
    assert row["upper"] == pytest.approx(rate(1_040, 20_000, 100).upper)
    assert row["vs_country"] == "higher"


def test_a_word_that_does_not_hold_for_all_that_a_hidden_part_can_be_is_not_said() -> None:
    # of 20,000 people 1,000 to 1,040, against 4.8 %: certainly more only at the upper end
    cases = {"0001": 880, "0002": None, "0003": 1_000, "0004": None, "dk": 1_920}
    counted = people(dict.fromkeys(ALL_FOUR, 10_000)) + counts("cases", cases)
    row = one(measures([package(counted)], indicator(kind="rate")), area_id="k22-c")
    assert row["lower"] < 4.8 < row["upper"]
    assert row["vs_country"] is None


def test_delivered_standardised_rates_are_kept_for_the_areas_they_are_for() -> None:
    rows = people() + counts("cases", dict.fromkeys(ALL_FOUR, 500))
    rows += counts("cases", {**SHARES, "dk": 25.0}, kind="standardised", standardisation="age_sex")
    frame = measures([package(rows)])
    mine = frame.filter(pl.col("standardisation") == "age_sex")
    assert set(mine["area_id"]) == {*SHARES, "dk"}
    row = one(mine, area_id="dk")
    assert (row["value"], row["lower"], row["count"]) == (25.0, None, None)


def test_every_row_is_one_number_and_ordered() -> None:
    rows = people() + people(sex="male") + people(age="80+")
    rows += counts("cases", ALL_FOUR) + counts("cases", ALL_FOUR, age="80+")
    frame = measures([package(rows)])
    key = ["indicator_id", "geography", "area_id", "period", "sex", "age", "sector"]
    key.append("standardisation")
    assert not frame.select(key).is_duplicated().any()
    texts = frame.select(pl.col(key[:3]).cast(pl.String))
    assert texts.equals(texts.sort(key[:3]))
    assert not any(math.isnan(v) for v in frame["value"].drop_nulls())
