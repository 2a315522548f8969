"""The population pyramid: both sexes, the country around them, any year, large letters."""

from __future__ import annotations

import json
import re
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.figures.pyramid import population_pyramid, pyramid_alt
from dashboard.figures.style import look
from tests.dashboard.conftest import Run
from tests.dashboard.contexts import charts, everything

LOOK = look("da")


def rows(who: str = "area", name: str = "Et sted", **shares: float | None) -> list[dict[str, Any]]:
    """Return a pyramid of three ages; ``male_90`` and the like change a share."""
    out = []
    for age, usual in (("0–4", 3.0), ("5–9", 4.0), ("90+", 0.5)):
        for sex, said in (("male", "Mænd"), ("female", "Kvinder")):
            value = shares.get(f"{sex}_{age[:2].strip('–')}", usual)
            out.append({
                "label": age, "sex": sex, "sex_name": said, "who": who, "name": name,
                "value": value, "count": None if value is None else 100 * value,
                "status": "ok" if value is not None else "missing", "is_estimate": False,
            })  # fmt: skip
    return out


def drawn(frame: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the browser gets, once plotly itself has found every word of it right."""
    written = json.loads(population_pyramid(frame, LOOK).to_json())
    go.Figure(written)
    return written


def test_men_are_to_the_left_and_women_to_the_right_the_youngest_below() -> None:
    figure = drawn(rows(female_90=1.0))
    men, women = (t for t in figure["data"] if t["type"] == "bar")
    assert (men["name"], men["x"]) == ("Mænd", [-3.0, -4.0, -0.5])
    assert (women["name"], women["x"]) == ("Kvinder", [3.0, 4.0, 1.0])
    assert figure["layout"]["yaxis"]["ticktext"] == ["0–4", "5–9", "90+"]
    assert not any("-" in label or "−" in label for label in figure["layout"]["xaxis"]["ticktext"])
    assert men["text"][0] == "<b>Et sted</b><br>Mænd, 0–4<br>3,0\u00a0% (300 personer)"


def test_the_country_is_a_dashed_outline_named_once() -> None:
    figure = drawn(rows() + rows("country", "Danmark", male_5=2.0))
    outline = [t for t in figure["data"] if t["type"] == "scatter" and t.get("name")]
    assert {t["line"]["dash"] for t in outline} == {"dash"}
    assert outline[0]["x"] == [-3.0, -3.0, -2.0, -2.0, -0.5, -0.5]
    assert [t["name"] for t in figure["data"] if t.get("showlegend", True)] == ["Danmark"]
    alone = drawn(rows())
    assert {t["type"] for t in alone["data"]} == {"bar"}
    assert not alone["layout"]["showlegend"]


def test_a_number_that_is_not_known_is_no_bar_and_no_zero() -> None:
    known = rows(male_90=None)
    known[-2] |= {"value": 271.828, "count": 271_828, "status": "suppressed"}
    figure = drawn(known)
    assert figure["data"][0]["x"] == [-3.0, -4.0, None]
    text = json.dumps(figure) + pyramid_alt(known, LOOK, title="T")
    assert "271" not in text
    assert "Skjult" in text or "skjult" in text


def test_the_alternative_text_says_the_widest_age_and_the_top_of_each_side() -> None:
    said = pyramid_alt(rows() + rows("country", "Danmark"), LOOK, title="Alle, 2020")
    assert said.startswith("Befolkningspyramide: Alle, 2020.")
    assert "Et sted, mænd: flest er 5–9 år (4,0\u00a0%). 90+ år: 0,5\u00a0%." in said
    assert "Danmark, kvinder: flest er" in said


@pytest.mark.parametrize("area", ["k22-horsensklyngen", "0825", "dk"])
def test_the_newest_year_is_drawn_until_another_is_chosen(run: Run, area: str) -> None:
    def pyramid(**params: str) -> tuple[str, dict[str, Any]]:
        app = run("demografi", area=area, **params)
        assert not app.exception
        title = re.search(r"Befolkningen efter køn og alder, (\d{4})", everything(app))
        assert title
        [found] = [one for one in map(json.loads, charts(app)) if "barmode" in one["layout"]
                   and one["layout"]["barmode"] == "overlay"]  # fmt: skip
        return title[1], found

    newest, now = pyramid()
    earlier, then = pyramid(pyramid="2012")
    assert (newest, earlier) == ("2020", "2012")
    assert now["data"] != then["data"]
    # 0-4 to 85-89 and 90+, in per cent of everybody
    bars = [t["x"] for t in now["data"] if t["type"] == "bar"]
    assert [len(x) for x in bars] == [19, 19]
    assert sum(abs(v) for x in bars for v in x) == pytest.approx(100)
    outlined = any(t["type"] == "scatter" for t in now["data"])
    assert outlined == (area != "dk")


def test_large_letters_get_the_same_numbers_as_a_list(run: Run) -> None:
    said = everything(run("demografi", area="0615", big="1"))
    assert "90 år og derover:" in said
    assert re.search(r"0–4 år: ?Mænd: [\d.]+ \(\d,\d %\), hele landet \d,\d %", said)


def test_the_profile_shows_the_newest_pyramid_too(run: Run) -> None:
    said = everything(run("overblik", area="k22-horsensklyngen", lang="en"))
    assert "Population by sex and age, 2020" in said
