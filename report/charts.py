"""Charts of a sheet, made from the same queries as the charts on the pages."""

from __future__ import annotations

import polars as pl

from dashboard import beside, captions
from dashboard.beside import People
from dashboard.estimates import caveat, is_estimate, of_figure
from dashboard.figures import alt
from dashboard.figures.hover import Row, short_value
from dashboard.figures.scale import bar_scale, line_scale
from dashboard.figures.style import safe, safe_rows
from dashboard.view import View
from report.model import Chart, Point, Series
from warehouse.read.pages import measures, sources

#: Most areas in a ranked chart; of more, only the ends are shown, and the chart says so.
MOST = 14
#: Areas at each end of a ranking that is too long.
ENDS = 3


def ranked(view: View, indicator: str) -> Chart | None:
    """Return the area's municipalities, the area, its region and the country, highest first.

    Parameters
    ----------
    view
        The area and the reader's language.
    indicator
        Shown at its default age and sector, in its newest year.

    Returns
    -------
    Chart or None
        ``None`` when no area has a number.
    """
    row = view.reference.indicators[indicator]
    side = beside.peers(view.reference, view.area)
    ids = list(dict.fromkeys([*beside.benchmarks(view), *side.ids]))
    frame = _with_who(view, safe(_measures(view, indicator, ids, period=int(row["last_period"]))))
    frame = frame.sort("value", descending=True, nulls_last=True, maintain_order=True)
    if not frame.filter((pl.col("status") == "ok") & (pl.col("who") != "country")).height:
        return None
    notes = [caveat(view.reference.caveat(indicator, view.lang, ids), row, view.area)]
    # Of everything the page's chart shows, also where only the ends are shown here.
    scale = bar_scale(safe_rows(frame))
    if frame.height > MOST:
        kept = _ends(frame)
        notes.insert(0, view.text("moedeark.ends", each=ENDS, all=(frame["who"] == "other").sum()))
        frame = kept
    decimals = int(row["decimals"])
    country = frame.filter(pl.col("who") == "country")["value"]
    title, unit = view.title(indicator), _unit(view, indicator)
    return Chart(
        "ranked",
        title,
        _subtitle(view, indicator, str(row["last_period"])),
        (Series(title, tuple(_point(view, r, str(r["name"]), decimals) for r in _rows(frame))),),
        source_of(view, indicator),
        _heard(
            view,
            indicator,
            alt.bars_alt(frame, view.look, title=title, unit=unit, decimals=decimals, most=MOST),
        ),
        decimals,
        scale,
        view.is_demo(indicator),
        mark=country[0] if len(country) else None,
        note=" ".join(n for n in notes if n),
        indicators=(indicator,),
    )


def trend(view: View, indicator: str) -> Chart | None:
    """Return the years of the area, its region and the country, or ``None`` without two years."""
    row = view.reference.indicators[indicator]
    frame = _with_who(view, _measures(view, indicator, beside.benchmarks(view)))
    frame = frame.filter(pl.col("period") >= (row["trend_from"] or 0))
    years = frame["period"].unique().sort()
    known = frame.filter((pl.col("status") == "ok") & (pl.col("who") == "area"))
    if len(years) < 2 or not known.height:
        return None
    decimals = int(row["decimals"])
    title = view.text("parts.trend_title", title=view.title(indicator))
    scale = line_scale(safe_rows(frame))
    subtitle = _subtitle(view, indicator, f"{years[0]}–{years[-1]}")
    if frame["is_projection"].any():
        subtitle += f" {view.text('parts.dashed')}"
    if not scale.begins_at_zero:
        subtitle += f" {view.text('parts.not_zero')}"
    changed = row["breaks"] or ()
    return Chart(
        "trend",
        title,
        subtitle,
        tuple(
            Series(
                str(name),
                tuple(_point(view, r, str(r["period"]), decimals) for r in _rows(rows)),
                str(who),
            )
            for (name, who), rows in frame.group_by("name", "who", maintain_order=True)
        ),
        source_of(view, indicator),
        _heard(
            view,
            indicator,
            alt.trend_alt(
                frame, view.look, title=title, unit=_unit(view, indicator), decimals=decimals
            ),
        ),
        decimals,
        scale,
        view.is_demo(indicator),
        ticks=tuple(zip(scale.ticks, scale.written(view.number), strict=True)),
        note=". ".join(view.text("parts.break", year=year) for year in changed),
        breaks=tuple(int(year) for year in changed),
        indicators=(indicator,),
    )


