"""What a demo workbook says of itself: DEMO, wherever a reader may look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from etl.demo.calibration import YEARS
from etl.demo.contents import Package
from etl.ingest import workbook_writer
from etl.ingest.workbook_writer import Row

_RELEASED = "28. november 2025"
# A fixed moment: the file's own time stamp must not make two equal workbooks differ.
_CREATED = datetime(2025, 11, 28, 9, 0, 0)
DEMO = (
    "DEMODATA. Tallene er genereret af et program og må ikke bruges om virkelige borgere,"
    " kommuner eller sygehuse."
)


def write(path: Path, package: Package, rows: Iterable[Row], seed: int) -> None:
    """Write one workbook.

    Parameters
    ----------
    path
        Where to write; replaced if it exists.
    package
        Title, definitions and whether small counts are hidden.
    rows
        The rows of Hovedresultater.
    seed
        Named in the documentation, so that the file can be made again.
    """
    cover = workbook_writer.Cover(
        title=f"DEMO - {package.title}",
        subject="Demodata",
        author="Klyngeblik",
        publisher="Klyngeblik (demodata)",
        released=_RELEASED,
        created=_CREATED,
        note="Demodata: se FORSIDE og Opmærksomhedspunkter",
        documentation=list(_documentation(package, seed)),
        caveats=_caveats(package),
        demo=DEMO,
    )
    workbook_writer.write(path, cover, YEARS, rows)


def _documentation(package: Package, seed: int) -> Iterable[tuple[str, str]]:
    yield "Demodata", DEMO
    yield (
        "Hvordan tallene er lavet",
        f"Programmet (frø {seed}) trækker tilfældige tal omkring kendte landstal og kommunernes"
        " virkelige befolkning og niveauer. Samme frø giver samme tal.",
    )
    yield from package.definitions


def _caveats(package: Package) -> list[str]:
    points = [
        DEMO,
        "Alle tal er efter borgerens bopæl, ikke efter behandlingsstedet.",
        "Kontakter faldt i 2020 under covid-19.",
        "Bornholm står to gange: en tom række (Christiansø) med 0 og en række med tallet.",
    ]
    if package.made_safe:
        points += [
            "Felter med 1-4 er tomme, og enkelte andre felter er tomme, så de ikke kan regnes ud.",
            "Antal og rater er afrundet til nærmeste 5; delene giver derfor ikke altid summen.",
            "Befolkningstal er ikke afrundet.",
        ]
    else:
        points += [
            "Fortroligt: pakken indeholder de sande små tal, ikke afrundet og uden skjulte felter.",
        ]
    return points
