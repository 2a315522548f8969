"""The parts pages are made of: framed charts, accessible tables, marks, the sidebar, the footer."""

from dashboard.components.fold import fold, folded
from dashboard.components.frame import (
    chart_config,
    chart_name,
    chart_settings,
    show_figure,
    wanted,
)
from dashboard.components.marks import demo_badge, demo_word
from dashboard.components.saved import file_of, saved_as, subject_of
from dashboard.components.table import Column, Table, html_table, show_table

__all__ = [
    "Column",
    "Table",
    "chart_config",
    "chart_name",
    "chart_settings",
    "demo_badge",
    "demo_word",
    "file_of",
    "fold",
    "folded",
    "html_table",
    "saved_as",
    "show_figure",
    "show_table",
    "subject_of",
    "wanted",
]
