"""The overview: who lives here, where the area stands out, and key figures of all themes."""

from __future__ import annotations

from dashboard.beside import People, introduction
from dashboard.view import View
from report import charts, tables, told
from report.model import Words
from report.themes import Pages, part

ORDER = 10
SLUG = ""
_THEMES = ("population", "sectors", "elderly", "children", "health_profile")
_SHARE = "population_80plus_share"
#: The made-up figures worth their place on half a page.
_DEMO = (
    "contact_share",
    "contacts_per_citizen",
    "avoidable_hospital_stays",
    "acute_readmission_share",
    "multimorbidity_share",
    "child_psychiatric_diagnosis",
    "child_low_wellbeing",
    "dementia_prevalence",
)


def pages(view: View, people: People | None) -> Pages:
    """Return the two pages."""
    text, area, rows = view.text, view.area.name, told.newest(view)
    real = told.of_themes(rows, _THEMES, demo=False)
    demo = [
        row
        for row in told.of_themes(rows, (*_THEMES, "chronic"), demo=True)
        if row["indicator_id"] in _DEMO
    ]
    intro = introduction(view, people) if people else []
    stands = told.standing_out(view, real)
    beside = charts.ranked(view, _SHARE) if _SHARE in view.reference.indicators else None
    first = (
        *part(
            text("moedeark.important"),
            (Words("", tuple(intro), "lead") if intro else None,),
            (Words(text("standout.title"), tuple(stands), "points") if stands else None,),
        ),
        *part(
            text("moedeark.figures"),
            (charts.ages(view, people), charts.later(view, people)) if people else (),
            (
                beside,
                Words(
                    text("moedeark.questions"),
                    tuple(told.questions(view, real, people)),
                    "questions",
                ),
            ),
        ),
    )
    second = (
        *part(
            text("moedeark.key_figures"),
            (
                tables.key_figures(view, real, text("moedeark.key_figures_of", area=area))
                if real
                else None,
            ),
        ),
        *part(
            text("moedeark.demo"),
            (
                tables.key_figures(view, demo, text("moedeark.demo_key_figures_of", area=area))
                if demo
                else None,
            ),
            notice=text("moedeark.demo_notice"),
            is_demo=True,
        ),
    )
    return first, second
