"""The sheet as slides with native charts: whoever opens them can change numbers and colours."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.util import Inches, Pt

from dashboard.text import Text
from dashboard.theme import LIGHT
from report.model import Cell, Chart, Line, Part, Picture, Point, Sheet, Table, Words
from report.timeless import timeless

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_LEFT, _TOP = Inches(0.6), Inches(1.35)
_BODY_WIDTH, _BODY_HEIGHT = _WIDTH - 2 * _LEFT, Inches(5.15)
_TITLE_ONLY = 5
_LANGUAGES = {"da": "da-DK", "en": "en-GB"}
_COLOURS = {
    "area": LIGHT.area,
    "region": LIGHT.region,
    "country": LIGHT.country,
    "other": LIGHT.sequence[2],
}
_DASHES = {"area": MSO_LINE.SOLID, "region": MSO_LINE.ROUND_DOT, "country": MSO_LINE.DASH}
# python-pptx carries no types.
_new_data: Any = CategoryChartData
_new_colour: Any = RGBColor.from_string
#: Inches that a letter and a line of a table take at 12 points, what is around them, and what is
#: left for a table above its note.
_LETTER, _LINE_HIGH, _AROUND = 0.095, 0.2, 0.25
_TABLE_HIGH = 4.75
#: Inches a column of a table takes at most; the first one gets what is left.
_WIDEST = 1.75
#: Sentences on one slide.
_SENTENCES = 5


def slides(sheet: Sheet) -> bytes:
    """Return the sheet as a .pptx in wide format: a slide a figure, tables cut where needed.

    Parameters
    ----------
    sheet
        What stands on it.

    Returns
    -------
    bytes
        A presentation whose charts and tables are PowerPoint's own. Slides and charts of made-up
        figures say so in their titles; a hidden number is neither drawn nor in the chart's data.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = _WIDTH, _HEIGHT
    core = deck.core_properties
    core.title, core.author = f"{sheet.title}: {sheet.area}", "Klyngeblik"
    core.language = _LANGUAGES[sheet.lang]
    core.created = core.modified = datetime.fromisoformat(sheet.released)
    maker = _Maker(deck, sheet)
    maker.cover()
    for part in sheet.parts():
        for row in part.rows:
            for block in row:
                if not isinstance(block, Picture):
                    maker.block(part, block)
    maker.text(Text(sheet.lang)("moedeark.reading"), sheet.notes, size=16, most=8)
    maker.text(
        Text(sheet.lang)("moedeark.sources"), sheet.sources, size=12, most=len(sheet.sources)
    )
    out = io.BytesIO()
    deck.save(out)
    return timeless(out.getvalue(), core.created)


