"""The comparing figures say what the frame says, and hold no number they should not."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.figures import flow, funnel, heat, scatter, sexes, similar
from dashboard.figures.contrast import most_readable
from dashboard.figures.style import HIDDEN, look
from dashboard.similarity import DIMENSIONS, distances
from dashboard.theme import DARK, LIGHT
from tests.dashboard.test_figures import drawn
from tests.dashboard.test_theme import contrast

LOOK = look("da")
#: A number no honest figure could hold by chance: it must never come out again.
SECRET = 271828.1828
WORDS = {"unit": "procent", "decimals": 1}
LINES = {"kind": "proportion", "target": 10.0, "multiplier": 100.0}


def area_frame(statuses: list[str]) -> pl.DataFrame:
    """Return areas whose number is a secret wherever it may not be shown."""
    n = len(statuses)
    values = [8.0 + i % 5 if s == "ok" else SECRET for i, s in enumerate(statuses)]
    return pl.DataFrame(
        {
            "area_id": [f"{i:04d}" for i in range(n)],
            "name": [f"Sted {i}" for i in range(n)],
            "who": ["area", "country", *["other"] * n][:n],
            "indicator_id": ["x"] * n,
            "period": [2025] * n,
            "label": [f"{i // 2 * 10} år" for i in range(n)],
            "sex": ["female" if i % 2 else "male" for i in range(n)],
            "value": values,
            "lower": [v * 0.9 for v in values],
            "upper": [v * 1.1 for v in values],
            "population": [1000.0 * (i + 1) for i in range(n)],
            "status": statuses,
            "vs_country": ["worse" if s == "ok" else None for s in statuses],
            "is_estimate": [False] * n,
        },
        schema_overrides={"vs_country": pl.String},
    )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["ok", *HIDDEN, "missing", "not_applicable"]), min_size=1, max_size=12)
)
def test_a_number_that_is_hidden_is_nowhere_in_a_figure_or_its_text(statuses: list[str]) -> None:
    frame = area_frame(statuses)
    placed = funnel.located(frame, **LINES)  # type: ignore[arg-type]
    cells = heat.cells(frame, {"x": 1})
    columns = {"columns": {"x": "Et tal"}}
    charts = [
        funnel.funnel(placed, LOOK, **LINES, **WORDS),  # type: ignore[arg-type]
        heat.heat_map(cells, LOOK, units={"x": "pct."}, decimals={"x": 1}, **columns),
        sexes.by_sex(frame, LOOK, **WORDS),  # type: ignore[arg-type]
    ]
    texts = [
        *(json.dumps(drawn(chart)) for chart in charts),
        funnel.funnel_alt(placed, LOOK, title="T", **WORDS),  # type: ignore[arg-type]
        heat.heat_alt(cells, LOOK, title="T", selected="0000", **columns),
        sexes.by_sex_alt(frame, LOOK, title="T", **WORDS),  # type: ignore[arg-type]
    ]
    for text in texts:
        for trace in ("271828", "271.828", "244645", "299010"):
            assert trace not in text


@given(
    share=st.floats(0.01, 49.9),
    expected=st.floats(9, 21),
    kind=st.sampled_from(["proportion", "rate"]),
)
def test_a_funnel_can_be_drawn_also_of_an_area_that_is_barely_large_enough(
    share: float, expected: float, kind: str
) -> None:
    lines = {"kind": kind, "target": share, "multiplier": 100.0}
    people = expected * 100 / share
    frame = area_frame(["ok"]).with_columns(value=pl.lit(share), population=pl.lit(people))
    placed = funnel.located(frame, **lines)  # type: ignore[arg-type]
    chart = funnel.funnel(placed, LOOK, **lines, **WORDS)  # type: ignore[arg-type]
    assert chart.to_json()
    if placed[0]["place"] is not None:
        limits = [trace for trace in chart.data if trace["mode"] == "lines"][:-1]
        assert len(limits) == 4
        assert all(trace["x"] and trace["x"][-1] > people for trace in limits)


def test_a_point_on_a_line_lies_inside_it_and_one_beyond_does_not() -> None:
    frame = area_frame(["ok"] * 5).with_columns(
        value=pl.Series([10.0, 15.0, 11.95, 5.0, 8.05]), population=pl.lit(1000.0)
    )
    places = [row["place"] for row in funnel.located(frame, **LINES)]  # type: ignore[arg-type]
    assert places == ["inside", "above_998", "above_95", "below_998", "below_95"]


def test_the_area_lies_on_top_of_its_neighbours_in_a_funnel_and_alone_is_filled() -> None:
    frame = area_frame(["ok"] * 3).with_columns(
        value=pl.lit(10.0), population=pl.lit(1000.0), who=pl.Series(["area", "other", "other"])
    )
    placed = funnel.located(frame, **LINES)  # type: ignore[arg-type]
    chart = funnel.funnel(placed, LOOK, **LINES, **WORDS)  # type: ignore[arg-type]
    [points] = [trace for trace in chart.data if trace["mode"] == "markers"]
    assert points["marker"]["symbol"] == ["circle-open", "circle-open", "circle"]


def test_an_area_too_small_for_limits_has_no_place() -> None:
    frame = area_frame(["ok"]).with_columns(population=pl.lit(50.0))
    [row] = funnel.located(frame, **LINES)  # type: ignore[arg-type]
    assert row["place"] is None


def test_every_cell_says_in_a_sign_or_number_what_its_colour_says() -> None:
    statuses = ["ok", "ok", "suppressed", "missing"]
    frame = heat.cells(
        area_frame(statuses).with_columns(vs_country=pl.Series(["better", "similar", None, None])),
        {"x": 1},
    )
    assert [row["state"] for row in frame] == ["better", "similar", "hidden", "missing"]
    spec = heat.heat_map(
        frame, LOOK, columns={"x": "Et tal"}, units={"x": "pct."}, decimals={"x": 1}
    ).to_json()
    for sign in ("+", "=", "×"):
        assert f'"{sign}' in spec


def test_numbers_without_intervals_are_never_called_better_or_worse() -> None:
    frame = area_frame(["ok"] * 9).with_columns(vs_country=pl.lit(None, pl.String))
    states = {row["state"] for row in heat.cells(frame, {"x": 1})}
    assert states <= {"low", "middle", "high"}


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_signs_can_be_read_on_every_fill(palette: object) -> None:
    view = look("da", palette)  # type: ignore[arg-type]
    for state, fill in heat._fills(view).items():
        ink = most_readable(fill, (view.palette.text, view.palette.background))
        assert contrast(fill, ink) >= 4.5, state


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=8, max_size=20))
def test_rank_correlation_is_pearsons_of_the_ranks(points: list[tuple[int, int]]) -> None:
    frame = pl.DataFrame(points, schema=["x", "y"], orient="row").cast(pl.Float64)

    def ranks(values: list[int]) -> list[float]:
        return [sum(w < v for w in values) + (sum(w == v for w in values) + 1) / 2 for v in values]

    a, b = (ranks([p[i] for p in points]) for i in (0, 1))
    mean = (len(points) + 1) / 2
    top = sum((i - mean) * (j - mean) for i, j in zip(a, b, strict=True))
    bottom = math.sqrt(sum((i - mean) ** 2 for i in a) * sum((j - mean) ** 2 for j in b))
    got = scatter.rank_correlation(frame)
    assert got == (pytest.approx(top / bottom) if bottom else None)


def test_points_stand_where_their_numbers_are() -> None:
    frame = area_frame(["ok"] * 3).select("name", "who", x="value", y="population")
    chart = drawn(scatter.scatter(frame, LOOK, x="X", y="Y", decimals=(1, 0)))
    assert [(p["x"], p["y"]) for p in chart["data"]] == [([10.0], [3000.0]), ([8.0], [1000.0])]
    # No room for a label's sake: a share of people never begins below zero.
    for axis, values in (("xaxis", (8, 9, 10)), ("yaxis", (1000, 2000, 3000))):
        low, high = chart["layout"][axis]["range"]
        span = max(values) - min(values)
        assert min(values) - 0.1 * span < low < min(values)
        assert max(values) < high < max(values) + 0.1 * span


def test_the_name_of_a_point_in_a_scatter_stands_where_no_other_point_is() -> None:
    def side(*others: tuple[float, float]) -> str:
        points = [(1.0, 1.0), (10.0, 10.0), *others]
        frame = pl.DataFrame(
            [
                {"name": "Sted", "who": "other" if i else "area", "x": x, "y": y}
                for i, (x, y) in enumerate(points)
            ]
        )
        chart = drawn(scatter.scatter(frame, LOOK, x="X", y="Y", decimals=(1, 0)))
        [name] = [a for a in chart["layout"]["annotations"] if "Sted" in a["text"]]
        return str(name["yanchor"])

    assert side() == "bottom"
    assert side((1.3, 1.5)) == "middle"
    assert side((1.3, 1.0)) == "bottom"


def test_few_areas_have_no_correlation() -> None:
    frame = pl.DataFrame({"x": [1.0, 2.0], "y": [1.0, 2.0]})
    assert scatter.rank_correlation(frame) is None


def traits(rows: list[tuple[float | None, ...]]) -> pl.DataFrame:
    """Return areas; those given without groups of municipalities have equally many of each."""
    columns = [c for d in DIMENSIONS.values() for c in d] + ["ill"]
    rows = [r if len(r) == len(columns) else (*r[:5], *[20.0] * 5, *r[5:]) for r in rows]
    return pl.DataFrame(
        {
            "area_id": [f"{i}" for i in range(len(rows))],
            "name": [f"Sted {i}" for i in range(len(rows))],
            **{c: pl.Series([r[i] for r in rows], dtype=pl.Float64) for i, c in enumerate(columns)},
        }
    )


POSITIVE = st.floats(1, 1000)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[POSITIVE] * 11), min_size=3, max_size=8, unique=True),
    st.lists(st.sampled_from([0.0, 1.0, 3.0]), min_size=5, max_size=5),
)
def test_distances_are_what_their_definition_says(
    rows: list[tuple[float, ...]], weights: list[float]
) -> None:
    frame = traits(list(rows))
    weight = dict(zip(DIMENSIONS, weights, strict=True))
    got = distances(frame, "0", weight, ["ill"])
    if not any(weights):
        assert got.is_empty()
        return
    groups = {**DIMENSIONS, "disease": ("ill",)}
    for row in got.iter_rows(named=True):
        top = bottom = 0.0
        for dimension, columns in groups.items():
            squares = []
            for column in columns:
                values = frame[column].to_list()
                if column in ("persons", "density"):
                    values = [math.log(v) for v in values]
                mean = sum(values) / len(values)
                spread = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
                if spread > 0:
                    squares.append(((values[int(row["area_id"])] - values[0]) / spread) ** 2)
            if squares:
                top += weight[dimension] * sum(squares) / len(squares)
                bottom += weight[dimension]
        assert row["distance"] == pytest.approx(math.sqrt(top / bottom), abs=1e-6)
    assert got["distance"].is_sorted()


def test_what_is_not_known_is_left_out_never_taken_as_alike() -> None:
    frame = traits([(20, 20, 5, 100, 10, 3), (25, 25, 9, 900, 90, None), (20, 20, 5, 110, 11, 9)])
    got = distances(frame, "0", dict.fromkeys(DIMENSIONS, 1.0), ["ill"])
    row = got.row(by_predicate=pl.col("area_id") == "1", named=True)
    assert row["disease"] is None
    assert row["disease_part"] is None
    only_disease = distances(frame, "0", {"disease": 1.0}, ["ill"])
    assert only_disease["area_id"].to_list() == ["2"]


def test_parts_of_a_distance_make_the_whole() -> None:
    frame = traits([(20, 20, 5, 100, 10, 3), (25, 25, 9, 900, 90, 4), (20, 20, 5, 110, 11, 9)])
    got = distances(frame, "0", {"age": 2.0, "size": 1.0, "disease": 1.0}, ["ill"])
    parts = got.select(
        pl.sum_horizontal(pl.col(f"{d}_part").fill_null(0) for d in DIMENSIONS)
    ).to_series()
    assert parts.to_list() == pytest.approx([1.0, 1.0])
    assert got["density_part"].is_null().all()
    named = {"age": "Alder", "size": "Størrelse", "disease": "Sygdom"}
    bars = drawn(similar.similar_bars(got, LOOK, dimensions=named))["data"][:3]
    lengths = [sum(bar["x"][i] for bar in bars) for i in range(got.height)]
    assert lengths == pytest.approx(got["distance"].to_list())


def test_an_unknown_area_has_no_neighbours() -> None:
    with pytest.raises(ValueError, match="not among"):
        distances(traits([(1, 1, 1, 1, 1, 1)]), "x", {"age": 1.0})


def test_ribbons_are_as_wide_as_the_people_in_them() -> None:
    frame = pl.DataFrame(
        {
            "old_id": ["a", "a", "b"],
            "old_name": ["Sundhedsklynge A", "Sundhedsklynge A", "Klynge B"],
            "new_id": ["x", "y", "y"],
            "new_name": ["Sundhedsråd X", "Sundhedsråd Y", "Sundhedsråd Y"],
            "persons": [300.0, 100.0, 600.0],
        }
    )
    spec = drawn(flow.flow(frame, LOOK, old="Klynge", new="Råd", selected="a"))
    widths = []
    for shape in spec["layout"]["shapes"]:
        if shape["type"] == "path":
            start = float(shape["path"].split()[1].split(",")[1])
            end = float(shape["path"].split("C")[2].split()[2].split(",")[1])
            widths.append(end - start)
    assert [w / sum(widths) for w in widths] == pytest.approx([0.3, 0.1, 0.6], abs=0.01)
    said = flow.flow_alt(frame, LOOK, title="T")
    assert "Fra Klynge B til Sundhedsråd Y: 600 borgere." in said


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Sundhedsklynge Nord (Hovedstaden)", "Nord (Hovedstaden)"),
        ("Sundhedsråd Fyn", "Fyn"),
        ("Klynge Vest (Nordjylland)", "Vest (Nordjylland)"),
        ("Horsensklyngen", "Horsensklyngen"),
    ],
)
def test_names_lose_only_the_word_that_all_begin_with(name: str, short: str) -> None:
    assert flow.brief(name) == short
