"""Draw the picture of a shared link, ``dashboard/theme/preview.png``, of the shipped boundaries.

Run it when the clusters, the colours or the name change::

    python tools/link_preview.py WAREHOUSE

It needs Chromium (``python -m tests.chromium``), as the browser tests do.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from dashboard.preview import HEIGHT, WIDTH
from dashboard.reference import open_warehouse, reference_of
from dashboard.text import Text
from dashboard.theme import FONT, LIGHT, PICTURE
from dashboard.wayfinding import drawn_outline
from tests.chromium import FLAGS, find

_PAGE = """
<style>
  body {{ margin: 0; width: {wide}px; height: {tall}px; display: flex; align-items: center;
    font-family: {font}; color: {text}; background: {surface}; }}
  div {{ flex: 1; padding-left: 70px; }}
  h1 {{ margin: 0; font-size: 92px; letter-spacing: -2px; color: {area}; }}
  p {{ margin: 16px 0 0; font-size: 37px; line-height: 1.3; }}
  svg {{ height: 590px; margin-right: 40px; }}
  svg svg {{ height: auto; margin: 0; overflow: hidden; }}
  path {{ fill: {fill}; stroke: {line}; stroke-width: 1.6; }}
  text {{ display: none; }}
  .kb-inset {{ fill: none; }}
  small {{ position: absolute; left: 70px; bottom: 34px; font-size: 19px; color: {muted}; }}
</style>
<div><h1>{name}</h1><p>{tagline}</p><small>{source}</small></div>{map}
"""


def main() -> None:
    """Draw the picture."""
    opened = open_warehouse(Path(sys.argv[1]))
    drawn = drawn_outline(opened, reference_of(opened).known.default_geography, "da")
    if drawn is None:
        sys.exit("the warehouse has no boundaries")
    text = Text("da")
    html = _PAGE.format(
        wide=WIDTH,
        tall=HEIGHT,
        font=FONT,
        text=LIGHT.text,
        muted=LIGHT.muted,
        source=text("maps.openstreetmap"),
        surface=LIGHT.surface,
        area=LIGHT.area,
        fill=LIGHT.sequence[1],
        line=LIGHT.area,
        name=text("shell.title"),
        tagline=text("shell.tagline"),
        map=gzip.decompress(drawn[1]).decode(),
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(html)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
