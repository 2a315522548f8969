"""What is published of hidden counts, held against the truth that only the generator knows.

The workbooks hide small counts and others that would give them away. Whatever the warehouse says
of clusters and councils with such a part has to agree with the counts that nobody was shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

import geo
from etl.demo.contents import bands, packages
from etl.demo.people import FEMALE, MALE, Country, Ints
from etl.indicators.cube import Catchments
from etl.indicators.definition import Indicator, load_indicators
from etl.layouts import load_layouts
from etl.layouts.model import folded
from etl.statistics import (
    Interval,
    directly_standardised_rate,
    european_standard_population,
    proportion,
    rate,
)
from warehouse import connect

SEXES: Final = {"all": [FEMALE, MALE], "female": [FEMALE], "male": [MALE]}
FIRST_YEAR: Final = 2015
WORDS: Final = {
    "high_good": ("better", "worse"),
    "high_bad": ("worse", "better"),
    "neutral": ("higher", "lower"),
}
#: Ages that cut everybody once.
STANDARD_BANDS: Final = ("0-17", "18-39", "40-64", "65-79", "80+")
GEOGRAPHIES: Final = ("klynger-2022", "sundhedsraad-2027")
TEXTS: Final = ("indicator_id", "geography", "area_id", "sex", "age", "sector", "status", "layout")
KEY: Final = ("indicator_id", "sex", "age", "sector", "period")

Floats = npt.NDArray[np.float64]


class Truth:
    """True counts of every area of every geography, by the names the layouts give them."""

    def __init__(self, country: Country, counts: Mapping[str, Ints]) -> None:
        self.catchments = Catchments.from_frame(geo.catchments_frame())
        place = {code: i for i, code in enumerate(country.codes)}
        self._order = [place[m] for m in self.catchments.municipalities]
        self._counts = counts
        self._names = dict(_names())
        self._known: dict[tuple[str, str, str], Floats] = {}

    def of(self, layout: str, measure: str, sector: str, sex: str, age: str) -> Floats:
        """Return (areas, years)."""
        anyhow = self._names.get((layout, measure, "all"), "")
        name = self._names.get((layout, measure, sector), anyhow)
        if (name, sex, age) not in self._known:
            own = self._counts[name][:, :, SEXES[sex]][..., bands(age)].sum(axis=(2, 3))
            weights = self.catchments.weights.T
            self._known[name, sex, age] = np.asarray(weights @ own[self._order].astype(float))
        return self._known[name, sex, age]


def _names() -> Iterator[tuple[tuple[str, str, str], str]]:
    """Return the generator's name of each layout's measure and sector."""
    layouts = load_layouts()
    for package in packages():
        recognised = layouts.recognise(package.file)
        assert recognised is not None
        layout = recognised[0]
        for topic in package.topics if package.made_safe else ():
            own = layout.measures.get(folded(f"{topic.measure} / {topic.subject}"))
            target = own or layout.measures[folded(f"{topic.measure} / *")]
            sector = "all" if own else layout.vocabulary.sector[folded(topic.subject)]
            yield (layout.id, target.measure, sector), topic.quantity


@pytest.fixture(scope="session")
def published(warehouse_path: Path, country: Country, counts: dict[str, Ints]) -> dict[str, Any]:
    """Return what is said of clusters and councils, row by row, with what is true of them.

    ``parts`` are the municipalities of an area; ``hidden`` is true where the publisher hid one.
    """
    with connect(warehouse_path) as warehouse:
        rows = warehouse.sql(
            "SELECT m.*, a.region_id, p.layout FROM measures m JOIN packages p USING (package_id) "
            "JOIN areas a USING (area_id) WHERE p.is_demo AND p.made_safe_by = 'publisher' "
            "AND standardisation = 'crude' AND m.geography IN ('kommuner', 'klynger-2022', "
            "'sundhedsraad-2027')"
        )
    rows = rows.with_columns(pl.col(name).cast(pl.String) for name in TEXTS)
    truth = Truth(country, counts)
    members = (
        geo.catchments_frame()
        .filter(pl.col("geography").is_in(GEOGRAPHIES))
        .select("area_id", part="municipality_id")
    )
    hidden = (
        rows.filter(pl.col("status") == "suppressed_by_source", pl.col("geography") == "kommuner")
        .select(*KEY, part="area_id")
        .join(members, on="part")
        .select(*KEY, "area_id", hidden=pl.lit(value=True))
        .unique()
    )
    rows = (
        rows.filter(pl.col("geography") != "kommuner")
        .join(hidden, on=[*KEY, "area_id"], how="left")
        .with_columns(pl.col("hidden").fill_null(value=False))
        .join(members.group_by("area_id").agg(parts=pl.len()), on="area_id")
    )
    pieces = [
        _with_truth(group, truth)
        for _, group in rows.group_by("indicator_id", "sex", "age", "sector", "layout")
    ]
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _with_truth(rows: pl.DataFrame, truth: Truth) -> dict[str, Any]:
    first = rows.row(0, named=True)
    indicator = load_indicators()[first["indicator_id"]]
    age = indicator.numerator_age or first["age"]
    among = first["layout"], indicator.numerator, first["sector"], first["sex"]
    below = first["layout"], indicator.denominator or "population", first["sector"], first["sex"]
    count, people = truth.of(*among, age), truth.of(*below, first["age"])
    index = truth.catchments.index
    area, year = index(rows["area_id"]), rows["period"].to_numpy().astype(int) - FIRST_YEAR
    found = _limits(indicator, count, people)
    said: dict[str, Any] = {
        "shown": (rows["status"] == "ok").to_numpy(),
        "true_count": count[area, year],
        # 65+ is made of two bands, each of them rounded
        "bands": np.full(len(rows), 2 if first["age"] == "65+" else 1),
        "true_value": np.asarray(found.value)[area, year],
        **{name: rows[name].to_numpy() for name in ("hidden", "parts", "is_estimate")},
        **{name: rows[name].cast(pl.Float64).to_numpy() for name in ("count", "lower", "upper")},
    }
    country = index(pl.Series(["dk"] * len(rows)))
    # a figure that ages drive is no better or worse before they are taken out
    above, under = WORDS[indicator.polarity if indicator.age_effect == "none" else "neutral"]
    for name, against in (("country", country), ("region", index(rows["region_id"]))):
        mark = np.asarray(found.value)[against, year]
        word = np.full(len(rows), "similar", dtype=object)
        word[np.asarray(found.lower)[area, year] > mark] = above
        word[np.asarray(found.upper)[area, year] < mark] = under
        said[f"true_{name}"] = word
        said[f"side_{name}"] = np.where(said["true_value"] > mark, above, under)
        said[f"vs_{name}"] = np.array(rows[f"vs_{name}"].cast(pl.String).to_list(), dtype=object)
    return said


def _limits(indicator: Indicator, count: Floats, people: Floats) -> Interval:
    """Return value and limits of true counts, (areas, years)."""
    some = np.maximum(people, 1)
    if indicator.kind == "rate":
        return rate(count, some, indicator.multiplier)
    found = proportion(np.minimum(count, some), some)
    times = indicator.multiplier
    return Interval(found.value * times, found.lower * times, found.upper * times)


Said = dict[str, Any]


def test_there_are_estimates_to_hold_against_the_truth(published: Said) -> None:
    shown = published["shown"] & published["hidden"]
    assert shown.sum() > 3_000
    assert published["is_estimate"][shown].all()


def test_no_count_is_off_by_more_than_two_per_cent_and_rounding(published: Said) -> None:
    shown = published["shown"] & ~np.isnan(published["count"])
    count, true = published["count"][shown], published["true_count"][shown]
    # to the nearest five, of each municipality and band
    rounding = 2 * published["parts"][shown] * published["bands"][shown]
    allowed = rounding + 0.02 * count * published["hidden"][shown]
    assert (np.abs(count - true) <= allowed + 0.01).all()


def test_at_most_one_interval_in_twenty_is_without_the_truth(published: Said) -> None:
    there = published["shown"] & ~np.isnan(published["lower"])
    true = published["true_value"]
    outside = (true < published["lower"]) | (true > published["upper"])
    for rows in (there & published["hidden"], there & ~published["hidden"]):
        assert outside[rows].mean() <= 0.05


@pytest.mark.parametrize("against", ["country", "region"])
def test_no_word_is_said_of_a_hidden_part_that_the_truth_denies(
    published: Said, against: str
) -> None:
    said = published[f"vs_{against}"]
    spoken = published["shown"] & published["hidden"] & (said != None)  # noqa: E711
    assert spoken.sum() > 1_000
    assert (said[spoken] == published[f"true_{against}"][spoken]).all()


@pytest.mark.parametrize("against", ["country", "region"])
def test_no_area_is_said_to_lie_on_the_other_side_than_it_does(
    published: Said, against: str
) -> None:
    said = published[f"vs_{against}"]
    claimed = published["shown"] & (said != None) & (said != "similar")  # noqa: E711
    assert (said[claimed] == published[f"side_{against}"][claimed]).all()


@pytest.fixture(scope="session")
def standardised(warehouse_path: Path, country: Country, counts: dict[str, Ints]) -> dict[str, Any]:
    """Return the estimates among rates that we standardise ourselves, with the true rate.

    ``rounding`` is how far the rate moves when every count of a part is off by two.
    """
    with connect(warehouse_path) as warehouse:
        rows = warehouse.sql(
            "SELECT m.*, p.layout FROM measures m JOIN packages p USING (package_id) "
            "WHERE p.is_demo AND p.made_safe_by = 'publisher' AND standardisation = 'age' "
            "AND is_estimate AND lower IS NOT NULL AND age = 'all' "
            "AND m.geography IN ('klynger-2022', 'sundhedsraad-2027')"
        )
    rows = rows.with_columns(pl.col(name).cast(pl.String) for name in TEXTS)
    truth, weights = Truth(country, counts), european_standard_population(STANDARD_BANDS)
    inside = truth.catchments.inside.sum(axis=0)
    said: dict[str, list[Any]] = {name: [] for name in ("value", "lower", "upper")}
    said |= {"true": [], "rounding": []}
    for _, group in rows.group_by("indicator_id", "sex", "sector", "layout"):
        first = group.row(0, named=True)
        indicator = load_indicators()[first["indicator_id"]]
        among = first["sector"], first["sex"]
        assert indicator.denominator is not None
        events, people = (
            np.stack([truth.of(first["layout"], one, *among, b) for b in STANDARD_BANDS], axis=-1)
            for one in (indicator.numerator, indicator.denominator)
        )
        area = truth.catchments.index(group["area_id"])
        year = group["period"].to_numpy().astype(int) - FIRST_YEAR
        events, people = events[area, year], people[area, year]
        for name in ("value", "lower", "upper"):
            said[name].append(group[name].cast(pl.Float64).to_numpy())
        found = directly_standardised_rate(events, people, weights, indicator.multiplier)
        off = 2 * inside[area][:, None] / people * indicator.multiplier
        said["true"].append(found.value)
        said["rounding"].append((off * weights).sum(axis=1) / weights.sum())
    return {name: np.concatenate(parts) for name, parts in said.items()}


def test_rates_standardised_over_hidden_ages_hold_too(standardised: dict[str, Any]) -> None:
    value, true = standardised["value"], standardised["true"]
    assert len(value) > 3_000
    # of fewer than ten true events, which rounding made ten, there is no rate to hold it against
    known = ~np.isnan(true)
    assert known.mean() > 0.999
    off = np.abs(value - true) - 0.02 * value - standardised["rounding"]
    assert (off[known] <= 0).all()
    outside = (true < standardised["lower"]) | (true > standardised["upper"])
    assert outside.mean() <= 0.05
