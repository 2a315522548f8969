"""A user's own boundary file: any format, any system, any of the usual faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import polars as pl
import pytest
import shapely

import geo
from geo.boundaries import BoundaryError, find_file, load

EMBEDDED = Path(geo.__file__).parent / "boundaries" / "municipalities-100m.geojson"
Save = Callable[[gpd.GeoDataFrame, Path], None]


@pytest.fixture
def table() -> gpd.GeoDataFrame:
    """The embedded boundaries moved to a file of one's own."""
    return gpd.read_file(EMBEDDED)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


def overlap(raw: Path) -> float:
    """How well what is drawn from a folder agrees with the embedded boundaries, least area."""
    ours, theirs = (
        shapely.from_wkb(
            load(folder).boundaries_frame().filter(geography="kommuner")["wkb"].to_list()
        )
        for folder in (raw, raw / "nothing here")
    )
    shared = shapely.area(shapely.intersection(ours, theirs))
    return float((shared / shapely.area(shapely.union(ours, theirs))).min())


def as_geojson(table: gpd.GeoDataFrame, raw: Path) -> None:
    table.to_file(raw / "grænser.geojson", driver="GeoJSON")


def as_geopackage(table: gpd.GeoDataFrame, raw: Path) -> None:
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(9, 56)], crs=4326).to_file(
        raw / "dagi.gpkg", layer="adresser"
    )
    table.to_crs(25832).to_file(raw / "dagi.gpkg", layer="kommuneinddeling")


def as_parquet(table: gpd.GeoDataFrame, raw: Path) -> None:
    table.to_crs(3035).to_parquet(raw / "kommuner.parquet")


@pytest.mark.parametrize("save", [as_geojson, as_geopackage, as_parquet])
@pytest.mark.parametrize(
    ("column", "form"),
    [
        ("kode", lambda code: code.zfill(4)),
        ("code", lambda code: code),
        ("kommunekode", int),
        ("KOMKODE", float),
    ],
)
def test_formats_systems_and_code_columns_are_understood(
    table: gpd.GeoDataFrame, raw: Path, save: Save, column: str, form: Callable[[str], object]
) -> None:
    table[column] = table.pop("code").map(form)
    table["befolkning"] = range(1, 99)  # numbers that look a little like codes
    save(table, raw)
    found = load(raw)
    assert found.file == find_file(raw) is not None
    assert found.file.name in found.source
    assert found.notes == ()
    assert found.area_facts()["area_km2"].null_count() == 0


@pytest.mark.parametrize("save", [as_geojson, as_geopackage, as_parquet])
def test_the_ground_is_the_same_whatever_the_format(
    table: gpd.GeoDataFrame, raw: Path, save: Save
) -> None:
    save(table, raw)
    assert overlap(raw) > 0.99


