"""Years left to live at 65 in every area, and what the publisher says of newborns."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from etl.indicators.cube import BY_SOURCE, MISSING, NOT_APPLICABLE, OK, Cube
from etl.indicators.definition import load_indicators
from etl.indicators.life_expectancy import by_life_table
from etl.statistics import remaining_life_expectancy
from warehouse import connect

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts" / "statbank-real"
LEFT_AT_65 = load_indicators()["remaining_life_expectancy_65"]
BANDS = ["65-69", "70-74", "75-79", "80-84", "85-89", "90-94", "95+"]


def cube(areas: int = 1, first: int = 2014, last: int = 2020) -> Cube:
    """Return deaths and people of some areas: 10 to 70 of 1,000 die in the bands of each year."""
    series = pl.DataFrame(
        [
            (measure, sex, age, "all", "crude")
            for measure in ("deaths", "population")
            for sex in ("female", "male")
            for age in ["60-64", *BANDS]
        ],
        schema=["measure", "sex", "age", "sector", "standardisation"],
        orient="row",
    )
    periods = np.arange(first, last + 1)
    shape = (areas, len(periods), len(series))
    is_death = (series["measure"] == "deaths").to_numpy()
    at = np.array([["60-64", *BANDS].index(age) for age in series["age"]])
    value = np.broadcast_to(np.where(is_death, 10.0 * at, 1000.0), shape).copy()
    present = np.ones(shape, bool)
    present[:, periods == last, :] &= ~is_death  # deaths end a year before the people
    return Cube(
        series, periods, value, np.full(shape, OK, np.int8), np.zeros(shape, bool), present,
        np.where(is_death, 0, 1)[None, :].repeat(len(periods), axis=0),
    )  # fmt: skip


def test_five_years_are_taken_together_with_the_people_of_both_new_years() -> None:
    given = cube()
    people = (given.series["measure"] == "population").to_numpy()
    given.value[:, :, people] += 10 * (given.periods - 2014)[None, :, None]
    block = by_life_table(LEFT_AT_65, given)
    assert block is not None
    assert block.present[0, :, 0].tolist() == [False] * 4 + [True, True, False]
    # 2014-2018: the mean of 1 January 2014 and 2015, and so on: 1,005 + 1,015 + ... = 5,125
    expected = remaining_life_expectancy(
        [5 * 10 * n for n in range(1, 8)], [5_125] * 7, range(65, 96, 5)
    )
    women = block.series["sex"].to_list().index("female")
    found = block.value[0, 4, women], block.lower[0, 4, women], block.upper[0, 4, women]
    assert found == pytest.approx((expected.value, expected.lower, expected.upper))


def test_both_sexes_are_one_table_of_all_deaths_and_all_people() -> None:
    given = cube()
    men = (given.series["sex"] == "male") & (given.series["measure"] == "deaths")
    given.value[:, :, men.to_numpy()] *= 2
    block = by_life_table(LEFT_AT_65, given)
    assert block is not None
    expected = remaining_life_expectancy(
        [5 * 30 * n for n in range(1, 8)], [10_000] * 7, range(65, 96, 5)
    )
    assert block.value[0, 4, 0] == pytest.approx(expected.value)


def test_an_area_with_few_old_people_has_no_number_and_no_zero() -> None:
    given = cube(areas=2)
    people = (given.series["measure"] == "population").to_numpy()
    given.value[1][:, people] = 140  # 4,900 person-years of each sex in five years
    block = by_life_table(LEFT_AT_65, given)
    assert block is not None
    assert block.status[:, 4].tolist() == [[OK] * 3, [OK, NOT_APPLICABLE, NOT_APPLICABLE]]
    assert np.isnan(block.value[1, 4, 1:]).all()


@pytest.mark.parametrize("status", [MISSING, BY_SOURCE])
def test_what_is_not_known_of_one_year_is_not_known_of_the_five(status: int) -> None:
    given = cube()
    deaths = (given.series["measure"] == "deaths") & (given.series["age"] == "80-84")
    given.status[0, 1, np.flatnonzero(deaths)[0]] = status  # women in 2015
    block = by_life_table(LEFT_AT_65, given)
    assert block is not None
    both, women, men = (block.series["sex"].to_list().index(s) for s in ("all", "female", "male"))
    assert block.status[0, 4].tolist()[both] == status
    assert block.status[0, 4].tolist()[women] == status
    assert block.status[0, 4, men] == OK


def test_ages_that_do_not_reach_the_end_of_life_make_no_table() -> None:
    given = cube()
    kept = np.flatnonzero((given.series["age"] != "95+").to_numpy())
    assert by_life_table(LEFT_AT_65, Cube(
        given.series[kept], given.periods, given.value[:, :, kept], given.status[:, :, kept],
        given.is_estimate[:, :, kept], given.present[:, :, kept], given.source[:, kept],
    )) is None  # fmt: skip


@pytest.fixture(scope="module")
def left(warehouse_path: Path) -> pl.DataFrame:
    with connect(warehouse_path) as warehouse:
        return warehouse.sql(
            "SELECT a.name, a.area_id, a.level, m.* EXCLUDE (area_id, level) FROM measures m "
            "JOIN areas a USING (area_id) WHERE indicator_id = 'remaining_life_expectancy_65'"
        )


def test_every_cluster_council_and_region_has_years_left_with_limits(left: pl.DataFrame) -> None:
    larger = left.filter(pl.col("level") != "municipality", sex="all")
    assert (larger["status"] == "ok").all()
    assert (larger["lower"] < larger["value"]).all()
    assert (larger["value"] < larger["upper"]).all()
    assert set(larger["period"]) == {2014, 2015, 2016, 2017, 2018, 2019}
    assert not larger["is_demo"].any()
    # the years overlap, so that a test of a trend would count each several times
    assert set(larger["trend"]) == {"not_calculable"}


def test_they_agree_with_a_computation_made_apart_from_ours(left: pl.DataFrame) -> None:
    file = FACTS / "restlevetid65_2015-2019_beregnet.csv"
    if not file.is_file():
        pytest.skip("the figures to hold it against are not on this machine")
    known = pl.read_csv(file, separator=";", decimal_comma=True)
    ours = {
        re.sub(r" \((Hovedstaden|Nordjylland)\)", "", row["name"]): row
        for row in left.filter(sex="all", period=2019).iter_rows(named=True)
    }
    ours |= {row["area_id"]: row for row in ours.values()} | {"Hele landet": ours["Danmark"]}
    assert known.height == 40
    for _, area, *expected in known.iter_rows():
        row = ours[area]
        # København's parts of two clusters are an estimate, here and there
        assert [row["value"], row["lower"], row["upper"]] == pytest.approx(
            expected, abs=0.15 if row["is_estimate"] else 0.011
        ), area


def test_newborns_by_the_same_table_live_as_long_as_the_publisher_says(raw_dir: Path) -> None:
    def read(name: str) -> pl.DataFrame:
        frame = pl.read_csv(raw_dir / name, separator=";", infer_schema=False)
        return frame.with_columns(
            age=pl.col("ALDER").str.extract(r"^(\d+)").cast(pl.Int64).clip(upper_bound=95),
            year=pl.col("TID").str.slice(0, 4).cast(pl.Int64),
            number=pl.col("INDHOLD").cast(pl.Int64),
        )

    deaths = read("FOD207_2019.csv").filter(pl.col("year") >= 2015)
    people = read("FOLK1B_2020.csv").filter(
        pl.col("year") >= 2015, pl.col("ALDER") != "IALT", KØN="TOT"
    )
    ends = pl.col("year").is_in([2015, 2020])
    lived = people.with_columns(number=pl.when(ends).then(0.5).otherwise(1) * pl.col("number"))
    columns = {"on": "age", "index": "OMRÅDE", "aggregate_function": "sum", "sort_columns": True}
    wide = [f.pivot(values="number", **columns).sort("OMRÅDE") for f in (deaths, lived)]
    wide[1] = wide[1].join(wide[0].select("OMRÅDE"), on="OMRÅDE", how="semi")
    ages = [int(c) for c in wide[0].columns[1:]]
    order = ["OMRÅDE", *map(str, sorted(ages))]
    table = [f.select(order).drop("OMRÅDE").to_numpy() for f in wide]
    # who dies before five dies nearly always in the first weeks
    found = remaining_life_expectancy(*table, sorted(ages), lived=[0.1] + [0.5] * 19)
    published = pl.read_csv(raw_dir / "HISBK_2025.csv", separator=";", infer_schema=False).filter(
        pl.col("INDHOLD") != "..", TID="2015:2019"
    )
    known = {a: float(v.replace(",", ".")) for a, v in published.select("OMRÅDE", "INDHOLD").rows()}
    ours = dict(zip(wide[0]["OMRÅDE"], found.value, strict=True))
    apart = np.array([ours[area] - value for area, value in known.items()])
    assert len(apart) == 94
    assert np.abs(apart).max() < 0.5
    assert abs(np.median(apart)) < 0.2


def test_a_cluster_has_no_life_expectancy_at_birth_but_says_why(warehouse_path: Path) -> None:
    with connect(warehouse_path) as warehouse:
        found = warehouse.sql(
            "SELECT level, status, count(*) n FROM measures WHERE period = 2025 AND "
            "indicator_id = 'life_expectancy_at_birth' GROUP BY ALL"
        )
    by_level = {(level, status): n for level, status, n in found.rows()}
    assert by_level["municipality", "ok"] == 94
    assert by_level["municipality", "missing"] == 4
    larger = {status for level, status in by_level if level in ("region", "country")}
    assert larger == {"not_applicable"}
