"""One disease, chosen by the reader: who has it and who gets it, by age, sex and place.

A topic's diseases are its indicators ``<disease>_prevalence`` and ``<disease>_incidence``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard.components import Column, Table, show_figure
from dashboard.context import Context
from dashboard.estimates import is_estimate, marked
from dashboard.figures.sexes import by_sex, by_sex_alt
from dashboard.figures.style import by_value
from dashboard.hidden import status_text
from dashboard.pages import _choosing as choosing
from dashboard.pages import _parts as parts
from dashboard.prose import beside, caption, heading, note, prose, together
from dashboard.rows import Slice
from dashboard.sections import Shown
from dashboard.sentences import people
from warehouse.ages import smallest_bands

_MEASURES = ("prevalence", "incidence")
#: Disease → the measures there are of it.
Diseases = dict[str, list[str]]


def _cut(ctx: Context, diseases: Diseases) -> parts.Cut:
    indicator, standardisation = _chosen(ctx, diseases)
    return parts.Cut(indicator, standardisation=standardisation)


def slices(shown: Shown) -> Sequence[Slice]:
    """Return what is shown of the disease and measure chosen."""
    diseases = _diseases(shown)
    return _slices(shown.ctx, diseases, _cut(shown.ctx, diseases)) if diseases else ()


def has_choices(shown: Shown) -> bool:
    """Return whether there is a disease to choose."""
    return bool(_diseases(shown))


def draw(shown: Shown) -> None:
    """Draw the choices, what is said of the area, and the charts."""
    ctx, diseases = shown.ctx, _diseases(shown)
    if not diseases:
        return
    cut = _cut(ctx, diseases)
    heading(ctx.text(shown.section.heading))
    _choices(ctx, diseases)
    key = shown.key(cut.indicator)
    with together():
        caption(ctx.text(f"kronisk.explain_{cut.standardisation}"))
        if not parts.is_demo(ctx, cut.indicator):
            prose("\n".join(f"- {said}" for said in _sentences(ctx, cut.indicator)))
        with beside() as (left, right):
            with left:
                parts.show_ranked(ctx, cut, key=key)
                _by_age_and_sex(ctx, cut.indicator, f"{key}.sexes")
            with right:
                parts.show_trend(ctx, cut, key=f"{key}.trend")
                _all_diseases(ctx, diseases, cut, shown.key("all"))


def _diseases(shown: Shown) -> Diseases:
    """Return each disease with the measures the warehouse has of it, in the topic's order."""
    out: Diseases = {}
    for indicator in shown.all_of_topic:
        disease, _, measure = indicator.rpartition("_")
        if measure in _MEASURES:
            out.setdefault(disease, []).append(measure)
    return out


def _chosen(ctx: Context, diseases: Diseases) -> tuple[str, str]:
    """Return the indicator and the standardisation that ``_choices`` draws as chosen."""
    disease, _, measure = (ctx.selection.indicator or "").rpartition("_")
    disease = ctx.chosen("disease", list(diseases), disease)
    indicator = f"{disease}_{ctx.chosen('measure', diseases[disease], measure)}"
    offered = choosing.standardisations(ctx, indicator, ctx.area.geography)
    return indicator, ctx.chosen("std", offered, "age")


def _choices(ctx: Context, diseases: Diseases) -> None:
    """Draw the choices of disease, measure and standardisation."""
    disease, _, measure = (ctx.selection.indicator or "").rpartition("_")
    left, middle, right = st.columns([2, 2, 3])
    with left:
        disease = ctx.pick(
            "disease",
            list(diseases),
            label="kronisk.disease",
            format_func=lambda d: ctx.localised(
                ctx.reference.indicators[f"{d}_{diseases[d][0]}"], "short"
            ),
            default=disease,
        )
    with middle:
        measure = ctx.pick(
            "measure",
            diseases[disease],
            label="kronisk.measure",
            format_func=lambda m: ctx.text(f"kronisk.{m}"),
            default=measure,
            widget="radio",
        )
    with right:
        choosing.pick_standardisation(ctx, f"{disease}_{measure}", ctx.area.geography)


def _slices(ctx: Context, diseases: Diseases, cut: parts.Cut) -> list[Slice]:
    """Return what is shown of the disease and measure chosen."""
    return [
        parts.ranked_slice(ctx, cut),
        parts.trend_slice(ctx, cut),
        _standards_slice(ctx, cut.indicator),
        _profile_slice(ctx, cut.indicator),
        *_alike_slices(ctx, diseases, cut),
    ]


def _standards_slice(ctx: Context, indicator: str) -> Slice:
    """Return what the sentences say: the area and the country, standardised and not."""
    areas = dict.fromkeys([ctx.area.id, parts.COUNTRY])
    newest = parts.newest(ctx, indicator)
    return parts.Cut(indicator).slice(ctx, areas, newest, standardisation=None)


def _profile_slice(ctx: Context, indicator: str) -> Slice:
    """Return the ages and sexes of the area."""
    newest = parts.newest(ctx, indicator)
    return parts.Cut(indicator).slice(ctx, [ctx.area.id], newest, age=None, sex=None)


def _alike(diseases: Diseases, cut: parts.Cut) -> dict[str, str]:
    """Return each disease's indicator of the measure chosen, with one that names the disease."""
    measure = cut.indicator.rpartition("_")[2]
    return {f"{d}_{measure}": f"{d}_{ms[0]}" for d, ms in diseases.items() if measure in ms}


