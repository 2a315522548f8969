"""Every sheet of paper that a made-up figure is printed on says so."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser.conftest import Reader, _readers, serving
from tests.made_up import Unit, changed, moved, unmarked

#: Between them every kind of figure, and lists and tables that go over several sheets.
PAGES = (
    "/?area=k22-horsensklyngen",
    "/?area=0766&lang=en",
    "/aeldre?area=dk",
    "/aeldre?area=k22-horsensklyngen&big=1",
    "/boern-og-unge?area=r27-hovedstaden",
    "/boern-og-unge?area=dk&big=1&indicator=child_adhd",
    "/kronisk?area=k22-horsensklyngen",
    "/demografi?area=dk",
    "/demografi?area=dk&big=1",
    "/sektorer?area=0766",
    "/kort?area=k22-horsensklyngen&indicator=home_help_share&map=kommuner",
    "/sammenlign?area=k22-horsensklyngen&view=similar&w_disease=1",
    "/sammenlign?area=0766&view=heat&theme=elderly",
    "/data?area=k22-horsensklyngen&indicator=home_help_share",
)


@pytest.fixture(scope="module")
def other_reader(
    warehouse_path: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Reader]:
    """Return a reader of the same pages with other made-up figures."""
    path = changed(warehouse_path, tmp_path_factory.mktemp("made-up") / "warehouse.duckdb")
    with serving(path) as url:
        yield from _readers(url, chromium, 1440, 1000)
    path.unlink()


def printed(reader: Reader, path: str) -> list[Unit]:
    """Print a page with every table unfolded; return each line with all of its sheet."""
    page = reader.open(path)
    page.evaluate("document.querySelectorAll('details.kb-more').forEach(e => { e.open = true; })")
    page.wait_for_function("!document.querySelector('[data-folded]')")
    reader.read_through()
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf())).pages]
    return [(line, sheet) for sheet in sheets for line in sheet.splitlines()]


@pytest.mark.parametrize("path", PAGES)
def test_every_sheet_with_a_made_up_figure_carries_the_mark(
    reader: Reader, other_reader: Reader, path: str
) -> None:
    before, after = printed(reader, path), printed(other_reader, path)
    assert moved(before, after) > 5
    # A line of a real figure may only have come to another sheet.
    still = {line for line, _ in after}
    assert [line for line in unmarked(before, after) if line not in still] == []
