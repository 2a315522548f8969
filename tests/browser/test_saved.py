"""Every chart of every page, saved as picture and as table: one area of each kind.

The suite looks at each page for one of the areas in turn; every page for each of them takes some
minutes: ``pytest -m every_area``.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Reader

KINDS = {
    "k22-horsensklyngen": "Horsensklyngen",
    "0766": "Hedensted",
    "r27-limfjorden": "Sundhedsråd Limfjorden",
    "dk": "Danmark",
}
PATHS = (
    "",
    "kort",
    "kort?map=kommuner&shape=tiles",
    "kort?beside=year",
    "sektorer",
    "boern-og-unge",
    "aeldre",
    "demografi",
    "kronisk",
    "sammenlign",
    "sammenlign?view=funnel",
    "sammenlign?view=heat",
    "sammenlign?view=pair",
    "sammenlign?view=similar",
    "klynge-til-raad",
    "data",
    "om",
    "tilgaengelighed",
)
YEARS = r"(?:19|20)\d\d(?:[–-](?:19|20)\d\d)?"
LICENCE = "© OpenStreetMap-bidragydere (ODbL 1.0)"

_UNTIL_IT_MAY = """async () => {
    while (performance.now() < (window.nextSave ?? 0)) await new Promise(requestAnimationFrame);
}"""


def saved(reader: Reader, frame: Locator, folder: Path) -> Iterator[Path]:
    """Press each button that saves a figure or a table and yield the files.

    No faster than a person could: Chromium drops the eleventh download of a page within a second.
    """
    for button in frame.locator("button[data-save]").all():
        reader.page.evaluate(_UNTIL_IT_MAY)
        with reader.page.expect_download() as download:
            button.click()
        reader.page.evaluate("window.nextSave = performance.now() + 110")
        file = folder / download.value.suggested_filename
        download.value.save_as(file)
        yield file


def words(svg: str) -> str:
    """Return what a picture says; a title takes several lines where it is long."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", svg)).replace("\u00ad", "")


@pytest.mark.parametrize(("path", "area"), list(zip(PATHS, itertools.cycle(KINDS))))
def test_what_is_saved_says_whom_it_is_about_and_when(
    reader: Reader, tmp_path: Path, path: str, area: str
) -> None:
    says_whom_it_is_about_and_when(reader, tmp_path, path, area)


@pytest.mark.every_area
@pytest.mark.parametrize("area", KINDS)
@pytest.mark.parametrize("path", PATHS)
def test_so_it_does_for_every_kind_of_area(
    reader: Reader, tmp_path: Path, path: str, area: str
) -> None:
    says_whom_it_is_about_and_when(reader, tmp_path, path, area)


def says_whom_it_is_about_and_when(reader: Reader, folder: Path, path: str, area: str) -> None:
    reader.open(f"/{path}{'&' if '?' in path else '?'}area={area}")
    name = KINDS[area]
    reader.page.evaluate(
        "document.querySelectorAll('details:not(.kb-more)').forEach(e => { e.open = true; })"
    )
    reader.read_through()
    for frame in reader.page.locator(".kb-frame, .kb-saved").all():
        for summary in frame.locator(".kb-more > summary").all():
            summary.click()
        expect(frame.locator("button[data-save]").first).to_be_visible()
        is_demo = frame.evaluate("e => e.matches('.kb-frame.kb-made-up')")
        is_map = frame.locator(".geo").count() > 0
        for file in saved(reader, frame, folder):
            assert re.search(rf" – {re.escape(name)} – {YEARS}$", file.stem), file.name
            assert file.name.startswith("DEMO ") or not is_demo
            if file.suffix == ".png":
                assert file.read_bytes().startswith(b"\x89PNG")
                continue
            said = file.read_text(encoding="utf-8-sig")
            if file.suffix == ".svg":
                said = words(said)
                assert (LICENCE in said) is is_map, file.name
            else:
                rows = list(csv.reader(io.StringIO(said), delimiter=";"))
                assert len(rows) > 4
                said = said.replace("\u00a0", " ")
            assert name in said or "i hele landet" in said, file.name
            assert re.search(YEARS, said), file.name
            assert "Kilde:" in said
            assert "DEMO" in said or not is_demo
            assert "Klik på" not in said


def test_a_hint_to_click_is_for_the_screen_alone(reader: Reader) -> None:
    window = reader.open("/kort?area=k22-horsensklyngen")
    hint = window.locator(".kb-frame .kb-hint")
    expect(hint).to_be_visible()
    window.emulate_media(media="print")
    expect(hint).to_be_hidden()
    expect(window.locator(".kb-frame").get_by_text(LICENCE)).to_be_visible()
