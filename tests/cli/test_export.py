"""The page, the command and Python give the same answer."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import klyngeblik
import warehouse
from tests.cli.conftest import Run
from tests.warehouse import synthetic
from warehouse.export import query
from warehouse.export.recipe import Recipe

SELECTIONS: list[dict[str, object]] = [
    {},
    {"area": ["Horsens", "0101"], "period": "2022:"},
    {"geography": ["klynger-2022"], "theme": ["chronic", "sectors"], "sex": ["all", "female"]},
    {"indicator": "copd_prevalence", "standardisation": "age_sex", "status": "ok", "age": "80+"},
    {"level": "country", "sector": "somatic_hospital", "period": [2021, 2023]},
]


def words(asked: dict[str, object]) -> list[str]:
    listed = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    return [
        word for name, values in listed.items() for v in values for word in (f"--{name}", str(v))
    ]


@pytest.mark.parametrize("asked", SELECTIONS)
def test_three_ways_give_the_same_rows(
    run: Run, small_path: Path, tmp_path: Path, asked: dict[str, object]
) -> None:
    out = tmp_path / "out.parquet"
    result = run("export", "--out", out, "--warehouse", small_path, *words(asked))
    assert result.exit_code == 0, result.output
    by_command = pl.read_parquet(out)
    by_python = klyngeblik.extract(**asked, warehouse=small_path)  # type: ignore[arg-type]
    with warehouse.connect(small_path) as wh:
        by_query = query.extract(wh, query.Selection.of(**asked))  # type: ignore[arg-type]
    assert by_command.height > 0
    assert_frame_equal(by_command, by_python)
    assert_frame_equal(by_python, by_query)
    assert f"{by_command.height:,} rows written" in result.output


@pytest.mark.parametrize("asked", SELECTIONS)
def test_the_command_and_the_python_an_extract_names_make_it_again(
    run: Run, small_path: Path, tmp_path: Path, asked: dict[str, object]
) -> None:
    with warehouse.connect(small_path) as wh:
        chosen = query.resolve(wh, query.Selection.of(**asked))  # type: ignore[arg-type]
        about = Recipe(chosen)
        rows = query.extract(wh, chosen)
    named = about.command.replace("FILE", str(tmp_path / "out.parquet")).split()[1:]
    assert run(*named, "--warehouse", small_path).exit_code == 0
    assert_frame_equal(pl.read_parquet(tmp_path / "out.parquet"), rows)
    call = about.python.replace("extract(", f"extract(warehouse={str(small_path)!r}, ")
    assert_frame_equal(eval(call, {"klyngeblik": klyngeblik}), rows)


def test_the_call_tells_how_many_have_no_number_and_why(
    run: Run, small_path: Path, tmp_path: Path
) -> None:
    result = run("export", "--out", tmp_path / "out.csv", "--warehouse", small_path)
    hidden = [row["status"] for row in synthetic.measures() if row["status"] != "ok"]
    for status in set(hidden):
        assert f"{hidden.count(status):,} {status}" in result.output


@pytest.mark.parametrize(("style", "mark"), [("danish", ";"), ("international", ",")])
def test_the_csv_style_is_the_user_s_choice(
    run: Run, small_path: Path, tmp_path: Path, style: str, mark: str
) -> None:
    out = tmp_path / "out.csv"
    run("export", "--out", out, "--csv", style, "--warehouse", small_path)
    assert out.read_text("utf-8-sig").startswith(f"geography{mark}level{mark}")


def test_lists_are_the_same_as_json_and_as_a_table(run: Run, small_path: Path) -> None:
    for command, key in [
        ("areas", "area_id"),
        ("indicators", "indicator_id"),
        ("packages", "package_id"),
    ]:
        rows = json.loads(run(command, "--json", "--warehouse", small_path).output)
        assert len(rows) == len(synthetic.tables()[command])
        table = run(command, "--warehouse", small_path).output
        assert all(row[key] in table for row in rows)


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("areas --geography klynger-2022 --search nord", {"Nord"}),
        ("areas --search HEDENSTED", {"Hedensted"}),
        ("areas --search nowhere", set()),
        ("indicators --theme chronic", {"copd_prevalence"}),
        ("indicators --search læge", {"gp_contact_share"}),
        ("packages --demo", {"demo"}),
        ("packages --real", {"folk", "sygp"}),
    ],
)
def test_lists_can_be_narrowed(run: Run, small_path: Path, call: str, found: set[str]) -> None:
    key = {"areas": "short_name", "indicators": "indicator_id", "packages": "package_id"}
    result = run(*call.split(), "--json", "--warehouse", small_path)
    assert {row[key[call.split(maxsplit=1)[0]]] for row in json.loads(result.output)} == found
