"""The wider comparisons of Sammenlign: many indicators, two indicators, areas that are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl
import streamlit as st

from dashboard import captions
from dashboard.components import Column, Table, demo_badge, show_figure
from dashboard.components.made_up import made_up_note
from dashboard.context import Context
from dashboard.estimates import is_split, mark, marked
from dashboard.figures.heat import cells, heat_alt, heat_map
from dashboard.figures.scatter import rank_correlation, scatter, scatter_alt
from dashboard.figures.similar import main_part, similar_alt, similar_bars
from dashboard.figures.style import by_value
from dashboard.pages import _choosing as choosing
from dashboard.pages import _parts as parts
from dashboard.prose import note, prose, put
from dashboard.rows import Row, Slice
from dashboard.sentences import made_up
from dashboard.similarity import DIMENSIONS, distances
from warehouse.read.comparisons import traits
from warehouse.read.slices import years_with_figures
from warehouse.schema import THEMES

#: Columns a heat map can hold on a phone: signs are narrow, numbers are not.
_MOST_SIGNS, _MOST_NUMBERS = 10, 6
_NEAREST = 10
_WEIGHTS = ("0", "1", "2", "3")
_DISEASE = "disease"
#: Shares of Spearman's coefficient from which words are used; below the first there is none.
_STRENGTHS = ((0.7, "strong"), (0.4, "medium"), (0.2, "weak"))


def _newest(ctx: Context, geography: str, indicators: Sequence[str]) -> list[Slice]:
    """Return each indicator's newest measured year for every area of a geography.

    Each indicator stands as it is shown when nothing is chosen.
    """
    areas = ctx.reference.known.areas[geography]
    out = []
    for cut in map(parts.Cut, indicators):
        chosen = cut.filled(ctx)
        years = years_with_figures(ctx.warehouse, cut.indicator, geography, **chosen)
        measured = (year for year in years if year <= parts.newest(ctx, cut.indicator))
        if (newest := next(measured, None)) is not None:
            out.append(cut.slice(ctx, areas, newest))
    return out


def show_heat(ctx: Context, geography: str) -> None:
    """Draw all indicators of a theme over all areas, in the topic's order."""
    rows = ctx.reference.indicators
    themes = [t for t in THEMES if any(r["theme"] == t for r in rows.values())]
    theme = ctx.pick(
        "theme",
        themes,
        label="sammenlign.theme",
        format_func=lambda t: ctx.text(f"common.themes.{t}"),
        default="health_profile",
    )
    chosen = [i for i in ctx.reference.of_theme(theme) if rows[i]["kind"] != "count"]
    ctx.store.fetch(_newest(ctx, geography, chosen))
    made_up_note(ctx, chosen)
    most = _MOST_SIGNS if any(rows[i]["has_interval"] for i in chosen) else _MOST_NUMBERS
    step = _even(len(chosen), most)
    starts = range(0, len(chosen), step)
    for n, start in enumerate(starts, 1):
        which = f" ({n}/{len(starts)})" if len(starts) > 1 else ""
        _heat(ctx, geography, theme, chosen[start : start + step], which)


