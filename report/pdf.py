"""The sheet as paper: A4 pages as tagged PDF (PDF/UA-1), set by typst without any network."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typst

from dashboard.text import Text
from dashboard.theme import LIGHT
from report.model import Sheet
from report.row_headers import with_row_headers
from warehouse import ExportError

_TEMPLATE = Path(__file__).parent / "sheet.typ"
#: Colours that also differ in grey.
_COLOURS = {
    "text": LIGHT.text,
    "muted": LIGHT.muted,
    "grid": LIGHT.grid,
    "border": LIGHT.border,
    "surface": LIGHT.surface,
    "area": LIGHT.area,
    "region": LIGHT.region,
    "country": LIGHT.country,
    "demo": LIGHT.demo,
    "other": LIGHT.sequence[2],
}
# A compiler keeps what it has parsed and measured; it is not for two threads at once.
_local = threading.local()


def pdf(sheet: Sheet) -> bytes:
    """Return the sheet as PDF/UA-1: tags, language, bookmarks, alternative texts, own fonts.

    Parameters
    ----------
    sheet
        What stands on it.

    Returns
    -------
    bytes
        A PDF of exactly the sheet's pages; the same sheet gives the same bytes.

    Raises
    ------
    warehouse.ExportError
        When the content of a page does not fit on it even in the smallest letters.
    """
    if not hasattr(_local, "compiler"):
        # Only fonts inside typst: the sheet looks the same on a machine without any.
        _local.compiler = typst.Compiler(
            str(_TEMPLATE), root=str(_TEMPLATE.parent), ignore_system_fonts=True
        )
    inputs = {"sheet": asdict(sheet), "colours": _COLOURS, "words": _words(Text(sheet.lang))}
    day = datetime.fromisoformat(sheet.released).replace(tzinfo=UTC)
    try:
        made: bytes = _local.compiler.compile(
            sys_inputs={name: json.dumps(value) for name, value in inputs.items()},
            pdf_standards=["ua-1"],
            timestamp=int(day.timestamp()),
        )
    except typst.TypstError as error:
        raise ExportError(f"{sheet.name}: the sheet cannot be set: {error}.") from None
    return with_row_headers(made)


def _words(text: Text) -> dict[str, str]:
    return {
        "badge": text("common.demo.badge"),
        "region": text("common.region"),
        "country": text("common.country"),
        "reading": text("moedeark.reading"),
        "sources": text("moedeark.sources"),
        "page": text("moedeark.page"),
    }
