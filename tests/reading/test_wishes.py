"""What Om data promises of wanted data holds: the layouts it names are there and would take it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from etl.ingest.readers import read_package
from etl.layouts import FOLDER, load_layouts
from tests.conftest import REPO
from tests.reading.builders import codes, municipality_rows, statbank, workbook

LANGUAGES = {"da": ("nyt layout", "ingen ny fil"), "en": ("new layout", "no new file")}


def wishes(language: str) -> dict[str, dict[str, str]]:
    path = REPO / "dashboard" / "text" / language / "wishes.toml"
    tables: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return {name: wish for name, wish in tables.items() if isinstance(wish, dict)}


def named(text: str) -> set[str]:
    return set(re.findall(r"[\w-]+\.toml", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_layout_named_is_there_or_said_to_be_needed(language: str) -> None:
    for name, wish in wishes(language).items():
        layouts = named(wish["layout"])
        assert all((FOLDER / layout).is_file() for layout in layouts), name
        needed = any(words in wish["layout"].lower() for words in LANGUAGES[language])
        assert layouts or needed, name


def test_both_languages_name_the_same() -> None:
    danish, english = wishes("da"), wishes("en")
    assert danish.keys() == english.keys()
    for name, wish in danish.items():
        assert named(wish["layout"]) == named(english[name]["layout"]), name


def test_the_measures_said_to_be_there_are_there() -> None:
    layouts = {layout.id: layout for layout in load_layouts()}

    def measures(layout: str) -> set[str]:
        return {target.measure for target in layouts[layout].measures.values()}

    assert "polypharmacy" in measures("demo-aeldre")
    assert {"dementia_prevalence", "dementia_incidence"} <= measures("demo-kronikere-og-psykiatri")
    assert "psychiatric_hospital" in layouts["demo-populationsoverblik"].vocabulary.sector.values()


def test_places_are_read_by_a_layout_like_that_of_home_nursing(tmp_path: Path) -> None:
    text = (FOLDER / "hjemsyg.toml").read_text("utf-8")
    text = text.replace('"hjemsyg"', '"pladser"').replace("HJEMSYG", "PLADSER")
    (tmp_path / "pladser.toml").write_text(
        text.replace("home_nursing_per_1000", "temporary_places"), encoding="utf-8"
    )
    lines = [f"{code};{year};12,5" for code in codes() for year in (2024, 2025)]
    package = read_package(statbank(tmp_path / "PLADSER_2025.csv", lines), load_layouts(tmp_path))
    assert set(package.observations["measure"]) == {"temporary_places"}
    assert package.observations.height == 98 * 2


@pytest.mark.parametrize("name", ["FOLK1A_20261101.csv", "FRKM127_20261130.csv"])
def test_the_oldest_are_read_by_the_layouts_of_the_population_as_they_are(
    tmp_path: Path, name: str
) -> None:
    period = "2026K1" if name.startswith("FOLK1A") else "2027"
    lines = [f"{code};{age};{period};50" for code in codes() for age in ("65-79", "80-89", "90-")]
    package = read_package(statbank(tmp_path / name, lines, header="OMRÅDE;ALDER;TID;INDHOLD"))
    assert set(package.observations["age"]) == {"65-79", "80-89", "90+"}
    assert set(package.observations["measure"]) == {"population"}


@pytest.mark.parametrize("topic", ["Besøg af akutfunktionen", "Uplanlagt vægttab"])
def test_one_more_row_in_the_layout_of_the_elderly_package(tmp_path: Path, topic: str) -> None:
    text = (FOLDER / "demo-aeldre.toml").read_text("utf-8")
    row = f'[measures]\n"{topic} / Borgere" = "wanted"'
    (tmp_path / "demo-aeldre.toml").write_text(text.replace("[measures]", row, 1), encoding="utf-8")
    rows = [*municipality_rows(), *municipality_rows(15, measure=topic, topic="Borgere")]
    path = workbook(tmp_path / "DEMO_Aeldre_2025.xlsx", rows)
    package = read_package(path, load_layouts(tmp_path))
    assert "wanted" in set(package.observations["measure"])
