"""The package: the authority's workbook, in which municipalities add up to region and country."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import geo
from etl.findings import PackageError
from etl.ingest.readers import Package, read_package
from etl.quality.checks import check_package
from etl.registers import package
from etl.registers.tables import CELL, above_population, figures
from tests.contacts.making import NOON, attendance, contact, counted, on_duckdb, write

TODAY = dt.date(2025, 3, 1)
NORDJYLLAND = (
    geo.municipalities()
    .filter(pl.col("region_2007") == "reg07-nordjylland")["municipality_id"]
    .to_list()
)


def delivered(tmp_path: Path, rows: Sequence[Any], population: Path | None = None) -> Package:
    counts = counted(tmp_path, rows)
    frame = figures(counts)
    if population is not None:
        frame = frame.join(package.read_population(population), on=CELL, how="left")
    return read_package(package.write(tmp_path, counts, frame=frame, today=TODAY))


def value(of: Package, **cell: Any) -> float | None:
    """The one value of a cell; all sexes, ages and sectors where not said."""
    where = {"sex": "all", "age": "all", "sector": "all"} | cell
    found = of.observations.filter(*(pl.col(key) == wanted for key, wanted in where.items()))
    assert found.height <= 1
    return found["value"].item() if found.height else None


def movers(number: int, start: int = 0) -> list[dict[str, Any]]:
    """People who see a GP in two municipalities of Nordjylland, which all have a resident."""
    rows = [contact(person=900 + n, municipality=code) for n, code in enumerate(NORDJYLLAND)]
    for person in range(start, start + number):
        rows += [contact(person=person, municipality=code) for code in NORDJYLLAND[:2]]
    return rows


def test_the_build_knows_the_package_and_finds_nothing_wrong(tmp_path: Path) -> None:
    rows = [*movers(7), attendance(NOON, 13, municipality=NORDJYLLAND[0], acute=True)]
    of = delivered(tmp_path, rows)
    assert of.info.file == "Kontakter_2024.xlsx"
    assert of.info.layout == "kontakter"
    assert of.info.made_safe_by == "klyngeblik"
    assert of.info.published == TODAY
    assert not of.info.is_demo
    assert not of.findings
    assert not check_package(of)


def test_municipalities_add_up_to_their_region_and_the_country(tmp_path: Path) -> None:
    everywhere = [
        contact(person=5_000 + n, municipality=code)
        for n, code in enumerate(geo.municipalities()["municipality_id"])
    ]
    # They meet a second sector in another municipality, some of them in another region.
    rows = [*everywhere, *movers(7)] + [
        contact(person=p, municipality="0101", sector="municipal_health") for p in range(3)
    ]
    frame = figures(counted(tmp_path, rows))
    counts = [column for column in frame.columns if column not in CELL]
    by_region = dict(geo.municipalities().select("municipality_id", "region_2007").iter_rows())
    municipal = frame.filter(pl.col("level") == "municipality")
    regional = municipal.with_columns(pl.col("area").replace(by_region))
    keys = ["area", "year", "sex", "age"]
    for level, parts in (
        ("region", regional),
        ("country", municipal.with_columns(area=pl.lit("dk"))),
    ):
        summed = parts.group_by(keys).agg(pl.col(counts).sum()).sort(keys)
        whole = frame.filter(pl.col("level") == level).select(*keys, *counts).sort(keys)
        assert whole.equals(summed)
    country = frame.filter(pl.col("level") == "country", pl.col("sex") == "all")
    every = country.filter(pl.col("age") == "all").row(0, named=True)
    # 98 and those of movers(): one in each municipality of the region, and seven who move.
    assert every["citizens_all"] == 98 + len(NORDJYLLAND) + 7
    assert every["citizens_two_sectors"] == 3


def test_a_mover_counts_once_in_one_municipality(tmp_path: Path) -> None:
    of = delivered(tmp_path, movers(7))
    cell = {"measure": "citizens_with_contact", "sector": "general_practice"}
    assert value(of, area_id=NORDJYLLAND[0], **cell) == 8
    assert value(of, area_id=NORDJYLLAND[1], **cell) == 1
    assert value(of, area_id="reg07-nordjylland", **cell) == 7 + len(NORDJYLLAND)


def test_more_citizens_than_people_are_told_and_not_cut_off(tmp_path: Path, raw_dir: Path) -> None:
    [folk1a] = raw_dir.glob("FOLK1A_*.csv")
    # Læsø has some 140 people of 80 and over.
    rows = [
        contact(person=n, municipality="0825", birth_date=dt.date(1940, 1, 1)) for n in range(400)
    ]
    frame = figures(counted(tmp_path, rows))
    frame = frame.join(package.read_population(folk1a), on=CELL, how="left")
    [finding] = above_population(frame, folk1a.name)
    assert finding.severity == "warning"
    assert "more citizens with contact than people" in finding.what_en
    assert "Læsø" in finding.what_en
    at = frame.filter(pl.col("age") == "80+", pl.col("sex") == "all")
    assert at["citizens_all"].to_list() == [400]
    assert above_population(frame.with_columns(population=pl.lit(1_000)), folk1a.name) == []
    # And the build says it again.
    told = [f for f in check_package(delivered(tmp_path, rows, folk1a)) if "people their" in str(f)]
    assert {f.severity for f in told} == {"warning"}
    assert "Læsø" in told[0].what_en


def test_a_region_or_country_that_is_not_whole_has_no_total(tmp_path: Path) -> None:
    without = [row for row in movers(7) if row["municipality"] != NORDJYLLAND[-1]]
    of = delivered(tmp_path, without)
    levels = set(of.observations["area_level"])
    assert levels == {"municipality"}


def test_nobody_of_a_kind_is_zero_and_a_year_without_contacts_is_not_known(tmp_path: Path) -> None:
    earlier = contact(municipality="0751", start_time=dt.datetime(2023, 5, 5))
    of = delivered(tmp_path, [contact(municipality="0101"), earlier])
    psychiatry = {"measure": "citizens_with_contact", "sector": "psychiatric_hospital"}
    assert value(of, area_id="0101", period=2024, **psychiatry) == 0
    assert value(of, area_id="0101", period=2024, age="80+", **psychiatry) == 0
    assert value(of, area_id="0101", period=2023, **psychiatry) is None
    assert value(of, area_id="0751", period=2024, **psychiatry) is None


def test_measures_and_their_bands(tmp_path: Path) -> None:
    rows = [
        attendance(NOON, 13, acute=True, diagnosis_group="fractures"),
        attendance(NOON + dt.timedelta(days=9), 13, acute=True),
    ]
    of = delivered(tmp_path, rows)
    for measure, number in (
        ("avoidable_stays", 1),
        ("somatic_admissions", 2),
        ("acute_readmissions", 1),
    ):
        for age, sex in (("65+", "all"), ("65-79", "female")):
            assert value(of, measure=measure, area_id="0101", age=age, sex=sex) == number
        assert value(of, measure=measure, area_id="0101", age="80+") == 0
    assert value(of, measure="contacts", area_id="0101", sector="somatic_hospital") == 2
    assert value(of, measure="contacts", area_id="0101", sex="female", age="65-79") == 2


def test_population_is_given_where_its_bands_fit(tmp_path: Path, raw_dir: Path) -> None:
    [folk1a] = raw_dir.glob("FOLK1A_*.csv")
    of = delivered(tmp_path, [contact()], folk1a)
    known = read_package(folk1a).observations.filter(
        pl.col("area_id") == "0101", pl.col("period") == 2024
    )
    people = dict(known.select("age", "value").iter_rows())
    assert value(of, measure="population", area_id="0101", age="80+") == people["80+"]
    assert value(of, measure="population", area_id="0101", age="65+") == (
        people["65-79"] + people["80+"]
    )
    assert value(of, measure="population", area_id="0101") == people["all"]
    assert value(of, measure="population", area_id="0101", age="0-17") is None


def test_a_file_without_population_is_refused(raw_dir: Path) -> None:
    [other] = raw_dir.glob("SBR01_ophold_*.csv")
    with pytest.raises(PackageError, match="no population"):
        package.read_population(other)


def test_the_same_day_and_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = movers(5)
    counts = counted(tmp_path, rows)
    one, other = (package.write(tmp_path / name, counts, today=TODAY).read_bytes() for name in "ab")
    assert one == other


def test_the_workbook_says_what_its_reader_must_know(tmp_path: Path) -> None:
    import openpyxl

    faulty = contact(sex="K")
    path = write(tmp_path / "rows.parquet", [*movers(4), faulty])
    counts = on_duckdb(path, years=[2024], leave_out=["faulty"])
    made = package.write(tmp_path, counts, today=TODAY)
    book = openpyxl.load_workbook(made)
    assert book.sheetnames == [
        "FORSIDE",
        "Hovedresultater",
        "Dokumentation",
        "Opmærksomhedspunkter",
    ]
    caveats = " ".join(str(row[1]) for row in book["Opmærksomhedspunkter"].values)
    assert "Fortroligt" in caveats
    assert "2024 er ikke dækket helt af rækkerne" in caveats
    assert "Udeladte rækker med fejl eller gentagelser: 1." in caveats
    assert book["FORSIDE"]["D7"].value == "1. marts 2025"


def test_no_row_about_a_person_is_left_behind(tmp_path: Path) -> None:
    from etl.registers import run

    rows = write(tmp_path / "contacts.parquet", movers(6))
    out = tmp_path / "out"
    made = run(str(rows), out, years=[2024])
    assert list(out.iterdir()) == [made.package]
