"""The app as a reader meets it: served on a free port, driven in Chromium, watched for requests."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.chromium import FLAGS, find

#: A busy machine is slow, not wrong: how long the browser is waited for, in milliseconds.
PATIENT = 60_000
expect.set_options(timeout=PATIENT)

REPO = Path(__file__).resolve().parents[2]
_START = (
    "import sys; from pathlib import Path; from dashboard.serve import serve; "
    "serve(Path(sys.argv[1]), 0)"
)
#: Streamlit asks for its own address below the page's before it asks at the root.
_EXPECTED = re.compile(r"Failed to load resource|/_stcore/")


@pytest.fixture(scope="session")
def app_url(warehouse_path: Path) -> Iterator[str]:
    """Serve the built warehouse and return the address."""
    with serving(warehouse_path) as url:
        yield url


@contextmanager
def serving(warehouse: Path) -> Iterator[str]:
    """Serve a warehouse as long as it is needed; the address is given."""
    server = subprocess.Popen(
        [sys.executable, "-c", _START, str(warehouse)],
        cwd=REPO,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = server.stdout.readline()
        assert line.startswith("Klyngeblik: http://127.0.0.1:"), line
        yield line.split()[1]
    finally:
        server.terminate()
        server.wait(180)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return one browser for all tests."""
    executable = find()
    if executable is None:
        pytest.fail("no Chromium: run python -m tests.chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Reader:
    """One reader with a window of their own; what the window asked for and complained about."""

    page: Page
    url: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = urlsplit(self.url).netloc

        def asked(address: str) -> None:
            parts = urlsplit(address)
            if parts.scheme not in ("data", "blob") and parts.netloc != own:
                self.foreign.append(address)

        self.page.on("request", lambda request: asked(request.url))
        self.page.on("websocket", lambda socket: asked(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                message.type == "error"
                and not _EXPECTED.search(message.text)
                and self.complaints.append(message.text)
            ),
        )

    def open(self, path: str = "/") -> Page:
        """Open an address of the app and wait until the page is whole."""
        self.page.goto(self.url + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the script has run and the last thing on the page is drawn."""
        self.page.locator(".kb-footer").wait_for()
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()

    def read_through(self) -> None:
        """Come by every chart, as one who reads the page to its end: then all are drawn."""
        for place in self.page.locator(".kb-chart").filter(visible=True).all():
            place.scroll_into_view_if_needed()
            place.locator(".main-svg").first.wait_for()

    def choose(self, label: str, option: str) -> None:
        """Choose an option in a select box by its label, with the keyboard."""
        box = self.page.get_by_role("combobox", name=label).first
        box.click()
        box.fill(option)
        self.page.get_by_role("option", name=option).first.click()
        self.settle()


@pytest.fixture
def reader(app_url: str, chromium: Browser) -> Iterator[Reader]:
    """Return a reader at a desk; no test may leave behind a foreign request or an error."""
    yield from _readers(app_url, chromium, 1440, 1000)


@pytest.fixture
def phone(app_url: str, chromium: Browser) -> Iterator[Reader]:
    """Return a reader with a phone."""
    yield from _readers(app_url, chromium, 390, 844)


@pytest.fixture
def desk_at_200(app_url: str, chromium: Browser) -> Iterator[Reader]:
    """Return a reader at a desk who has enlarged the page to 200 %: half as many CSS pixels."""
    yield from _readers(app_url, chromium, 720, 500, scale=2)


def _readers(
    url: str, chromium: Browser, width: int, height: int, scale: int = 1
) -> Iterator[Reader]:
    # The browser speaks English on purpose: our numbers and dates must not follow it.
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        locale="en-US",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENT)
    reader = Reader(context.new_page(), url)
    yield reader
    context.close()
    assert reader.foreign == []
    assert reader.complaints == []


@pytest.fixture
def another_window(app_url: str, chromium: Browser) -> Iterator[Callable[[], Reader]]:
    """Return a function that opens a private window: nothing remembered, only the link."""
    contexts = []

    def make() -> Reader:
        contexts.append(chromium.new_context(viewport={"width": 1440, "height": 1000}))
        contexts[-1].set_default_timeout(PATIENT)
        return Reader(contexts[-1].new_page(), app_url)

    yield make
    for context in contexts:
        context.close()
