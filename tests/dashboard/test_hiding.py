"""Om data tells how much is hidden of the true small counts, why, and what would help."""

from __future__ import annotations

from tests.dashboard.conftest import Run
from tests.dashboard.contexts import everything
from warehouse import connect


def test_the_share_of_municipal_figures_hidden_is_told(run: Run, warehouse_path) -> None:
    with connect(warehouse_path) as wh:
        [(share,)] = wh.sql(
            "SELECT 100.0 * avg((status LIKE 'suppressed%')::INT) FROM measures "
            "JOIN packages USING (package_id) WHERE made_safe_by = 'klyngeblik' "
            "AND level = 'municipality' AND standardisation = 'crude'"
        ).rows()
    shown = everything(run("om_data", view="skjult"))
    assert f"er {share:.1f}".replace(".", ",") in shown
    for told in ("Få personer", "For at skjule andre", "mindst tre mulige værdier", "Kommune"):
        assert told in shown


def test_it_is_told_in_english(run: Run) -> None:
    shown = everything(run("om_data", view="skjult", lang="en"))
    assert "Hidden three years running" in shown
    assert "Kommune" not in shown
