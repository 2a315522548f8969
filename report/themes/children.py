"""Children and young people: notifications, measures, school absence; then made-up figures."""

from __future__ import annotations

from dashboard.beside import People, children
from dashboard.view import View
from report import charts, tables, told
from report.model import Words
from report.themes import Pages, part

ORDER = 30
SLUG = "boern-og-unge"
_REAL = ("child_notifications_per_1000", "child_measures_share", "school_absence_share")
_DIAGNOSIS = "child_psychiatric_diagnosis"


def pages(view: View, people: People | None) -> Pages:
    """Return the two pages."""
    text, area, rows = view.text, view.area.name, told.newest(view)
    known = [i for i in _REAL if i in view.reference.indicators]
    real = told.of_themes(rows, ("children",), demo=False)
    demo = told.of_themes(rows, ("children",), demo=True)
    said = _said(view, people, real)
    first = (
        *part(
            text("moedeark.important"),
            (Words("", tuple(said), "points") if said else None,),
        ),
        *part(
            text("moedeark.figures"),
            *[(charts.ranked(view, i), charts.trend(view, i)) for i in known],
        ),
    )
    shown = _DIAGNOSIS in view.reference.indicators
    second = (
        *part(
            text("moedeark.questions"),
            (Words("", tuple(told.questions(view, real, most=6)), "questions") if real else None,),
        ),
        *part(
            text("moedeark.demo"),
            (
                tables.key_figures(view, demo, text("moedeark.demo_key_figures_of", area=area))
                if demo
                else None,
            ),
            (
                charts.ranked(view, _DIAGNOSIS) if shown else None,
                charts.trend(view, _DIAGNOSIS) if shown else None,
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


def _said(view: View, people: People | None, rows: list[told.Row]) -> list[str]:
    """Return how many children live here, then a sentence for each indicator with a number."""
    return [
        *children(view, people),
        *(" ".join(told.finding(view, row, people).sentences) for row in rows),
    ]