class _Maker:
    """Adds slides to a deck."""

    def __init__(self, deck: Any, sheet: Sheet) -> None:
        self._deck, self._sheet = deck, sheet
        self._words = Text(sheet.lang)

    def cover(self) -> None:
        """Add the first slide: area, theme, what the area is, link."""
        sheet = self._sheet
        lines = [sheet.title, *sheet.facts, sheet.built, f"{sheet.link_text} {sheet.link}"]
        if sheet.has_demo:
            lines.append(self._words("shell.footer.demo"))
        slide = self._slide(sheet.area, size=40)
        self._write(self._box(slide, _TOP, _BODY_HEIGHT), lines, size=20)

    def block(self, part: Part, block: Chart | Table | Words) -> None:
        """Add the slides of one block."""
        title = block.title or part.title
        if block.is_demo:
            title = f"{self._words('common.demo.badge')}: {title}"
        if isinstance(block, Chart):
            self._chart(title, block)
        elif isinstance(block, Table):
            self._table(title, block)
        else:
            self.text(title, block.items, numbered=block.kind == "questions")

    def text(
        self,
        title: str,
        items: Sequence[str],
        *,
        size: int = 20,
        most: int = _SENTENCES,
        numbered: bool = False,
    ) -> None:
        """Add slides of sentences, about as many on each."""
        each = math.ceil(len(items) / max(1, math.ceil(len(items) / most)))
        for start in range(0, len(items), max(1, each)):
            lines = [
                f"{start + i}. {item}" if numbered else item
                for i, item in enumerate(items[start : start + each], 1)
            ]
            slide = self._slide(title)
            self._write(self._box(slide, _TOP, _BODY_HEIGHT), lines, size=size)

    def _chart(self, title: str, chart: Chart) -> None:
        slide = self._slide(title)
        lines = [chart.subtitle, *_unshown(chart), self._estimates(chart), chart.note]
        source = f"{self._words('moedeark.source')}: {chart.source}"
        foot = [line for line in (*lines, source) if line]
        frame = slide.shapes.add_chart(
            _kind(chart), _LEFT, _TOP, _BODY_WIDTH, Inches(4.25), _data(chart)
        )
        _describe(frame, title, chart.alt)
        _style(frame.chart, chart, self._words("common.demo.badge"))
        self._write(self._box(slide, _TOP + Inches(4.3), Inches(1.2)), foot, size=11, space=2)

    def _estimates(self, chart: Chart) -> str:
        """Return of which points the number is an estimate; the chart's own labels are numbers."""
        if chart.kind == "later":
            return ""
        named = [
            series.name if chart.kind == "trend" or len(chart.series) > 1 else point.label
            for series in chart.series
            for point in series.points
            if point.is_estimate
        ]
        word = self._words("moedeark.estimate")
        return f"{word[:1].upper()}{word[1:]}: {', '.join(dict.fromkeys(named))}." if named else ""

    def _table(self, title: str, table: Table) -> None:
        widths = _widths(table)
        head = _high(table.columns, widths)
        for lines in _cut(table.lines, widths, _TABLE_HIGH - head):
            slide = self._slide(title)
            rows, width = len(lines) + 1, len(table.columns)
            highs = [head, *(_line_high(line, widths) for line in lines)]
            high = Inches(sum(highs))
            frame = slide.shapes.add_table(rows, width, _LEFT, _TOP, _BODY_WIDTH, high)
            _describe(frame, title, table.note or title)
            grid = frame.table
            for column, inches in zip(grid.columns, widths, strict=True):
                column.width = Inches(inches)
            for row, inches in zip(grid.rows, highs, strict=True):
                row.height = Inches(inches)
            for i, name in enumerate(table.columns):
                self._cell(grid.cell(0, i), name, strong=True)
            for y, line in enumerate(lines, 1):
                for x, cell in enumerate(line.cells):
                    strong = line.is_group or line.is_strong
                    self._cell(grid.cell(y, x), _shown(cell, first=x == 0), strong=strong)
                if line.is_group:
                    grid.cell(y, 0).merge(grid.cell(y, width - 1))
            if table.note:
                below = self._box(slide, _TOP + high + Inches(0.05), Inches(0.4))
                self._write(below, [table.note], size=11)

    def _slide(self, title: str, *, size: int = 26) -> Any:
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[_TITLE_ONLY])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = (
            _LEFT,
            Inches(0.35),
            _BODY_WIDTH,
            Inches(0.9),
        )
        self._write(shape, [title], size=size, colour=LIGHT.area, strong=True)
        sheet = self._sheet
        foot = f"Klyngeblik · {sheet.title} · {sheet.area} · {sheet.built}"
        self._write(self._box(slide, Inches(7.05), Inches(0.3)), [foot], size=10)
        return slide

    def _box(self, slide: Any, top: int, height: int) -> Any:
        return slide.shapes.add_textbox(_LEFT, top, _BODY_WIDTH, height)

    def _write(
        self,
        shape: Any,
        lines: Iterable[str],
        *,
        size: int,
        colour: str = LIGHT.text,
        strong: bool = False,
        space: int = 6,
    ) -> None:
        frame = shape.text_frame
        frame.word_wrap = True
        for i, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
            paragraph.alignment = 1
            paragraph.space_after = Pt(space)
            self._run(paragraph, line, size, colour, strong=strong)

    def _cell(self, cell: Any, text: str, *, strong: bool) -> None:
        cell.margin_top = cell.margin_bottom = Inches(0.03)
        self._run(cell.text_frame.paragraphs[0], text, 12, None, strong=strong)

    def _run(
        self, paragraph: Any, text: str, size: int, colour: str | None, *, strong: bool
    ) -> None:
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = Pt(size), strong
        if colour:
            run.font.color.rgb = _rgb(colour)
        run._r.get_or_add_rPr().set("lang", _LANGUAGES[self._sheet.lang])


def _shown(cell: Cell, *, first: bool = False) -> str:
    if not first:
        more = ", ".join(filter(None, (cell.note, cell.small)))
        return f"{cell.text} ({more})" if more else cell.text
    return f"{cell.text}, {cell.small}" if cell.small else cell.text


def _widths(table: Table) -> list[float]:
    """Return the columns' widths in inches: no word is cut, and the first gets what is left."""
    widths = []
    for i, name in enumerate(table.columns[1:], 1):
        texts = [name, *(_shown(line.cells[i]) for line in table.lines if not line.is_group)]
        word = max(len(word) for text in texts for word in text.split() or [""])
        longest = max(len(text) for text in texts)
        needed = max(word * 1.25, min(longest, _WIDEST / _LETTER)) * _LETTER + _AROUND
        widths.append(max(needed, 0.7))
    return [_BODY_WIDTH / Inches(1) - sum(widths), *widths]


