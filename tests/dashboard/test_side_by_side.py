"""Kommunerne: which of our municipalities differ, how surely, and in what order it is shown."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from content.side_by_side import Line, lines, ordered
from tests.dashboard.conftest import AREAS, Run
from tests.dashboard.contexts import everything as said
from warehouse import Warehouse, connect


def html(app: AppTest) -> str:
    """Return the page as it is written."""
    return " ".join(block.proto.body for block in app.get("html"))


def number(area: str, year: int, value: float | None, **more: Any) -> dict[str, Any]:
    """Return a row as ``warehouse.read.slices.read`` gives it."""
    return {
        "indicator_id": "share",
        "area_id": area,
        "period": year,
        "standardisation": "crude",
        "value": value,
        "lower": None,
        "upper": None,
        "status": "ok" if value is not None else "suppressed",
        "is_estimate": False,
        "is_projection": False,
        "vs_country": None,
    } | more


def line(*rows: dict[str, Any], counted: bool = False) -> Line:
    areas = list(dict.fromkeys(row["area_id"] for row in rows))
    known = frozenset({"share"}) if counted else frozenset()
    (only,) = lines([rows], areas, country="dk", counted=known)
    return only


def test_a_cell_is_marked_as_its_interval_stands_against_the_country() -> None:
    found = line(number("a", 2025, 12.0, vs_country="worse"), number("dk", 2025, 10.0))
    assert found.cells["a"].mark == "worse"
    assert found.cells["a"].distance == pytest.approx(20.0)
    assert found.cells["dk"].mark == "none"


def test_a_number_without_an_interval_claims_no_difference() -> None:
    found = line(number("a", 2025, 12.0), number("dk", 2025, 10.0))
    assert found.cells["a"].mark == "unknown"
    assert not found.differs(["a"])


def test_where_everybody_is_counted_any_difference_is_one_unless_it_is_an_estimate() -> None:
    rows = (
        number("a", 2025, 12.0),
        number("b", 2025, 12.0, is_estimate=True),
        number("dk", 2025, 10.0),
    )
    found = line(*rows, counted=True)
    assert (found.cells["a"].mark, found.cells["b"].mark) == ("higher", "unknown")


def test_a_hidden_number_has_no_mark_no_value_and_breaks_the_curve() -> None:
    found = line(
        number("a", 2023, 5.0),
        number("a", 2024, None),
        number("a", 2025, None),
        number("b", 2025, 9.0),
        number("dk", 2025, 10.0),
    )
    cell = found.cells["a"]
    assert (cell.row["value"], cell.row["status"], cell.mark) == (None, "suppressed", "none")
    assert cell.history == ((2023, 5.0), (2024, None), (2025, None))


def test_all_cells_of_a_line_are_of_one_year_and_projections_are_left_out() -> None:
    found = line(
        number("a", 2024, 1.0),
        number("b", 2025, 2.0),
        number("b", 2030, 9.0, is_projection=True),
        number("dk", 2025, 3.0),
    )
    assert found.period == 2025
    assert found.cells["a"].row["status"] == "missing"
    assert found.cells["b"].history == ((2025, 2.0),)


def test_lines_are_ordered_by_spread_certainty_or_one_areas_distance() -> None:
    def of(indicator: str, a: float, b: float, **more: Any) -> tuple[dict[str, Any], ...]:
        rows = number("a", 2025, a, **more), number("b", 2025, b), number("dk", 2025, 10.0)
        return tuple(row | {"indicator_id": indicator} for row in rows)

    found = lines(
        [
            of("alike", 10.0, 10.0),
            of("spread", 10.0, 20.0),
            of("sure", 15.0, 15.0, vs_country="higher"),
        ],
        ["a", "b", "dk"],
        country="dk",
    )

    def order(by: str) -> list[str]:
        return [line.indicator for line in ordered(found, by, ["a", "b"])]

    assert order("topic") == ["alike", "spread", "sure"]
    assert order("spread") == ["spread", "alike", "sure"]
    assert order("certain") == ["sure", "alike", "spread"]
    assert order("b") == ["spread", "sure", "alike"]


def test_the_page_shows_the_municipalities_of_every_kind_of_area(run: Run) -> None:
    for area in AREAS:
        app = run("kommunerne", area=area)
        assert not app.exception, (area, app.exception)
        assert "kb-side" in html(app), area


def test_a_municipality_stands_among_those_of_its_cluster(run: Run) -> None:
    shown = said(run("kommunerne", area="0766"))
    assert all(name in shown for name in ("Hedensted", "Horsens", "Odder", "Skanderborg"))
    assert "Kommunerne i Horsensklyngen" in shown


def test_the_country_shows_all_municipalities_of_one_topic(run: Run) -> None:
    app = run("kommunerne", area="dk", theme="population")
    assert html(app).count('<th scope="row">') == 1 + 98
    shown = said(app)
    assert all(name in shown for name in ("Læsø", "Ærø", "København"))


def test_every_number_on_the_page_is_the_extracts(run: Run, wh: Warehouse) -> None:
    shown = said(run("kommunerne", area="k22-horsensklyngen", theme="sectors"))
    rows = wh.sql(
        "SELECT value FROM extract WHERE indicator_id = 'home_nursing_per_1000' AND period = 2025 "
        "AND area_id IN ('0615', '0727', '0746', '0766', 'k22-horsensklyngen', 'dk') "
        "AND sex = 'all' AND age = 'all' AND standardisation = 'crude'"
    )
    assert len(rows) == 6
    for value in rows["value"]:
        assert f"{value:.1f}".replace(".", ",") in shown


def test_only_what_surely_differs_can_be_asked_for(run: Run) -> None:
    all_of_them = said(run("kommunerne", area="k22-horsensklyngen"))
    certain = said(run("kommunerne", area="k22-horsensklyngen", show="certain"))
    assert "Dårligt mentalt helbred" in all_of_them  # a survey share without an interval
    assert "Dårligt mentalt helbred" not in certain
    assert "Borgere med hjemmesygepleje" in certain


def test_the_table_says_what_it_is_sorted_by(run: Run) -> None:
    shown = html(run("kommunerne", area="k22-horsensklyngen", sort="0766"))
    assert shown.count('aria-sort="descending"') == 1


def test_the_page_speaks_english(run: Run) -> None:
    shown = said(run("kommunerne", area="k22-horsensklyngen", lang="en"))
    assert "Municipalities" in shown
    assert "Kommuner" not in shown


@pytest.fixture
def wh(warehouse_path: Any) -> Any:
    """Return the shipped warehouse."""
    with connect(warehouse_path) as opened:
        yield opened
