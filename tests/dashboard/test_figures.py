"""Figures say what the frame says, mark what it hides, and hold no number they should not."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable

import numpy as np
import plotly.graph_objects as go
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo
from dashboard.figures import alt, bars, projection, trend
from dashboard.figures.classes import equal_classes, quantile_classes
from dashboard.figures.contrast import contrast, luminance, most_readable
from dashboard.figures.map import Frame, map_figure
from dashboard.figures.scale import line_scale
from dashboard.figures.shades import BY
from dashboard.figures.style import HIDDEN, look
from dashboard.figures.tiles import tile_figure
from dashboard.format import number
from dashboard.theme import DARK, LIGHT

LOOK = look("da")
DENMARK = [Frame((8, 12), (54, 57)), Frame((12, 13), (55, 56)), Frame((14, 15), (54, 55))]
#: A number no honest figure could hold by chance: it must never come out again.
SECRET = 271828.1828


def area_frame(values: list[float | None], statuses: list[str] | None = None) -> pl.DataFrame:
    n = len(values)
    return pl.DataFrame(
        {
            "area_id": [f"{i:04d}" for i in range(n)],
            "name": [f"Sted {i}" for i in range(n)],
            "label": [f"Emne {i}" for i in range(n)],
            "who": ["area", "region", "country", *["other"] * n][:n],
            "period": [2015 + i for i in range(n)],
            "value": values,
            "lower": [None if v is None else v * 0.9 for v in values],
            "upper": [None if v is None else v * 1.1 for v in values],
            "status": statuses or ["ok"] * n,
            "vs_country": ["better", "worse", None, "similar", *["higher"] * n][:n],
            "is_estimate": [False] * n,
            "is_projection": [False] * n,
            "centre_lon": [10.0 + i / 10 for i in range(n)],
            "centre_lat": [56.0] * n,
        },
        schema_overrides=dict.fromkeys(("value", "lower", "upper"), pl.Float64),
    )


def every_figure(frame: pl.DataFrame) -> list[str]:
    """Draw and describe one frame in every way there is, as text."""
    words = {"unit": "procent", "decimals": 1}
    figures = [
        *(
            map_figure(frame, LOOK, geojson="/g", frames=DENMARK, selected="0000", by=by, **words)
            for by in BY
        ),
        *(
            tile_figure(frame, LOOK, places={"0000": (0, 0), "0001": (1, 0)}, by=by, **words)
            for by in BY
        ),
        bars.bullet_bars(frame, LOOK, **words),
        bars.ranked_bars(frame, LOOK, **words),
        trend.trend_lines(frame.with_columns(name=pl.lit("Et sted")), LOOK, **words),
        projection.projection_bars(frame.with_columns(label=pl.lit("80+")), LOOK),
    ]
    texts = [
        alt.map_alt(frame, LOOK, title="T", year="2025", selected="0000", **words),
        alt.bars_alt(frame, LOOK, title="T", **words),
        alt.bars_alt(frame.drop("label"), LOOK, title="T", **words),
        alt.trend_alt(frame, LOOK, title="T", **words),
        alt.projection_alt(frame, LOOK, name="N"),
    ]
    return [json.dumps(drawn(f)) for f in figures] + texts


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["ok", *HIDDEN, "missing", "not_applicable"]), min_size=1, max_size=12)
)
def test_a_number_that_is_hidden_is_nowhere_in_a_figure_or_its_text(statuses: list[str]) -> None:
    values: list[float | None] = [1.5 if s == "ok" else SECRET for s in statuses]
    for text in every_figure(area_frame(values, statuses)):
        for trace in ("271828", "271.828", "244645", "299010"):
            assert trace not in text


def test_every_figure_survives_having_nothing_to_show() -> None:
    for text in every_figure(area_frame([None, None], ["missing", "suppressed"])):
        assert text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1e6, allow_nan=False) | st.just(float("nan")), max_size=98),
    st.integers(0, 2),
    st.sampled_from([quantile_classes, equal_classes]),
)
def test_classes_keep_order_and_never_split_numbers_that_read_the_same(
    values: list[float], decimals: int, make: object
) -> None:
    given_values = np.array(values, dtype=float)
    classes = make(given_values, decimals)
    assert len(classes.ranges) <= 5
    known = sorted((v, i) for v, i in zip(values, classes.index, strict=True) if i >= 0)
    assert all(i <= j for (_, i), (_, j) in itertools.pairwise(known))
    # Each class's range in the legend holds its members and no other class's.
    for v, i in zip(values, classes.index, strict=True):
        seen = math.nan if math.isnan(v) else float(number(v, decimals, "en").replace(",", ""))
        inside = [k for k, (low, high) in enumerate(classes.ranges) if low <= seen <= high]
        assert inside == ([] if math.isnan(v) else [i])


def test_classes_hold_about_equally_many_areas() -> None:
    classes = quantile_classes(np.arange(100.0), 0)
    assert np.bincount(classes.index).tolist() == [20, 20, 20, 20, 20]


def drawn(figure: object) -> dict[str, object]:
    """Return what the browser gets, once plotly itself has found every word of it right."""
    written = json.loads(figure.to_json())  # type: ignore[attr-defined]
    go.Figure(written)
    return written


def test_the_maps_legend_names_each_class_in_danish_and_what_is_hidden_or_missing() -> None:
    frame = area_frame(
        [1000.5, 2000.5, 3000.5, None, None], ["ok", "ok", "ok", "suppressed", "missing"]
    )
    figure = map_figure(
        frame, LOOK, geojson="/geo/x.geojson", frames=DENMARK, unit="antal", decimals=1
    )
    names = [t["name"] for t in drawn(figure)["data"] if t.get("showlegend")]
    assert names == [
        "1.000,5",
        "2.000,5",
        "3.000,5",
        "Skjult",
        "Ikke oplyst",
    ]


def test_the_map_fetches_its_shapes_from_our_address_and_asks_for_no_world_map() -> None:
    figure = drawn(
        map_figure(
            area_frame([1.0]),
            LOOK,
            geojson="/geo/x.geojson",
            frames=DENMARK,
            unit="antal",
            decimals=0,
        )
    )
    shapes = [t for t in figure["data"] if t["type"] == "choropleth"]
    assert len(shapes) == len(DENMARK)
    assert {t["geojson"] for t in shapes} == {"/geo/x.geojson"}
    assert {t["featureidkey"] for t in shapes} == {"id"}
    assert all(figure["layout"][g]["visible"] is False for g in ("geo", "geo2", "geo3"))


def test_an_area_on_both_sides_of_the_sea_is_in_every_inset_where_a_small_one_is_in_its_own() -> (
    None
):
    def sent(areas: int) -> list[int]:
        frame = area_frame([float(i) for i in range(areas)])
        figure = drawn(
            map_figure(frame, LOOK, geojson="/g", frames=DENMARK, unit="antal", decimals=0)
        )
        return [len(t["locations"]) for t in figure["data"] if t["type"] == "choropleth"]

    # A region's one centre does not say that Bornholm belongs to it.
    assert sent(5) == [5, 5, 5]
    mainland, *insets = sent(98)
    assert mainland == 98
    assert max(insets) < 98


def test_an_areas_interval_against_the_country_has_a_mark_and_a_count_in_the_legend() -> None:
    frame = area_frame([1.0, 2.0, 3.0, 4.0, None], ["ok", "ok", "ok", "ok", "suppressed"])
    figure = drawn(
        map_figure(
            frame, LOOK, geojson="/g", unit="u", decimals=0, frames=DENMARK[:1], by="compared"
        )
    )
    names = [t["name"] for t in figure["data"] if t.get("showlegend")]
    assert names == [
        "Gunstigere (+): 1",
        "På niveau: 1",
        "Ugunstigere (−): 1",
        "Usikkerheden kendes ikke: 1",
        "Skjult",
    ]
    marks = [t["marker"]["symbol"] for t in figure["data"] if t.get("showlegend") is False]
    assert marks == ["cross-thin-open", "line-ew-open", "circle-open-dot", "x-thin-open"]


def test_equal_classes_are_equally_wide() -> None:
    assert equal_classes(np.array([0.0, 1, 2, 9, 10]), 0).ranges == ((0, 1), (2, 2), (9, 10))


def test_hidden_and_missing_areas_carry_a_mark_and_not_only_a_colour() -> None:
    frame = area_frame([1.0, None, None], ["ok", "suppressed_secondary", "missing"])
    figure = drawn(
        map_figure(frame, LOOK, geojson="/g", unit="antal", decimals=0, frames=DENMARK[:1])
    )
    marks = {
        t["marker"]["symbol"]: t["lon"]
        for t in figure["data"]
        if t["type"] == "scattergeo" and not t["showlegend"]
    }
    assert marks == {"x-thin-open": [10.1], "circle-open": [10.2]}


def test_a_selected_area_has_a_heavy_line() -> None:
    frame = area_frame([1.0, 2.0])
    figure = drawn(
        map_figure(
            frame, LOOK, geojson="/g", unit="antal", decimals=0, frames=DENMARK[:1], selected="0001"
        )
    )
    lines = [t["marker"]["line"]["width"] for t in figure["data"] if t.get("locations") == ["0001"]]
    assert lines == [3.0]


def test_the_text_over_a_bar_says_all_three_numbers() -> None:
    frame = area_frame([83.14, 82.0, 83.6]).with_columns(label=pl.lit("Almen praksis"))
    figure = drawn(bars.bullet_bars(frame, LOOK, unit="procent", decimals=1, suffix="%"))
    line = figure["layout"]["annotations"][0]["text"].replace("\u00a0", " ")
    for part in ("Almen praksis", "83,1 %", "region 82,0 %", "hele landet 83,6 %"):
        assert part in line


def test_a_long_name_without_a_number_says_so_in_one_word() -> None:
    statuses = ["suppressed_secondary", "ok", "ok"]
    frame = area_frame([None, 2.0, 3.0], statuses).with_columns(label=pl.lit("Kommunal sundhed"))
    figure = drawn(bars.bullet_bars(frame, LOOK, unit="procent", decimals=1, suffix="%"))
    assert "<b>skjult</b>" in figure["layout"]["annotations"][0]["text"].lower()


def test_ranked_bars_begin_with_the_highest_and_end_with_what_has_no_number() -> None:
    frame = area_frame([1.0, None, 3.0, 2.0], ["ok", "suppressed", "ok", "ok"])
    frame = frame.with_columns(threshold=10)
    layout = drawn(bars.ranked_bars(frame, LOOK, unit="procent", decimals=1))["layout"]
    shown = [t.replace("<b>", "").replace("</b>", "") for t in layout["yaxis"]["ticktext"]]
    assert shown == ["Sted 2", "Sted 3", "Sted 0", "Sted 1"]
    assert [a["text"] for a in layout["annotations"]] == ["Skjult: under 10"]


@pytest.mark.parametrize("geography", ["klynger-2022", "sundhedsraad-2027", "kommuner"])
def test_no_name_in_a_ranked_list_reaches_into_the_next(geography: str) -> None:
    names = [area.name for area in geo.load_geographies()[geography].areas]
    frame = area_frame([1.0] * len(names), ["ok"] * len(names)).with_columns(name=pl.Series(names))
    layout = drawn(bars.ranked_bars(frame, LOOK, unit="procent", decimals=1))["layout"]
    row = layout["height"] / len(names)
    assert max(name.count("<br>") + 1 for name in layout["yaxis"]["ticktext"]) * 17 < row


def test_a_line_is_broken_where_a_year_is_hidden_and_dashed_where_projected() -> None:
    frame = area_frame([1.0, None, 3.0, 4.0], ["ok", "suppressed", "ok", "ok"]).with_columns(
        name=pl.lit("Et sted"), who=pl.lit("area"), is_projection=pl.Series([0, 0, 0, 1]) == 1
    )
    figure = trend.trend_lines(
        frame, LOOK, unit="procent", decimals=1, breaks=[(2017, "Ny opgørelse")]
    )
    written = drawn(figure)
    measured, projected = [t for t in written["data"] if t["mode"] == "lines+markers"]
    assert measured["y"] == [1.0, None, None, 3.0]
    assert not measured["connectgaps"]
    assert projected["x"] == [2017, 2018]
    assert projected["line"]["dash"] == "longdash"
    assert any("Ny opgørelse" in a["text"] for a in written["layout"]["annotations"])


def test_a_provisional_year_is_an_open_point() -> None:
    frame = area_frame([1.0, 2.0, 3.0]).with_columns(
        name=pl.lit("Et sted"), who=pl.lit("area"), is_projection=pl.lit(value=False)
    )
    last = int(frame["period"].max())  # type: ignore[arg-type]
    figure = trend.trend_lines(frame, LOOK, unit="procent", decimals=1, provisional=[last])
    line = next(t for t in drawn(figure)["data"] if t["mode"] == "lines+markers")
    assert line["marker"]["symbol"] == ["circle", "circle", "circle-open"]


def test_no_line_joins_figures_that_do_not_compare() -> None:
    frame = area_frame([1.0, 2.0, 8.0, 9.0]).with_columns(
        name=pl.lit("Et sted"), who=pl.lit("area"), is_projection=pl.lit(value=False)
    )

    def line(*breaks: tuple[int, str]) -> dict[str, list[float | None]]:
        figure = trend.trend_lines(frame, LOOK, unit="procent", decimals=1, breaks=breaks)
        return next(t for t in drawn(figure)["data"] if t["mode"] == "lines+markers")

    assert line()["y"] == [1.0, 2.0, 8.0, 9.0]
    cut = line((2017, "Ny opgørelse"))
    assert cut["y"] == [1.0, 2.0, None, 8.0, 9.0]
    assert len(cut["x"]) == len(cut["text"]) == 5


@pytest.mark.parametrize(
    ("values", "zero"), [([1.0, 9.0], True), ([98.0, 99.0], False), ([0.0, 0.0], True)]
)
def test_a_lines_axis_starts_at_zero_unless_all_values_lie_far_above(
    values: list[float], zero: bool
) -> None:
    frame = area_frame(values).with_columns(lower=pl.col("value"), upper=pl.col("value"))
    layout = drawn(trend.trend_lines(frame, LOOK, unit="procent", decimals=1))["layout"]
    assert (layout["yaxis"]["range"][0] == 0) is zero
    assert line_scale(frame.to_dicts()).begins_at_zero is zero


@pytest.mark.parametrize(
    ("years", "written"),
    [
        (range(2015, 2026), [2015, 2020, 2025]),
        (range(2016, 2026), [2016, 2019, 2022, 2025]),
        (range(2020, 2026), [2020, 2022, 2025]),
        ([2010, 2013, 2017, 2021, 2025], [2010, 2017, 2025]),
        ([2016, 2024, 2025], [2016, 2025]),
        ([2022], [2022]),
    ],
)
def test_a_line_names_its_first_and_last_year_and_no_year_it_does_not_have(
    years: Iterable[int], written: list[int]
) -> None:
    at = list(years)
    frame = area_frame([50.0] * len(at)).with_columns(
        name=pl.lit("Et sted"), period=pl.Series(at), is_projection=pl.lit(False)
    )
    figure = trend.trend_lines(frame, LOOK, unit="procent", decimals=1)
    assert drawn(figure)["layout"]["xaxis"]["tickvals"] == written


def test_a_page_knows_whether_a_line_has_a_gap_to_explain() -> None:
    def line(values: list[float | None]) -> pl.DataFrame:
        return area_frame(values).with_columns(name=pl.lit("Et sted"))

    assert trend.is_broken(line([1.0, None, 2.0]))
    assert not trend.is_broken(line([None, 1.0, 2.0, None]))
    assert not trend.is_broken(line([None, None]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 100, allow_subnormal=False), min_size=2, max_size=4))
def test_labels_at_the_end_of_lines_never_cover_each_other(values: list[float]) -> None:
    frame = pl.concat(
        area_frame([v]).with_columns(name=pl.lit(f"Linje {i}"), who=pl.lit("other"))
        for i, v in enumerate(values)
    )
    figure = trend.trend_lines(frame, LOOK, unit="procent", decimals=1)
    layout = drawn(figure)["layout"]
    low, high = layout["yaxis"]["range"]
    pixels = sorted((a["y"] - low) / (high - low) * 300 for a in layout["annotations"])
    assert all(b - a >= 2 * trend.LINE - 0.01 for a, b in itertools.pairwise(pixels))


def test_projected_bars_are_hatched_and_say_the_change() -> None:
    frame = area_frame([1000.0, 1250.0]).with_columns(
        label=pl.lit("80 år og derover"), is_projection=pl.Series([False, True])
    )
    bar = drawn(projection.projection_bars(frame, LOOK))["data"][0]
    assert bar["marker"]["pattern"]["shape"] == ["", "/"]
    assert [t.replace("\u00a0", " ") for t in bar["text"]] == ["1.000", "1.250 (+25 %)"]


def test_descriptions_are_danish_sentences_made_of_the_numbers() -> None:
    frame = area_frame([1234.5, 2.0, None, None], ["ok", "ok", "suppressed", "suppressed"])
    said = alt.map_alt(
        frame, LOOK, title="Ophold", year="2025", unit="pr. 1.000", decimals=1, selected="0001"
    )
    assert said == (
        "Kort over 4 områder: Ophold, 2025 (pr. 1.000). Højest: Sted 0 (1.234,5). "
        "Lavest: Sted 1 (2,0). Sted 1: 2,0. 2 områder er skjult."
    )
    assert "One area is hidden." in alt.map_alt(
        frame[:3], look("en"), title="Stays", year="2025", unit="per 1,000", decimals=1
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_the_shades_of_a_map_go_one_way_in_lightness(palette: object) -> None:
    light = [luminance(c) for c in palette.sequence]  # type: ignore[attr-defined]
    assert light in (sorted(light), sorted(light, reverse=True))


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_the_letters_on_every_tile_can_be_read(palette: object) -> None:
    p = palette
    inks = (p.text, p.background)  # type: ignore[attr-defined]
    fills = [*p.sequence, p.hidden, p.missing, p.warning, p.background]  # type: ignore[attr-defined]
    assert min(contrast(fill, most_readable(fill, inks)) for fill in fills) >= 4.5


def test_two_maps_beside_each_other_share_their_classes() -> None:
    one, other = area_frame([1.0, 2.0]), area_frame([50.0, 100.0])
    first, second = (
        drawn(map_figure(a, LOOK, geojson="/g", unit="u", decimals=0, frames=DENMARK[:1], others=b))
        for a, b in ((one, other), (other, one))
    )
    legends = [[t["name"] for t in f["data"] if t.get("showlegend")] for f in (first, second)]
    assert legends[0] == legends[1] == ["1", "2", "50", "100"]
    assert max(first["data"][0]["z"]) < min(second["data"][0]["z"])


def test_every_municipality_has_a_tile_of_its_own() -> None:
    places = list(geo.tiles().select("col", "row").iter_rows())
    assert len(set(places)) == 98