def ages(view: View, people: People) -> Chart:
    """Return the age bands of the area beside region and country, in per cent of everybody."""
    now = people.frame.filter((pl.col("period") == people.now) & pl.col("age").is_in(beside.BANDS))
    whole = safe(people.frame).filter((pl.col("period") == people.now) & (pl.col("age") == "all"))
    frame = (
        now.join(whole.select("who", everybody="value"), on="who", maintain_order="left")
        .with_columns(value=100 * pl.col("value") / pl.col("everybody"))
        .with_columns(label=pl.col("age").map_elements(view.age, return_dtype=pl.String))
        .sort(pl.col("age").replace_strict({a: i for i, a in enumerate(beside.BANDS)}))
    )
    title = view.text("people.ages", year=people.now)
    unit = view.text("people.of_all")
    return Chart(
        "beside",
        title,
        _noted(view, view.text("people.ages_subtitle")),
        tuple(
            Series(
                str(name), tuple(_point(view, r, str(r["label"]), 1) for r in _rows(rows)), str(who)
            )
            for (name, who), rows in _with_who(view, frame).group_by(
                "name", "who", maintain_order=True
            )
        ),
        source_of(view, "population"),
        alt.bars_alt(frame, view.look, title=title, unit=unit, decimals=1),
        1,
        bar_scale(safe_rows(frame)),
        indicators=("population",),
    )


def later(view: View, people: People) -> Chart:
    """Return the elderly now and in the projected years, with the change since now."""
    years = [people.now, *people.projected]
    frame = people.frame.filter(
        (pl.col("who") == "area") & pl.col("period").is_in(years) & pl.col("age").is_in(people.old)
    ).with_columns(label=pl.col("age").map_elements(view.age, return_dtype=pl.String))
    series = []
    for age in people.old:
        points = []
        first = people.count(age)
        for row in _rows(frame.filter(pl.col("age") == age).sort("period")):
            point = _point(view, row, str(row["period"]), 0)
            change = ""
            if point.is_projection and first and point.value is not None:
                share = view.number.percent(100 * (point.value / first - 1), 0, sign=True)
                change = f" ({share})"
            points.append(
                Point(
                    point.label,
                    point.value,
                    point.text + change,
                    is_projection=point.is_projection,
                    is_estimate=point.is_estimate,
                )
            )
        series.append(Series(view.age(age), tuple(points)))
    return Chart(
        "later",
        view.text("people.projection", first=years[0], last=years[-1]),
        _noted(view, view.text("people.projection_subtitle", year=people.now)),
        tuple(series),
        source_of(view, "population"),
        alt.projection_alt(frame, view.look, name=view.area.name),
        0,
        bar_scale(safe_rows(frame)),
        indicators=("population",),
    )


def _heard(view: View, indicator: str, said: str) -> str:
    """Begin an alternative text with the mark of made-up figures."""
    return f"{view.text('common.demo.badge')}. {said}" if view.is_demo(indicator) else said


def source_of(view: View, indicator: str) -> str:
    """Return the source line of an indicator: its packages' sources."""
    return "; ".join(sources(view.warehouse, indicator)["source"].unique().sort())


def _with_who(view: View, frame: pl.DataFrame) -> pl.DataFrame:
    rows = beside.with_who(view, frame.to_dicts())
    return pl.DataFrame(rows, {**frame.schema, "who": pl.String})


def _measures(
    view: View, indicator: str, ids: list[str], period: int | None = None
) -> pl.DataFrame:
    row = view.reference.indicators[indicator]
    return measures(
        view.warehouse,
        indicator,
        area=ids,
        period=period,
        age=row["default_age"],
        sector=row["default_sector"],
    )


def _rows(frame: pl.DataFrame) -> list[Row]:
    return list(frame.iter_rows(named=True))


def _point(view: View, row: Row, label: str, decimals: int) -> Point:
    """Return a point that holds nothing but words where the status is not ``ok``."""
    shown = row["status"] == "ok"

    def number(column: str) -> float | None:
        value = row[column] if shown else None
        return float(value) if isinstance(value, int | float) else None

    return Point(
        label,
        number("value"),
        short_value(row, view.look, decimals=decimals),
        number("lower"),
        number("upper"),
        str(row["who"]),
        bool(row["is_projection"]),
        is_estimate(row),
    )


def _subtitle(view: View, indicator: str, years: str) -> str:
    age = str(view.reference.indicators[indicator]["default_age"])
    return captions.subtitle(view, indicator, years, age=age)


def _noted(view: View, *said: str) -> str:
    """Return a subtitle, which says where the area's numbers are estimates."""
    return " ".join(filter(None, [*said, of_figure(view.text, view.area)]))


def _unit(view: View, indicator: str) -> str:
    return captions.unit(view, indicator, str(view.reference.indicators[indicator]["default_age"]))


def _ends(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the highest and lowest others, and area, region and country; sorted as before."""
    numbered = frame.with_row_index("place")
    others = numbered.filter((pl.col("who") == "other") & (pl.col("status") == "ok"))
    kept = pl.concat(
        [others.head(ENDS), others.tail(ENDS), numbered.filter(pl.col("who") != "other")]
    )
    return kept.unique("place").sort("place").drop("place")
