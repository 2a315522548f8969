"""From a click to the last thing drawn, in Chromium, against an empty Streamlit app.

The clock starts with the click as the browser stamps it, and stops with the last change in the main
part of the page: text, shapes of charts, their colours and places. Both apps are watched by the
same script in the same browser. The reader chooses another area in the sidebar, which changes every
number of a page, and on the map also another year; in the empty app the same: an option of a select
box, or a button. Charts far below the window are not drawn before a reader comes near, so what is
measured is everything a reader can see and half a window more. For the whole page drawn, which no
reader sees at once, the window is made as long as the page.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from bench import server
from bench.bar import Bar
from tests.chromium import FLAGS, find

#: There are ten years before the newest one to click to.
CLICKS, _WARM = 8, 2
#: Milliseconds without a change after which a page counts as drawn.
_QUIET = 400
#: Times what the same takes in an empty app.
LIMIT = 1.5
#: A reader's window, and one no reader has, with room for every page.
DESK, LONG = ViewportSize(width=1440, height=1000), ViewportSize(width=1440, height=9000)
#: Pages measured: what a reader sees first, the map, and the one with most charts.
PAGES = ("", "kort", "sektorer", "boern-og-unge", "kronisk")

_WATCH = """
() => {
  window.watched?.disconnect();
  window.clicked = 0; window.changed = 0;
  const main = document.querySelector('[data-testid="stMain"]');
  window.watched = new MutationObserver(() => {
    if (window.clicked) window.changed = performance.now();
  });
  window.watched.observe(main, {
    subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ['d', 'style', 'transform', 'x', 'y', 'width', 'height', 'fill', 'points'],
  });
  document.addEventListener(
    'click', (event) => { window.clicked ||= event.timeStamp; }, { capture: true, once: true });
}
"""
_DRAWN = f"""
() => {{
  const app = document.querySelector('[data-testid="stApp"]');
  return window.changed && app.dataset.testScriptState === 'notRunning'
    && performance.now() - window.changed > {_QUIET};
}}
"""


@dataclass(frozen=True)
class Click:
    """What was clicked where, and how many milliseconds each took until all was drawn."""

    where: str
    milliseconds: tuple[float, ...]

    @property
    def p50(self) -> float:
        return statistics.median(self.milliseconds)


def bars(path: Path) -> Iterator[Bar]:
    """Measure the clicks on the warehouse given; nothing where there is no Chromium."""
    for click, floor in measure(path):
        yield Bar(
            f"click until drawn, {click.where}",
            click.p50,
            floor.p50,
            f"{floor.where} in an empty Streamlit app",
            "ms",
            LIMIT,
        )


def measure(path: Path, pages: Sequence[str] = PAGES) -> Iterator[tuple[Click, Click]]:
    """Yield each click with the same in an empty app of default settings."""
    with _browser() as page:
        with server.empty() as empty:
            page.goto(empty.url)
            button = page.get_by_role("button", name="Click")
            button.wait_for()
            clicking = Click("a click", _time(page, button.click))
        with server.empty(server.CHOICE) as empty:
            page.goto(empty.url)
            page.get_by_role("combobox", name="Område").wait_for()
            choosing = Click("another option", _time(page, _another_area(page)))
        with server.app(path) as app:
            for slug in pages:
                page.goto(f"{app.url}/{slug}?geo=klynger-2022&area=k22-horsensklyngen")
                page.locator(".kb-footer").wait_for(timeout=60_000)
                area = Click(f"another area on /{slug}", _time(page, _another_area(page)))
                yield area, choosing
                if slug == "kort":
                    earlier = page.get_by_role("button", name="‹")
                    yield Click("another year on /kort", _time(page, earlier.click)), clicking
                else:
                    page.set_viewport_size(LONG)
                    whole = Click(f"the whole of /{slug}", _time(page, _another_area(page)))
                    yield whole, choosing
                    page.set_viewport_size(DESK)


def _another_area(page: Page) -> Callable[[], None]:
    """Return a function that chooses the next area; only its last click is timed."""

    def choose() -> None:
        box = page.get_by_role("combobox", name="Område").first
        box.press("ArrowDown")
        options = page.get_by_role("option")
        options.first.wait_for()
        chosen = [options.nth(i) for i in range(min(3, options.count()))]
        other = next(o for o in chosen if o.get_attribute("aria-selected") != "true")
        page.evaluate(_WATCH)
        other.click()

    return choose


def _time(page: Page, click: Callable[[], None]) -> tuple[float, ...]:
    taken = []
    # The first are not counted: server and browser have to see a page to be quick.
    for number in range(_WARM + CLICKS):
        page.evaluate(_WATCH)
        click()
        page.wait_for_function(_DRAWN, timeout=60_000)
        if number >= _WARM:
            taken.append(page.evaluate("() => window.changed - window.clicked"))
        time.sleep(0.1)
    return tuple(taken)


@contextmanager
def _browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        try:
            yield browser.new_page(viewport=DESK)
        finally:
            browser.close()
