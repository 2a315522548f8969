"""JSON-stat: marks, and data sets that do not fit themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.reading.builders import json_stat
from tests.reading.formats import figure, json_of_version, long_rows, only_error, read


def changed_json(folder: Path, **parts: Any) -> Path:
    path = json_of_version(2)(folder)
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(data | parts), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"value": [1.0] * 5}, "5 values where its dimensions make 196 cells"),
        ({"value": {"500": 1.0}}, "1 values where"),
        ({"value": None}, "no values where"),
        ({"value": [True] * 196}, "place 1 is neither a number nor a mark"),
        ({"value": [float("nan")] * 196}, "not whole JSON"),
        ({"size": [98, 1, 3]}, "'Tid' does not have the categories"),
        ({"id": ["OMRÅDE"]}, "does not say its dimensions"),
        ({"dimension": []}, "no dimensions"),
        ({"status": ["x"] * 7}, "7 statuss where"),
    ],
)
def test_a_json_stat_that_does_not_fit_itself(
    tmp_path: Path, parts: dict[str, Any], what: str
) -> None:
    assert what in only_error(changed_json(tmp_path, **parts)).what_en


def test_a_json_stat_that_claims_to_be_huge(tmp_path: Path) -> None:
    many = [str(n) for n in range(5000)]
    path = json_of_version(2)(tmp_path)
    data = json_stat({"OMRÅDE": many, "ContentsCode": many, "Tid": ["2025"]}, [])
    path.write_text(json.dumps(data), encoding="utf-8")
    assert "25,000,000 cells" in only_error(path).what_en


def test_marks_of_a_json_stat(tmp_path: Path) -> None:
    values: list[Any] = [row[2] for row in long_rows(figure)]
    values[0], values[1], values[2] = None, None, ".."
    path = changed_json(tmp_path, value=values, status={"0": "x", "5": "p"})
    rows = read(path).observations
    assert rows["status"].to_list()[:4] == ["suppressed_by_source", "missing", "missing", "ok"]
    assert rows["row"].to_list()[:3] == [1, 2, 3]


def test_a_json_that_is_something_else(tmp_path: Path) -> None:
    path = json_of_version(1)(tmp_path)
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert "no JSON-stat data set" in only_error(path).what_en
    path.write_text("[" * 100_000, encoding="utf-8")
    assert "not whole JSON" in only_error(path).what_en
