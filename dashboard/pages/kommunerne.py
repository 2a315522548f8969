"""Kommunerne: our municipalities side by side, indicator by indicator, beside the country."""

from __future__ import annotations

from collections.abc import Sequence

from content.side_by_side import Line, lines, ordered
from dashboard import beside
from dashboard.components.side_by_side import Heading, by_area, by_indicator
from dashboard.context import Context, Page
from dashboard.pages import _parts as parts
from dashboard.prose import caption, note, prose, put, together
from dashboard.rows import Slice
from warehouse.schema import THEMES

PAGE = Page(slug="kommunerne", order=15, title="kommunerne.title")
#: More areas than this head rows, not columns.
_MOST_COLUMNS = 8
_ALL = "all"
_ORDERS = ("topic", "spread", "certain")


def render(ctx: Context) -> None:
    """Draw the page."""
    own, others = _areas(ctx)
    is_long = len(own) > _MOST_COLUMNS
    with together():
        ctx.heading()
        if not ctx.reference.indicators:
            note(ctx.text("parts.no_data"))
            return
        prose(_introduction(ctx, own))
    topics = [t for t in THEMES if _of_topic(ctx, t)]
    topic = ctx.pick(
        "theme",
        topics if is_long else [_ALL, *topics],
        label="kommunerne.topic",
        format_func=lambda t: ctx.text(
            "kommunerne.all_topics" if t == _ALL else f"common.themes.{t}"
        ),
        default="elderly" if is_long else _ALL,
    )
    show = ctx.pick(
        "show",
        ["all", "certain"],
        label="kommunerne.show",
        format_func=lambda s: ctx.text(f"kommunerne.show_{s}"),
        widget="radio",
    )
    found = _lines(ctx, topics if topic == _ALL else [topic], [*own, *others])
    if show == "certain":
        found = [line for line in found if line.differs(own)]
    with together():
        if not found:
            note(ctx.text("kommunerne.none"))
        elif is_long:
            _show_areas(ctx, found, own, others)
        else:
            _show_indicators(ctx, found, own, others)
        caption(ctx.text("kommunerne.legend"))


def _areas(ctx: Context) -> tuple[list[str], list[str]]:
    """Return the municipalities compared, and what stands beside them: home, region, country."""
    if ctx.area.level == "country":
        return list(ctx.reference.known.areas["kommuner"]), [parts.COUNTRY]
    own = list(parts.peers(ctx).ids)
    home = beside.home_of(ctx.reference, ctx.area)
    around = [home, ctx.region.id if ctx.region else parts.COUNTRY, parts.COUNTRY]
    return own, [area for area in dict.fromkeys(around) if area not in own]


def _introduction(ctx: Context, own: Sequence[str]) -> str:
    side = parts.peers(ctx)
    if ctx.area.level == "country":
        return ctx.text("kommunerne.intro_country", count=len(own))
    if side.level != "municipality":
        kind = ctx.text(f"common.levels.{side.level}").lower()
        return ctx.text("kommunerne.intro_one", area=ctx.area.name, kind=kind)
    home = ctx.reference.areas[beside.home_of(ctx.reference, ctx.area)]
    return ctx.text("kommunerne.intro", area=home.name)


def _of_topic(ctx: Context, topic: str) -> list[str]:
    rows = ctx.reference.indicators
    return [
        i
        for i in ctx.reference.of_theme(topic)
        if rows[i]["kind"] != "count" and not i.endswith("_incidence")
    ]


def _lines(ctx: Context, topics: Sequence[str], areas: Sequence[str]) -> list[Line]:
    """Return the figures of some topics, standardised for age where they can be."""
    slices: list[Slice] = []
    for indicator in (i for topic in topics for i in _of_topic(ctx, topic)):
        slices.append(parts.Cut(indicator).slice(ctx, areas))
    ctx.store.fetch(slices)
    rows = ctx.reference.indicators
    counted = frozenset(i for i in rows if rows[i]["is_full_count"])
    return lines(
        [ctx.store.rows(piece) for piece in slices], areas, country=parts.COUNTRY, counted=counted
    )


