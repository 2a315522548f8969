"""Everything drawn can be seen: contrast computed as WCAG defines it."""

from __future__ import annotations

import itertools

import plotly.graph_objects as go
import pytest

from dashboard.theme import DARK, LIGHT, palette, template


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda c: c.name)
def test_text_and_marks_stand_out_from_both_backgrounds(colours):
    for ground in (colours.background, colours.surface):
        for ink in (
            colours.text,
            colours.muted,
            colours.area,
            colours.region,
            colours.country,
            colours.demo,
            colours.better,
            colours.worse,
            colours.similar,
            *colours.categories,
        ):
            assert contrast(ink, ground) >= 4.5, (ink, ground)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda c: c.name)
def test_buttons_can_be_read_and_found(colours):
    assert contrast("#ffffff", colours.primary) >= 4.5
    assert contrast(colours.primary, colours.background) >= 3


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda c: c.name)
def test_classes_of_a_map_run_one_way_and_stay_apart(colours):
    steps = [luminance(c) for c in colours.sequence]
    assert steps in (sorted(steps), sorted(steps, reverse=True))
    for one, other in itertools.pairwise(colours.sequence):
        assert contrast(one, other) >= 1.25
    assert contrast(colours.sequence[-1], colours.background) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda c: c.name)
def test_charts_get_readable_axes(colours):
    figure = go.Figure(go.Bar(x=["a"], y=[1]), layout={"template": template(colours)})
    layout = figure.layout.template.layout
    for axis in (layout.xaxis, layout.yaxis):
        assert contrast(axis.tickfont.color, colours.background) >= 7
        assert axis.tickfont.size >= 14


def test_light_is_what_one_gets_when_the_theme_is_not_known():
    assert palette(None) is LIGHT
    assert palette("dark") is DARK
