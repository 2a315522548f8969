"""What the numbers say, and what a council could ask: short sentences, neutral questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboard import beside, captions, standing, standout_words, statements
from dashboard.beside import People
from dashboard.estimates import is_estimate, mark, marked
from dashboard.figures.style import safe_rows
from dashboard.view import View
from warehouse.read.key_figures import key_figures
from warehouse.read.pages import measures

Row = Mapping[str, Any]

#: Growth below this part of today's number is not worth a council's minutes.
LARGE = 0.10
#: Municipalities this many times apart are worth asking about.
APART = 1.5
#: What stands out that there is room for.
_STAND_OUT = 4


def newest(view: View) -> list[Row]:
    """Return the newest number of each indicator of the area, beside region and country.

    Of those the reader sees: made-up figures are among them only where the reference has them.
    """
    known = view.reference.indicators
    rows = safe_rows(key_figures(view.warehouse, view.area.id))
    return [row for row in rows if row["indicator_id"] in known]


def standing_out(view: View) -> list[str]:
    """Say what stands out in the area, as the overview page does."""
    found = standing.standing_out(view.warehouse, view.reference, view.area)
    return [
        f"{standout_words.title(view, one)}: {standout_words.said(view, one)}"
        for one in found[:_STAND_OUT]
    ] or [view.text("standout.none")]


def questions(
    view: View, rows: Sequence[Row], people: People | None = None, most: int = 5
) -> list[str]:
    """Return neutral questions, at most one an indicator: growth, differences, municipalities.

    No cause is claimed: a question tells what was found and asks what the council knows.

    Parameters
    ----------
    view
        The area and the reader's language.
    rows
        Key figures to look for findings in; none of them made up.
    people
        The population, where its growth is worth a question.
    most
        Most questions.
    """
    asked = _about_growth(view, people) if people else []
    by_id = {row["indicator_id"]: row for row in rows}
    differing = [
        by_id[one.subject.indicator["indicator_id"]]
        for one in standing.standing_out(view.warehouse, view.reference, view.area)
        if one.kind == "level" and one.subject.indicator["indicator_id"] in by_id
    ]
    told = {row["indicator_id"] for row in differing}
    rest = [r for r in rows if r["indicator_id"] not in told and r["value"] is not None]
    # Of each kind something, before more of the same.
    kinds = [
        [(r["indicator_id"], _about(view, r)) for r in differing],
        _about_peers(view, [r["indicator_id"] for r in rows]),
        [(r["indicator_id"], _about(view, r)) for r in rest],
    ]
    told = set()
    while len(asked) < most and any(kinds):
        for kind in kinds:
            while kind and kind[0][0] in told:
                kind.pop(0)
            if kind and len(asked) < most:
                indicator, question = kind.pop(0)
                told.add(indicator)
                asked.append(question)
    return asked or [view.text("moedeark.ask_nothing")]


def _about_growth(view: View, people: People) -> list[str]:
    """Ask about people aged 80 and over: how many more, and where the growth differs."""
    now, last = people.count("80+"), (people.projected or [people.now])[-1]
    then = people.count("80+", year=last)
    if not now or then is None or abs(then / now - 1) < LARGE:
        return []
    key = "moedeark.ask_growth" if then > now else "moedeark.ask_decline"
    estimate = people.is_estimate("80+") or people.is_estimate("80+", year=last)
    percent = view.number.percent(100 * abs(then / now - 1), 0)
    percent += mark(view.text, estimate=estimate)
    asked = [view.text(key, percent=percent, year=last)]
    growth = _growth(view, people.now, last) if _has_parts(view) else []
    if len(growth) > 1 and growth[-1][0] - growth[0][0] >= 100 * LARGE:
        both_grow = growth[0][0] > 0
        low, high = (
            view.number.percent(change, 0, sign=not both_grow) + mark(view.text, estimate=estimate)
            for change, _, estimate in (growth[0], growth[-1])
        )
        asked.append(
            view.text(
                f"moedeark.ask_{'growth' if both_grow else 'change'}_apart",
                low=low,
                low_name=growth[0][1],
                high=high,
                high_name=growth[-1][1],
                year=last,
            )
        )
    return asked


def _has_parts(view: View) -> bool:
    """Return whether what stands beside the area belongs to it: then it may be asked about."""
    if view.area.level == "country":
        return True
    return len(view.reference.municipalities_of(view.area.id)) > 1


def _growth(view: View, first: int, last: int) -> list[tuple[float, str, bool]]:
    """Return change in per cent, name, and whether it is an estimate, of each area beside.

    The lowest first.
    """
    ids = beside.peers(view.reference, view.area).ids
    frame = measures(view.warehouse, "population", area=ids, period=[first, last], age="80+")
    rows = {(r["name"], r["period"]): r for r in safe_rows(frame)}
    pairs = [
        (rows[name, first], rows[name, last])
        for name in dict.fromkeys(name for name, _ in rows)
        if (name, first) in rows and (name, last) in rows
    ]
    return sorted(
        (100 * (then["value"] / now["value"] - 1), now["name"], is_estimate(now))
        for now, then in pairs
        if now["value"] and then["value"] is not None
    )


def _about(view: View, row: Row) -> str:
    return f"{_title(view, row)}: {' '.join(statements.finding(view, row).questions)}"


def _about_peers(view: View, indicators: Sequence[str]) -> list[tuple[str, str]]:
    """Ask about municipalities (or clusters) that lie far apart, and those without a number.

    What can be learnt from each other is asked only where a high number is good or bad, and ages
    do not make it so: a share of old people is nobody's result, nor is a disease of the old.
    """
    if not _has_parts(view):
        return []
    side = beside.peers(view.reference, view.area)
    wanted = {i: view.reference.indicators[i] for i in indicators}
    frame = measures(
        view.warehouse,
        list(wanted),
        area=side.ids,
        period=sorted({int(r["last_period"]) for r in wanted.values()}),
        age=None,
        sector=None,
        standardisation=None,
    )
    asked: list[tuple[float, str, str]] = []
    for indicator, row in wanted.items():
        here = frame.filter(
            (pl.col("indicator_id") == indicator)
            & (pl.col("period") == row["last_period"])
            & (pl.col("age") == row["default_age"])
            & (pl.col("sector") == row["default_sector"])
            & (pl.col("standardisation") == row["default_standardisation"])
        )
        known = here.filter(pl.col("status") == "ok").sort("value")
        title = view.title(indicator, short=True)
        gone = here.filter(pl.col("status") == "missing")["name"].to_list()
        if gone and known.height:
            names = view.number.listing(gone[:3])
            question = view.text("moedeark.ask_missing", title=title, names=names)
            asked.append((0.0, indicator, question))
        fair = row["default_standardisation"] != "crude" or row["age_effect"] == "none"
        is_result = row["polarity"] in ("high_good", "high_bad") and fair
        if known.height < 2 or not is_result:
            continue
        low, high = known.row(0, named=True), known.row(-1, named=True)
        # Two intervals that touch may be one and the same level.
        if low["upper"] is not None and low["upper"] >= (high["lower"] or 0):
            continue
        if low["value"] and high["value"] / low["value"] >= APART:
            decimals, unit = int(row["decimals"]), str(row["unit"])
            # Days for every 1,000 are not days: a number without its own mark has its unit.
            if unit != "per_cent":
                title += f", {captions.unit(view, indicator, str(low['age']))}"
            question = view.text(
                "moedeark.ask_apart",
                title=title,
                low=marked(view.number.unit(low["value"], unit, decimals), low, view.text),
                low_name=low["name"],
                high=marked(view.number.unit(high["value"], unit, decimals), high, view.text),
                high_name=high["name"],
            )
            asked.append((high["value"] / low["value"], indicator, question))
    return [(i, question) for _, i, question in sorted(asked, key=lambda a: -a[0])]


def _title(view: View, row: Row) -> str:
    title = view.title(row["indicator_id"], short=True)
    return title if row["age"] == "all" else f"{title}, {view.age(row['age'])}"