def _show_indicators(
    ctx: Context, found: Sequence[Line], own: Sequence[str], others: Sequence[str]
) -> None:
    areas = [*own, *others]
    order = _order(ctx, [*_ORDERS, *areas])
    shown = ordered(found, order, own)
    columns = {area: _area(ctx, area, sort=area, order=order) for area in areas}
    rows = {line.indicator: _indicator(ctx, line) for line in shown}
    topics = {i: ctx.text(f"common.themes.{ctx.reference.indicators[i]['theme']}") for i in rows}
    put(_order_links(ctx, order))
    put(
        by_indicator(
            ctx,
            shown,
            rows,
            columns,
            caption=ctx.text("kommunerne.caption", area=ctx.area.name),
            topics=topics if order == "topic" else None,
        )
    )


def _show_areas(
    ctx: Context, found: Sequence[Line], own: Sequence[str], others: Sequence[str]
) -> None:
    order = _order(ctx, ["name", *(line.indicator for line in found)])
    listed = list(own)
    by = next((line for line in found if line.indicator == order), None)
    if by is not None:
        values = {area: by.cells[area].row["value"] for area in own}
        listed.sort(key=lambda area: (values[area] is None, -(values[area] or 0.0)))
    rows = {area: _area(ctx, area) for area in [*others, *listed]}
    columns = {
        line.indicator: _indicator(ctx, line, sort=line.indicator, order=order) for line in found
    }
    put(
        by_area(
            ctx, found, rows, columns, caption=ctx.text("kommunerne.caption", area=ctx.area.name)
        )
    )


def _order(ctx: Context, allowed: Sequence[str]) -> str:
    """Return what the table is sorted by, as the address says it."""
    return ctx.chosen("sort", allowed)


def _order_links(ctx: Context, order: str) -> str:
    """Return the orders that no column stands for, as links."""
    links = " · ".join(
        f"<strong>{ctx.text(f'kommunerne.order_{o}')}</strong>"
        if o == order
        else f'<a href="{ctx.link(sort=o)}">{ctx.text(f"kommunerne.order_{o}")}</a>'
        for o in _ORDERS
    )
    return f'<p class="kb-orders">{ctx.text("kommunerne.order")}: {links}</p>'


def _area(ctx: Context, area: str, *, sort: str = "", order: str = "") -> Heading:
    place = ctx.reference.areas[area]
    return Heading(
        ctx.text("common.country") if area == parts.COUNTRY else place.short_name,
        address="" if area == ctx.area.id else ctx.link(geography=place.geography, area=area),
        sort=ctx.link(sort=sort) if sort else "",
        is_sorted=bool(sort) and sort == order,
        is_own=area == ctx.area.id,
    )


def _indicator(ctx: Context, line: Line, *, sort: str = "", order: str = "") -> Heading:
    row = ctx.reference.indicators[line.indicator]
    said = [parts.unit_with_age(ctx, parts.Cut(line.indicator)), str(line.period)]
    if line.standardisation != "crude":
        said.insert(1, ctx.text(f"common.standardisation.{line.standardisation}").lower())
    if ctx.reference.provisional_in(line.indicator, str(line.period)):
        said.append(ctx.text("parts.is_provisional"))
    is_column = bool(sort)  # where there is little room
    title = ctx.localised(row, "short") if is_column else ""
    return Heading(
        title or parts.title_of(ctx, parts.Cut(line.indicator)),
        address=ctx.link("tal", indicator=line.indicator),
        detail=", ".join(said),
        sort=ctx.link(sort=sort) if sort else "",
        is_sorted=bool(sort) and sort == order,
        is_demo=bool(row["is_demo"]),
    )
