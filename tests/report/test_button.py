"""The sheet is one click from the page that shows the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reference import WAREHOUSE_VARIABLE
from tests.report.reading import Paper


def script() -> None:
    from dashboard.components import sheet_button as module
    from tests.dashboard.contexts import context

    ctx = context()
    module.sheet_button(ctx, "elderly")


def test_three_buttons_that_make_nothing_until_clicked(
    warehouse_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(warehouse_path))
    monkeypatch.setattr("report.sheet_of", lambda *_: pytest.fail("made before the click"))
    test = AppTest.from_function(script, default_timeout=300).run()
    assert not test.exception
    labels = [button.label for button in test.get("download_button")]
    assert labels == [
        "Hent mødeark (PDF)",
        "Hent slides (PowerPoint)",
        "Hent tabeller (Excel)",
    ]


def test_the_click_makes_the_sheet_of_the_area_shown(warehouse_path: Path) -> None:
    from types import SimpleNamespace

    from dashboard.components.sheet_button import _maker
    from warehouse import connect

    with connect(warehouse_path) as wh:
        ctx = SimpleNamespace(warehouse=wh, area=SimpleNamespace(id="k22-bornholm"), lang="da")
        make = _maker(ctx, "elderly", ".pdf", "https://klyngeblik.region.example", demo=False)  # type: ignore[arg-type]
        text = Paper(make()).text
    assert "Sundhedsklynge Bornholm" in text
    assert "klyngeblik.region.example/aeldre?area=k22-bornholm" in text.replace(" ", "")
