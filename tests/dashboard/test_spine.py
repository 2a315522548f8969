"""The spine: where an area lies among all of its kind, only with figures that can be compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from content.spine import FEWEST, spread
from tests.dashboard.conftest import AREAS, Run
from tests.dashboard.contexts import everything


def figure(value: float | None, *, aged: float | None = None, period: int = 2025) -> dict[str, Any]:
    """Return what of a key figure the spine needs."""
    return {"value": value, "age_value": aged, "period": period}


def test_it_reaches_from_the_lowest_to_the_highest_with_the_quarters_between() -> None:
    values = [3.0, 1.0, 4.0, 1.5, 9.0, 2.6]
    found = spread(figure(3.0), [figure(v) for v in values])
    assert found is not None
    assert (found.lowest, found.highest, found.count) == (1.0, 9.0, 6)
    quarters = (found.quarter, found.middle, found.three_quarters)
    assert quarters == pytest.approx(tuple(np.percentile(values, [25, 50, 75])))


def test_hidden_figures_other_years_and_figures_not_adjusted_alike_are_left_out() -> None:
    own = figure(50.0, aged=5.0)
    alike = [figure(99.0, aged=float(v)) for v in range(1, FEWEST + 1)]
    others = [figure(None), figure(100.0), figure(99.0, aged=77.0, period=2024)]
    found = spread(own, [*alike, *others])
    assert found is not None
    assert (found.lowest, found.highest, found.count) == (1.0, float(FEWEST), FEWEST)


def test_few_areas_have_no_spread() -> None:
    assert spread(figure(1.0), [figure(1.0)] * (FEWEST - 1)) is None


def test_each_row_is_drawn_and_told_in_words_among_all_clusters(run: Run) -> None:
    app = run("overblik", area="k22-horsensklyngen")
    shown = " ".join(block.proto.body for block in app.get("html"))
    assert shown.count('class="kb-spine') > 10
    assert "Af 22 områder har det laveste" in everything(app)


def test_it_is_there_for_every_kind_of_area_but_the_country(run: Run) -> None:
    for area in AREAS:
        app = run("overblik", area=area)
        assert not app.exception, area
        shown = " ".join(block.proto.body for block in app.get("html"))
        assert ("kb-spine" in shown) == (area != "dk"), area
