"""Layouts are data: right ones load, wrong ones are refused with file and field."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.findings import PackageError
from etl.ingest.readers import read_package
from etl.layouts import LayoutError, load_layouts
from etl.layouts.defined import is_unseen
from etl.layouts.model import Marks
from tests.reading.builders import codes, statbank

GOOD = r"""
id = "visits"
title = "Visits"
publisher = "Somebody"
file = 'VISITS_(?P<edition>\d{4})\.csv'
format = "statbank_csv"
measure = "visits"
"""


def written(folder: Path, text: str, name: str = "visits.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_shipped_package_has_one_layout(raw_dir: Path) -> None:
    layouts = load_layouts()
    data = [p.name for p in raw_dir.iterdir() if p.suffix in (".csv", ".xlsx")]
    for name in data:
        assert sum(layout.edition_of(name) is not None for layout in layouts) == 1, name


def test_a_layout_of_one_value_a_municipality_and_year_is_a_handful_of_lines(
    tmp_path: Path,
) -> None:
    layouts = load_layouts(written(tmp_path, GOOD))
    known = layouts.recognise("VISITS_2025.csv")
    assert known is not None
    layout, edition = known
    assert edition == "2025"
    assert layout.columns == {"area": "OMRÅDE", "period": "TID", "value": "INDHOLD"}


def test_who_made_an_unknown_workbook_safe_is_us(tmp_path: Path) -> None:
    text = GOOD.replace("statbank_csv", "workbook").replace('measure = "visits"', "")
    text += 'licence = "CC BY 4.0"\n'
    layouts = load_layouts(written(tmp_path, text + '[measures]\n"Mål / Emne" = "visits"\n'))
    assert layouts.by_id["visits"].made_safe_by == "klyngeblik"
    assert layouts.by_id["visits"].blank_status() == "missing"


def test_an_edition_overrides_only_what_differs(tmp_path: Path) -> None:
    text = GOOD + '[editions.2024]\nmaximum = 50\n[editions.2024.columns]\narea = "BOPOMR"\n'
    layouts = load_layouts(written(tmp_path, text))
    old, new = layouts.recognise("VISITS_2024.csv"), layouts.recognise("VISITS_2025.csv")
    assert old is not None
    assert new is not None
    assert (old[0].heading("area"), old[0].maximum) == ("BOPOMR", 50)
    assert (new[0].heading("area"), new[0].maximum) == ("OMRÅDE", None)
    assert old[0].heading("period") == "TID"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id = ", "visits.toml: The file is not valid TOML"),
        (GOOD.replace('title = "Visits"\n', ""), "visits.toml: title: this field is needed"),
        (GOOD + "colour = 1\n", "visits.toml: colour: no such field"),
        (GOOD.replace('"visits"', '"Visits!"', 1), "visits.toml: id: "),
        (GOOD.replace("(?P<edition>", "("), "visits.toml: file: has no group (?P<edition>...)"),
        (GOOD.replace(r"\d{4})", r"\d{4}"), "visits.toml: file: is not a regular expression"),
        (GOOD + "rounding_base = 1\n", "visits.toml: rounding_base: "),
        (GOOD + 'made_safe_by = "nobody"\n', "visits.toml: made_safe_by: "),
        (GOOD + "[columns]\nweight = 'X'\n", "visits.toml: columns.weight"),
        (GOOD + "[columns]\narea = ''\n", "visits.toml: columns: no heading for area"),
        (GOOD + "[columns]\nage = 'TID'\n", "columns: a heading is given two meanings"),
        (GOOD.replace('measure = "visits"', ""), "give either measure"),
        (GOOD + "[measures]\nA = 'a'\n", "give either measure"),
        (GOOD + "[marks]\nzero = ['..']\n", "visits.toml: marks: a mark is given two meanings"),
        (GOOD + "[vocabulary.age]\nOld = 'old'\n", "visits.toml: vocabulary.age.old"),
        (
            GOOD + "[vocabulary.unit]\nX = { kind = 'rate', standardisation = 'age' }\n",
            "visits.toml: vocabulary.unit.x",
        ),
        (GOOD + "[editions.2024]\nheader = 2\n", "visits.toml: editions.2024.header: no such"),
        (GOOD + "relations = ['visits are many']\n", 'visits.toml: relations.0: "visits are many"'),
        (
            GOOD.replace('measure = "visits"', "relations = ['a >= b']")
            + "[columns]\nmeasure = 'X'\n[measures]\nA = 'a'\n",
            "neither in measures nor in unpublished: b",
        ),
    ],
)
def test_a_wrong_layout_is_refused_with_file_and_field(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(LayoutError) as caught:
        load_layouts(written(tmp_path, text))
    assert complaint in str(caught.value)


def test_all_faults_of_all_layouts_are_said_at_once(tmp_path: Path) -> None:
    written(tmp_path, GOOD + "colour = 1\n", "a.toml")
    written(tmp_path, GOOD + "rounding_base = 0\n", "b.toml")
    with pytest.raises(LayoutError) as caught:
        load_layouts(tmp_path)
    assert "a.toml: colour" in str(caught.value)
    assert "b.toml: rounding_base" in str(caught.value)


def test_two_layouts_with_one_id_are_refused(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "a.toml")
    with pytest.raises(LayoutError, match=r"visits.toml: id: 'visits' is already used by a.toml"):
        load_layouts(written(tmp_path, GOOD))


def test_a_wrong_layout_is_told_in_danish_too(tmp_path: Path) -> None:
    with pytest.raises(LayoutError) as caught:
        load_layouts(written(tmp_path, GOOD + "colour = 1\n"))
    (found,) = caught.value.findings
    assert found.told("da").startswith("visits.toml, kolonne colour: der er intet felt af det navn")
    assert found.told("en").startswith("visits.toml, column colour: no such field")


@pytest.mark.parametrize("file", ["SUNDHEDSPROFIL_2025.csv", "SKOLEFRAVAER_2025.csv"])
def test_a_publisher_does_not_inherit_the_signs_of_statistics_denmark(file: str) -> None:
    known = load_layouts().recognise(file)
    assert known is not None
    assert known[0].marks == Marks(missing=("..",))


def test_the_signs_of_statistics_denmark_are_said_in_one_place() -> None:
    theirs = [x for x in load_layouts() if x.publisher == "Danmarks Statistik"]
    assert len(theirs) >= 8
    for layout in theirs:
        assert layout.marks == Marks(
            missing=("..",), not_applicable=(".",), suppressed=("x",), zero=("-",)
        )


@pytest.mark.parametrize("mark", ["-", ".", "x", "…", "0*"])
def test_a_mark_with_no_meaning_is_an_error_with_its_place(tmp_path: Path, mark: str) -> None:
    lines = [f"rygning;{code};2025;12,5" for code in codes()]
    lines[7] = lines[7].replace("12,5", mark)
    path = tmp_path / "SUNDHEDSPROFIL_2025.csv"
    with pytest.raises(PackageError) as caught:
        read_package(statbank(path, lines, header="INDIKATOR;OMRÅDE;TID;INDHOLD"))
    (found,) = caught.value.findings
    assert (found.row, found.column) == (9, "INDHOLD (D)")
    assert repr(mark) in found.what_en


def test_a_mark_is_zero_where_the_publisher_says_so(tmp_path: Path) -> None:
    lines = [f"{code};2025;{'-' if code == '825' else '12,5'}" for code in codes()]
    package = read_package(statbank(tmp_path / "HJEMSYG_2025.csv", lines))
    (laesoe,) = package.observations.filter(pl.col("area_id") == "0825").rows(named=True)
    assert (laesoe["value"], laesoe["status"]) == (0, "ok")
    (tmp_path / "own").mkdir()
    own = written(tmp_path / "own", GOOD + "[marks]\nzero = ['-']\n")
    known = load_layouts(own).recognise("VISITS_2025.csv")
    assert known is not None
    assert known[0].marks == Marks(missing=("..",), zero=("-",))


def test_what_measures_say_of_each_other_is_read_as_sums(tmp_path: Path) -> None:
    """Of each sector: visits are of a visitor; and who visits twice is in two places."""
    text = GOOD.replace(
        'measure = "visits"',
        "relations = ['once + 2 twice = home + away', 'visitors <= visits/*']\n"
        "unpublished = ['away']",
    )
    text += "[columns]\nmeasure = 'X'\n[events_of]\nvisits = 'visitors'\n[measures]\n"
    text += "".join(f"{name} = '{name}'\n" for name in ("once", "twice", "home", "visits"))
    layout = load_layouts(written(tmp_path, text + "visitors = 'visitors'\n")).by_id["visits"]
    first, *others = layout.series_sums(["all", "gp"])
    assert {name[0]: weight for name, weight in first.items() if not is_unseen(name)} == {
        "once": 1, "twice": 2, "home": -1,
    }  # fmt: skip
    assert [weight for name, weight in first.items() if is_unseen(name)] == [-1]
    # at least: what is left over is in no table
    seen = [{name: weight for name, weight in one.items() if not is_unseen(name)} for one in others]
    assert all(len(one) == 3 for one in others)
    assert {("visits", "gp"): 1, ("visitors", "all"): -1} in seen
    assert {("visits", "gp"): 1, ("visitors", "gp"): -1} in seen  # events are of somebody
