"""The meeting sheet (mødeark): an area and a theme as paper, slides and workbook.

Reads the warehouse and nothing else, and says what the pages say: numbers come from the same
queries, sentences and words from the same catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from report.content import DEFAULT_URL, sheet_of, themes
from report.model import Sheet
from report.pdf import pdf
from report.slides import slides
from report.workbook import workbook
from warehouse import ExportError, Warehouse

__all__ = ["DEFAULT_URL", "FORMATS", "sheet", "sheet_of", "themes", "write"]

#: Ending of a file: what makes it.
FORMATS: dict[str, Callable[[Sheet], bytes]] = {".pdf": pdf, ".pptx": slides, ".xlsx": workbook}


def sheet(
    wh: Warehouse,
    area_id: str,
    theme: str,
    lang: str = "da",
    base_url: str = DEFAULT_URL,
    *,
    demo: bool = False,
) -> bytes:
    """Return the sheet of an area and a theme as PDF: A4 pages, tagged (PDF/UA-1).

    Parameters
    ----------
    wh
        The warehouse.
    area_id
        Any area of any geography, by id.
    theme
        A topic that has a sheet, such as ``overview``, ``elderly`` or ``children``.
    lang
        ``da`` or ``en``.
    base_url
        Address of the dashboard, for the link to the live view.
    demo
        Whether made-up figures are taken along, marked.

    Raises
    ------
    warehouse.SelectionError
        When area, theme or language is not known.
    """
    return pdf(sheet_of(wh, area_id, theme, lang, base_url, demo=demo))


def write(content: Sheet, path: Path) -> None:
    """Write a sheet to a file, in the format its ending names.

    Raises
    ------
    warehouse.ExportError
        When the ending names no format, or the file cannot be written.
    """
    make = FORMATS.get(path.suffix.lower())
    if make is None:
        endings = ", ".join(FORMATS)
        raise ExportError(f"{path.name}: a report is one of {endings}; choose by the ending.")
    made = make(content)
    try:
        path.write_bytes(made)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}.") from None
