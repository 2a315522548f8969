"""The same question gives the same rows in the same order, and the same bytes.

Asked by the page's addresses, the command, a recipe and Python, several times, with one thread and
with many, of a warehouse of many row groups: threads that share the reading finish in any order.
"""

from __future__ import annotations

import hashlib
import io
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from starlette.applications import Starlette

import klyngeblik
from dashboard import opendata
from dashboard.reference import WAREHOUSE_VARIABLE
from tests.cli.conftest import Run
from tests.dashboard.asgi_client import get
from tests.warehouse import synthetic
from warehouse.ages import in_order
from warehouse.export.query import Selection
from warehouse.export.recipe import Recipe

THREADS = (1, 8)
TIMES = 2
#: So many areas that DuckDB joins a list of them, which is where its threads lose the order.
AREAS = [f"{area}-{twin:03d}" for area in ("0101", "0615", "dk") for twin in range(1, 100, 4)]
MANY = Recipe(Selection.of(area=AREAS))
THEME = Recipe(Selection.of(area=AREAS, theme="sectors", status="ok", period="2022:"))
WIDE = Recipe(Selection.of(area=AREAS), wide=True)
AMERICAN = Recipe(MANY.selection, csv="international")
FORMS = [
    *((recipe, "parquet") for recipe in (MANY, THEME, WIDE)),
    *((recipe, "csv") for recipe in (THEME, WIDE, AMERICAN)),
    *((recipe, "xlsx") for recipe in (THEME, WIDE)),
    (THEME, "boundaries.parquet"),
]


