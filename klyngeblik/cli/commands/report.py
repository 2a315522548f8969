"""``klyngeblik report``: the meeting sheet of an area, or of every area."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli.options import Warehouse
from klyngeblik.cli.output import progress, terminal

if TYPE_CHECKING:
    from warehouse import Warehouse as Opened

PANEL = "Every day"
ORDER = 15

#: Areas a folder is filled with unless told.
_GEOGRAPHY = "klynger-2022"


class Language(StrEnum):
    """Languages of a sheet."""

    DA = "da"
    EN = "en"


class Ending(StrEnum):
    """Kinds of files a folder is filled with."""

    PDF = "pdf"
    PPTX = "pptx"
    XLSX = "xlsx"


def report(
    *,
    area: Annotated[
        str | None, typer.Option(metavar="A", help="Area, by id or name, e.g. Horsensklyngen.")
    ] = None,
    theme: Annotated[
        list[str] | None,
        typer.Option(
            metavar="T",
            help="overview, sectors, elderly, senior_council (one page in large print), children, "
            "chronic, or council_dossier (health councils).",
            show_default="overview; with --all every theme",
        ),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the sheet.")] = Language.DA,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            dir_okay=False,
            help="The file; its ending chooses .pdf, .pptx (slides) or .xlsx (tables).",
        ),
    ] = None,
    everything: Annotated[
        Path | None,
        typer.Option(
            "--all", metavar="DIR", file_okay=False, help="Fill a folder: every area and theme."
        ),
    ] = None,
    geography: Annotated[
        str | None,
        typer.Option(
            metavar="G", help="Grouping the area is in, or whose areas.", show_default=_GEOGRAPHY
        ),
    ] = None,
    ending: Annotated[
        list[Ending] | None,
        typer.Option("--format", help="With --all: kinds of files.", show_default="pdf"),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="KLYNGEBLIK_URL",
            help="Address of the dashboard, for the link to the live view.",
            show_default="this machine",
        ),
    ] = None,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Take made-up figures along, marked; else they are left out."),
    ] = False,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
) -> None:
    """Make the meeting sheet (mødeark) of an area: pages, slides, or tables.

    Give --area and --out for one sheet, or --all for every area of a geography.
    """
    import report as sheets  # noqa: PLC0415
    from warehouse import SelectionError, connect  # noqa: PLC0415

    if (everything is None) == (area is None) or (everything is None) != (out is not None):
        raise typer.BadParameter("give --area with --out, or --all")
    known = list(sheets.themes())
    wanted = theme or (known if everything else known[:1])
    if unknown := [t for t in wanted if t not in known]:
        raise SelectionError("theme", unknown[0], known)
    url = base_url or sheets.DEFAULT_URL
    with connect(warehouse) as opened:
        wh = opened.staying()  # all sheets are of one edition
        if out is not None and area is not None:
            if len(wanted) > 1:
                raise typer.BadParameter("one file holds one theme; give --theme once, or --all")
            one = _area(wh, area, geography)
            sheets.write(sheets.sheet_of(wh, one, wanted[0], lang.value, url, demo=demo), out)
            terminal().print(f"Written: {out}", markup=False)
            return
        assert everything is not None  # noqa: S101
        everything.mkdir(parents=True, exist_ok=True)
        jobs = [
            (each, name)
            for each, level in _areas(wh, geography or _GEOGRAPHY)
            for name in wanted
            if sheets.themes()[name].has_sheet(level)
        ]
        endings = ending or [Ending.PDF]
        with progress() as tell:
            for done, (each, subject) in enumerate(jobs):
                tell("sheets", done, len(jobs))
                content = sheets.sheet_of(wh, each, subject, lang.value, url, demo=demo)
                for kind in endings:
                    sheets.write(content, everything / f"{content.name}.{kind.value}")
            tell("sheets", len(jobs), len(jobs))
    files = len(jobs) * len(endings)
    terminal().print(f"{files} files written to {everything}", markup=False)


def _area(wh: Opened, asked: str, geography: str | None) -> str:
    """Return the id of an area given by id or name; a name first means a cluster of today."""
    from warehouse import SelectionError  # noqa: PLC0415
    from warehouse.export import query  # noqa: PLC0415

    def found(within: str | None) -> list[str]:
        resolved = query.resolve(wh, query.Selection.of(area=asked, geography=within))
        return [str(a) for a in resolved.areas]

    if geography is None:
        try:
            areas = found(_GEOGRAPHY)
        except SelectionError:
            areas = found(None)
    else:
        areas = found(geography)
    if len(areas) != 1:
        raise SelectionError("area", asked, areas, f"Give one area, not {len(areas)}.")
    return areas[0]


def _areas(wh: Opened, asked: str) -> list[tuple[str, str]]:
    """Return the areas of a geography, each with its level."""
    from warehouse.export import query  # noqa: PLC0415

    geography = query.resolve(wh, query.Selection.of(geography=asked)).geography[0]
    return query.areas(wh, geography).select("area_id", "level").rows()


COMMANDS = (report,)
