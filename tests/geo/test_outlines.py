"""What lies ready of the shipped boundaries is what would be drawn, else everything is drawn."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from polars.testing import assert_frame_equal

import geo
from geo import outlines as module
from geo.model import Geography
from geo.outlines import Outlines, draw, outlines

GEOGRAPHIES = geo.load_geographies()
#: One unit of the last decimal: other processors may round the other way.
ROUNDING = 1.1e-4


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Outlines:
    return draw(tmp_path_factory.mktemp("raw"), GEOGRAPHIES)


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outlines:
    def never(*_: object) -> Outlines:
        pytest.skip("a geography has changed: it is drawn at each build until they lie ready anew")

    monkeypatch.setattr(module, "draw", never)
    return outlines(tmp_path, GEOGRAPHIES)


def same_shapes(some: pl.Series, others: pl.Series) -> bool:
    shapes = (shapely.normalize(shapely.from_wkb(one.to_numpy())) for one in (some, others))
    return bool(shapely.equals_exact(*shapes, tolerance=ROUNDING).all())


def in_maps(frame: pl.DataFrame) -> pl.DataFrame:
    """Every area of every map: its properties and its shape."""
    rows = []
    for row in frame.iter_rows(named=True):
        for feature in json.loads(gzip.decompress(row["geojson_gz"]))["features"]:
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            said = (feature["id"], *feature["properties"].values())
            rows.append((row["geography"], row["detail"], row["tolerance_m"], *said, shape.wkb))
    columns = ["geography", "detail", "tolerance_m", "id", "area_id", "name", "wkb"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_what_lies_ready_is_what_is_drawn(ready: Outlines, drawn: Outlines) -> None:
    """Where it is not, ``python -m geo.outlines`` draws it anew."""
    assert_frame_equal(ready.facts, drawn.facts, abs_tol=0.011)
    assert_frame_equal(ready.insets, drawn.insets, abs_tol=0.0011)
    for some, others in (
        (ready.boundaries, drawn.boundaries),
        (in_maps(ready.maps), in_maps(drawn.maps)),
    ):
        assert_frame_equal(some.drop("wkb"), others.drop("wkb"))
        assert same_shapes(some["wkb"], others["wkb"])


def changed(geography: Geography) -> Geography:
    """The same geography, its first area under another name."""
    first, *others = geography.areas
    return replace(geography, areas=(replace(first, name="Et andet navn"), *others))


def test_a_geography_that_has_changed_is_drawn(tmp_path: Path) -> None:
    land = {"land": changed(GEOGRAPHIES["land"]), "kommuner": GEOGRAPHIES["kommuner"]}
    found = outlines(tmp_path, land)
    assert set(found.maps["geography"]) == {"land", "kommuner"}
    assert "Et andet navn" in in_maps(found.maps)["name"]


@pytest.mark.parametrize("content", [None, b"PAR1 broken"])
def test_where_nothing_lies_ready_everything_is_drawn(
    content: bytes | None, drawn: Outlines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_READY", tmp_path)
    monkeypatch.setattr(module, "draw", lambda *_: drawn)
    if content is not None:
        (tmp_path / "facts.parquet").write_bytes(content)
    assert outlines(tmp_path / "raw", GEOGRAPHIES) is drawn


def test_the_users_own_file_wins(drawn: Outlines, tmp_path: Path) -> None:
    kommuner = drawn.boundaries.filter(geography="kommuner")
    moved = shapely.transform(
        shapely.from_wkb(kommuner["wkb"].to_numpy()), lambda at: np.add(at, (0.01, 0))
    )
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": json.loads(shape)}
        for code, shape in zip(kommuner["area_id"], shapely.to_geojson(moved), strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    (tmp_path / "mine.geojson").write_text(json.dumps(collection), encoding="utf-8")
    found = outlines(tmp_path, GEOGRAPHIES)
    assert "mine.geojson" in found.boundaries["source"][0]
    both = found.facts.join(drawn.facts, on="area_id").drop_nulls()
    further = (both["centre_lon"] - both["centre_lon_right"]).median()
    assert further == pytest.approx(0.01, abs=1e-3)