@pytest.fixture(scope="module")
def crowded(small_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.crowd(small_path, tmp_path_factory.mktemp("crowd") / "crowd.duckdb")


@pytest.fixture(params=THREADS)
def opened(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, crowded: Path, tmp_path: Path
) -> Path:
    """The warehouse, opened from now on with a number of DuckDB's threads."""
    plain = duckdb.connect

    def connect(database: str, **options: object) -> duckdb.DuckDBPyConnection:
        return plain(database, config={"threads": request.param}, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(duckdb, "connect", connect)
    # Under a name of its own: what a process has open it does not open again.
    path = tmp_path / f"{request.param}.duckdb"
    path.symlink_to(crowded)
    return path


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def files(run: Run, path: Path, folder: Path, recipe: Recipe, ending: str) -> Iterator[bytes]:
    """Yield the same file by every way there is, each several times."""
    app = Starlette(routes=opendata.routes(path))
    script = folder / "recipe.toml"
    script.write_text(recipe.toml, "utf-8")
    for number in range(TIMES):
        answer = get(app, opendata.address(recipe, ending))
        assert answer.status == 200, answer.text
        yield answer.content
        if ending == "boundaries.parquet":
            own = ("--boundaries", folder / f"b{number}.parquet")
            out, written = folder / f"{number}.parquet", own[1]
        else:
            out = written = folder / f"{number}.{ending}"
            own = ()
        words = shlex.split(recipe.command.replace("FILE", str(out)))[1:]
        for asked in (words, ["export", "--recipe", script, "--out", out]):
            result = run(*asked, *own, "--warehouse", path)
            assert result.exit_code == 0, result.output
            yield written.read_bytes()


#: What each form was, by whatever way and number of threads it was first asked.
seen: dict[str, str] = {}


@pytest.mark.parametrize(("recipe", "ending"), FORMS)
def test_every_way_gives_the_same_file_every_time(
    run: Run, opened: Path, tmp_path: Path, recipe: Recipe, ending: str
) -> None:
    found = Counter(digest(content) for content in files(run, opened, tmp_path, recipe, ending))
    assert len(found) == 1, found
    assert seen.setdefault(f"{recipe.toml}{ending}", *found) in found


@pytest.mark.parametrize("recipe", [MANY, THEME, WIDE])
def test_python_gives_the_rows_of_the_file_in_its_order(
    run: Run, opened: Path, tmp_path: Path, recipe: Recipe
) -> None:
    filters = {name: tuple(values) for name, values in recipe.selection.filters().items()}
    for _ in range(TIMES):
        (body, *_) = files(run, opened, tmp_path, recipe, "parquet")
        frame = klyngeblik.extract(**filters, wide=recipe.wide, warehouse=opened)  # type: ignore[arg-type]
        assert_frame_equal(pl.read_parquet(io.BytesIO(body)), frame)


def test_a_dataset_is_the_same_files_with_the_rows_of_the_extract(
    run: Run, opened: Path, tmp_path: Path
) -> None:
    recipe = Recipe(THEME.selection, partition=("geography", "period"))
    found = []
    for number in range(TIMES):
        folder = tmp_path / f"set{number}"
        words = shlex.split(recipe.command.replace("FILE", str(folder)))[1:]
        assert run(*words, "--warehouse", opened).exit_code == 0
        found.append(
            {
                str(path.relative_to(folder)): digest(path.read_bytes())
                for path in sorted(folder.rglob("*.parquet"))
            }
        )
    assert found[0] == found[1]
    assert seen.setdefault("dataset", str(found[0])) == str(found[0])
    frame = klyngeblik.extract(
        area=AREAS, theme="sectors", status="ok", period="2022:", warehouse=opened
    )
    one = frame.filter(geography="kommuner", period=2023).drop("geography", "period")
    part = tmp_path / "set0" / "geography=kommuner" / "period=2023" / "part-0.parquet"
    assert_frame_equal(pl.read_parquet(part), one)


@pytest.mark.parametrize("ending", ["dictionary.md", "csv-metadata.json", "toml"])
def test_what_lies_beside_a_file_is_the_same_too(
    run: Run, opened: Path, tmp_path: Path, ending: str
) -> None:
    app = Starlette(routes=opendata.routes(opened))
    found = {get(app, opendata.address(THEME, ending)).content for _ in range(TIMES)}
    if ending != "toml":
        # The address and the command write under one name.
        out = tmp_path / "klyngeblik.csv"
        words = shlex.split(THEME.command.replace("FILE", str(out)))[1:]
        assert run(*words, "--warehouse", opened).exit_code == 0
        found.add(out.with_name(f"klyngeblik.{ending}").read_bytes())
    assert len(found) == 1
    assert seen.setdefault(ending, digest(*found)) == digest(*found)


def test_the_page_shows_the_first_rows_of_its_file(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit.testing.v1 import AppTest

    from tests.dashboard.conftest import script

    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(opened))
    page = AppTest.from_function(script, default_timeout=60)
    page.query_params["module"] = "data_og_eksport"
    page.run()
    assert not page.exception
    html = " ".join(block.proto.body for block in page.get("html"))
    (link,) = {
        unescape(found) for found in re.findall(r"'(/data/v1/figures\.parquet\?[^']+)'", html)
    }
    answer = get(Starlette(routes=opendata.routes(opened)), link)
    rows = pl.read_parquet(io.BytesIO(answer.body))
    table = html.partition("<tbody")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr")[1:]]
    told = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]
    first = rows.head(50)
    assert [row[:2] for row in told] == [[a, str(p)] for a, p in first["area", "period"].rows()]
    words = {"all": "Alle aldre", "80+": "80 år og derover"}
    assert [row[3] for row in told] == [words[age] for age in first["age"]]


def test_ages_stand_in_the_order_of_age(opened: Path) -> None:
    frame = klyngeblik.extract(indicator="contact_share", area="dk", period=2023, warehouse=opened)
    of_women = frame.filter(sex="female", sector="all")["age"].to_list()
    assert of_women == ["all", "0-17", "80+"]
    assert in_order(["80+", "6-16", "all", "0-17", "17-19", "0-5", "65+", "65-79", "100+"]) == [
        *("all", "0-5", "0-17", "6-16", "17-19", "65-79", "65+", "80+", "100+"),
    ]