def _alike_slices(ctx: Context, diseases: Diseases, cut: parts.Cut) -> list[Slice]:
    """Return all diseases by the chosen measure, in the newest year that all of them have."""
    alike = _alike(diseases, cut)
    period = min(parts.newest(ctx, i) for i in alike)
    areas = parts.benchmarks(ctx)
    return [replace(cut, indicator=i).slice(ctx, areas, period) for i in alike]


def _sentences(ctx: Context, indicator: str) -> list[str]:
    """Say how many there are, and how the area stands once its ages are taken into account."""
    row = ctx.reference.indicators[indicator]
    name = ctx.localised(row, "short")
    rows = ctx.store.rows(_standards_slice(ctx, indicator))
    by = {(r["area_id"], r["standardisation"]): r for r in rows}
    own = by.get((ctx.area.id, "crude"))
    if own is None:
        return []
    if own["value"] is None:
        return [ctx.text("kronisk.hidden", why=status_text(ctx.text, own).lower())]
    said = []
    if own["count"] is not None:
        said.append(
            ctx.text(
                "kronisk.how_many",
                people=people(
                    ctx.text, ctx.number, own["count"], about=True, estimate=is_estimate(own)
                ),
                name=name,
                area=ctx.area.name,
                year=own["period"],
            )
        )
    if own["trend"] in ("increasing", "decreasing", "no_change"):
        said.append(ctx.text(f"kronisk.trend_{own['trend']}"))
    for standardisation in ("crude", "age"):
        here = by.get((ctx.area.id, standardisation))
        country = by.get((parts.COUNTRY, standardisation))
        if here is None or country is None or ctx.area.id == parts.COUNTRY:
            continue
        if here["value"] is None or country["value"] is None:
            said.append(ctx.text(f"kronisk.{standardisation}_hidden"))
            continue
        comparison = here["vs_country"]
        said.append(
            ctx.text(
                f"kronisk.{standardisation}",
                value=marked(ctx.number(here["value"], row["decimals"]), here, ctx.text),
                country=marked(ctx.number(country["value"], row["decimals"]), country, ctx.text),
                verdict=ctx.text(f"kronisk.verdict_{_direction(here, country, comparison)}"),
            )
        )
    return said


def _direction(here: dict[str, object], country: dict[str, object], comparison: object) -> str:
    """Return higher or lower where the interval allows it, else that no difference is sure."""
    if comparison in (None, "similar"):
        return "similar"
    if is_estimate(here):
        return "estimate"
    return "higher" if float(here["value"]) > float(country["value"]) else "lower"  # type: ignore[arg-type]


def _all_diseases(ctx: Context, diseases: Diseases, cut: parts.Cut, key: str) -> None:
    """Draw all diseases by the chosen measure: the area, its region and the country."""
    measure = cut.indicator.rpartition("_")[2]
    labels = {
        i: ctx.localised(ctx.reference.indicators[named], "short")
        for i, named in _alike(diseases, cut).items()
    }
    indicators = list(labels)
    slices = _alike_slices(ctx, diseases, cut)
    rows = parts.with_who(ctx, [row for piece in slices for row in ctx.store.rows(piece)])
    unit, decimals = parts.unit_and_decimals(ctx, indicators[0])
    order = [r["indicator_id"] for r in by_value(rows) if r["who"] == "country"]
    ranked = {i: labels[i] for i in [*order, *labels]}
    sources = dict.fromkeys(s for i in indicators for s in ctx.source(i).split("; "))
    parts.show_bullets(
        ctx,
        parts.labelled(rows, "indicator_id", ranked),
        key=f"{key}.{measure}",
        title=ctx.text(f"kronisk.all_{measure}"),
        subtitle=parts.subtitle_of(ctx, cut, str(slices[0].period)),
        source="; ".join(sources),
        unit=unit,
        decimals=decimals,
        is_demo=any(parts.is_demo(ctx, i) for i in indicators),
        level=3,
    )


def _by_age_and_sex(ctx: Context, indicator: str, key: str) -> None:
    """Draw women and men of the area by age."""
    row = ctx.reference.indicators[indicator]
    sexes = [s for s in ("female", "male") if s in row["sexes"]]
    ages = {a: ctx.age_label(a) for a in smallest_bands(row["ages"])}
    if len(sexes) < 2 or len(ages) < 2:
        return
    period = parts.newest(ctx, indicator)
    title = ctx.text("kronisk.by_age_and_sex", title=ctx.localised(row, "title"))
    found = ctx.store.rows(_profile_slice(ctx, indicator))
    rows = [
        r | {"name": ctx.sex(r["sex"])}
        for r in parts.labelled(sorted(found, key=lambda r: str(r["sex"])), "age", ages)
        if r["sex"] in sexes
    ]
    if all(r["value"] is None for r in rows):
        note(ctx.text("parts.nothing_hidden", what=title, area=ctx.area.name))
        parts.offer_larger(ctx)
        return
    unit, decimals = parts.unit_and_decimals(ctx, indicator)
    look = parts.look_of(ctx)
    columns = [
        Column("label", ctx.text("common.age")),
        Column("name", ctx.text("common.sex")),
        Column("value", ctx.text("common.value"), decimals),
        Column("lower", ctx.text("common.lower"), decimals, status=None),
        Column("upper", ctx.text("common.upper"), decimals, status=None),
    ]
    cut = parts.Cut(indicator, age="all")
    show_figure(
        ctx,
        by_sex(rows, look, unit=unit, decimals=decimals),
        key=key,
        years=[period],
        title=title,
        subtitle=parts.subtitle_of(ctx, cut, str(period)),
        source=ctx.source(indicator),
        alt=by_sex_alt(rows, look, title=title, unit=unit, decimals=decimals),
        table=Table(rows, columns),
        is_demo=parts.is_demo(ctx, indicator),
        level=3,
    )
