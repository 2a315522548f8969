"""A wrong file gives the sound file's figures, or something is said about it: never neither."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.findings import Finding
from etl.indicators.definition import load_indicators
from etl.ingest.readers import load_folder
from etl.publish.build import build
from etl.quality.against_release import against_loaded
from etl.quality.checks import check_all
from tests.reading.sound_files import Sheet, sound, write
from tests.reading.test_damaged_bytes import FEW
from tests.reading.wrong_files import (
    Change,
    a_cell,
    a_label,
    an_area,
    an_area_last_year,
    becomes,
    doubled,
    everywhere,
    first_year,
    half_the_areas,
    labels_swapped,
    last_year,
    moved,
    named,
    ordered,
    some_areas,
    times,
    without,
    written,
    years_as,
)

KINDS = ("wave", "series", "profile", "people", "workbook")
PLACES = (everywhere, last_year, first_year, half_the_areas, an_area, an_area_last_year, a_cell)
SAID = ("error", "question", "warning")


@dataclass(frozen=True)
class Earlier:
    """A release of the same files a year earlier, and the sound files of this year."""

    warehouse: Path
    sound: dict[str, Sheet]
    told: dict[str, set[tuple[str, str]]]
    figures: dict[str, pl.DataFrame | None]


def read(folder: Path, warehouse: Path) -> tuple[list[Finding], pl.DataFrame | None]:
    """Return everything said about a folder, and its figures unless it is refused."""
    loaded = load_folder(folder)
    found = list(loaded.findings)
    if any(f.severity == "error" for f in found):
        return found, None
    found += check_all(loaded.packages)
    found += against_loaded(loaded.packages, warehouse, load_indicators().values(), loaded.unused)
    told_apart = pl.all().exclude("package_id", "sheet", "row")
    figures = pl.concat(package.observations.select(told_apart) for package in loaded.packages)
    return found, figures.sort(pl.all())


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory, raw_dir: Path) -> Earlier:
    folder = tmp_path_factory.mktemp("earlier")
    sheets = {kind: sound(kind, raw_dir) for kind in KINDS}
    wave = sheets["wave"]
    draw = Random(1)
    last = {(k, 2024): round(v * draw.gauss(1, 0.005), 2) for (k, _), v in wave.values.items()}
    before = {kind: without(last_year)(sheet, Random(0)) for kind, sheet in sheets.items()} | {
        "wave": Sheet("wave", wave.keys, [2024], last)
    }
    for sheet in before.values():
        write(sheet, folder / "raw")
    build(folder / "raw", folder / "warehouse.duckdb", ask=False)
    warehouse = folder / "warehouse.duckdb"
    told: dict[str, set[tuple[str, str]]] = {}
    figures: dict[str, pl.DataFrame | None] = {}
    for kind, sheet in sheets.items():
        write(sheet, folder / kind)
        found, figures[kind] = read(folder / kind, warehouse)
        told[kind] = {(f.severity, f.what_en) for f in found}
        assert not {severity for severity, _ in told[kind]} & {"error", "question"}, told[kind]
    return Earlier(warehouse, sheets, told, figures)


def said(earlier: Earlier, kind: str, bent: Sheet, folder: Path) -> set[str]:
    """Return the severities of what is said of a bent file and not of the sound one."""
    path = write(bent, folder)
    found, figures = read(folder, earlier.warehouse)
    new = {f.severity for f in found if (f.severity, f.what_en) not in earlier.told[kind]}
    path.unlink()
    same = _same(figures, earlier.figures[kind])
    return new | ({"same"} if same else set())


def _same(one: pl.DataFrame | None, other: pl.DataFrame | None) -> bool:
    return one is not None and other is not None and one.equals(other)


def each(mistakes: Iterable[str]) -> list[tuple[str, str]]:
    """Return kinds of file and mistakes: a workbook takes seconds, so it has some of them."""
    some = list(mistakes)[:: 1 if "FUZZ_EXAMPLES" in os.environ else 5]
    return [(k, m) for m in mistakes for k in KINDS if k != "workbook" or m in some]


# --- what must stop a build -----------------------------------------------------------------------

GROSS: dict[str, Change] = {
    **{
        f"times {factor} {where.__name__}": times(factor, where)
        for factor in (1000, 100, 10, 0.1, 0.01, 0.001)
        for where in PLACES
    },
    **{f"zero {where.__name__}": becomes(0, where) for where in PLACES},
    **{f"minus {where.__name__}": written(lambda v: -v, where) for where in PLACES},
    **{f"a word {where.__name__}": becomes("ukendt", where) for where in PLACES},
    **{
        f"blank {where.__name__}": becomes(None, where)
        for where in (everywhere, last_year, half_the_areas)
    },
    "dragged down": becomes(60, last_year),
    "dragged over a dozen": becomes(60, some_areas),
    "down a row": moved(-1, 0, 98, last_year),
    "up a row": moved(1, 0, 98, last_year),
    "down a row in all years": moved(-1, 0, 98, everywhere),
    "ten rows": moved(10, 0, 98, last_year),
    "sorted": ordered(reverse=False),
    "sorted the other way": ordered(reverse=True),
    "a copy of the year before": years_as(lambda y: {y[-1]: y[-2]} if len(y) > 1 else {}),
    "a copy within": years_as(lambda y: {y[2]: y[1]} if len(y) > 2 else {}),
    "rows twice": doubled(1),
    "rows twice, with other figures": doubled(2),
    "a sex, an age or a measure gone": without(a_label),
    "two sexes or measures exchanged": labels_swapped(last_year, 1),
    "municipality gone": without(an_area),
    "year of no calendar": named("FOLK1A_20260299.csv"),
}


@pytest.mark.parametrize(("kind", "mistake"), each(GROSS))
def test_a_gross_mistake_stops_a_build(
    earlier: Earlier, kind: str, mistake: str, tmp_path: Path
) -> None:
    whole = earlier.sound[kind]
    bent = GROSS[mistake](whole, Random(mistake))
    if bent == whole:
        return
    assert said(earlier, kind, bent, tmp_path) & {"error", "question"}


# --- what must have a word ------------------------------------------------------------------------

SMALLER: dict[str, Change] = {
    **{f"blank {where.__name__}": becomes(None, where) for where in (*PLACES, some_areas)},
    **{
        f"without {where.__name__}": without(where)
        for where in (half_the_areas, some_areas, an_area, an_area_last_year, a_cell, a_label)
    },
}


@pytest.mark.parametrize(("kind", "mistake"), each(SMALLER))
def test_what_is_gone_has_a_word(earlier: Earlier, kind: str, mistake: str, tmp_path: Path) -> None:
    whole = earlier.sound[kind]
    bent = SMALLER[mistake](whole, Random(mistake))
    assert said(earlier, kind, bent, tmp_path) & {*SAID, "same"}


# --- how it is written ----------------------------------------------------------------------------

#: What happens to the text of a file. Read as before, or told.
TEXTS: dict[str, Callable[[bytes], bytes]] = {
    "a decimal point": lambda data: re.sub(rb"(?<=\d),(?=\d)", b".", data),
    "thousands": lambda data: re.sub(rb";(\d)(\d{3})\r", rb";\1.\2\r", data),
    "a footnote": lambda data: data + b"Kilde: Danmarks Statistik\r\n",
    "a municipality of no list": lambda data: data + b"999" + data[data.rindex(b"\r\n8") + 5 :],
    "cut in the middle": lambda data: data[: len(data) // 2],
    "cut in the last line": lambda data: data[:-4],
    "another encoding": lambda data: data[3:].decode().encode("latin-1"),
    "two bytes a letter": lambda data: data[3:].decode().encode("utf-16"),
    "the header twice": lambda data: data + data[3 : data.index(b"\n") + 1],
    "the file twice": lambda data: data + data[data.index(b"\n") + 1 :],
    "tabs": lambda data: data.replace(b";", b"\t"),
    "commas": lambda data: data.replace(b",", b".").replace(b";", b","),
    "old regions": lambda data: data.replace(b"\r\n101;", b"\r\n1081;"),
    "quotation marks": lambda data: re.sub(rb"([^;\r\n]+)\r\n", rb'"\1"\r\n', data),
    "headings exchanged": lambda data: data.replace(b"TID;INDHOLD", b"INDHOLD;TID"),
    "spaces": lambda data: data.replace(b"\r\n", b" \r\n"),
    "minus marks": lambda data: re.sub(rb";[\d,]+\r\n8", rb";-\r\n8", data),
    "nothing": lambda data: re.sub(rb";[\d,]+\r\n8", rb";\r\n8", data),
}


@pytest.mark.parametrize("kind", KINDS[:-1])
@pytest.mark.parametrize("text", TEXTS)
def test_another_way_of_writing_is_read_or_told(
    earlier: Earlier, kind: str, text: str, tmp_path: Path
) -> None:
    path = write(earlier.sound[kind], tmp_path)
    path.write_bytes(TEXTS[text](path.read_bytes()))
    found, figures = read(tmp_path, earlier.warehouse)
    new = {f.severity for f in found if (f.severity, f.what_en) not in earlier.told[kind]}
    assert new & set(SAID) or _same(figures, earlier.figures[kind])


# --- several at once ------------------------------------------------------------------------------

#: Two wrongs may make a right, and what stands beside a copied year is compared with the copy: each
#: of these is seen whatever else happened.
TOGETHER = [
    name
    for name in GROSS
    if name.startswith(("times 10", "times 0.0", "a word", "down a row", "zero", "ten rows"))
    and "first_year" not in name
]


@settings(FEW, max_examples=max(10, FEW.max_examples // 4))
@given(
    st.sampled_from(KINDS[:-1]),
    st.lists(st.sampled_from(TOGETHER), min_size=1, max_size=3),
    st.integers(0, 10**6),
)
def test_several_mistakes_at_once_have_a_word(
    earlier: Earlier, tmp_path: Path, kind: str, mistakes: list[str], seed: int
) -> None:
    bent = earlier.sound[kind]
    for mistake in mistakes:
        bent = GROSS[mistake](bent, Random(seed))
    assert said(earlier, kind, bent, tmp_path) & {*SAID, "same"}
