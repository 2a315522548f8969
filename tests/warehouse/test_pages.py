from __future__ import annotations

import polars as pl

from tests.warehouse import synthetic
from warehouse import Warehouse
from warehouse.read import pages
from warehouse.read.key_figures import key_figures

ROWS = synthetic.measures()


def fitting(**wanted: object) -> list[dict[str, object]]:
    return [row for row in ROWS if all(row[name] == value for name, value in wanted.items())]


def test_a_map_is_one_period_over_a_geography(small: Warehouse) -> None:
    frame = pages.measures(small, "copd_prevalence", geography="kommuner", period=2022)
    expected = fitting(
        indicator_id="copd_prevalence",
        geography="kommuner",
        period=2022,
        sex="all",
        age="all",
        standardisation="crude",
    )
    assert frame.select("area_id", "value", "status").rows() == [
        (row["area_id"], row["value"], row["status"]) for row in expected
    ]
    assert frame["name"].to_list() == ["København", "Bornholm", "Horsens", "Hedensted"]


def test_a_series_is_one_area_over_the_years(small: Warehouse) -> None:
    frame = pages.measures(small, "population", area=["dk", "0615"])
    assert frame.select("area_id", "period").rows() == [
        (area, year) for area in ("dk", "0615") for year in synthetic.YEARS
    ]


def test_sectors_stand_beside_each_other(small: Warehouse) -> None:
    frame = pages.measures(small, "contact_share", area="0615", period=2023, sector=None)
    assert frame["sector"].to_list() == ["all", "somatic_hospital"]


def test_key_figures_are_the_newest_with_their_benchmarks(small: Warehouse) -> None:
    frame = key_figures(small, "k22-horsensklyngen")
    assert sorted(frame["indicator_id"]) == sorted(synthetic.INDICATORS)
    assert frame["period"].unique().to_list() == [2023]
    for row in frame.to_dicts():
        cell = {
            "indicator_id": row["indicator_id"],
            "period": 2023,
            "sex": "all",
            "age": "all",
            "standardisation": "crude",
            "sector": synthetic.INDICATORS[row["indicator_id"]][4][0],
        }
        assert row["value"] == fitting(area_id="k22-horsensklyngen", **cell)[0]["value"]
        assert row["region_value"] == fitting(area_id="reg07-midtjylland", **cell)[0]["value"]
        assert row["country_value"] == fitting(area_id="dk", **cell)[0]["value"]


def test_key_figures_of_an_earlier_year_and_one_theme(small: Warehouse) -> None:
    frame = key_figures(small, "dk", theme="chronic", period=2022)
    assert frame.select("indicator_id", "period").rows() == [("copd_prevalence", 2022)]


def test_population_by_age(small: Warehouse) -> None:
    frame = pages.population_by_age(small, "dk", 2022)
    assert dict(frame.select("age", "persons").rows()) == {
        row["age"]: row["value"]
        for row in fitting(indicator_id="population", area_id="dk", period=2022)
    }


def test_members_and_memberships_are_two_sides_of_one_thing(small: Warehouse) -> None:
    inside = pages.members(small, "k22-hovedstaden-nord")
    assert inside.select("municipality_id", "name", "share").rows() == [("0101", "København", 0.45)]
    around = pages.memberships(small, "0101").filter(pl.col("geography") == "klynger-2022")
    assert set(around.select("area_id", "share").rows()) == {
        ("k22-hovedstaden-nord", 0.45),
        ("k22-nordjylland-nord", 0.55),
    }


def test_sources_of_an_indicator(small: Warehouse) -> None:
    frame = pages.sources(small, "gp_contact_share")
    assert frame.select("package_id", "file", "is_demo").rows() == [("sygp", "sygp.csv", False)]