def _high(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Return how many inches a row needs."""
    lines = (
        math.ceil(len(text) * _LETTER / (width - _AROUND))
        for text, width in zip(texts, widths, strict=True)
    )
    return max(1, *lines) * _LINE_HIGH + 0.1


def _line_high(line: Line, widths: Sequence[float]) -> float:
    return (
        _LINE_HIGH + 0.1
        if line.is_group
        else _high([_shown(c, first=i == 0) for i, c in enumerate(line.cells)], widths)
    )


def _cut(lines: Sequence[Line], widths: Sequence[float], room: float) -> Iterable[Sequence[Line]]:
    """Yield runs of lines that fit a slide; a group's heading never stands last."""
    total = sum(_line_high(line, widths) for line in lines)
    # About as much on each slide, so that none holds a single row.
    room = min(room, total / math.ceil(total / room) + 2 * _LINE_HIGH)
    start = 0
    while start < len(lines):
        end, used = start, 0.0
        while end < len(lines) and (used := used + _line_high(lines[end], widths)) <= room:
            end += 1
        end = max(end, start + 1)
        if end < len(lines) and end - start > 1 and lines[end - 1].is_group:
            end -= 1
        yield lines[start:end]
        start = end


def _unshown(chart: Chart) -> list[str]:
    """Return why points have no number, in words."""
    return [
        f"{p.label}: {p.text}"
        for series in chart.series
        for p in series.points
        if p.value is None and chart.kind != "trend"
    ]


def _kind(chart: Chart) -> Any:
    if chart.kind == "trend":
        return XL_CHART_TYPE.LINE_MARKERS
    return XL_CHART_TYPE.COLUMN_CLUSTERED if chart.kind == "later" else XL_CHART_TYPE.BAR_CLUSTERED


def _data(chart: Chart) -> Any:
    labels = list(dict.fromkeys(p.label for s in chart.series for p in s.points))
    if chart.kind == "trend":
        labels.sort(key=int)
        for year in map(str, chart.breaks):
            if year in labels[1:]:  # an empty place, so that no line runs across
                labels.insert(labels.index(year), " " * len(labels))
    data: Any = _new_data(number_format=_format(chart.decimals))
    data.categories = [_plain(label) for label in labels]
    for series in chart.series:
        values = {p.label: p.value for p in series.points}
        data.add_series(_plain(series.name), [values.get(label) for label in labels])
    return data


def _format(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _plain(text: str) -> str:
    """Return a text that the chart's own workbook cannot take for a formula."""
    return f"\u200b{text}" if text[:1] in "=+-@{" else text


def _style(drawn: Any, chart: Chart, badge: str) -> None:
    drawn.has_title = chart.is_demo
    if chart.is_demo:  # copied into another deck, the chart leaves the slide's title behind
        drawn.chart_title.text_frame.text = badge
    drawn.font.size = Pt(14)
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.BOTTOM
        drawn.legend.include_in_layout = False
    scale, axis = chart.scale, drawn.value_axis
    axis.minimum_scale, axis.maximum_scale = scale.low, scale.high
    if scale.step:
        axis.major_unit = scale.step
        axis.tick_labels.number_format = _format(scale.decimals)
        axis.tick_labels.number_format_is_linked = False
    drawn.value_axis.format.line.fill.background()
    drawn.value_axis.major_gridlines.format.line.color.rgb = _rgb(LIGHT.grid)
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    plot = drawn.plots[0]
    if chart.kind == "trend":
        for made, series in zip(plot.series, chart.series, strict=True):
            line = made.format.line
            line.color.rgb = _rgb(_COLOURS[series.who])
            line.width = Pt(3 if series.who == "area" else 2)
            line.dash_style = _DASHES.get(series.who, MSO_LINE.SOLID)
            made.smooth = False
            made.marker.style = XL_MARKER_STYLE.CIRCLE
            made.marker.format.fill.solid()
            made.marker.format.fill.fore_color.rgb = _rgb(_COLOURS[series.who])
        return
    plot.gap_width = 45
    plot.has_data_labels = True
    plot.data_labels.font.size = Pt(12)
    plot.data_labels.number_format_is_linked = True
    drawn.value_axis.tick_labels.number_format = "#,##0"
    drawn.value_axis.tick_labels.number_format_is_linked = False
    if chart.kind != "later":
        # PowerPoint draws the first bar lowest; people read from the top.
        drawn.category_axis.reverse_order = True
        drawn.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    for number, (made, series) in enumerate(zip(plot.series, chart.series, strict=True)):
        whos = ("other", "area", "country") if chart.kind == "later" else (series.who,)
        _fill(made, _COLOURS[whos[number % len(whos)]])
        for i, point in enumerate(series.points):
            if chart.kind == "ranked":
                _fill(made.points[i], _COLOURS[point.who])
            elif chart.kind == "later" and point.value is not None:
                _foretell(made.points[i], point, _COLOURS[whos[number % len(whos)]])


def _foretell(drawn: Any, point: Point, colour: str) -> None:
    """Write the number with its change beside a point, and hatch it when it is projected."""
    frame = drawn.data_label.text_frame
    frame.text = point.text
    frame.paragraphs[0].runs[0].font.size = Pt(12)
    if point.is_projection:
        fill = drawn.format.fill
        fill.patterned()
        fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        fill.fore_color.rgb, fill.back_color.rgb = _rgb(colour), _rgb(LIGHT.background)
        drawn.format.line.color.rgb = _rgb(colour)


def _fill(shape: Any, colour: str) -> None:
    shape.format.fill.solid()
    shape.format.fill.fore_color.rgb = _rgb(colour)


def _describe(frame: Any, title: str, alt: str) -> None:
    """Give a chart or table its name and alternative text."""
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("name", title)
    properties.set("descr", alt)


def _rgb(colour: str) -> RGBColor:
    made: RGBColor = _new_colour(colour.lstrip("#").upper())
    return made
