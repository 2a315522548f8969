"""Make the screenshots of docs/gallery.md from a running server.

``klyngeblik serve`` in one terminal, then ``python tools/gallery.py http://127.0.0.1:8501``.
Needs the Chromium that ``make test`` installs. Pictures are of the shipped figures.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

IMAGES: Final = Path(__file__).resolve().parents[1] / "docs" / "images"
_HORSENS: Final = "geo=klynger-2022&area=k22-horsensklyngen&demo=0"
#: File name → address, width and height of the picture.
VIEWS: Final = {
    "forside": ("/", 1366, 768),
    "profil": (f"/profil?{_HORSENS}", 1280, 1150),
    "kommunerne": (f"/kommunerne?{_HORSENS}&sort=spread", 1280, 900),
    "tal": (f"/tal?{_HORSENS}&indicator=home_nursing_per_1000", 1280, 1000),
    "aeldreraad": ("/aeldreraad?geo=kommuner&area=0766", 1024, 900),
    "raad": ("/klynge-til-raad?geo=sundhedsraad-2027&area=r27-limfjorden&demo=0", 1280, 1000),
}


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("server", help="address of a running server")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser's file")
    asked = parser.parse_args()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox"])
        for name, (address, width, height) in VIEWS.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(asked.server + address)
            page.wait_for_selector(".kb-footer")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
