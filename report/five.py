"""The blocks of the senior council's sheet: each figure in a sentence, a picture, and words."""

from __future__ import annotations

from dashboard.figures.scale import bar_scale
from dashboard.five import One
from dashboard.view import View
from report.charts import source_of
from report.model import Chart, Point, Series, Words

#: Letters of a name there is room for beside a bar.
_SHORT = 14


def said(one: One) -> Words:
    """Return the sentence, and how it stands beside the country."""
    return Words(one.title, tuple(filter(None, [one.said, one.compared])), "lead")


def picture(view: View, one: One) -> Chart:
    """Return the area's bar and the country's."""
    short = view.area.short_name
    here = short if len(short) <= _SHORT else view.text("aeldreraad.here")
    points = tuple(
        Point(
            here if bar.who == "area" else bar.name,
            bar.value,
            bar.said,
            who=bar.who,
            is_estimate=bar.is_estimate,
        )
        for bar in one.bars
    )
    rows = [{"value": b.value, "lower": None, "upper": None} for b in one.bars]
    return Chart(
        "ranked",
        one.title,
        one.picture,
        (Series(one.picture, points),),
        source_of(view, one.indicator),
        one.alt(view),
        one.decimals,
        bar_scale(rows),
        indicators=(one.indicator,),
    )


def words(view: View, one: One) -> Words:
    """Return what the number means, and what one may ask."""
    means, ask = (view.text(f"aeldreraad.{key}_label") for key in ("means", "ask"))
    return Words("", (f"{means} {one.means}", f"{ask} {one.ask}"), "small")