def detailed(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return boundaries as a surveyor's: a point every 50 metres, no border straight.

    A point is moved by where it lies alone, so that neighbours still share their border.
    """

    def winding(points: np.ndarray) -> np.ndarray:
        x, y = points[:, 0], points[:, 1]
        moved = [np.sin(x / 150) * np.cos(y / 210), np.cos(x / 170) * np.sin(y / 130)]
        return points + 40 * np.column_stack(moved)

    metres = table.to_crs(25832)
    metres.geometry = shapely.segmentize(metres.geometry.values, 50)
    metres.geometry = shapely.transform(metres.geometry.values, winding)
    metres.geometry = shapely.set_precision(metres.geometry.values, 0.01, mode="pointwise")
    return metres


def test_an_official_file_takes_the_place_of_the_embedded(
    table: gpd.GeoDataFrame, raw: Path
) -> None:
    """As the official file is: fine, in metres, and with Christiansø for a 99th feature."""
    christiansoe = gpd.GeoDataFrame(
        {"code": ["411"], "name": ["Christiansø"]},
        geometry=[shapely.box(15.184, 55.319, 15.192, 55.323)],
        crs=4326,
    )
    stated = detailed(pd.concat([table, christiansoe], ignore_index=True))
    stated.to_file(raw / "kommuneinddeling.gpkg")
    found = load(raw)
    assert [note for note in found.notes if "Christiansø" in str(note)]
    maps = found.maps_frame().with_columns(pl.col("geojson_gz").bin.size().alias("bytes"))
    assert maps.filter(detail="country")["bytes"].max() < 40_000
    frame = found.boundaries_frame()
    for geography in geo.load_geographies():
        shapes = shapely.from_wkb(frame.filter(geography=geography)["wkb"].to_list())
        assert shapely.coverage_is_valid(shapes)
    herlev = stated[stated["code"] == "163"].to_crs(3035).area.item() / 1e6
    drawn = found.area_facts().filter(area_id="0163")["area_km2"].item()
    assert drawn == pytest.approx(herlev, abs=0.01)


def test_metres_without_a_stated_system_are_recognised(table: gpd.GeoDataFrame, raw: Path) -> None:
    metres = json.loads(table.to_crs(25832).to_json(to_wgs84=False))
    metres.pop("crs", None)
    (raw / "metres.geojson").write_text(json.dumps(metres), encoding="utf-8")
    assert overlap(raw) > 0.99


def test_several_polygons_of_one_municipality_are_joined(
    table: gpd.GeoDataFrame, raw: Path
) -> None:
    as_geojson(table.explode(), raw)
    found = load(raw)
    assert any("Joined several polygons" in str(note) for note in found.notes)
    assert overlap(raw) > 0.99


def test_faulty_polygons_are_mended_and_told(table: gpd.GeoDataFrame, raw: Path) -> None:
    bornholm = table.index[table["code"] == "400"][0]
    spike = shapely.Polygon([(14.7, 55.0), (15.1, 55.2), (15.1, 55.0), (14.7, 55.2)])
    table.loc[bornholm, "geometry"] = spike
    as_geojson(table, raw)
    found = load(raw)
    assert any("Mended faulty polygons of 0400 Bornholm" in str(note) for note in found.notes)
    assert found.area_facts().filter(area_id="0400")["area_km2"].item() > 100


def test_gaps_and_overlaps_between_neighbours_are_closed(
    table: gpd.GeoDataFrame, raw: Path
) -> None:
    horsens = table.index[table["code"] == "615"][0]
    table.loc[horsens, "geometry"] = table.geometry[horsens].buffer(0.0005)
    as_geojson(table, raw)
    found = load(raw)
    assert any("Closed gaps and overlaps" in str(note) for note in found.notes)
    shapes = shapely.from_wkb(
        found.boundaries_frame().filter(geography="kommuner")["wkb"].to_list()
    )
    assert shapely.coverage_is_valid(shapes)


def refused(raw: Path) -> tuple[str, str]:
    """Return what is said of the folder in Danish and in English."""
    with pytest.raises(BoundaryError) as error:
        load(raw)
    assert all(p.mend.da and p.mend.en for p in error.value.problems)
    return "\n".join(p.told("da") for p in error.value.problems), str(error.value)


def test_a_missing_municipality_is_named(table: gpd.GeoDataFrame, raw: Path) -> None:
    as_geojson(table[table["code"] != "615"], raw)
    danish, english = refused(raw)
    assert english.startswith("grænser.geojson: There is no polygon for 0615 Horsens.")
    assert danish.startswith("grænser.geojson: Der er ingen polygon for 0615 Horsens.")


def test_an_empty_polygon_is_a_missing_municipality(table: gpd.GeoDataFrame, raw: Path) -> None:
    table.loc[table["code"] == "615", "geometry"] = None
    as_geojson(table, raw)
    assert "no polygon for 0615 Horsens" in refused(raw)[1]


def test_an_unknown_code_is_named(table: gpd.GeoDataFrame, raw: Path) -> None:
    extra = gpd.GeoDataFrame(
        {"code": ["999", None], "name": ["Nykommune", None]},
        geometry=[shapely.box(9, 56, 9.1, 56.1), shapely.box(9, 55, 9.1, 55.1)],
        crs=4326,
    )
    as_geojson(pd.concat([table, extra]), raw)
    danish, english = refused(raw)
    assert "Polygon 99 has an unknown municipality code: 0999 (Nykommune)." in english
    assert "Polygon 100 has an unknown municipality code: no code." in english
    assert "Polygon 99 har en ukendt kommunekode: 0999 (Nykommune)." in danish
    assert "Polygon 100 har en ukendt kommunekode: ingen kode." in danish


def test_swapped_codes_are_noticed_by_the_name(table: gpd.GeoDataFrame, raw: Path) -> None:
    table["code"] = table["code"].replace({"615": "766", "766": "615"})
    as_geojson(table, raw)
    danish, english = refused(raw)
    number = int(table.index[table["code"] == "615"][0]) + 1
    assert f"polygon {number}: 0615 is Horsens, not Hedensted" in english
    assert f"polygon {number}: 0615 er Horsens og ikke Hedensted" in danish


def test_polygons_outside_denmark_are_refused(table: gpd.GeoDataFrame, raw: Path) -> None:
    table.geometry = table.translate(20, 0)
    as_geojson(table, raw)
    danish, english = refused(raw)
    assert "outside Denmark" in english
    assert "uden for Danmark" in danish


def test_two_boundary_files_are_refused(table: gpd.GeoDataFrame, raw: Path) -> None:
    as_geojson(table, raw)
    as_parquet(table, raw)
    assert all("grænser.geojson, kommuner.parquet" in told for told in refused(raw))


@pytest.mark.parametrize("name", ["cut.geojson", "cut.gpkg"])
def test_a_file_that_is_cut_off_is_refused(table: gpd.GeoDataFrame, raw: Path, name: str) -> None:
    table.to_file(raw / name)
    content = (raw / name).read_bytes()
    (raw / name).write_bytes(content[: len(content) // 2])
    danish, english = refused(raw)
    assert english.startswith(f"{name}: The boundary file cannot be read.")
    assert danish.startswith(f"{name}: Grænsefilen kan ikke læses.")


def test_other_files_are_left_alone(raw: Path) -> None:
    """Data packages, tables without geometry and other areas are not boundaries."""
    pl.DataFrame({"kode": ["0101"], "antal": [1]}).write_parquet(raw / "tal.parquet")
    (raw / "stat.json").write_text('{"dataset": {}}', encoding="utf-8")
    (raw / "broken.json").write_text("{", encoding="utf-8")
    (raw / "broken.parquet").write_bytes(b"PAR1")
    (raw / "FOLK1A_20260211.csv").write_text("OMRÅDE;INDHOLD", encoding="utf-8")
    districts = gpd.GeoDataFrame(
        {"bydel_nr": range(1, 11)},
        geometry=[shapely.box(12 + n / 100, 55.6, 12.01 + n / 100, 55.7) for n in range(10)],
        crs=4326,
    )
    districts.to_file(raw / "bydele.geojson", driver="GeoJSON")
    assert find_file(raw) is None
    assert load(raw).file is None


def test_a_folder_that_is_not_there_gives_the_embedded(tmp_path: Path) -> None:
    assert load(tmp_path / "absent").file is None
