"""The worked example of docs/layouts.md: a changed workbook loads after editing only its layout."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from etl.findings import PackageError
from etl.ingest.readers import read_package
from etl.layouts import load_layouts
from etl.layouts.model import Layout
from tests.conftest import REPO
from tests.reading.builders import KEY_HEADINGS, YEARS, municipality_rows, workbook

GUIDE = (REPO / "docs" / "layouts.md").read_text("utf-8")
BEFORE, CHANGES = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)


def this_years(folder: Path) -> Path:
    """Write a workbook with a renamed column, an added year and a new sheet."""
    headings = ["Bopælskommune" if h == "Kommune" else h for h in KEY_HEADINGS]
    rows = [[*row, row[-1]] for row in municipality_rows(100)]
    years = [*map(str, YEARS), "2026"]
    path = workbook(
        folder / "Pleje_2026.xlsx",
        rows,
        headings=[*headings, *years],
        sheet="Resultater",
        demo=False,
    )
    book = openpyxl.load_workbook(path)
    book.create_sheet("Nyt i år")["A1"] = "En ny fane"
    book.save(path)
    return path


def test_a_changed_workbook_loads_after_editing_only_its_layout(tmp_path: Path) -> None:
    last_year = workbook(tmp_path / "Pleje_2025.xlsx", municipality_rows(100), demo=False)
    toml = tmp_path / "pleje.toml"
    toml.write_text(BEFORE, "utf-8")
    assert read_package(last_year, load_layouts(tmp_path)).observations.height == 98 * 11
    path = this_years(tmp_path)
    with pytest.raises(PackageError, match="'Hovedresultater' is missing") as caught:
        read_package(path, load_layouts(tmp_path))
    assert "Sheet 'Resultater' may be it" in str(caught.value)

    toml.write_text(BEFORE + CHANGES, "utf-8")
    layouts = load_layouts(tmp_path)
    rows = read_package(path, layouts).observations
    assert set(rows["period"]) == set(range(2015, 2027))
    assert rows["area_id"].n_unique() == 98
    assert read_package(last_year, layouts).observations.height == 98 * 11


def test_the_guide_names_every_field() -> None:
    for name in Layout.model_fields:
        assert f"`{name}`" in GUIDE or name == "editions", name
    assert "[editions." in GUIDE
