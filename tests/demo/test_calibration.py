"""The demo agrees with the published figures it is calibrated on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from etl.demo.calibration import SCOPES, YEARS, by_year
from etl.demo.people import FEMALE, Country, Floats, Ints

Counts = dict[str, Ints]
OLD, CHILD, ALL = SCOPES["65+"], SCOPES["0-17"], SCOPES["all"]


def by_place(counts: Ints, bands: tuple[int, ...] = ALL) -> Floats:
    return counts[..., bands].sum(axis=(2, 3)).astype(float)


def national(counts: Ints, year: int, bands: tuple[int, ...] = ALL) -> float:
    return float(by_place(counts, bands)[:, YEARS.index(year)].sum())


def rate(counts: Counts, name: str, year: int, band: str, per: int = 1000) -> float:
    people = national(counts["population"], year, SCOPES[band])
    return per * national(counts[name], year, SCOPES[band]) / people


def test_population_is_the_real_one(country: Country, facts: Path) -> None:
    real = pl.read_csv(
        facts / "population-kommuner-2016-2026.csv", schema_overrides={"kommune_code": pl.String}
    ).filter(pl.col("year").is_between(2016, 2025))
    for column, band in {
        "total": "all",
        "age_0_5": "0-5",
        "age_65_79": "65-79",
        "age_80_plus": "80+",
    }.items():
        grid = real.pivot(on="year", index="kommune_code", values=column).sort("kommune_code")
        ours = by_place(country.population, SCOPES[band])[:, 1:]
        np.testing.assert_array_equal(ours, grid.drop("kommune_code").to_numpy())


def test_split_by_sex_and_age_is_near_the_national_structure(country: Country, facts: Path) -> None:
    table = pl.read_csv(facts / "population-danmark-5aar-1990-2025.csv").filter(year=2025)
    total = table["population"].sum()
    assert country.population[:, -1].sum() == pytest.approx(total, rel=0.001)
    for band, names in {
        "40-64": ["40-44", "45-49", "50-54", "55-59", "60-64"],
        "80+": ["80-84", "85+"],
    }.items():
        for sex, letter in enumerate(("K", "M")):
            real = table.filter(pl.col("aldersgruppe").is_in(names), koen=letter)
            ours = country.population[:, -1, sex][..., SCOPES[band]].sum()
            assert ours == pytest.approx(real["population"].sum(), rel=0.01)


def test_women_are_the_larger_part_of_the_oldest(country: Country) -> None:
    old = country.population[:, -1][..., SCOPES["80+"]].sum(axis=(0, 2))
    assert old[FEMALE] / old.sum() == pytest.approx(0.585, abs=0.005)


@pytest.mark.parametrize(
    ("disease", "people"),
    [
        ("copd", 159_115),
        ("type_2_diabetes", 287_995),
        ("type_1_diabetes", 32_760),
        ("heart_failure", 69_750),
        ("osteoporosis", 220_145),
        ("rheumatoid_arthritis", 44_790),
        ("asthma", 423_385),
        ("schizophrenia", 29_170),
        ("dementia", 45_455),
    ],
)
def test_people_with_a_disease_in_2025(counts: Counts, disease: str, people: int) -> None:
    assert national(counts[f"{disease}_prevalence"], 2025) == people


def test_disease_trends_stay_near_the_register(counts: Counts, facts: Path) -> None:
    english = {
        "astma": "asthma",
        "demens": "dementia",
        "hjertesvigt": "heart_failure",
        "KOL": "copd",
        "leddegigt": "rheumatoid_arthritis",
        "osteoporose": "osteoporosis",
        "skizofreni": "schizophrenia",
        "Type 1 - Diabetes": "type_1_diabetes",
        "Type 2 - Diabetes": "type_2_diabetes",
    }
    register = pl.read_csv(facts / "ruks-danmark-2010-2025.csv").filter(
        pl.col("measure").str.starts_with("Prævalens"),
        pl.col("year").is_in(YEARS),
        value_kind="count",
    )
    for disease, year, value in register.select("disease", "year", "value").iter_rows():
        ours = national(counts[f"{english[disease]}_prevalence"], year)
        assert ours == pytest.approx(value, rel=0.08), (disease, year)


def test_children_in_psychiatry(counts: Counts) -> None:
    assert national(counts["psychiatric_diagnosis"], 2023, CHILD) == 73_220
    assert rate(counts, "psychiatric_diagnosis", 2023, "0-17") == pytest.approx(63, abs=0.7)
    assert rate(counts, "psychiatric_diagnosis", 2023, "0-5") == pytest.approx(10, abs=2)
    assert rate(counts, "psychiatric_diagnosis", 2023, "12-17") == pytest.approx(100, abs=5)
    assert national(counts["physical_contact"], 2022, CHILD) == 43_530


def test_adhd_differs_by_region_as_known(country: Country, counts: Counts) -> None:
    part = by_place(counts["adhd"], CHILD)[:, -1]
    people = by_place(counts["population"], CHILD)[:, -1]
    by_region = {
        region.name: 1000 * part[region.members].sum() / people[region.members].sum()
        for region in country.regions
    }
    assert by_region["Region Syddanmark"] == pytest.approx(17, abs=0.6)
    assert by_region["Region Midtjylland"] == pytest.approx(30, abs=0.8)
    assert by_region["Region Nordjylland"] == pytest.approx(30, abs=1)


def test_avoidable_stays(country: Country, counts: Counts) -> None:
    at = YEARS.index(2023)
    assert national(counts["avoidable_stays"], 2023) == pytest.approx(72_000, rel=0.02)
    stays, people = by_place(counts["avoidable_stays"]), by_place(counts["population"], OLD)
    capital = next(r.members for r in country.regions if r.name == "Region Hovedstaden")
    assert 1000 * stays[capital, at].sum() / people[capital, at].sum() == pytest.approx(71, abs=1)
    assert rate(counts, "avoidable_stays", 2023, "80+") > 2.5 * rate(
        counts, "avoidable_stays", 2023, "65-79"
    )


def test_care_of_the_elderly(counts: Counts) -> None:
    assert rate(counts, "home_help", 2022, "80+", 100) == pytest.approx(28, abs=0.4)
    assert rate(counts, "home_help", 2015, "80+", 100) > 34
    assert rate(counts, "care_home", 2019, "65+", 100) == pytest.approx(3.3, abs=0.1)
    assert rate(counts, "polypharmacy", 2021, "80+", 100) > rate(
        counts, "polypharmacy", 2021, "65-79", 100
    )
    assert rate(counts, "medical_bed_days", 2025, "80+") > 2 * rate(
        counts, "medical_bed_days", 2025, "65-79"
    )
    assert rate(counts, "medical_bed_days", 2021, "65+") < 0.8 * rate(
        counts, "medical_bed_days", 2015, "65+"
    )


def test_overweight_stays_within_the_known_range(counts: Counts) -> None:
    share = 100 * by_place(counts["pupils_overweight"]) / by_place(counts["pupils_examined"])
    assert share.min() >= 5.5
    assert share.max() <= 31.5
    assert np.ptp(share[:, -1]) > 20


def test_gp_contact_agrees_with_the_real_municipal_level(country: Country, counts: Counts) -> None:
    at = YEARS.index(2024)
    share = 100 * by_place(counts["gp_citizens"]) / by_place(counts["population"])
    np.testing.assert_allclose(share[:, at], country.real["gp"][:, at], atol=0.3)


def test_hospital_contact_is_a_little_above_the_real_share_with_a_stay(
    country: Country, counts: Counts
) -> None:
    at = YEARS.index(2022)
    share = 100 * by_place(counts["somatic_citizens"]) / by_place(counts["population"])
    above = share[:, at] - country.real["hospital"][:, at]
    assert above.min() >= 0
    assert above.max() < 3


def test_home_nursing_agrees_with_the_real_municipal_level(
    country: Country, counts: Counts
) -> None:
    per_1000 = 1000 * by_place(counts["home_nursing"]) / by_place(counts["population"])
    reported = slice(YEARS.index(2021), None)
    # half a person either way
    tolerance = 501 / by_place(counts["population"])[:, reported]
    gap = np.abs(per_1000 - country.real["home_nursing"])[:, reported]
    assert (gap <= tolerance).all()


def test_poorer_health_goes_together(country: Country, counts: Counts) -> None:
    """Municipal differences last over the years and follow the real health profile."""
    lungs = by_place(counts["copd_prevalence"]) / by_place(counts["population"])
    sugar = by_place(counts["type_2_diabetes_prevalence"]) / by_place(counts["population"])
    assert np.corrcoef(lungs[:, 0], lungs[:, -1])[0, 1] > 0.8
    assert np.corrcoef(lungs[:, -1], sugar[:, -1])[0, 1] > 0.5
    assert np.corrcoef(lungs[:, -1], country.deprivation)[0, 1] > 0.5


def test_contacts_dip_in_2020(counts: Counts) -> None:
    for name in ("gp_citizens", "somatic_citizens", "other_practice_contacts"):
        by_time = counts[name].sum(axis=(0, 2, 3))
        at = YEARS.index(2020)
        assert by_time[at] < by_time[at - 1]
        assert by_time[at] < by_time[at + 1]


def test_points_are_joined_by_straight_lines() -> None:
    assert by_year({2015: 0, 2025: 10}).tolist() == list(range(11))
