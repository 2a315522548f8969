"""Uses of help and care, today's by age carried forward on the projection of people.

Options: ``uses`` (list of ``id``, the word for it in link and texts, ``indicator`` and ``sector``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import sentences
from dashboard.components import Column, Table, show_figure, show_table
from dashboard.context import Context
from dashboard.demography import AGES, carried_forward
from dashboard.estimates import mark, of_figure
from dashboard.figures.pull import Step, pull_bars
from dashboard.pages import _parts as parts
from dashboard.pages._big import Item, show_list
from dashboard.prose import heading, prose, together
from dashboard.rows import Row, Slice
from dashboard.sections import Shown

#: Per cent a year by which use in each age group can be let fall.
HEALTHIER = tuple(f"{i / 10:g}" for i in range(11))
_PARTS = ("by_people", "by_age", "by_health")


@dataclass(frozen=True)
class Use:
    """Something people use: its id in the link and the texts, its indicator and sector."""

    id: str
    indicator: str
    sector: str = "all"


def known_uses(shown: Shown) -> list[Use]:
    """Return the uses there are figures of, where the people are known too."""
    known = shown.ctx.reference.indicators
    if "population" not in known:
        return []
    uses = (Use(**one) for one in shown.option("uses"))
    return [u for u in uses if u.indicator in known and u.sector in known[u.indicator]["sectors"]]


def slices(shown: Shown) -> Sequence[Slice]:
    """Return what is carried forward."""
    people, pieces = _pieces(shown.ctx, known_uses(shown))
    return [*people, *(piece for use in pieces.values() for piece in use)]


def has_choices(shown: Shown) -> bool:
    """Return whether there is a use to choose."""
    return bool(known_uses(shown))


def draw(shown: Shown) -> None:
    """Draw the choices, the use chosen, then all of them and the areas beside each other."""
    ctx, uses, is_big = shown.ctx, known_uses(shown), shown.is_big
    if not uses:
        return
    by_id = {u.id: u for u in uses}
    use = by_id[
        ctx.pick("use", list(by_id), label="demografi.use", format_func=lambda u: _title(ctx, u))
    ]
    healthier = ctx.pick(
        "healthier",
        HEALTHIER,
        label="demografi.healthier",
        format_func=lambda h: _per_cent(ctx, h),
        default="0",
        widget="slider",
    )
    rows = carried(ctx, uses, float(healthier))
    own = of(rows, ctx.area.id, use)
    with together():
        prose("\n\n".join(paragraphs(ctx, use, own, float(healthier))))
        _figure(ctx, use, own, float(healthier), is_big)
        _all_uses(ctx, rows, uses, float(healthier), is_big)
        _side_by_side(ctx, use, rows, float(healthier), is_big)


def of(rows: Iterable[Row], area: str, use: Use) -> list[Row]:
    """Return one use of one area, the years in order."""
    return [row for row in rows if row["area_id"] == area and row["use"] == use.id]


def carried(ctx: Context, uses: list[Use], healthier: float = 0.0) -> list[Row]:
    """Return every use of the area and those beside it carried forward; see ``demography``."""
    people, pieces = _pieces(ctx, uses)
    ctx.store.fetch([*people, *(p for piece in pieces.values() for p in piece)])
    rates = []
    for use in uses:
        multiplier = float(ctx.reference.indicators[use.indicator]["multiplier"])
        for row in (row for piece in pieces[use.id] for row in ctx.store.rows(piece)):
            value = row["value"]
            rates.append(row | {"use": use.id, "per_person": value and value / multiplier})
    there = [row | {"persons": row["value"]} for p in people for row in ctx.store.rows(p)]
    base = parts.newest(ctx, "population")
    return carried_forward(rates, there, base=base, healthier=healthier)


def _pieces(ctx: Context, uses: list[Use]) -> tuple[list[Slice], dict[str, list[Slice]]]:
    """Return the people, and by use what they use, of the area and those beside it."""
    if not uses:
        return [], {}
    ids = list(dict.fromkeys([*parts.benchmarks(ctx), *parts.peers(ctx).ids]))
    people = [Slice("population", tuple(ids), age=age) for age in AGES]
    return people, {u.id: [_piece(ctx, u, ids, age) for age in AGES] for u in uses}


def _piece(ctx: Context, use: Use, ids: list[str], age: str) -> Slice:
    cut = parts.Cut(use.indicator, age=age, sector=use.sector)
    return cut.slice(ctx, ids, parts.newest(ctx, use.indicator))


def paragraphs(ctx: Context, use: Use, own: list[Row], healthier: float) -> list[str]:
    """Return what the last year of a use looks like, what it is made of, and what is assumed.

    Of a use whose figures are made up nothing is said of the area, only what is assumed.
    """
    assumed = ctx.text(f"demografi.not_forecast{'_falling' if healthier else ''}")
    if parts.is_demo(ctx, use.indicator):
        return [assumed]
    known = [row for row in own if row["then"] is not None]
    if not known:
        return [ctx.text("demografi.not_known")]
    text, row = ctx.text, known[-1]
    year = int(row["period"])
    # "About 7,300 (estimate)" would say it twice.
    written = _rounded if row["is_estimate"] else _about
    what = _what(ctx, use, row["now"]) + _mark(ctx, row)
    then = written(ctx, row["then"]) + _mark(ctx, row)
    condition = _condition(ctx, healthier)
    said = [
        text("demografi.now", what=what, count=written(ctx, row["now"])),
        text("demografi.then", count=then, year=year, condition=condition),
    ]
    kind = _kind(row["per_cent"])
    percent = ctx.number.percent(abs(row["per_cent"] or 0), 0)
    more = _about(ctx, abs(row["more"]))
    said.append(text(f"demografi.change_{kind}", count=more, percent=percent))
    split = [
        text(f"demografi.{part}_{_direction(row[part])}", count=_about(ctx, abs(row[part])))
        for part in (_PARTS if healthier else _PARTS[:2])
    ]
    return [" ".join(said), " ".join(split), assumed]


def _kind(per_cent: float | None) -> str:
    if per_cent is None or abs(per_cent) < sentences.SAME:
        return "same"
    return "more" if per_cent > 0 else "fewer"


def _direction(change: float) -> str:
    """Return which way a number goes as the page writes it, rounded."""
    if not _signed(change):
        return "same"
    return "more" if change > 0 else "fewer"


def _rounded(ctx: Context, value: float) -> str:
    return ctx.number(sentences.roughly(value))


def _about(ctx: Context, value: float) -> str:
    return ctx.text("findings.about", count=_rounded(ctx, value)) if value else ctx.number(0)


def _signed(value: float) -> int:
    return sentences.roughly(value) if value >= 0 else -sentences.roughly(-value)


def _what(ctx: Context, use: Use, count: float) -> str:
    form = "one" if sentences.roughly(count) == 1 else "many"
    return ctx.text(f"demografi.{form}.{use.id}")


def _title(ctx: Context, use_id: str) -> str:
    return ctx.text(f"demografi.uses.{use_id}")


def _per_cent(ctx: Context, healthier: str) -> str:
    return ctx.number.percent(float(healthier), 1)


def _condition(ctx: Context, healthier: float) -> str:
    """Return the one assumption, for the end of a sentence."""
    if not healthier:
        return ctx.text("demografi.as_today")
    return ctx.text("demografi.as_today_falling", percent=_per_cent(ctx, str(healthier)))


def _subtitle(ctx: Context, use: Use, healthier: float) -> str:
    said = ctx.text(
        "demografi.subtitle",
        what=_what(ctx, use, 2),
        condition=_condition(ctx, healthier),
        year=parts.newest(ctx, use.indicator),
        base=parts.newest(ctx, "population"),
    )
    return " ".join(filter(None, [said, of_figure(ctx.text, ctx.area)]))


def _source(ctx: Context, use: Use) -> str:
    return f"{ctx.source(use.indicator)}; {ctx.source('population')}"


def _said(ctx: Context, row: dict[str, Any]) -> str:
    """Return a number carried forward and its change: ``6.720 (+45 %)``."""
    if row["then"] is None:
        return ctx.text("demografi.hidden")
    change = "" if row["per_cent"] is None else ctx.number.percent(row["per_cent"], 0, sign=True)
    shown = _rounded(ctx, row["then"]) + _mark(ctx, row)
    return f"{shown} ({change})" if change else shown


def _mark(ctx: Context, row: dict[str, Any]) -> str:
    return mark(ctx.text, estimate=row["is_estimate"])


def _figure(ctx: Context, use: Use, own: list[Row], healthier: float, is_big: bool) -> None:
    rows = [r for r in own if r["then"] is not None]
    if not rows:
        return
    title = ctx.text("demografi.figure", what=_title(ctx, use.id))
    subtitle = _subtitle(ctx, use, healthier)
    is_demo = parts.is_demo(ctx, use.indicator)
    kept = _PARTS if healthier else _PARTS[:2]
    names = [ctx.text(f"demografi.parts.{p}") for p in kept]
    if is_big:
        items = [
            Item(
                str(r["period"]),
                "\n".join(
                    [_said(ctx, r)]
                    + [
                        f"{name}: {ctx.number(_signed(r[p]), sign=True)}"
                        for p, name in zip(kept, names, strict=True)
                    ]
                ),
            )
            for r in rows
        ]
        show_list(
            ctx, items, title=title, subtitle=subtitle, source=_source(ctx, use),
            is_demo=is_demo, level=3,
        )  # fmt: skip
        return
    steps = [
        Step(
            int(r["period"]),
            f"<b>{r['period']}</b>  {_said(ctx, r)}",
            tuple(r[p] for p in kept),
        )
        for r in rows
    ]
    spoken = "; ".join(f"{r['period']}: {_said(ctx, r)}" for r in rows)
    columns = [
        Column("period", ctx.text("common.period")),
        Column("now", ctx.text("demografi.column_now"), status=None),
        Column("then", ctx.text("demografi.column_then"), status=None),
        Column("per_cent", ctx.text("demografi.column_percent"), 1, status=None),
        *(Column(p, name, status=None) for p, name in zip(kept, names, strict=True)),
    ]
    show_figure(
        ctx,
        pull_bars(steps, names, parts.look_of(ctx)),
        key="demografi.pull",
        years=[parts.newest(ctx, "population"), *(r["period"] for r in rows)],
        title=title,
        subtitle=subtitle,
        source=_source(ctx, use),
        alt=f"{title}. {spoken}.",
        table=Table([r | {"period": str(r["period"])} for r in rows], columns),
        is_demo=is_demo,
        level=3,
    )


def _all_uses(
    ctx: Context, rows: list[Row], uses: list[Use], healthier: float, is_big: bool
) -> None:
    """Draw every use of the area beside each other."""
    title = ctx.text("demografi.all_uses")
    _table(
        ctx,
        [
            (_title(ctx, u.id), of(rows, ctx.area.id, u), parts.is_demo(ctx, u.indicator))
            for u in uses
        ],
        title=title,
        first=ctx.text("parts.what"),
        caption=ctx.text("demografi.caption", condition=_condition(ctx, healthier)),
        is_big=is_big,
    )


def _side_by_side(ctx: Context, use: Use, rows: list[Row], healthier: float, is_big: bool) -> None:
    """Draw one use of the areas beside each other."""
    ids = list(dict.fromkeys([ctx.area.id, *parts.peers(ctx).ids, *parts.benchmarks(ctx)[1:]]))
    what = ctx.text(f"common.levels.{parts.peers(ctx).level}").lower()
    is_demo = parts.is_demo(ctx, use.indicator)
    _table(
        ctx,
        [(ctx.reference.areas[a].name, of(rows, a, use), is_demo) for a in ids],
        title=ctx.text("demografi.side", use=_title(ctx, use.id), what=what),
        first=ctx.text("common.area"),
        caption=ctx.text("demografi.caption", condition=_condition(ctx, healthier)),
        is_big=is_big,
    )


def _table(
    ctx: Context,
    named: list[tuple[str, list[Row], bool]],
    *,
    title: str,
    first: str,
    caption: str,
    is_big: bool,
) -> None:
    """Draw a row a name: today, and each year with its change; each says if it is made up."""
    rows: list[dict[str, Any]] = []
    years: dict[str, None] = {}
    for name, part, is_demo in named:
        row: dict[str, Any] = {"name": name, "is_demo": is_demo}
        for r in part:
            now = r["now"]
            row["now"] = (
                ctx.text("demografi.hidden") if now is None else _rounded(ctx, now) + _mark(ctx, r)
            )
            row[str(r["period"])] = _said(ctx, r)
            years[str(r["period"])] = None
        rows.append(row)
    label = ctx.text("demografi.column_now")
    if is_big:
        items = [
            Item(
                r["name"],
                "\n".join(
                    [f"{label}: {r.get('now', '–')}", *(f"{y}: {r[y]}" for y in years if y in r)]
                ),
            )
            for r in rows
        ]
        is_demo = any(r["is_demo"] for r in rows)
        show_list(ctx, items, title=title, subtitle=caption, is_demo=is_demo, level=3)
        return
    heading(title, 3)
    columns = [Column("name", first, status=None), Column("now", label, status=None, right=True)]
    columns += [Column(y, y, status=None, right=True) for y in years]
    keys = [column.name for column in columns]
    table = Table([dict.fromkeys(keys) | row for row in rows], columns, caption)
    show_table(ctx, table, css="kb-matrix kb-change")
