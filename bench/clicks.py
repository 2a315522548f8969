"""From a click to the last thing a reader sees drawn, in Chromium, against an empty Streamlit app.

The clock starts with the click as the browser stamps it, and stops with the last change within the
window, in the main part of the page: text, shapes of charts, their colours and places. What lies
below the window is written a moment later, and its charts are drawn before a reader comes to them;
for the whole page, which no reader sees at once, the window is made as long as the page. Both apps
are watched by the same script in the same browser, and clicked in turn: a machine is not as quick
in one minute as in the next. The reader chooses another area in the sidebar, which changes every
number of a page, and on the map also another year; in the empty app the same: an option of a
select box, or a button.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from bench import server
from bench.bar import Bar
from tests.chromium import FLAGS, find

CLICKS, _WARM = 12, 3
#: Milliseconds without a change after which a page counts as drawn.
_QUIET = 400
#: Times what the same takes in an empty app.
LIMIT = 1.5
#: A reader's window, and one no reader has, with room for every page.
DESK, LONG = ViewportSize(width=1440, height=1000), ViewportSize(width=1440, height=9000)
#: Pages measured: what a reader sees first, the map, those with most charts, and the ældreråd's.
PAGES = ("profil", "kort", "sektorer", "boern-og-unge", "kronisk", "aeldre")

_WATCH = """
() => {
  window.watched?.disconnect();
  window.clicked = 0; window.changed = 0;
  const seen = (place) => {
    const { top, bottom } = place.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };
  window.watched = new MutationObserver((records) => {
    const now = performance.now();
    const elements = records.map(({ target }) => target.closest ? target : target.parentElement);
    const places = new Set(elements.map((element) => element?.closest('.kb-chart') ?? element));
    if (window.clicked && [...places].some((place) => place && seen(place))) window.changed = now;
  });
  window.watched.observe(document.querySelector('[data-testid="stMain"]'), {
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
class Tab:
    """A page open in the browser, and what is done on it."""

    where: str
    page: Page
    click: Callable[[], None]


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


def measure(path: Path, pages: Sequence[str] = PAGES) -> Iterator[tuple[Click, ...]]:
    """Yield each click with the same in an empty app of default settings."""
    with (
        server.empty() as button,
        server.empty(server.CHOICE) as choice,
        server.app(path) as app,
        _browser() as browser,
    ):
        page, clicking, choosing = (browser.new_page(viewport=DESK) for _ in range(3))
        clicking.goto(button.url)
        click = Tab("a click", clicking, clicking.get_by_role("button", name="Click").click)
        choosing.goto(choice.url)
        choosing.get_by_role("combobox", name="Område").wait_for()
        choose = Tab("another option", choosing, _another_area(choosing))
        for slug in pages:
            page.goto(f"{app.url}/{slug}?geo=klynger-2022&area=k22-horsensklyngen")
            page.locator(".kb-footer").wait_for(timeout=60_000)
            yield _in_turn(Tab(f"another area on /{slug}", page, _another_area(page)), choose)
            if slug == "kort":
                yield _in_turn(Tab("another year on /kort", page, _another_year(page)), click)
            else:
                page.set_viewport_size(LONG)
                yield _in_turn(Tab(f"the whole of /{slug}", page, _another_area(page)), choose)
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


def _another_year(page: Page) -> Callable[[], None]:
    """Return a function that goes a year back and forth."""
    steps = itertools.cycle(page.get_by_role("button", name=name) for name in ("‹", "›"))
    return lambda: next(steps).click()


def _in_turn(*tabs: Tab) -> tuple[Click, ...]:
    taken: list[list[float]] = [[] for _ in tabs]
    # The first are not counted: server and browser have to see a page to be quick.
    for number in range(_WARM + CLICKS):
        for tab, times in zip(tabs, taken, strict=True):
            tab.page.bring_to_front()
            tab.page.evaluate(_WATCH)
            tab.click()
            tab.page.wait_for_function(_DRAWN, timeout=60_000)
            if number >= _WARM:
                times.append(tab.page.evaluate("() => window.changed - window.clicked"))
    return tuple(Click(tab.where, tuple(times)) for tab, times in zip(tabs, taken, strict=True))


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
