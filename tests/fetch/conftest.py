from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.sources import Patience
from tests.fetch.register import Register
from tests.fetch.server import Service, serving
from tests.fetch.tables import Bank


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def patience() -> Patience:
    """No waits between tries, as many tries as real life, and time for a slow machine to answer."""
    return Patience(connect=60, read=60, whole=300, first_wait=0.001, longest_wait=0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of packages."""
    made = tmp_path / "raw"
    made.mkdir()
    return made


@pytest.fixture
def register() -> Register:
    """What Datafordeleren holds in a test."""
    return Register()


@pytest.fixture
def datafordeler(register: Register) -> Iterator[Service]:
    with serving(register.answer) as service:
        yield service


@pytest.fixture
def bank(raw_dir: Path) -> Bank:
    """A bank that holds the shipped figures of two years, by single year of age."""
    return Bank(raw_dir, first_year=2025)


@pytest.fixture
def statbank(bank: Bank) -> Iterator[Service]:
    with serving(bank.answer) as service:
        yield service
