"""The elderly: how many now and later, by municipality, home nursing; then made-up figures."""

from __future__ import annotations

from dashboard import sentences
from dashboard.beside import People, expected, old_people
from dashboard.estimates import mark
from dashboard.view import View
from report import charts, tables, told
from report.model import Words
from report.themes import Pages, part

ORDER = 20
SLUG = "aeldre"
_SHARE = "population_80plus_share"
_NURSING = "home_nursing_per_1000"
_AVOIDABLE = "avoidable_hospital_stays"


def pages(view: View, people: People | None) -> Pages:
    """Return the two pages."""
    text, area, rows = view.text, view.area.name, told.newest(view)
    known = view.reference.indicators
    real = [row for row in rows if row["indicator_id"] == _NURSING]
    demo = [
        row
        for row in told.of_themes(rows, ("elderly", "chronic"), demo=True)
        if row["theme"] == "elderly" or row["indicator_id"] == "dementia_prevalence"
    ]
    questions = Words("", tuple(told.questions(view, real, people)), "questions")
    nursing = charts.ranked(view, _NURSING) if _NURSING in known else None
    said = _said(view, people, real) if people else []
    first = (
        *part(
            text("moedeark.important"),
            (Words("", tuple(said), "points") if said else None,),
        ),
        *part(
            text("moedeark.figures"),
            (
                charts.later(view, people) if people else None,
                charts.trend(view, _SHARE) if _SHARE in known else None,
            ),
            (tables.old_people(view, people) if people else None,),
        ),
        *part(text("moedeark.questions"), (questions, nursing)),
    )
    second = (
        *part(
            text("moedeark.demo"),
            (
                tables.key_figures(view, demo, text("moedeark.demo_key_figures_of", area=area))
                if demo
                else None,
            ),
            (
                charts.ranked(view, _AVOIDABLE) if _AVOIDABLE in known else None,
                charts.trend(view, _AVOIDABLE) if _AVOIDABLE in known else None,
            ),
            (
                Words(
                    text("moedeark.demo_questions"),
                    tuple(told.questions(view, demo, most=3)),
                    "questions",
                    is_demo=True,
                )
                if demo
                else None,
            ),
            notice=text("moedeark.demo_notice"),
            is_demo=True,
        ),
    )
    return first, second


def _said(view: View, people: People, real: list[told.Row]) -> list[str]:
    """Return what the numbers say: now, later, per 100 residents, home nursing."""
    said = [
        " ".join(old_people(view, people, age, f"aeldre.now_{age[:-1]}")) for age in people.groups
    ]
    share = people.share("80+")
    if share is not None:
        hundred = sentences.out_of_hundred(view.text, view.number, share)
        estimate = mark(view.text, estimate=people.is_estimate("80+", "all"))
        said.append(view.text("aeldre.hundred", share=hundred, age="80", mark=estimate))
    for age in people.groups:
        later = expected(view, people, age)
        if age == "65+":  # there is room for the last year
            later = later[-1:]
        if later:
            said.append(f"{view.text(f'aeldre.later_{age[:-1]}')} {' '.join(later)}")
    said += [" ".join(told.finding(view, row, people).sentences) for row in real]
    return [s for s in said if s]
