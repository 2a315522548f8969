"""What the topic's real figures say, an indicator at a time, with questions for a meeting.

Options: ``people`` (ages whose growth is said), ``ages`` (indicator → an age it is said at),
``pooled`` (fewer counted a year than this, and three years are taken together).
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard import statements
from dashboard.findings import Finding
from dashboard.pages import _parts as parts
from dashboard.pages import _pooling as pooling
from dashboard.pages._focus import show_findings
from dashboard.pages._key_figures import newest_rows
from dashboard.pages._people import people_of
from dashboard.prose import heading, prose
from dashboard.rows import Row, Slice
from dashboard.sections import Shown

#: Years taken together where few people are behind a number.
_YEARS = 3


def _said(shown: Shown) -> list[str]:
    """Return the indicators that are said something of: real ones, with a number of their own."""
    rows = newest_rows(shown.ctx)
    return [i for i in shown.all_of_topic if i in rows and not rows[i]["is_demo"]]


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what the findings rest on beside the key figures."""
    ctx, ages = shown.ctx, shown.option("ages", {})
    few = [i for i in _said(shown) if shown.can_be_pooled(i)]
    yield from pooling.pool_slices(ctx, map(parts.Cut, few), _YEARS)
    for indicator in _said(shown):
        if indicator in ages:
            yield _at_age(shown, indicator)


def draw(shown: Shown) -> None:
    """Draw the findings."""
    found = list(findings(shown))
    if not found:
        return
    ctx, rows = shown.ctx, newest_rows(shown.ctx)
    heading(ctx.text(shown.section.heading))
    if any(rows[i]["lower"] is not None for i in _said(shown)):
        prose(ctx.text("focus.chance"))
    show_findings(ctx, found)


def findings(shown: Shown) -> Iterator[Finding]:
    """Return what the real figures say, in the topic's order."""
    ctx, rows = shown.ctx, newest_rows(shown.ctx)
    people = people_of(ctx)
    for age in shown.option("people", ()) if people else ():
        if people and age in people.groups and (grown := statements.growth(ctx, people, age)):
            yield grown
    for indicator in _said(shown):
        row, years, key = rows[indicator], "", ""
        if age := shown.option("ages", {}).get(indicator):
            older = _newest_at_age(shown, indicator)
            if older is None:
                continue
            row, key = older, f"{indicator.partition('_')[0]}_{age.rstrip('+')}"
        elif shown.can_be_pooled(indicator) and (few := _pooled(shown, indicator)):
            row, years = few, pooling.spoken_span(*pooling.span_of(ctx, indicator, _YEARS))
        yield statements.finding(ctx, row, people, years=years, key=key)


def _pooled(shown: Shown, indicator: str) -> Row | None:
    """Return three years together, where they are few; ``None`` where a year is enough."""
    ctx, cut = shown.ctx, parts.Cut(indicator)
    three = pooling.pooled_rows(ctx, [cut], _YEARS)
    by_area = {row["area_id"]: row for row in pooling.picked(ctx, three, cut)}
    own = by_area.get(ctx.area.id)
    if not own or own["status"] != "ok" or own["count"] >= _YEARS * shown.option("pooled"):
        return None
    return {**own, "country_value": by_area.get(parts.COUNTRY, {}).get("value")}


def _at_age(shown: Shown, indicator: str) -> Slice:
    ctx = shown.ctx
    areas = dict.fromkeys([ctx.area.id, parts.COUNTRY])
    cut = parts.Cut(indicator, age=shown.option("ages")[indicator])
    return cut.slice(ctx, areas, parts.newest(ctx, indicator))


def _newest_at_age(shown: Shown, indicator: str) -> Row | None:
    """Return the newest number at another age, beside the country's."""
    rows = {row["area_id"]: row for row in shown.ctx.store.rows(_at_age(shown, indicator))}
    if shown.ctx.area.id not in rows:
        return None
    country = rows.get(parts.COUNTRY, {}).get("value")
    return {**rows[shown.ctx.area.id], "country_value": country}
