"""Writes what was counted as an observation package, a workbook exactly like the authority's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

import geo
from etl.demo.contents import age_label
from etl.demo.workbook import DEMO
from etl.findings import Finding, PackageError
from etl.ingest import workbook_writer
from etl.ingest.age_bands import partition
from etl.ingest.observations import OK
from etl.ingest.readers import read_package
from etl.ingest.readers.workbook import MONTHS
from etl.registers.definitions import Counts
from etl.registers.tables import AGES, figures
from warehouse.export.files import beside

#: True small counts: readable and writable by whoever made them.
_OWNERS_ONLY: Final = 0o600
_ADULT: Final = ("all", "0-17", "18-39", "40-64", "65-79", "80+")
_OLD: Final = ("65+", "65-79", "80+")
_SEXES: Final = {"all": "Begge", "female": "Kvinder", "male": "Mænd"}
_SECTORS: Final = {
    "general_practice": "Almen praksis",
    "other_practice": "Øvrig praksis",
    "somatic_hospital": "Somatisk hospital",
    "psychiatric_hospital": "Psykiatrisk hospital",
    "municipal_health": "Kommunale sundhedsydelser",
}


@dataclass(frozen=True)
class _Topic:
    """What stands under one Mål and Emne."""

    measure: str
    subject: str
    unit: str
    column: str
    ages: tuple[str, ...] = _ADULT


_TOPICS: Final = (
    _Topic("Befolkning", "Indbyggere", "Antal personer", "population", (*_ADULT, "65+")),
    *(
        _Topic("Borgere med kontakt", name, "Antal borgere", f"citizens_{sector}")
        for sector, name in (*_SECTORS.items(), ("all", "Mindst én sektor"))
    ),
    *(
        _Topic("Kontakter", name, "Antal kontakter", f"contacts_{sector}")
        for sector, name in (*_SECTORS.items(), ("all", "Alle sektorer"))
    ),
    *(
        _Topic("Borgere efter antal sektorer", name, "Antal borgere", f"citizens_{number}")
        for number, name in (
            ("one_sector", "Én sektor"),
            ("two_sectors", "To sektorer"),
            ("three_sectors", "Tre sektorer"),
        )
    ),
    _Topic("Forebyggelige sygehusophold", "Ophold", "Antal ophold", "avoidable_stays", _OLD),
    _Topic(
        "Somatiske indlæggelser", "Indlæggelser", "Antal indlæggelser", "somatic_admissions", _OLD
    ),
    _Topic(
        "Akutte genindlæggelser inden 30 dage",
        "Genindlæggelser",
        "Antal genindlæggelser",
        "acute_readmissions",
        _OLD,
    ),
)
_DOCUMENTATION: Final = (
    (
        "Borgere med kontakt",
        "Antal unikke borgere med mindst én kontakt i sektoren i året."
        " En borger tælles i én kommune: bopælen 1. januar, hvor rækkerne siger den, ellers bopælen"
        " ved årets første kontakt.",
    ),
    ("Kontakter", "Antal kontakter, der begynder i året, efter borgerens bopæl ved kontakten."),
    (
        "Borgere efter antal sektorer",
        "Borgere, der i samme år har haft kontakt med én, to eller alle tre af praksis (almen og"
        " øvrig), hospital (somatisk og psykiatrisk) og kommune.",
    ),
    (
        "Forebyggelige sygehusophold",
        "Akutte ophold, hvis første kontakt har en af ni grupper af diagnoser: dehydrering,"
        " forstoppelse, nedre luftveje, urinvejsinfektion, mave-tarm-betændelse, brud,"
        " ernæringsbetinget anæmi, sociale og plejemæssige forhold, tryksår.",
    ),
    (
        "Somatiske indlæggelser",
        "Sygehusophold på 12 timer eller mere. Et ophold er kontakter, der overlapper eller ligger"
        " højst 4 timer fra hinanden. Det tælles i det år og efter den bopæl, hvor det begynder.",
    ),
    (
        "Akutte genindlæggelser inden 30 dage",
        "Somatiske indlæggelser, der følges af en akut indlæggelse, som begynder højst 30 døgn"
        " efter, at den første sluttede.",
    ),
    ("Alder", "Alder 1. januar i året. Børn, der fødes i året, tælles som 0 år."),
)
_CAVEATS: Final = (
    "Fortroligt: pakken indeholder de sande små tal, ikke afrundet og uden skjulte felter.",
    "Alle tal er efter borgerens bopæl, ikke efter behandlingsstedet.",
    "Borgere, der er født eller flyttet hertil efter 1. januar, er talt med, men er ikke i den"
    " befolkning, andele regnes af.",
    "Regioner og Hele landet er kun med i år, hvor alle deres kommuner er med.",
    "Genindlæggelser efter udgangen af de rækker, der er talt, kan ikke ses: det sidste års tal er"
    " for lave, hvis rækkerne slutter med året.",
)


def write(
    folder: Path,
    counts: Counts,
    *,
    frame: pl.DataFrame | None = None,
    demo: str | None = None,
    today: dt.date | None = None,
) -> Path:
    """Write the package.

    Parameters
    ----------
    folder
        Where it goes; made when absent.
    counts
        As counted, with true small counts.
    frame
        Its figures, of ``etl.registers.tables.figures``; with a column ``population`` where
        there is one: without it there are no figures per citizen.
    demo
        Says how the rows were made up, when they were: then the package is marked DEMO.
    today
        The date of release; today by default.

    Returns
    -------
    pathlib.Path
        ``Kontakter_YEAR.xlsx`` with the last year, or ``DEMO_Kontakter_YEAR.xlsx``: the names by
        which ``klyngeblik build`` knows them. Replaced when it is whole; only its owner may read
        it, whatever the file it replaces allowed.
    """
    today = today or dt.date.today()
    frame = figures(counts) if frame is None else frame
    years = sorted(frame["year"].unique())
    mark = "DEMO" if demo else ""
    target = folder / f"{mark}{mark and '_'}Kontakter_{years[-1]}.xlsx"
    title = f"Kontakter med sundhedsvæsenet {years[0]}-{years[-1]}"
    origin = "Talt af registerrækker med Klyngeblik"
    caveats = [*_CAVEATS, *_of_these_rows(counts)]
    if demo:
        caveats.insert(0, DEMO)
    cover = workbook_writer.Cover(
        title=f"{mark}{mark and ' - '}{title}",
        subject="Kontakter",
        author="Klyngeblik",
        publisher="Klyngeblik (demodata)" if demo else "Egen opgørelse",
        released=f"{today.day}. {MONTHS[today.month - 1]} {today.year}",
        created=dt.datetime(today.year, today.month, today.day),
        note=f"{origin} ({demo})" if demo else origin,
        documentation=_DOCUMENTATION,
        caveats=caveats,
        demo=DEMO if demo else None,
    )
    folder.mkdir(parents=True, exist_ok=True)
    # The place beside is its owner's alone, so that nobody else ever meets the file open.
    with beside(target) as place:
        made = place / target.name
        workbook_writer.write(made, cover, years, _rows(frame, years))
        made.chmod(_OWNERS_ONLY)
        made.replace(target)
    return target


def read_population(file: Path) -> pl.DataFrame:
    """Read people by municipality, year, sex and age from a package of population figures.

    Parameters
    ----------
    file
        Of any layout that has the measure ``population``, such as ``FOLK1A_20260211.csv``.

    Returns
    -------
    polars.DataFrame
        ``level, area, year, sex, age, population`` for the sexes and the age bands that the file's
        own bands add up to exactly; larger areas as the sum of their municipalities.

    Raises
    ------
    etl.findings.PackageError
        When it cannot be read or has no population.
    """
    people = read_package(file).observations.filter(
        pl.col("measure") == "population",
        pl.col("kind") == "count",
        pl.col("status") == OK,
        pl.col("area_level") == "municipality",
    )
    there = people["age"].unique().to_list()
    steps = []
    for age in AGES:
        parts = [age] if age in there else (partition(age, there) or [])
        steps += [(age, part, len(parts)) for part in parts]
    if not steps:
        raise PackageError([Finding.of("error", file.name, "contacts_no_population")])
    bands = pl.DataFrame(steps, schema=["band", "age", "parts"], orient="row")
    municipal = (
        people.join(bands, on="age")
        .group_by("area_id", "period", "sex", "band", "parts")
        .agg(pl.col("value").sum().cast(pl.Int64).alias("population"), pl.len().alias("there"))
        .filter(pl.col("there") == pl.col("parts"))
        .select(
            pl.lit("municipality").alias("level"),
            area="area_id",
            year="period",
            sex="sex",
            age="band",
            population="population",
        )
    )
    known = geo.municipalities().select(area="municipality_id", region="region_2007")
    larger = [
        municipal.join(known, on="area")
        .group_by(pl.lit(level).alias("level"), whole.alias("whole"), "year", "sex", "age")
        .agg(pl.col("population").sum())
        .rename({"whole": "area"})
        for level, whole in (("region", pl.col("region")), ("country", pl.lit("dk")))
    ]
    return pl.concat([municipal, *larger])


def _of_these_rows(counts: Counts) -> Iterator[str]:
    """Yield what must be known about the rows that were counted."""
    for partial in counts.partial:
        yield f"{partial.year} er ikke dækket helt af rækkerne: {partial.why.da}."
    number = counts.left_out.select("file", "row").n_unique()
    if number:
        yield f"Udeladte rækker med fejl eller gentagelser: {number:,}.".replace(",", ".")


def _rows(frame: pl.DataFrame, years: Sequence[int]) -> Iterator[workbook_writer.Row]:
    """Yield the rows of Hovedresultater: by topic, sex and age, the larger areas first."""
    labels = _labels()
    places = [place for place in labels if place in set(frame["area"].unique())]
    for topic in _TOPICS:
        if topic.column not in frame.columns:
            continue
        values = {
            (area, sex, age, year): value
            for area, sex, age, year, value in frame.select(
                "area", "sex", "age", "year", topic.column
            ).iter_rows()
        }
        for sex, sex_label in _SEXES.items():
            for age in topic.ages:
                for place in places:
                    line = tuple(values.get((place, sex, age, year)) for year in years)
                    if any(value is not None for value in line):
                        keys = (topic.measure, topic.subject, *labels[place])
                        yield workbook_writer.Row(
                            (*keys, topic.unit, sex_label, age_label(age)), line
                        )


def _labels() -> dict[str, tuple[str, str | None, str | None]]:
    """Return level, region and municipality of each area, as the authority writes them."""
    regions = {a.id: a.name for a in geo.load_geographies()["regioner-2007"].areas}
    return {
        "dk": ("Hele landet", None, None),
        **{area: ("Regioner", name, None) for area, name in regions.items()},
        **{
            area: ("Kommuner", regions[region], name)
            for area, name, region in geo.municipalities()
            .select("municipality_id", "name", "region_2007")
            .iter_rows()
        },
    }
