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


@pytest.mark.parametrize(
    ("band", "ages"), [("all", "IALT"), ("0-5", "0-5"), ("65-79", "65-79"), ("80+", "80-")]
)
def test_population_is_the_real_one(country: Country, raw_dir: Path, band: str, ages: str) -> None:
    [file] = raw_dir.glob("FOLK1A_*.csv")
    people = pl.read_csv(file, separator=";", schema_overrides={"OMRÅDE": pl.String})
    wanted = [f"{year}K1" for year in range(2016, 2026)]
    grid = people.filter(ALDER=ages).pivot(on="TID", index="OMRÅDE", values="INDHOLD")
    ours = by_place(country.population, SCOPES[band])[:, 1:]
    np.testing.assert_array_equal(ours, grid.sort("OMRÅDE").select(wanted).to_numpy())


@pytest.mark.parametrize(
    ("band", "women", "men"), [("40-64", 946_232, 944_148), ("80+", 198_453, 140_884)]
)
def test_split_by_sex_and_age_is_near_the_national_structure(
    country: Country, band: str, women: int, men: int
) -> None:
    """Statistics Denmark, the population on 1 January 2025 by sex and age."""
    assert country.population[:, -1].sum() == pytest.approx(5_992_734, rel=0.001)
    for sex, real in enumerate((women, men)):
        ours = country.population[:, -1, sex][..., SCOPES[band]].sum()
        assert ours == pytest.approx(real, rel=0.01)


def test_women_are_the_larger_part_of_the_oldest(country: Country) -> None:
    old = country.population[:, -1][..., SCOPES["80+"]].sum(axis=(0, 2))
    assert old[FEMALE] / old.sum() == pytest.approx(0.585, abs=0.005)


@pytest.mark.parametrize(
    ("disease", "first", "people"),
    [
        ("copd", 140_785, 159_115),
        ("type_2_diabetes", 220_595, 287_995),
        ("type_1_diabetes", 27_380, 32_760),
        ("heart_failure", 63_795, 69_750),
        ("osteoporosis", 159_130, 220_145),
        ("rheumatoid_arthritis", 43_815, 44_790),
        ("asthma", 397_745, 423_385),
        ("schizophrenia", 27_060, 29_170),
        ("dementia", 41_270, 45_455),
    ],
)
def test_people_with_a_disease(counts: Counts, disease: str, first: int, people: int) -> None:
    """Sundhedsdatastyrelsen's register of chronic disease, 2015 and 2025."""
    assert national(counts[f"{disease}_prevalence"], 2015) == pytest.approx(first, rel=0.08)
    assert national(counts[f"{disease}_prevalence"], 2025) == people


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
