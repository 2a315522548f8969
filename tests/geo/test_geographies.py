"""The shipped geographies: every area there, every person counted once on each of them."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo
from tests.conftest import REPO
from warehouse.schema import LEVELS, TABLES

GEOGRAPHIES = geo.load_geographies()
CODES = geo.municipalities()["municipality_id"].to_list()
COLUMNS = {table.name: [column.name for column in table.columns] for table in TABLES}


def test_the_register_holds_98_municipalities_and_not_christiansoe() -> None:
    register = geo.municipalities()
    assert register.height == 98
    assert register.filter(municipality_id="0101")["name"].to_list() == ["København"]
    assert "0411" not in CODES
    assert sorted(CODES) == CODES


@pytest.mark.parametrize(
    ("geography", "level", "areas"),
    [
        ("klynger-2022", "cluster", 22),
        ("klynger-2019", "cluster", 22),
        ("sundhedsraad-2027", "health_council", 17),
        ("regioner-2007", "region", 5),
        ("regioner-2027", "region", 4),
        ("kommuner", "municipality", 98),
        ("land", "country", 1),
    ],
)
def test_every_geography_has_its_areas(geography: str, level: str, areas: int) -> None:
    assert len(GEOGRAPHIES[geography].areas) == areas
    assert GEOGRAPHIES[geography].level == level
    assert level in LEVELS


@given(st.lists(st.integers(0, 700_000), min_size=98, max_size=98))
def test_every_person_is_counted_once_on_every_geography(population: list[int]) -> None:
    people = pl.DataFrame({"municipality_id": CODES, "persons": population})
    totals = (
        geo.catchments_frame()
        .join(people, on="municipality_id")
        .group_by("geography")
        .agg((pl.col("persons") * pl.col("share")).sum())
    )
    assert totals.height == len(GEOGRAPHIES)
    assert totals["persons"].to_list() == pytest.approx([sum(population)] * len(GEOGRAPHIES))


def test_the_councils_follow_the_clusters_without_a_day_between() -> None:
    clusters, councils = GEOGRAPHIES["klynger-2022"], GEOGRAPHIES["sundhedsraad-2027"]
    assert clusters.valid_from == date(2022, 7, 1)
    assert clusters.valid_to == date(2026, 12, 31)
    assert councils.valid_from == date(2027, 1, 1)
    assert councils.valid_to is None
    assert GEOGRAPHIES["klynger-2019"].valid_to == date(2022, 6, 30)


def test_names_tell_areas_apart_and_ids_are_unique_everywhere() -> None:
    areas = geo.areas_frame()
    assert areas["area_id"].is_unique().all()
    assert areas.select("geography", "name").is_unique().all()
    names = set(areas.filter(geography="klynger-2022")["name"])
    assert {"Klynge Nord (Nordjylland)", "Sundhedsklynge Nord (Hovedstaden)"} <= names


def test_ids_are_plain_ascii_with_the_prefix_of_their_geography() -> None:
    prefix = {
        "klynger-2022": "k22-",
        "klynger-2019": "k19-",
        "sundhedsraad-2027": "r27-",
        "regioner-2007": "reg07-",
        "regioner-2027": "reg27-",
    }
    for area, geography in geo.areas_frame().select("area_id", "geography").iter_rows():
        if geography in prefix:
            assert re.fullmatch(prefix[geography] + r"[a-z]+(-[a-z]+)*", area)


def test_an_area_lies_in_the_region_of_each_of_its_municipalities() -> None:
    region_of = {
        name: {member.municipality_id: member.area_id for member in GEOGRAPHIES[name].memberships}
        for name in ("regioner-2007", "regioner-2027")
    }
    assert region_of["regioner-2007"] == dict(
        geo.municipalities().select("municipality_id", "region_2007").iter_rows()
    )
    for geography in GEOGRAPHIES.values():
        if geography.level in ("country", "region"):
            assert {area.region_id for area in geography.areas} == {None}
            continue
        regions = "regioner-2027" if geography.id == "sundhedsraad-2027" else "regioner-2007"
        region = {area.id: area.region_id for area in geography.areas}
        for member in geography.memberships:
            assert region[member.area_id] == region_of[regions][member.municipality_id]


def test_hovedstaden_and_sjaelland_become_oestdanmark() -> None:
    old, new = (
        {m.municipality_id: m.area_id for m in GEOGRAPHIES[name].memberships}
        for name in ("regioner-2007", "regioner-2027")
    )
    merged = {code for code, region in new.items() if region == "reg27-oestdanmark"}
    assert merged == {
        code for code, region in old.items() if region in ("reg07-hovedstaden", "reg07-sjaelland")
    }


def members_of(area: str) -> set[str]:
    names = dict(geo.municipalities().select("municipality_id", "name").iter_rows())
    rows = geo.catchments_frame().filter(area_id=area)
    return {names[code] for code in rows["municipality_id"]}


def test_middelfart_is_in_lillebaelt_and_billund_in_sydvestjylland() -> None:
    assert members_of("r27-lillebaelt") == {"Fredericia", "Kolding", "Middelfart", "Vejle"}
    assert members_of("r27-sydvestjylland") == {"Billund", "Esbjerg", "Fanø", "Varde", "Vejen"}
    assert "Middelfart" not in members_of("r27-fyn")
    assert len(members_of("r27-fyn")) == 9


@pytest.mark.parametrize(
    ("council", "regional", "municipal"),
    [
        ("r27-hovedstaden", 7, {"København": 3, "Frederiksberg": 2, "Bornholm": 1}),
        ("r27-aarhus", 5, {"Aarhus": 3, "Samsø": 1}),
        ("r27-lillebaelt", 7, {"Vejle": 2, "Kolding": 2, "Fredericia": 1, "Middelfart": 1}),
    ],
)
def test_a_council_has_seats_for_the_region_and_for_each_municipality(
    council: str, regional: int, municipal: dict[str, int]
) -> None:
    names = dict(geo.municipalities().select("municipality_id", "name").iter_rows())
    area = geo.areas_frame().row(by_predicate=pl.col("area_id") == council, named=True)
    assert area["regional_seats"] == regional
    seats = geo.catchments_frame().filter(area_id=council).select("municipality_id", "seats")
    assert {names[code]: count for code, count in seats.iter_rows()} == municipal


def test_only_councils_have_seats() -> None:
    areas, catchments = geo.areas_frame(), geo.catchments_frame()
    assert set(areas.drop_nulls("regional_seats")["level"]) == {"health_council"}
    assert set(catchments.drop_nulls("seats")["geography"]) == {"sundhedsraad-2027"}
    assert catchments["seats"].sum() == areas["regional_seats"].sum() - 17


def test_the_seats_rest_on_the_population_that_is_delivered() -> None:
    rows = geo_rows("sundhedsraad-2027")
    lines = (REPO / "data" / "raw" / "FOLK1A_20260211.csv").read_text("utf-8-sig").splitlines()
    people = {
        code.zfill(4): int(count)
        for code, age, period, count in (line.split(";") for line in lines[1:])
        if age == "IALT" and period.startswith("2026")
    }
    assert {row["municipality_id"]: int(row["residents"]) for row in rows} == people


def test_geographies_that_split_by_the_same_districts_use_the_same_shares() -> None:
    shares = defaultdict(set)
    for geography in GEOGRAPHIES.values():
        for member in geography.memberships:
            if member.part:
                shares[member.municipality_id, member.part].add((geography.id, member.share))
    assert shares == {
        ("0101", "Byen"): {("klynger-2019", 0.55), ("klynger-2022", 0.55)},
        ("0101", "Syd"): {("klynger-2019", 0.45), ("klynger-2022", 0.45)},
    }


def test_every_district_says_the_share_of_its_part_and_what_it_rests_on() -> None:
    districts = geo.districts()
    parts = districts.select("municipality_id", "part", "part_share", "basis").unique()
    assert parts.height == 2
    assert parts["part_share"].sum() == pytest.approx(1)
    assert parts["basis"].str.contains("2019").all()


def test_no_other_municipality_is_split_in_more_than_one_geography() -> None:
    """One that is would have to be split by parts, so that the shares agree."""
    split = geo.catchments_frame().filter(pl.col("share") < 1)
    lists = split.group_by("municipality_id").agg(pl.col("geography").n_unique())
    assert set(lists.filter(pl.col("geography") > 1)["municipality_id"]) == {"0101"}


def test_a_certainty_cites_no_more_than_its_source_does() -> None:
    """What says it is stated, or follows from the councils, has a source that says so."""
    rows = geo.catchments_frame().filter(geography="klynger-2022")
    only_2019 = rows.filter(
        pl.col("source").str.contains("2019")
        & ~pl.col("source").str.contains("2027")
        & ~pl.col("source").str.contains("fks-h.dk")
    )
    assert set(only_2019["certainty"]) == {"from the 2019 list"}
    assert "0530" in only_2019["municipality_id"]
    councils = rows.filter(pl.col("certainty").str.contains("2027"))
    assert councils["source"].str.contains("2027").all()


def test_what_is_said_to_agree_with_the_councils_does() -> None:
    """All municipalities of such a cluster are in one council."""
    council = {m.municipality_id: m.area_id for m in GEOGRAPHIES["sundhedsraad-2027"].memberships}
    rows = geo.catchments_frame().filter(geography="klynger-2022")
    said = rows.filter(pl.col("source").str.contains("stemmer med sundhedsrådene 2027"))
    for area in set(said["area_id"]):
        members = rows.filter(area_id=area)["municipality_id"]
        assert len({council[code] for code in members}) == 1, area


def test_koebenhavn_lies_in_byen_and_syd_and_the_share_says_it_is_an_estimate() -> None:
    rows = geo.catchments_frame().filter(geography="klynger-2022", municipality_id="0101")
    assert dict(rows.select("area_id", "share").iter_rows()) == {
        "k22-hovedstaden-byen": 0.55,
        "k22-hovedstaden-syd": 0.45,
    }
    assert rows["share_basis"].str.contains("estimated").all()
    split = geo.areas_frame().filter(geography="klynger-2022", is_split=True)["area_id"]
    assert set(split) == {"k22-hovedstaden-byen", "k22-hovedstaden-syd"}


def test_seven_municipalities_of_the_2019_list_lie_in_two_clusters() -> None:
    shares = defaultdict(list)
    for member in GEOGRAPHIES["klynger-2019"].memberships:
        shares[member.municipality_id].append(member.share)
    split = {code: found for code, found in shares.items() if len(found) == 2}
    assert len(split) == 7
    assert all(found == [0.5, 0.5] for code, found in split.items() if code != "0101")


def test_frames_have_the_columns_of_the_warehouse() -> None:
    from_boundaries = {"area_km2", "centre_lon", "centre_lat"}
    assert geo.geographies_frame().columns == COLUMNS["geographies"]
    assert geo.catchments_frame().columns == COLUMNS["catchments"]
    assert geo.areas_frame().columns == [c for c in COLUMNS["areas"] if c not in from_boundaries]


def test_a_new_geography_is_one_new_file(tmp_path: Path) -> None:
    folder = copy_of_the_shipped(tmp_path)
    text = (folder / "sundhedsraad-2027.csv").read_text(encoding="utf-8")
    (folder / "forslag-2030.csv").write_text(
        text.replace("sundhedsraad-2027", "forslag-2030").replace("r27-", "f30-"),
        encoding="utf-8",
    )
    found = geo.load_geographies(folder)
    assert len(found["forslag-2030"].areas) == 17
    assert geo.areas_frame(found).filter(geography="forslag-2030").height == 17


def test_the_geographies_load_without_the_map_libraries() -> None:
    code = "import geo, sys; geo.catchments_frame(); print('geopandas' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def geo_rows(geography: str) -> list[dict[str, str]]:
    path = Path(geo.__file__).parent / "geographies" / f"{geography}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def copy_of_the_shipped(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(geo.__file__).parent / "geographies", tmp_path / "copy"))
