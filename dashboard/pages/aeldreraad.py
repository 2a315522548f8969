"""Ældrerådets udgave: five figures in large print, each explained where it stands."""

from __future__ import annotations

from html import escape

from dashboard.components.sheet_button import large_sheet_button
from dashboard.context import Context, Page
from dashboard.figures.scale import bar_scale
from dashboard.five import One, five
from dashboard.prose import note, put, together
from dashboard.view import View

PAGE = Page(slug="aeldreraad", order=51, title="aeldreraad.title", listed=False)

_SHEET = "senior_council"


def render(ctx: Context) -> None:
    """Draw the page."""
    view = View(ctx.warehouse, ctx.reference, ctx.area, ctx.lang)
    found = five(view)
    put(f"<style>{_STYLE}</style>")
    with together():
        ctx.heading("aeldreraad.lead")
        if not found:
            note(ctx.text("parts.no_data"))
            return
    large_sheet_button(ctx, _SHEET)
    with together():
        put(f'<div class="kb-five">{"".join(_section(view, ctx, one) for one in found)}</div>')
        link, label = escape(ctx.link("aeldre")), escape(ctx.text("aeldreraad.to_elderly"))
        put(f'<p class="kb-link"><a href="{link}">{label}</a></p>')


def _section(view: View, ctx: Context, one: One) -> str:
    """Return a figure in the order it is read: sentence, picture, meaning, question, remarks."""
    means, ask = (escape(ctx.text(f"aeldreraad.{key}_label")) for key in ("means", "ask"))
    remarks = "".join(
        f"<li>{escape(remark)}</li>" for remark in (*filter(None, [one.whom]), *one.remarks)
    )
    source = escape(ctx.text("common.source_line", source=ctx.source(one.indicator)))
    said = " ".join(filter(None, [one.said, one.compared]))
    return (
        f"<section><h2>{escape(one.title)}</h2><p>{escape(said)}</p>{_picture(view, one)}"
        f"<p><strong>{means}</strong> {escape(one.means)}</p>"
        f"<p><strong>{ask}</strong> {escape(one.ask)}</p>"
        + (f"<ul>{remarks}</ul>" if remarks else "")
        + f"<p>{source}</p></section>"
    )


def _picture(view: View, one: One) -> str:
    """Return two bars, the area's and the country's, each with its number as text."""
    rows = [{"value": b.value, "lower": None, "upper": None, "status": "ok"} for b in one.bars]
    scale = bar_scale(rows)
    bars = "".join(
        f'<li class="kb-{bar.who}"><span>{escape(bar.name)}: <strong>{escape(bar.said)}</strong>'
        f'</span><span class="kb-five-bar" aria-hidden="true" style="--part:'
        f'{max(0.0, min(1.0, scale.part(bar.value))) if bar.value is not None else 0:.1%}">'
        "</span></li>"
        for bar in one.bars
    )
    return (
        f'<figure><figcaption>{escape(one.picture)}</figcaption><ul class="kb-five-bars">'
        f"{bars}</ul></figure>"
    )


#: Nothing is smaller than the letters of the sentences, in the reader's own size.
_STYLE = """
.stMain .stMainBlockContainer { max-width: 54rem; }
.stMain h1 { font-size: clamp(1.6rem, 7vw, 2.1rem); overflow-wrap: anywhere; hyphens: auto; }
.stMain .kb-five :is(p, li, figcaption, span, strong),
.stMain :is(.kb-prose p, .kb-link a, .kb-note, .stDownloadButton p) {
  font-size: max(1.25rem, 20px); line-height: 1.5; }
.stMain .kb-five h2 { font-size: max(1.5rem, 24px); line-height: 1.25; margin: 0; padding: 0;
  hyphens: auto; }
.stMain .kb-where :is(ol, .kb-level, summary), .stMain .kb-search label { font-size: 18px; }
.kb-five { display: flex; flex-direction: column; gap: 2.2rem; }
.kb-five section { border-top: 3px solid var(--kb-accent); padding-top: 1rem; display: flex;
  flex-direction: column; gap: .7rem; break-inside: avoid; }
.stMain .kb-five :is(p, ul, figure) { margin: 0; overflow-wrap: break-word; hyphens: auto; }
.stMain .kb-five section > ul { padding-left: 1.2em; }
.stMain .kb-five .kb-five-bars { list-style: none; padding: 0; margin: .4rem 0 0; }
.stMain .kb-five .kb-five-bars li { margin: 0 0 .6rem; padding: 0; }
.kb-five .kb-five-bars span { display: block; }
.kb-five .kb-five-bar { height: 1.1rem; width: var(--part); background: var(--kb-accent);
  border-radius: 2px; print-color-adjust: exact; }
.kb-five .kb-country .kb-five-bar { background: none; border: 3px dashed var(--kb-muted);
  box-sizing: border-box; }
.kb-five .kb-country strong { font-weight: 500; }
.kb-five .kb-area > span:first-child { font-weight: 700; }
.stMain .stDownloadButton :is(button, button *) { white-space: normal; height: auto; }
"""
