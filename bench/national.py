"""A national package of two million cells with true small counts, made up from a seed.

It has the authority's workbook layout: 98 municipalities, five regions and the country, by sex, age
band and sector, one column a year; sixteen measures of very different size beside the population.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import xlsxwriter

import geo

FILE: Final = "National_2025.xlsx"
YEARS: Final = tuple(range(2015, 2026))
MEASURES: Final = 16
SECTORS: Final = (
    "Mindst én sektor",
    "Almen praksis",
    "Øvrig praksis",
    "Somatisk hospital",
    "Psykiatrisk hospital",
    "Kommunale sundhedsydelser",
)
SEXES: Final = ("Begge", "Kvinder", "Mænd")
BANDS: Final = {
    "0-17 år": 0.2,
    "18-39 år": 0.28,
    "40-64 år": 0.32,
    "65-79 år": 0.15,
    "80 år og derover": 0.05,
}
_KEYS: Final = (
    "Mål", "Emne", "Geografisk niveau", "Region", "Kommune", "Enhed", "Køn", "Alder",
)  # fmt: skip

LAYOUT: Final = r"""
id = "national"
title = "National pakke"
publisher = "Bænken"
licence = "CC0"
file = 'National_(?P<edition>\d{4})\.xlsx'
format = "workbook"
made_safe_by = "klyngeblik"
first_year = 2015

[measures]
"Befolkning / Indbyggere" = "population"
"""
INDICATOR: Final = """
sort = {number}
title_da = "Borgere med kontakt {number}"
title_en = "Citizens with contact {number}"
short_da = "Kontakt {number}"
short_en = "Contact {number}"
definition_da = "Opdigtet."
definition_en = "Made up."
kind = "proportion"
numerator = "contact_{number}"
denominator = "population"
multiplier = 1000
unit = "per_1000"
unit_da = "pr. 1.000 borgere"
unit_en = "per 1,000 citizens"
decimals = 1
polarity = "neutral"
"""

Counts = npt.NDArray[np.int64]


def write(folder: Path, seed: int = 1, measures: int = MEASURES) -> Path:
    """Write the package and its definitions.

    Parameters
    ----------
    folder
        Gets ``raw`` with the workbook, and ``definitions`` with layout and indicators.
    seed
        Decides every number.
    measures
        Besides the population; sixteen make two million cells.

    Returns
    -------
    pathlib.Path
        The workbook.
    """
    numbers = range(1, measures + 1)
    definitions = folder / "definitions"
    (definitions / "layouts").mkdir(parents=True)
    (definitions / "indicators" / "sectors").mkdir(parents=True)
    lines = [
        f'"Kontakt {n} / *" = {{ measure = "contact_{n}", topic_is_sector = true, '
        'part_of = "population" }'
        for n in numbers
    ]
    layout = LAYOUT + "\n".join(lines)
    (definitions / "layouts" / "national.toml").write_text(layout, encoding="utf-8")
    for n in numbers:
        path = definitions / "indicators" / "sectors" / f"contact_{n}.toml"
        path.write_text(INDICATOR.format(number=n), encoding="utf-8")
    path = folder / "raw" / FILE
    path.parent.mkdir()
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        cover = book.add_worksheet("FORSIDE")
        cover.write("C6", "National pakke")
        cover.write("D7", "28. november 2025")
        sheet = book.add_worksheet("Hovedresultater")
        sheet.write_row(2, 0, [*_KEYS, *map(str, YEARS)])
        for at, row in enumerate(_rows(np.random.default_rng(seed), numbers), start=3):
            sheet.write_row(at, 0, row)
    return path


def _rows(draw: np.random.Generator, numbers: range) -> Iterator[list[str | int | None]]:
    places = geo.municipalities()
    people = _people(draw, len(places))
    yield from _table("Befolkning", "Indbyggere", people, places)
    for n in numbers:
        # from two citizens in five down to one in a hundred, in psychiatry one in two thousand
        share = 0.4 * 0.8 ** (n - 1)
        sectors = [_among(draw, people, share * part) for part in (0.7, 0.4, 0.3, 0.05, 0.2)]
        least, most = np.max(sectors, axis=0), np.minimum(np.sum(sectors, axis=0), people)
        any_sector = least + draw.binomial(most - least, 0.7)
        for sector, counts in zip(SECTORS, (any_sector, *sectors), strict=True):
            yield from _table(f"Kontakt {n}", sector, counts, places)


def _people(draw: np.random.Generator, places: int) -> Counts:
    """Return people by municipality, sex, band and year, as large as the Danish ones."""
    size = np.sort(draw.lognormal(10.6, 0.7, places)).clip(1800, 650_000)
    bands = np.array(list(BANDS.values()))
    growth = 1 + 0.004 * np.arange(len(YEARS))
    expected = size[:, None, None, None] / 2 * bands[:, None] * growth * np.ones((2, 1, 1))
    return np.asarray(draw.poisson(expected))


def _among(draw: np.random.Generator, people: Counts, share: float) -> Counts:
    """Return how many of the people, a little more in some places and with age."""
    places = draw.lognormal(0, 0.2, (len(people), 1, 1, 1))
    ages = np.linspace(0.5, 1.5, len(BANDS))[:, None]
    return np.asarray(draw.binomial(people, np.minimum(share * places * ages, 0.95)))


def _table(
    measure: str, topic: str, counts: Counts, places: pl.DataFrame
) -> Iterator[list[str | int | None]]:
    regions = places["region_2007"].to_numpy()
    areas: list[tuple[str, str | None, str | None, Counts]] = [
        ("Hele landet", None, None, counts.sum(axis=0))
    ]
    names = geo.areas_frame().filter(geography="regioner-2007").select("area_id", "name").rows()
    areas += [("Regioner", name, None, counts[regions == one].sum(axis=0)) for one, name in names]
    named = dict(names)
    for at, (name, region) in enumerate(places.select("name", "region_2007").iter_rows()):
        areas.append(("Kommuner", named[region], name, counts[at]))
    for level, region, place, own in areas:
        sexes = np.concatenate([own.sum(axis=0, keepdims=True), own])
        cells = np.concatenate([sexes.sum(axis=1, keepdims=True), sexes], axis=1)
        for sex, by_age in zip(SEXES, cells.tolist(), strict=True):
            for age, years in zip(("Alle aldre", *BANDS), by_age, strict=True):
                key = (measure, topic, level, region, place, "Antal personer", sex, age)
                yield [*key, *years]
