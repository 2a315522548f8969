"""Om data says what the checks found in the language of the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reference import WAREHOUSE_VARIABLE
from tests.dashboard.conftest import script


@pytest.mark.parametrize(
    ("lang", "said", "other"),
    [
        ("da", "afviger fra dem i FOLK1A_20260211.csv", "differ from those in"),
        ("en", "differ from those in FOLK1A_20260211.csv", "afviger fra dem"),
    ],
)
def test_findings_in_the_language_of_the_page(
    monkeypatch: pytest.MonkeyPatch, warehouse_path: Path, lang: str, said: str, other: str
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(warehouse_path))
    app = AppTest.from_function(script, default_timeout=300)
    for key, value in {"module": "om_data", "view": "pakker", "lang": lang}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    # A name may break at its joints; no reader sees the mark.
    bodies = (str(element.proto.body) for element in app.get("html"))
    shown = " ".join(bodies).replace("<wbr>", "")
    assert said in shown
    assert other not in shown


@pytest.mark.parametrize(
    ("lang", "title", "day"),
    [
        ("da", "Set og godkendt", "30. november 2026"),
        ("en", "Seen and accepted", "30 November 2026"),
    ],
)
def test_what_somebody_said_yes_to_stands_with_day_and_reason(
    monkeypatch: pytest.MonkeyPatch, warehouse_path: Path, lang: str, title: str, day: str
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(warehouse_path))
    app = AppTest.from_function(script, default_timeout=300)
    for key, value in {"module": "om_data", "view": "pakker", "lang": lang}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    bodies = (str(element.proto.body) for element in app.get("html"))
    shown = " ".join(bodies).replace("<wbr>", "").replace("\N{NO-BREAK SPACE}", " ")
    assert title in shown
    assert "Én person i Struer" in shown
    assert day in shown
    # what is answered is not listed as a remark once more
    assert shown.count("Struer, 2026, 80+") == 1
