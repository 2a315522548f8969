"""``klyngeblik.open``: the same figures from a file and from an address, with little installed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from starlette.applications import Starlette

import klyngeblik
from dashboard import opendata
from tests.conftest import REPO
from tests.dashboard.test_open_data import served
from tests.warehouse import synthetic
from warehouse import SelectionError, WarehouseError

#: What reading may not need.
HEAVY = (
    *("streamlit", "starlette", "uvicorn", "plotly", "geopandas", "shapely", "pyproj", "pandas"),
    *("scipy", "pydantic", "requests", "typer", "rich", "xlsxwriter", "typst", "pypdf", "pptx"),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = synthetic.write(tmp_path_factory.mktemp("client") / "small.duckdb")
    with duckdb.connect(str(made)) as con:
        con.execute("INSERT INTO meta VALUES ('built_at', '2026-12-01T09:46:08')")
        con.execute("UPDATE geographies SET valid_from = '2007-01-01' WHERE geography LIKE '%2007'")
        con.execute("UPDATE geographies SET valid_from = '2027-01-01' WHERE geography LIKE '%2027'")
        con.execute(
            "INSERT INTO boundaries SELECT geography, area_id, "
            "from_hex('010100000000000000000022400000000000804B40'), 'Kort' FROM areas ORDER BY ALL"
        )
    return made


@pytest.fixture(scope="module")
def address(path: Path) -> Iterator[str]:
    with served(Starlette(routes=opendata.routes(path))) as port:
        yield f"http://127.0.0.1:{port}"


def test_a_file_and_an_address_give_the_same(path: Path, address: str) -> None:
    for ending in ("", "/", "/data/", "/data/v1/"):
        with klyngeblik.open(path) as own, klyngeblik.open(f"{address}{ending}") as far:
            for filters in (
                {"area": "Horsens", "sex": "kvinder"},
                {"geography": "kommuner", "period": "2022:", "theme": "sektorer"},
                {"indicator": "population", "period": 1999},
            ):
                for wide in (False, True):
                    ours = own.figures(**filters, wide=wide)  # type: ignore[arg-type]
                    assert_frame_equal(far.figures(**filters, wide=wide), ours)  # type: ignore[arg-type]
            assert_frame_equal(far.areas(level="klynge"), own.areas(level="klynge"))
            assert_frame_equal(far.indicators(theme="sectors"), own.indicators(theme="sectors"))
            for name in ("geographies", "packages", "topics"):
                assert_frame_equal(getattr(far, name)(), getattr(own, name)())
            shapes = own.boundaries(geography="kommuner")
            assert shapes.equals(far.boundaries(geography="kommuner"))
            assert shapes.crs.to_string() == "OGC:CRS84"


def test_what_is_wrong_is_told_the_same_way(path: Path, address: str) -> None:
    for place in (path, address):
        with klyngeblik.open(place) as data:
            with pytest.raises(SelectionError, match="Did you mean: Horsens") as caught:
                data.figures(area="Horzens")
            assert caught.value.field == "area"
            assert caught.value.suggestions[0].startswith("Horsens")
            with pytest.warns(UserWarning, match="reg07-nordjylland, regioner-2007], which is in"):
                data.figures(area="Region Nordjylland")


def test_a_place_that_is_none_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(WarehouseError, match="klyngeblik build"):
        klyngeblik.open(tmp_path / "none.duckdb")
    with pytest.raises(WarehouseError, match="begins with http"):
        klyngeblik.open("ftp://example.dk/")
    with pytest.raises(WarehouseError, match="cannot be reached"):
        klyngeblik.open("http://127.0.0.1:1").figures()
    with pytest.raises(WarehouseError, match="is no Klyngeblik"):
        klyngeblik.open(f"{address}/other").figures()


def test_reading_needs_polars_pyarrow_and_duckdb_only(path: Path, address: str) -> None:
    program = f"""
import sys
class Missing:
    def find_spec(self, name, *rest):
        if name.split(".")[0] in {HEAVY!r}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Missing())
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *r: None if name in {HEAVY!r} else found(name, *r)
import klyngeblik
for place in ({str(path)!r}, {address!r}):
    data = klyngeblik.open(place)
    print(data.figures(area="Horsens", wide=True).height, data.areas().height,
          data.indicators().height, data.boundaries().columns[-1])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=REPO
    )
    assert done.returncode == 0, done.stderr
    own, far = done.stdout.splitlines()
    assert own == far
    assert own.endswith("geometry")


def test_the_whole_is_one_call(address: str) -> None:
    frame = klyngeblik.extract(warehouse=address)
    assert isinstance(frame, pl.DataFrame)
    assert frame.height == len(synthetic.measures())
