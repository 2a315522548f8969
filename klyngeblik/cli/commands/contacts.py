"""``klyngeblik contacts``: from contact rows to a package like the authority's."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klyngeblik.cli.errors import DATA_WRONG
from klyngeblik.cli.options import DEFAULT_RAW, Raw
from klyngeblik.cli.output import print_findings, print_rows, progress, terminal

if TYPE_CHECKING:
    from etl.registers import Made

PANEL = "Data"
ORDER = 32


class Engine(StrEnum):
    """What counts."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class LeaveOut(StrEnum):
    """Rows that may be left out."""

    FAULTY = "faulty"
    DUPLICATES = "duplicates"


def contacts(
    rows: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help="The contacts: a Parquet file, or a folder of them. With Spark any address the "
            "cluster can read.",
        ),
    ],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", file_okay=False, help="The folder for the package.")
    ] = DEFAULT_RAW,
    *,
    engine: Annotated[
        Engine, typer.Option(help="Spark is an extra, for more than one machine.")
    ] = (Engine.DUCKDB),
    master: Annotated[
        str | None,
        typer.Option(
            help="Where Spark runs: local[*], spark://..., yarn, or sc://host:port of a Spark "
            "Connect server.",
            show_default="local[*]",
        ),
    ] = None,
    population: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="People by municipality and age, such as data/raw/FOLK1A_20260211.csv. Without "
            "it there are counts, but no shares of the citizens.",
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="What the rows call their columns and codes, where that is not what we do: TOML, "
            "see docs/contacts.md.",
        ),
    ] = None,
    years: Annotated[
        str | None,
        typer.Option(
            help="The years to count: 2024, 2022-2024 or 2019,2022-2024; also such as the rows do "
            "not cover in full.",
            show_default="every year that the rows cover from January to December",
        ),
    ] = None,
    leave_out: Annotated[
        list[LeaveOut] | None,
        typer.Option(
            help="Leave rows out that would stop the count: those with a fault, or those that are "
            "there already. An account of them is written beside the package. May be given twice.",
        ),
    ] = None,
    memory: Annotated[
        str, typer.Option(metavar="SIZE", help="What DuckDB may use; the rest goes to disk.")
    ] = "4GB",
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of DuckDB.", show_default="every processor")
    ] = None,
) -> None:
    """Count contacts by residence, and write them as a package for the build.

    Rows hold a pseudonymous person, residence, birth date, sex, sector, start, end, acute and
    diagnosis group; docs/contacts.md tells more. The package holds true small counts: keep it as
    safe as the rows. `klyngeblik build` publishes only what is safe of it.
    """
    from etl.findings import PackageError  # noqa: PLC0415
    from etl.registers import ContactsError, parse_years, run  # noqa: PLC0415

    if engine is Engine.DUCKDB and master is not None:
        raise typer.BadParameter("--master goes with --engine spark")
    try:
        with progress() as tell:
            made = run(
                rows,
                out,
                master=(master or "local[*]") if engine is Engine.SPARK else None,
                population=population,
                mapping=mapping,
                years=None if years is None else parse_years(years),
                leave_out=[one.value for one in leave_out or ()],
                memory=memory,
                threads=threads,
                progress=tell,
            )
    except ContactsError as error:
        raise typer.BadParameter(str(error)) from None
    except PackageError as error:
        console = terminal(stderr=True)
        print_findings(console, error.findings)
        errors = sum(finding.severity == "error" for finding in error.findings)
        console.print(
            f"{errors} error(s): nothing was counted, and no package was written.", style="bold red"
        )
        raise typer.Exit(DATA_WRONG) from None
    summarise(made)


def summarise(made: Made) -> None:
    """Say what was counted, and what was not."""
    console = terminal()
    if made.findings:
        print_findings(console, made.findings)
    print_rows(
        [
            {
                "rows": f"{made.rows:,}",
                "counted": f"{made.counted:,}",
                "other": f"{made.rows - made.left_out - made.counted:,}",
                "left_out": f"{made.left_out:,}",
                "persons": f"{made.persons:,}",
                "born": f"{made.born_later:,}",
                "years": ", ".join(map(str, made.years)),
            }
        ],
        {
            "rows": "Rows",
            "counted": "Counted",
            "other": "Of other years",
            "left_out": "Left out",
            "persons": "Persons",
            "born": "Born in the year",
            "years": "Years",
        },
    )
    if made.account:
        console.print(f"Which rows were left out, and why: {made.account}", markup=False)
    console.print(
        f"True small counts, which only you may read (mode 0600): {made.package}", markup=False
    )


def contacts_demo(
    out: Annotated[Path, typer.Argument(metavar="OUT.parquet", dir_okay=False)],
    *,
    rows: Annotated[int, typer.Option(min=1, help="How many contacts.")] = 1_000_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same rows.")] = 2025,
    years: Annotated[
        str, typer.Option(metavar="FIRST:LAST", help="Years the contacts are spread over.")
    ] = "2025:2025",
    memory: Annotated[str, typer.Option(metavar="SIZE", help="What DuckDB may use.")] = "1GB",
    raw: Raw = DEFAULT_RAW,
) -> None:
    """Make up contact rows to try `klyngeblik contacts` with.

    Their proportions follow the real packages in --raw. The file says that they are made up, and
    so does every package counted from it.
    """
    from etl.registers import ContactsError, generate  # noqa: PLC0415

    first, _, last = years.partition(":")
    if not (first.isdigit() and (last or first).isdigit()):
        raise typer.BadParameter(f"{years!r} is no span of years; write 2023:2025")
    try:
        with progress() as tell:
            generate(
                out,
                rows,
                raw,
                seed=seed,
                years=(int(first), int(last or first)),
                memory=memory,
                progress=tell,
            )
    except ContactsError as error:
        raise typer.BadParameter(str(error)) from None
    terminal().print(str(out), markup=False)


COMMANDS = (contacts, contacts_demo)
