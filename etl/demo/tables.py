"""Turns true counts into the rows of a workbook, hidden and rounded as its publisher would."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from etl.demo.contents import Package, Topic, age_label, bands
from etl.demo.people import FEMALE, MALE, Country, Floats, Ints
from etl.ingest.workbook_writer import Row

_SEXES = (("Begge", [FEMALE, MALE]), ("Kvinder", [FEMALE]), ("Mænd", [MALE]))
_BASE = 5
_SMALLEST_SHOWN = 5
#: The bands (and so the ages) over which rates are standardised.
_STANDARD_AGES = ("0-17", "18-39", "40-64", "65-79", "80+")
_TWICE = "Bornholm"

Hidden = NDArray[np.bool_]


def rows(package: Package, country: Country, counts: dict[str, Ints]) -> Iterator[Row]:
    """Yield the rows of a workbook.

    Parameters
    ----------
    package
        The workbook's topics and whether its publisher makes it safe.
    country, counts
        Places and true counts, (98, 11, 2, 8).
    """
    places = _places(country)
    hidden: dict[tuple[str, str, str], Hidden] = {}
    for topic in package.topics:
        for sex, sexes in _SEXES:
            ages = topic.ages if topic.crossed or sex == "Begge" else topic.ages[:1]
            for age in ages:
                true = _areas(country, _sum(counts[topic.quantity], sexes, age))
                hide = np.zeros(true.shape, dtype=bool)
                if package.made_safe and topic.quantity != "population":
                    linked = hidden.get((topic.hidden_with or "", sex, age), hide)
                    hide = hidden[topic.quantity, sex, age] = conceal(true, country, linked)
                    shown = _rounded(true.astype(float))
                else:
                    shown = true.astype(float)
                keys = (topic.measure, topic.subject), (topic.unit, sex, age_label(age))
                yield from _emit(keys, places, shown, hide)
        if topic.rates:
            yield from _rates(topic, country, counts, places, hidden)


def conceal(true: Ints, country: Country, linked: Hidden) -> Hidden:
    """Choose the cells a publisher leaves blank.

    Parameters
    ----------
    true
        Counts by area (country, regions, municipalities) and year.
    country
        The regions and their members.
    linked
        Cells already hidden in a quantity that would give this one away.

    Returns
    -------
    numpy.ndarray
        True for counts of 1-4 and linked cells, and, where one cell alone is hidden among the
        parts of a sum, also for the smallest of the others.
    """
    hide = ((true > 0) & (true < _SMALLEST_SHOWN)) | linked
    first = 1 + len(country.regions)
    families = [first + region.members for region in country.regions]
    families.append(np.arange(1, first))
    for family in families:
        alone = np.flatnonzero(hide[family].sum(axis=0) == 1)
        others = np.where(
            hide[family][:, alone] | (true[family][:, alone] == 0),
            np.iinfo(np.int64).max,
            true[family][:, alone],
        )
        hide[family[others.argmin(axis=0)], alone] = True
    return hide


def _sum(counts: Ints, sexes: list[int], age: str) -> Ints:
    return np.asarray(counts[:, :, sexes][..., bands(age)].sum(axis=(2, 3)))


def _areas(country: Country, by_municipality: Ints) -> Ints:
    """Return (1 + regions + municipalities, years): every sum from the true counts."""
    regions = [by_municipality[r.members].sum(axis=0) for r in country.regions]
    return np.vstack([by_municipality.sum(axis=0), *regions, by_municipality])


def _rounded(values: Floats) -> Floats:
    return np.floor(values / _BASE + 0.5) * _BASE


def _rates(
    topic: Topic,
    country: Country,
    counts: dict[str, Ints],
    places: list[tuple[str | None, ...]],
    hidden: dict[tuple[str, str, str], Hidden],
) -> Iterator[Row]:
    """Yield the crude rate and the standardised ones, each blank where its count is."""
    quantity, people = counts[topic.quantity], counts["population"]

    def rate(sexes: list[int], age: str) -> Floats:
        part = _areas(country, _sum(quantity, sexes, age))
        return np.asarray(100_000 * part / _areas(country, _sum(people, sexes, age)))

    standard = people[:, -1].sum(axis=0)
    # Women and men on the same age distribution, so that the two can be compared.
    by_age = [standard[:, bands(age)].sum() for age in _STANDARD_AGES]

    def standardised(sexes: list[int]) -> Floats:
        parts = [w * rate(sexes, age) for w, age in zip(by_age, _STANDARD_AGES, strict=True)]
        return np.asarray(sum(parts) / sum(by_age))

    both = np.asarray(
        sum(
            standard[sex, bands(age)].sum() * rate([sex], age)
            for sex in (FEMALE, MALE)
            for age in _STANDARD_AGES
        )
        / standard.sum()
    )
    alone = "Standardiseret"
    sexes = dict(_SEXES)
    for unit, sex, age, values, of in (
        ("Antal pr. 100.000 borgere", "Begge", "Alle aldre", rate([FEMALE, MALE], "all"), "Begge"),
        ("Køns- og aldersstandardiseret antal pr. 100.000", alone, alone, both, "Begge"),
        *(
            (
                "Aldersstandardiseret antal pr. 100.000",
                sex,
                alone,
                standardised(sexes[sex]),
                sex,
            )
            for sex in ("Kvinder", "Mænd")
        ),
    ):
        keys = (topic.measure, topic.subject), (unit, sex, age)
        yield from _emit(keys, places, _rounded(values), hidden[topic.quantity, of, "all"])


def _places(country: Country) -> list[tuple[str | None, ...]]:
    """Return level, region and municipality of every area."""
    region_of = {m: r.name for r in country.regions for m in r.members.tolist()}
    return [
        ("Hele landet", None, None),
        *(("Regioner", region.name, None) for region in country.regions),
        *(("Kommuner", region_of[m], name) for m, name in enumerate(country.names)),
    ]


def _emit(
    keys: tuple[tuple[str, str], tuple[str, str, str]],
    places: list[tuple[str | None, ...]],
    shown: Floats,
    hide: Hidden,
) -> Iterator[Row]:
    before, after = keys
    values = np.where(hide, -1, shown).astype(np.int64).tolist()
    for place, line in zip(places, values, strict=True):
        head = (*before, *place, *after)
        # Christiansø once bore the name too; the authority's workbook still has its empty row.
        if place[2] == _TWICE:
            yield Row(head, (0,) * len(line))
        yield Row(head, tuple(None if value < 0 else value for value in line))
