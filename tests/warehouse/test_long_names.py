"""Names nobody has: refused before anything is looked up, at a cost no text can drive up."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from dashboard import opendata
from geo import spelling
from tests.dashboard.asgi_client import get
from warehouse import ExportError, SelectionError, Warehouse
from warehouse.export import names, recipe
from warehouse.export.filters import FILTERS
from warehouse.export.names import nearest
from warehouse.export.query import Selection, resolve

NAMES = [name for name in FILTERS if name != "period"]
LONG = ("A" * 81, "x" * 8_000, "Hovedstaden " * 2_000, "\u00e6" * 30_000)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is compared with a name, filled while a test runs."""
    seen: list[str] = []

    def counted(written: str, name: str) -> float:
        seen.append(written)
        return likeness(written, name)

    likeness = spelling.likeness
    monkeypatch.setattr(names, "likeness", counted)
    monkeypatch.setattr(spelling, "likeness", counted)
    return seen


@pytest.fixture
def untouched(small: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """Return a warehouse of which nothing may be asked."""

    def asked(*_: object) -> None:
        raise AssertionError("the warehouse was asked")

    for name in ("sql", "rows", "cursor", "staying"):
        monkeypatch.setattr(Warehouse, name, asked)
    return small


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", LONG, ids=len)
def test_a_long_name_is_refused_before_anything(
    small_path: Path, untouched: Warehouse, compared: list[str], name: str, value: str
) -> None:
    with pytest.raises(SelectionError, match="too long") as refused:
        resolve(untouched, Selection.of(**{name: ["known", value]}))
    assert len(str(refused.value)) < 150
    app = Starlette(routes=opendata.routes(small_path))
    answer = get(app, f"/data/v1/figures.csv?{urlencode({name: value})}")
    assert answer.status == 400
    assert len(json.loads(answer.text)["detail"]) < 150
    assert compared == []


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_name_costs_one_look_at_each_known_one(
    small: Warehouse, compared: list[str], name: str
) -> None:
    unknown = [f"ukendt {n}" for n in range(200)]
    with pytest.raises(SelectionError):
        resolve(small, Selection.of(**{name: unknown}))
    # The first unknown one ends it, however many there are.
    assert len(set(compared)) == 1
    assert len(compared) <= 1_000


@pytest.mark.parametrize("name", [*NAMES, "period"])
def test_more_values_than_there_are_names_are_refused(untouched: Warehouse, name: str) -> None:
    values = [f"v{n}" for n in range(1_001)]
    with pytest.raises(SelectionError, match=r"1,001 values of \w+: at most 1,000"):
        Selection.of(**{name: values})


@pytest.mark.parametrize(
    "period",
    ["9" * 5_000, "2019:" + "9" * 5_000, "-2019", "٢٠١٩", "1e999", 10**5_000, -(10**5_000)],
    ids=range(7),
)
def test_a_year_has_four_digits(period: str | int) -> None:
    with pytest.raises(SelectionError) as refused:
        Selection.of(period=period)
    assert len(str(refused.value)) < 150


def test_control_characters_are_not_quoted_as_they_are(small: Warehouse) -> None:
    with pytest.raises(SelectionError, match="␛\\[31m") as refused:
        resolve(small, Selection.of(area="\x1b[31m\u202e"))
    assert str(refused.value).isprintable()


def test_a_recipe_with_a_long_key_is_refused_in_a_few_words(
    tmp_path: Path, compared: list[str]
) -> None:
    path = tmp_path / "r.toml"
    path.write_text(f"{'a' * 10_000} = 1\n", encoding="utf-8")
    with pytest.raises((SelectionError, ExportError)) as refused:
        recipe.read(path)
    assert len(str(refused.value)) < 300
    assert compared == []


def test_what_is_too_long_to_be_a_name_is_like_nothing() -> None:
    assert nearest("A" * 81, [("A" * 81, "label")]) == []
    assert spelling.closest("A" * 81, ["A" * 81]) == []
    assert spelling.likeness("A", "A" * 81) == 0
    # Of very many names only the first are looked at.
    names = (f"name {n}" for n in range(10**9))
    assert spelling.closest("name 7", names) == ["name 7"]


def test_likeness_is_as_one_would_say() -> None:
    for written, name in (
        ("Kobenhavn", "København"),
        ("hillerod", "Hillerød"),
        ("Arhus", "Aarhus"),
    ):
        known = ["Aabenraa", "Aarhus", "Hillerød", "Holbæk", "København", "Køge"]
        assert spelling.closest(written, known) == [name]
    assert spelling.likeness("Aarhus", "Aarhus") == 1
    assert spelling.likeness("", "") == 1
    assert spelling.likeness("abc", "xyz") == 0
