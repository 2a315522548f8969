"""Pages run by themselves, as the app runs them, on the shipped warehouse or on another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reference import WAREHOUSE_VARIABLE

#: One of each kind, the split capital, a small island, and an area of one municipality.
AREAS = (
    "k22-horsensklyngen",
    "k22-hovedstaden-byen",
    "k22-bornholm",
    "r27-limfjorden",
    "reg07-hovedstaden",
    "reg27-oestdanmark",
    "0825",
    "dk",
)
Run = Callable[..., AppTest]


def script() -> None:
    """Run one page as the app does, chosen by the link."""
    import importlib

    import streamlit as st

    from dashboard import made_up
    from dashboard.context import Context
    from dashboard.format import Numbers
    from dashboard.reference import open_warehouse, reference_of
    from dashboard.selection import parse
    from dashboard.text import Text
    from dashboard.theme import LIGHT

    params = dict(st.query_params.to_dict())
    module = importlib.import_module(f"dashboard.pages.{params.pop('module')}")
    warehouse = open_warehouse()
    reference = reference_of(warehouse)
    selection, _ = parse(params, reference.known)
    reference = made_up.seen_by(reference, selection.demo)
    lang = selection.lang
    module.render(
        Context(warehouse, reference, selection, Text(lang), Numbers(lang), LIGHT, module.PAGE)
    )


@pytest.fixture
def shown(warehouse_path: Path) -> Path:
    """Return the warehouse the pages show; a module that shows another one has its own."""
    return warehouse_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, shown: Path) -> Run:
    """Return a function that runs a page for some link parameters."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(shown))

    def go(module: str, **params: str) -> AppTest:
        app = AppTest.from_function(script, default_timeout=300)
        for key, value in {"module": module, **params}.items():
            app.query_params[key] = value
        return app.run()

    return go
