"""A recipe is kept, and makes the same bytes next year from the same warehouse."""

from __future__ import annotations

import itertools
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Run
from warehouse.export.query import Selection
from warehouse.export.recipe import Recipe, read

RECIPES = [
    Recipe(),
    Recipe(Selection.of(area=["Horsens", "0101"], period=["2021", "2023:"]), csv="international"),
    Recipe(Selection.of(indicator="copd_prevalence", sex="female", status="ok"), wide=True),
    Recipe(Selection.of(theme="chronic"), partition=("geography", "period")),
]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_survives_its_file(tmp_path: Path, recipe: Recipe) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(recipe.toml, "utf-8")
    assert read(path) == recipe


@pytest.mark.parametrize("kind", ["parquet", "csv", "xlsx"])
def test_a_recipe_run_again_gives_the_same_bytes(
    run: Run, small_path: Path, tmp_path: Path, kind: str
) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('wide = true\n[select]\narea = "Horsens"\nperiod = [2022, "2023"]\n')
    made = []
    for number in range(2):
        out = tmp_path / f"{number}" / f"out.{kind}"
        out.parent.mkdir()
        result = run("export", "--recipe", recipe, "--out", out, "--warehouse", small_path)
        assert result.exit_code == 0, result.output
        made.append({path.name: path.read_bytes() for path in out.parent.iterdir()})
    assert made[0] == made[1]


def test_a_file_holds_the_recipe_that_makes_it_again(
    run: Run, small_path: Path, tmp_path: Path
) -> None:
    first, recipe, again = (tmp_path / name for name in ("a.parquet", "r.toml", "b.parquet"))
    run("export", "--out", first, "--area", "615", "--wide", "--warehouse", small_path)
    recipe.write_bytes(pq.read_schema(first).metadata[b"recipe"])
    run("export", "--out", again, "--recipe", recipe, "--warehouse", small_path)
    assert first.read_bytes() == again.read_bytes()


def test_a_dataset_s_recipe_gives_the_same_folders(
    run: Run, small_path: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text('partition = ["period", "geography"]\n')
    trees = []
    for _ in range(2):  # the second replaces the first
        call = ("export", "--recipe", recipe, "--out", tmp_path / "set")
        assert run(*call, "--warehouse", small_path).exit_code == 0
        files = sorted(p for p in (tmp_path / "set").rglob("*") if p.is_file())
        trees.append([(p.relative_to(tmp_path), p.read_bytes()) for p in files])
    assert trees[0] == trees[1]
    assert len(trees[0]) == len(list(itertools.product(range(3), range(5))))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wide = yes", "not a recipe"),
        ("wide = 1", "true or false"),
        ("wid = true", "Did you mean: wide"),
        ("csv = 'swedish'", "neither danish nor international"),
        ("partition = 'period'", "list of columns"),
        ("partition = ['perod']", "period"),
        ("partition = ['period']\nwide = true", "tidy"),
        ("select = 1", "[select]"),
        ("[select]\narae = 'Horsens'", "Did you mean: area"),
        ("[select]\narea = 615", "text or a list of texts"),
        ("[select]\narea = ['Horzens']", "Horsens [0615, kommuner]"),
        ("[select]\nperiod = 'i går'", "not a year"),
        ("[select]\nperiod = 1990", "No rows fit"),
    ],
)
def test_a_recipe_that_is_none_is_told(
    run: Run, small_path: Path, tmp_path: Path, text: str, said: str
) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(text)
    out = tmp_path / "out.parquet"
    result = run("export", "--recipe", recipe, "--out", out, "--warehouse", small_path)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["r.toml"]


def test_a_recipe_that_is_not_text_is_told(run: Run, small_path: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_bytes(b"\xff\xfe\x00")
    call = ("export", "--recipe", recipe, "--out", tmp_path / "x.csv", "--warehouse", small_path)
    assert "UTF-8" in run(*call).output


def test_a_recipe_says_all_so_filters_beside_it_are_refused(
    run: Run, small_path: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text("")
    call = ("export", "--recipe", recipe, "--out", tmp_path / "x.csv", "--sex", "all")
    assert run(*call, "--warehouse", small_path).exit_code == 2