def _even(count: int, most: int) -> int:
    """Return how many columns each heat map gets, so that all get about as many."""
    maps = -(-count // most) or 1
    return -(-count // maps) or 1


def _heat(ctx: Context, geography: str, theme: str, indicators: list[str], which: str) -> None:
    rows = ctx.reference.indicators
    decimals = {i: int(rows[i]["decimals"]) for i in indicators}
    slices = _newest(ctx, geography, indicators)
    found = cells([row for piece in slices for row in ctx.store.rows(piece)], decimals)
    columns = {
        i: made_up(ctx.text, ctx.localised(rows[i], "short"), parts.is_demo(ctx, i))
        for i in (piece.indicator for piece in slices)
    }
    if not columns:
        note(ctx.text("sammenlign.heat_none"))
        return
    look = parts.look_of(ctx)
    years = sorted({row["period"] for row in found})
    title = ctx.text("sammenlign.heat_title", theme=ctx.text(f"common.themes.{theme}")) + which
    compared = any(row["vs_country"] is not None for row in found)
    in_thirds = any(row["state"] in ("low", "middle", "high") for row in found)
    kind = ("mixed" if in_thirds else "compared") if compared else "thirds"
    subtitle = ctx.text(
        f"sammenlign.heat_{kind}",
        years=years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}",
    )
    subtitle = f"{subtitle} {captions.elsewhere(ctx, columns)}".strip()
    sources = dict.fromkeys(s for i in columns for s in ctx.source(i).split("; "))
    show_figure(
        ctx,
        heat_map(
            found,
            look,
            columns=columns,
            units={i: ctx.unit(i) for i in columns},
            decimals=decimals,
            selected=ctx.area.id,
        ),
        key=f"sammenlign.heat.{indicators[0]}",
        years=years,
        among=geography,
        title=title,
        subtitle=subtitle,
        source="; ".join(sources),
        alt=heat_alt(found, look, title=title, columns=columns, selected=ctx.area.id),
        table=_heat_table(ctx, found, columns, decimals),
        is_demo=any(parts.is_demo(ctx, i) for i in columns),
    )


def _heat_table(
    ctx: Context, rows: Sequence[Row], columns: Mapping[str, str], decimals: Mapping[str, int]
) -> Table:
    """Return the numbers behind a heat map: a row an area and indicator."""
    words = {s: ctx.text(f"comparing.heat.{s}") for s in {row["state"] for row in rows}}

    # Decimals differ from row to row: numbers are written here, their limits beside them.
    def written(row: Row) -> Row:
        places = decimals[row["indicator_id"]]
        limits = row["lower"], row["upper"]
        return {
            "name": row["name"],
            "status": row["status"],
            "is_demo": row["is_demo"],
            "indicator": columns[row["indicator_id"]],
            "year": str(row["period"]),
            "says": words[row["state"]] if row["status"] == "ok" else None,
            "shown": None
            if row["value"] is None
            else marked(ctx.number(row["value"], places), row, ctx.text),
            "interval": None if limits[0] is None else ctx.number.interval(*limits, places),
        }

    long = [written(row) for row in rows]
    return Table(
        long,
        [
            Column("name", ctx.text("common.area")),
            Column("indicator", ctx.text("common.indicator")),
            Column("year", ctx.text("common.period"), right=True),
            Column("shown", ctx.text("common.value"), right=True),
            Column("interval", ctx.text("common.interval"), right=True, status=None),
            Column("says", ctx.text("sammenlign.says"), status=None),
        ],
    )


def show_pair(ctx: Context, geography: str) -> None:
    """Draw two indicators against each other, a point an area."""
    indicators = choosing.by_theme(ctx, lambda r: r["kind"] != "count")
    left, right = st.columns(2)
    with left:
        x = choosing.pick_indicator(
            ctx, indicators, default="population_80plus_share", label="sammenlign.across"
        )
    with right:
        y = choosing.pick_indicator(
            ctx,
            indicators,
            default="home_nursing_per_1000",
            key="other",
            label="sammenlign.upwards",
        )
    slices = [*_newest(ctx, geography, [x, y]), *_newest(ctx, "land", [x, y])]
    ctx.store.fetch(slices)
    one, other = (
        {r["area_id"]: r for s in slices if s.indicator == i for r in ctx.store.rows(s)}
        for i in (x, y)
    )
    pairs = [
        row | {"x": row["value"], "y": mate["value"], "y_status": mate["status"]}
        for area, row in one.items()
        if (mate := other.get(area)) is not None
    ]
    pairs = parts.with_who(ctx, pairs)
    areas = [row for row in pairs if row["who"] != "country"]
    if not any(row["x"] is not None and row["y"] is not None for row in areas):
        note(ctx.text("sammenlign.pair_none"))
        return
    look = parts.look_of(ctx)
    names = {
        i: f"{ctx.localised(ctx.reference.indicators[i], 'title')} "
        f"({captions.unit(ctx, i, ctx.reference.indicators[i]['default_age'])})"
        for i in (x, y)
    }
    decimals = (parts.unit_and_decimals(ctx, x)[1], parts.unit_and_decimals(ctx, y)[1])
    demo = {i: parts.is_demo(ctx, i) for i in (x, y)}
    # Made-up figures say nothing of the areas.
    prose(ctx.text("sammenlign.pair_caution") if any(demo.values()) else _strength(ctx, areas))
    show_figure(
        ctx,
        scatter(pairs, look, x=names[x], y=names[y], decimals=decimals),
        key=f"sammenlign.pair.{x}.{y}",
        years=[row["period"] for piece in (one, other) for row in piece.values()],
        among=geography,
        title=ctx.text(
            "sammenlign.pair_title",
            x=ctx.localised(ctx.reference.indicators[x], "title"),
            y=ctx.localised(ctx.reference.indicators[y], "title"),
        ),
        subtitle=ctx.text(
            "sammenlign.pair_subtitle",
            x_year=areas[0]["period"],
            y_year=other[areas[0]["area_id"]]["period"],
        ),
        source="; ".join(dict.fromkeys((ctx.source(x), ctx.source(y)))),
        alt=scatter_alt(pairs, look, x=names[x], y=names[y], decimals=decimals),
        table=Table(
            by_value(pairs),
            [
                Column("name", ctx.text("common.area")),
                Column("x", names[x], decimals[0], is_demo=demo[x]),
                Column("y", names[y], decimals[1], status="y_status", is_demo=demo[y]),
            ],
        ),
        is_demo=any(demo.values()),
    )
    for indicator in dict.fromkeys((x, y)):
        parts.caveat(ctx, indicator, named=True)


def _strength(ctx: Context, areas: Sequence[Row]) -> str:
    """Say in words how well the order of areas in one number goes with that in the other."""
    value = rank_correlation(areas)
    if value is None:
        return ctx.text("sammenlign.pair_few")
    word = next((w for limit, w in _STRENGTHS if abs(value) >= limit), "none_found")
    said = ctx.text(f"sammenlign.pair_{word}", value=ctx.number(value, 2))
    if word != "none_found":
        said += " " + ctx.text(f"sammenlign.pair_{'same' if value > 0 else 'opposite'}")
    return f"{said} {ctx.text('sammenlign.pair_caution')}"


def show_similar(ctx: Context, geography: str) -> None:
    """Draw the areas most like the one shown, by weights the reader sets."""
    if ctx.area.level == "country":
        note(ctx.text("sammenlign.similar_country"))
        return
    prose(ctx.text("sammenlign.similar_intro", name=ctx.area.name))
    diseases = [
        i
        for i in ctx.reference.of_theme("chronic")
        if i.endswith("_prevalence") and "40-64" in ctx.reference.indicators[i]["ages"]
    ]
    offered = [d for d in DIMENSIONS if d != _DISEASE or diseases]
    # What is made up counts only where the reader asks for it.
    rests_on_demo = any(parts.is_demo(ctx, d) for d in diseases)
    weights: dict[str, float] = {}
    for dimension, column in zip(offered, st.columns(len(offered)), strict=True):
        with column:
            weights[dimension] = float(
                ctx.pick(
                    f"w_{dimension}",
                    _WEIGHTS,
                    label=f"sammenlign.dimension_{dimension}",
                    format_func=lambda w: ctx.text(f"sammenlign.weight_{w}"),
                    default="0" if dimension == _DISEASE and rests_on_demo else "1",
                    widget="slider",
                )
            )
    dimensions = {
        d: ctx.text(f"sammenlign.dimension_{d}") for d, weight in weights.items() if weight > 0
    }
    if not dimensions:
        note(ctx.text("sammenlign.similar_no_weight"))
        return
    described = traits(ctx.warehouse, geography, diseases)
    nearest = distances(described, ctx.area.id, weights, diseases)
    nearest = _offered(ctx, nearest).head(_NEAREST)
    if not nearest.height:
        note(ctx.text("sammenlign.similar_none"))
        return
    rows = {r["area_id"]: r for r in described.iter_rows(named=True)}
    is_demo = _DISEASE in dimensions and rests_on_demo
    said = [
        _explained(ctx, row, rows[ctx.area.id], rows[row["area_id"]], dimensions, is_demo=is_demo)
        for row in nearest.head(3).iter_rows(named=True)
    ]
    if is_demo:
        rests = ctx.text("sammenlign.similar_demo", dimension=dimensions[_DISEASE])
        put(f'<p class="kb-demo-note">{demo_badge(ctx.text)} {escape(rests)}</p>')
    prose("\n".join(f"{i}. {s}" for i, s in enumerate(said, 1)))
    look = parts.look_of(ctx)
    title = ctx.text("sammenlign.similar_title", name=ctx.area.name)
    shown = ["population", *(diseases if _DISEASE in dimensions else [])]
    shown = [i for i in shown if i in ctx.reference.indicators]
    traits_shown = {
        "share_old": 1,
        "share_oldest": 1,
        "persons": 0,
        "density": 0,
    }
    show_figure(
        ctx,
        similar_bars(nearest, look, dimensions=dimensions),
        key="sammenlign.similar",
        years=[parts.newest(ctx, i) for i in parts.available(ctx, shown)],
        title=title,
        subtitle=ctx.text("sammenlign.similar_subtitle"),
        source="; ".join(dict.fromkeys(s for i in shown for s in ctx.source(i).split("; ") if s)),
        alt=similar_alt(nearest, look, title=title, dimensions=dimensions),
        table=Table(
            nearest.join(described.drop("name"), on="area_id", how="left", maintain_order="left"),
            [
                Column("name", ctx.text("common.area")),
                Column("distance", ctx.text("sammenlign.distance"), 2, is_demo=is_demo),
                *(
                    Column(
                        d,
                        ctx.text("sammenlign.difference_in", dimension=t.lower()),
                        2,
                        is_demo=is_demo and d == _DISEASE,
                    )
                    for d, t in dimensions.items()
                ),
                *(Column(c, ctx.text(f"sammenlign.trait_{c}"), n) for c, n in traits_shown.items()),
            ],
        ),
        is_demo=is_demo,
    )


def _offered(ctx: Context, areas: pl.DataFrame) -> pl.DataFrame:
    """Let the reader of a municipality keep to its own group of municipalities."""
    group = ctx.area.row["municipality_group"]
    if group is None:
        return areas
    said = {"all": ctx.text("sammenlign.group_all")}
    said["own"] = ctx.text(f"sammenlign.group_own_{group}")
    only = ctx.pick(
        "group", list(said), label="sammenlign.group", format_func=said.__getitem__, widget="radio"
    )
    if only == "all":
        return areas
    every = ctx.reference.areas.values()
    own = [area.id for area in every if area.row["municipality_group"] == group]
    return areas.filter(areas["area_id"].is_in(own))


def _explained(
    ctx: Context,
    row: Mapping[str, object],
    here: Mapping[str, float | None],
    there: Mapping[str, float | None],
    dimensions: Mapping[str, str],
    *,
    is_demo: bool,
) -> str:
    """Say how far an area is, in what it is most alike and most different, with the numbers.

    ``is_demo`` is about the distance; ages, size and density are counted.
    """
    said = ctx.text(
        f"sammenlign.similar_one{'_demo' if is_demo else ''}",
        name=row["name"],
        distance=ctx.number(row["distance"], 2),  # type: ignore[arg-type]
    )
    most = main_part(row, dimensions)
    if most is None:
        return said
    trait, decimals = {
        "age": ("share_old", 1),
        "size": ("persons", 0),
        "density": ("density", 0),
    }.get(most, ("", 0))
    if most == "group":
        return f"{said} {ctx.text('sammenlign.differs_group')}"
    if not trait:
        differs = ctx.text("sammenlign.differs_disease")
        return f"{said} {made_up(ctx.text, differs, is_demo)}"
    form = ctx.number.percent if most == "age" else ctx.number
    values = {
        key: form(traits_of[trait], decimals)
        + mark(ctx.text, estimate=is_split(ctx.reference.areas[area]))
        for key, traits_of, area in (
            ("there", there, str(row["area_id"])),
            ("here", here, ctx.area.id),
        )
    }
    return f"{said} {ctx.text(f'sammenlign.differs_{most}', **values)}"
