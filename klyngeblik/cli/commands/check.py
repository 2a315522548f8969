"""``klyngeblik check``: every problem in delivered files, as a row."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli.definitions import Definitions, beside_ours
from klyngeblik.cli.errors import DATA_WRONG
from klyngeblik.cli.options import DEFAULT_RAW, Json, Warehouse, existing_folder
from klyngeblik.cli.output import print_findings, print_json, progress, terminal

if TYPE_CHECKING:
    from etl.findings import Finding
    from etl.ingest.readers import Package
    from etl.quality.signoff import SignOffs

PANEL = "Data"
ORDER = 30

_KINDS = {"error": 0, "question": 0, "warning": 0, "note": 0}
_SUMMARY = {
    "da": "{packages} datapakke(r) læst: {error} fejl, {question} spørgsmål uden svar, {warning} "
    "advarsler, {note} bemærkninger; {seen} er set og godkendt.",
    "en": "{packages} package(s) read: {error} error(s), {question} question(s) without an answer, "
    "{warning} warning(s), {note} note(s); {seen} accepted.",
}
_ANSWER = {
    "da": "Spørgsmål stopper `klyngeblik build`, til nogen siger ja til dem (--accept ID).",
    "en": "Questions stop `klyngeblik build` until somebody says yes to them (--accept ID).",
}


def check(  # noqa: PLR0917 - options of a command
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            exists=True,
            help="Packages, or folders of them.",
            show_default=str(DEFAULT_RAW),
        ),
    ] = None,
    as_json: Json = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.xlsx",
            dir_okay=False,
            help="Write the findings as a workbook too, to send back (Danish and English).",
        ),
    ] = None,
    language: Annotated[
        Literal["da", "en"],
        typer.Option("--language", help="Language of the table; JSON and workbook have both."),
    ] = "en",
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    definitions: Definitions = None,
    disclosure: Annotated[
        bool,
        typer.Option(
            "--disclosure",
            help="Say instead what the warehouse hides of true small counts, why, what would help.",
        ),
    ] = False,
) -> None:
    """Say everything that is wrong in packages: file, sheet, row, column, what, how to mend it.

    Nothing is built; the warehouse, when there is one, only tells which editions are loaded and
    what was said yes to. The exit status is 1 when there are errors, or questions that nobody has
    said yes to: both stop a build. Warnings and notes stop nobody.
    """
    if disclosure:
        from klyngeblik.cli.hiding import print_hiding  # noqa: PLC0415

        print_hiding(warehouse, language)
        return
    if out is not None and out.suffix.lower() != ".xlsx":
        raise typer.BadParameter("the name must end in .xlsx", param_hint="--out")
    with beside_ours(definitions) as folder:
        packages, findings, signed = _looked_at(
            paths or [existing_folder(DEFAULT_RAW)], warehouse, folder
        )
    seen = signed.accepted(findings)
    if out is not None:
        from klyngeblik.cli.findings_file import write_findings  # noqa: PLC0415

        write_findings(findings, out)
    number = Counter(finding.severity for finding in findings if finding.id not in seen)
    if as_json:
        print_json(
            {name: said for name, said in finding.as_row().items() if name != "fingerprint"}
            | {"id": finding.id, "accepted": finding.id in seen}
            for finding in findings
        )
    else:
        console = terminal()
        if findings:
            print_findings(console, findings, language, seen)
        numbers = _KINDS | number | {"packages": len(packages), "seen": len(seen)}
        console.print(_SUMMARY[language].format(**numbers))
        if number["question"]:
            console.print(_ANSWER[language], markup=False)
    if number["error"] or number["question"]:
        raise typer.Exit(DATA_WRONG)


def _looked_at(
    paths: list[Path], warehouse: Path, definitions: Path | None
) -> tuple[list[Package], list[Finding], SignOffs]:
    from etl.disclosure.ledger import FILE, Ledger  # noqa: PLC0415
    from etl.findings import PackageError  # noqa: PLC0415
    from etl.indicators.definition import load_indicators  # noqa: PLC0415
    from etl.ingest.readers import load_folder, read_package  # noqa: PLC0415
    from etl.ingest.readers.folder import tried  # noqa: PLC0415
    from etl.layouts import load_layouts  # noqa: PLC0415
    from etl.quality.against_release import against_loaded  # noqa: PLC0415
    from etl.quality.capped import above_whole  # noqa: PLC0415
    from etl.quality.checks import check_all  # noqa: PLC0415
    from etl.quality.places import check_boundaries, findings_of  # noqa: PLC0415
    from etl.quality.signoff import SignOffs  # noqa: PLC0415
    from geo import GeographyError, load_geographies  # noqa: PLC0415

    try:
        layouts = load_layouts(definitions and definitions / "layouts")
        load_geographies(definitions and definitions / "geographies")
    except PackageError as error:
        return [], list(error.findings), SignOffs()
    except GeographyError as error:
        return [], findings_of(error.problems), SignOffs()
    packages: list[Package] = []
    unused: list[str] = []
    findings: list[Finding] = []
    with progress() as tell:
        for path in paths:
            if path.is_dir():
                loaded = load_folder(path, layouts, partial(tell, str(path)))
                packages += loaded.packages
                unused += loaded.unused
                findings += loaded.findings
                continue
            tell(path.name, 0, 1)
            package = tried(read_package, path, layouts)
            if isinstance(package, PackageError):
                findings += package.findings
            else:
                packages.append(package)
                findings += package.findings
            tell(path.name, 1, 1)
        tell("check", 0, 1)
        findings += check_boundaries(path for path in paths if path.is_dir())
        findings += check_all(packages)
        indicators = load_indicators(definitions and definitions / "indicators").values()
        findings += above_whole(packages, indicators)
        folder = next((path for path in paths if path.is_dir()), None)
        ledger = None if folder is None else Ledger.of(folder / FILE)
        findings += against_loaded(packages, warehouse, indicators, unused, ledger)
        signed, about = _signed(paths, warehouse)
        tell("check", 1, 1)
    return packages, findings + about, signed


def _signed(paths: list[Path], warehouse: Path) -> tuple[SignOffs, list[Finding]]:
    """Return what was said yes to, and what is wrong with where that stands."""
    from etl.findings import PackageError  # noqa: PLC0415
    from etl.publish.last_release import LastRelease  # noqa: PLC0415
    from etl.quality.signoff import SignOffs  # noqa: PLC0415
    from warehouse import WarehouseError  # noqa: PLC0415

    folders = dict.fromkeys(path if path.is_dir() else path.parent for path in paths)
    try:
        last = LastRelease.of(warehouse)
    except WarehouseError:  # locked, or not permitted: a build says so
        last = LastRelease()
    try:
        return SignOffs.of(folders, last.path), list(last.findings)
    except PackageError as error:
        return SignOffs(), [*last.findings, *error.findings]


COMMANDS = (check,)
