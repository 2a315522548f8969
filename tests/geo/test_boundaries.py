"""The shipped boundaries: no gaps, no overlaps, nobody lost, light, and the right way round."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import shapely

import geo
from geo.boundaries import Boundaries, load
from warehouse.schema import TABLES

GEOGRAPHIES = tuple(geo.load_geographies())
DETAILS = ("country", "region", "local")
COLUMNS = {table.name: [column.name for column in table.columns] for table in TABLES}
MAPS = [(geography, detail) for geography in GEOGRAPHIES for detail in DETAILS]


@pytest.fixture(scope="module")
def boundaries(tmp_path_factory: pytest.TempPathFactory) -> Boundaries:
    return load(tmp_path_factory.mktemp("raw"))


@pytest.fixture(scope="module")
def maps(boundaries: Boundaries) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (row["geography"], row["detail"]): json.loads(gzip.decompress(row["geojson_gz"]))
        for row in boundaries.maps_frame().iter_rows(named=True)
    }


def polygons(collection: dict[str, Any]) -> np.ndarray:
    return np.array([shapely.geometry.shape(f["geometry"]) for f in collection["features"]])


def test_frames_have_the_columns_of_the_warehouse(boundaries: Boundaries) -> None:
    assert boundaries.maps_frame().columns == COLUMNS["maps"]
    assert boundaries.boundaries_frame().columns == COLUMNS["boundaries"]
    assert boundaries.insets_frame().columns == COLUMNS["insets"]
    assert set(boundaries.area_facts().columns) <= set(COLUMNS["areas"])


@pytest.mark.parametrize(("geography", "detail"), MAPS)
def test_neighbours_meet_without_gap_or_overlap(
    maps: dict[tuple[str, str], dict[str, Any]], geography: str, detail: str
) -> None:
    shapes = polygons(maps[geography, detail])
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert not shapely.is_empty(shapes).any()


@pytest.mark.parametrize(("geography", "detail"), MAPS)
def test_every_area_is_on_the_map_under_its_id_and_name(
    maps: dict[tuple[str, str], dict[str, Any]], geography: str, detail: str
) -> None:
    areas = geo.areas_frame().filter(geography=geography)
    features = maps[geography, detail]["features"]
    assert [f["id"] for f in features] == areas["area_id"].to_list()
    assert [f["properties"] for f in features] == areas.select("area_id", "name").to_dicts()


@pytest.mark.parametrize(("geography", "detail"), MAPS)
def test_exterior_rings_are_clockwise_or_the_map_is_a_solid_square(
    maps: dict[tuple[str, str], dict[str, Any]], geography: str, detail: str
) -> None:
    for polygon in shapely.get_parts(polygons(maps[geography, detail])):
        assert not polygon.exterior.is_ccw
        assert all(hole.is_ccw for hole in polygon.interiors)


@pytest.mark.parametrize("detail", DETAILS)
def test_all_geographies_cover_the_same_ground(
    maps: dict[tuple[str, str], dict[str, Any]], detail: str
) -> None:
    """Dissolved from the same pieces: a cluster's outline is its municipalities' outline."""
    land = polygons(maps["land", detail])[0]
    for geography in GEOGRAPHIES:
        together = shapely.union_all(polygons(maps[geography, detail]))
        assert shapely.area(shapely.symmetric_difference(land, together)) == pytest.approx(0)


def test_the_country_map_is_light_and_coarser_than_the_local(boundaries: Boundaries) -> None:
    weight = boundaries.maps_frame().with_columns(pl.col("geojson_gz").bin.size().alias("bytes"))
    assert weight.filter(detail="country")["bytes"].max() < 40_000
    by_detail = dict(weight.group_by("detail").agg(pl.col("bytes").sum()).iter_rows())
    assert by_detail["country"] < by_detail["region"] < by_detail["local"]


def test_the_same_boundaries_give_the_same_bytes(boundaries: Boundaries, tmp_path: Path) -> None:
    again = load(tmp_path).maps_frame()
    assert again.equals(boundaries.maps_frame())
    for packed, digest in again.select("geojson_gz", "sha256").iter_rows():
        assert hashlib.sha256(packed).hexdigest() == digest


def test_coordinates_have_no_more_decimals_than_can_be_seen(
    maps: dict[tuple[str, str], dict[str, Any]],
) -> None:
    for (_, detail), collection in maps.items():
        corners = shapely.get_coordinates(polygons(collection))
        places = 5 if detail == "local" else 4
        assert np.array_equal(corners, np.round(corners, places))


def test_areas_add_up_to_the_country(boundaries: Boundaries) -> None:
    facts = boundaries.area_facts()
    totals = facts.group_by("geography").agg(pl.col("area_km2").sum())
    country = totals.filter(geography="land")["area_km2"].item()
    assert totals["area_km2"].to_list() == pytest.approx([country] * 7, abs=1)
    assert facts["area_km2"].min() > 5


def test_the_centre_of_an_area_lies_inside_it(boundaries: Boundaries) -> None:
    both = boundaries.area_facts().join(boundaries.boundaries_frame(), on=["geography", "area_id"])
    assert both.height == geo.areas_frame().height
    centres = shapely.points(both.select("centre_lon", "centre_lat").to_numpy())
    assert shapely.contains(shapely.from_wkb(both["wkb"].to_list()), centres).all()


def test_what_is_split_agrees_with_the_catchments(boundaries: Boundaries) -> None:
    facts = boundaries.area_facts().select("area_id", "is_split")
    assert facts.equals(geo.areas_frame().select("area_id", "is_split"))


@pytest.mark.parametrize("geography", ["klynger-2022", "klynger-2019"])
@pytest.mark.parametrize("detail", DETAILS)
def test_byen_and_syd_share_koebenhavn_between_them(
    maps: dict[tuple[str, str], dict[str, Any]], geography: str, detail: str
) -> None:
    shapes = dict(
        zip(
            (f["id"][4:] for f in maps[geography, detail]["features"]),
            polygons(maps[geography, detail]),
            strict=True,
        )
    )
    byen, syd = shapes["hovedstaden-byen"], shapes["hovedstaden-syd"]
    koebenhavn = polygons(maps["kommuner", detail])[0]
    in_byen, in_syd = byen.intersection(koebenhavn).area, syd.intersection(koebenhavn).area
    assert in_byen + in_syd == pytest.approx(koebenhavn.area)
    assert 0.3 < in_byen / koebenhavn.area < 0.7
    assert byen.intersection(syd).length > 0
    assert byen.intersection(syd).area == 0


@pytest.mark.parametrize(
    ("place", "lon", "lat", "cluster"),
    [
        ("Rosenborg Slot", 12.5773, 55.6858, "byen"),
        ("Fælledparken", 12.5690, 55.7020, "byen"),
        ("Assistens Kirkegård", 12.5490, 55.6910, "byen"),
        ("Bispebjerg Hospital", 12.5390, 55.7130, "byen"),
        ("Husum Station", 12.4640, 55.7096, "byen"),
        ("Valby Station", 12.5160, 55.6613, "syd"),
        ("Sydhavn Station", 12.5375, 55.6545, "syd"),
        ("DR Byen", 12.5895, 55.6582, "syd"),
        ("Amager Strandpark", 12.6340, 55.6600, "syd"),
    ],
)
def test_the_split_of_koebenhavn_puts_known_places_on_their_side(
    boundaries: Boundaries, place: str, lon: float, lat: float, cluster: str
) -> None:
    frame = boundaries.boundaries_frame()
    (wkb,) = frame.filter(area_id=f"k22-hovedstaden-{cluster}")["wkb"]
    assert shapely.contains_xy(shapely.from_wkb(wkb), lon, lat), place


def test_bornholm_has_its_own_frame_and_the_main_one_is_without_it(
    boundaries: Boundaries,
) -> None:
    frames = {row["inset"]: row for row in boundaries.insets_frame().iter_rows(named=True)}
    assert list(frames) == ["denmark", "capital", "bornholm"]
    assert frames["denmark"]["lon_max"] < 13 < frames["bornholm"]["lon_min"]
    capital, whole = frames["capital"], frames["denmark"]
    assert whole["lon_min"] < capital["lon_min"] < 12.57 < capital["lon_max"] < whole["lon_max"]
    assert capital["lat_min"] < 55.68 < capital["lat_max"] < whole["lat_max"]


def test_areas_know_the_frames_they_are_seen_in(boundaries: Boundaries) -> None:
    seen = boundaries.inset_areas()
    bornholm = set(seen.filter(inset="bornholm")["area_id"])
    assert {"0400", "k22-bornholm", "r27-hovedstaden", "dk"} <= bornholm
    assert "k22-hovedstaden-byen" not in bornholm
    main = set(seen.filter(inset="denmark")["area_id"])
    assert {"r27-hovedstaden", "dk"} <= main
    assert not {"0400", "k22-bornholm", "k19-bornholm"} & main
    assert set(geo.areas_frame()["area_id"]) == main | bornholm
    assert "k22-hovedstaden-byen" in set(seen.filter(inset="capital")["area_id"])


def test_the_source_names_openstreetmap_and_its_licence(boundaries: Boundaries) -> None:
    assert boundaries.file is None
    assert boundaries.notes == ()
    sources = set(boundaries.boundaries_frame()["source"])
    assert sources == {boundaries.source}
    assert "© OpenStreetMap contributors" in boundaries.source
    assert "ODbL 1.0" in boundaries.source


def test_every_municipality_has_a_tile_of_its_own_roughly_in_its_place(
    boundaries: Boundaries,
) -> None:
    tiles = geo.tiles()
    assert tiles["municipality_id"].to_list() == geo.municipalities()["municipality_id"].to_list()
    assert tiles.select("col", "row").is_unique().all()
    placed = tiles.join(boundaries.area_facts(), left_on="municipality_id", right_on="area_id")
    assert placed.select(pl.corr("col", "centre_lon")).item() > 0.9
    assert placed.select(pl.corr("row", "centre_lat")).item() < -0.9
