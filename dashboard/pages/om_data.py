"""Om data: definitions, packages, method, groupings, words, accessibility."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import polars as pl

from dashboard import captions
from dashboard.components import (
    Column,
    Table,
    demo_badge,
    fold,
    html_table,
    show_table,
)
from dashboard.context import Context, Page
from dashboard.hidden import status_text
from dashboard.pages import _parts as parts
from dashboard.pages._hiding import show_hiding
from dashboard.prose import caption, heading, prose, put
from dashboard.reference import Row
from dashboard.text import Text, catalogue
from warehouse.read import pages
from warehouse.schema import THEMES

PAGE = Page(slug="om", order=90, title="om.title")

_WHOLE = 1 - 1e-9


def render(ctx: Context) -> None:
    """Draw the page: one section at a time, chosen in the URL."""
    heading(ctx.text("om.title"), 1)
    prose(ctx.text("om.intro"))
    sections: dict[str, Callable[[Context], None]] = {
        "maaltal": _indicators,
        "pakker": _packages,
        "metode": _method,
        "skjult": show_hiding,
        "inddelinger": _geographies,
        "ordliste": _glossary,
        "oensker": _wishes,
    }
    view = ctx.pick(
        "view",
        list(sections),
        label="om.view",
        format_func=lambda v: ctx.text(f"om.views.{v}"),
        widget="radio",
    )
    sections[view](ctx)


def _indicators(ctx: Context) -> None:
    theme = ctx.pick(
        "theme",
        ["all", *THEMES],
        label="om.theme",
        format_func=lambda t: ctx.text("om.all_themes" if t == "all" else f"common.themes.{t}"),
    )
    ids = ctx.reference.of_theme(*(THEMES if theme == "all" else (theme,)))
    sources = pages.sources(ctx.warehouse, ids).unique(
        ["indicator_id", "source"], maintain_order=True
    )
    by_indicator = {
        key[0]: group["source"].to_list() for key, group in sources.group_by("indicator_id")
    }
    heading(ctx.text("om.views.maaltal"))
    caption(ctx.text("om.count_shown", count=ctx.number(len(ids))))
    # Searched where it stands (theme/finding.js): all definitions are on the page.
    said = escape(ctx.text("om.found", count="{}"))
    put(
        f'<div class="kb-sift"><label for="kb-sift">{escape(ctx.text("om.search"))}'
        f'</label><input id="kb-sift" type="search" data-sift=".kb-definition" data-said="{said}">'
        '<p class="kb-told" role="status"></p></div>'
    )
    put(
        "".join(_definition(ctx, ctx.reference.indicators[i], by_indicator.get(i, [])) for i in ids)
    )


def _definition(ctx: Context, row: Row, sources: list[str]) -> str:
    text = ctx.text
    facts = {
        text("om.unit"): ctx.localised(row, "unit"),
        text("om.high"): ctx.direction(row["indicator_id"]),
        text("om.years"): _span(row["first_period"], row["last_period"]),
        text("om.ages"): ", ".join(ctx.age(a) for a in row["ages"] or [] if a != "all"),
        text("om.sectors"): ", ".join(ctx.sector(s) for s in row["sectors"] or [] if s != "all"),
        text("om.caveat"): ctx.reference.caveat(
            row["indicator_id"], ctx.lang, ctx.reference.known.areas.get("kommuner", ())
        ),
        text("om.counted_by"): text(ctx.reference.counted_by(row["indicator_id"])),
        text("om.sources"): ctx.number.dated("; ".join(sources)),
    }
    return _card(
        ctx,
        f"indicator-{row['indicator_id']}",
        ctx.localised(row, "title"),
        ctx.localised(row, "definition"),
        facts,
        is_demo=bool(row["is_demo"]),
    )


def _card(
    ctx: Context, name: str, title: str, about: str, facts: dict[str, str], *, is_demo: bool = False
) -> str:
    """Return a heading, a sentence and a list of facts; empty facts are left out."""
    badge = f" {demo_badge(ctx.text)}" if is_demo else ""
    items = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items() if v)
    sentence = f"<p>{escape(about)}</p>" if about else ""
    head, known = f'<h3 class="kb-title">{escape(title)}{badge}</h3>', f"<dl>{items}</dl>"
    if name.startswith("indicator-"):
        inner = _folded_card(ctx, name, head, f"{sentence}{known}")
    else:
        key = f"om.fold.{name.partition('-')[0]}"
        inner = f"{head}{sentence}" + (
            fold(name, ctx.text(key), known) if ctx.text.has(key) else known
        )
    return f'<section class="kb-definition">{inner}</section>'


def _folded_card(ctx: Context, name: str, head: str, about: str) -> str:
    """Return a card whose heading is all that is seen until it is unfolded: there are very many."""
    link = escape(ctx.link("tal", indicator=name.removeprefix("indicator-")))
    onward = f'<p><a href="{link}">{escape(ctx.text("om.to_figure", area=ctx.area.name))}</a></p>'
    return (
        f'<details class="kb-fold kb-fold-wide" data-fold="{escape(name)}" open>'
        f"<summary>{head}</summary>{about}{onward}</details>"
    )


def _span(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return ""
    return str(first) if first == last else f"{first}–{last}"


def _package(ctx: Context, row: Row) -> str:
    text, number = ctx.text, ctx.number
    facts = {
        "publisher": row["publisher"],
        "published": number.day(row["published"]) if row["published"] else None,
        "edition": row["edition"],
        "licence": row["licence"],
        "rows": number(row["rows_in"]),
        "hides": _hides(text, row),
        "hidden": number(row["suppressed"]),
        "missing": number(row["missing"]),
        "file": row["file"] + (f" ({number.size(row['bytes'])})" if row["bytes"] else ""),
        "sealed" if row["made_safe_by"] == "klyngeblik" else "sha256": row["sha256"],
    }
    return _card(
        ctx,
        f"package-{row['package_id']}",
        row["title"] or row["package_id"],
        ctx.localised(row, "note"),
        {text(f"om.packages.{key}"): value or "" for key, value in facts.items()},
        is_demo=bool(row["is_demo"]),
    )


def _hides(text: Text, row: Row) -> str:
    """Return who hides which numbers of a package; empty where nobody does."""
    few = row["threshold"]
    if row["made_safe_by"] == "klyngeblik":
        return text("om.packages.hides_ours", few=few)
    if not row["suppressed"]:
        return ""
    alone = row["hidden_high"] is not None and row["hidden_high"] < few
    return text(f"om.packages.hides_{'alone' if alone else 'also'}", few=few)


def _packages(ctx: Context) -> None:
    text = ctx.text
    heading(text("om.packages.title"))
    prose(text("om.packages.intro"))
    put("".join(_package(ctx, package) for package in ctx.reference.packages))
    _signed(ctx)
    heading(text("om.packages.findings"))
    prose(text("om.packages.findings_intro"))
    findings = ctx.warehouse.sql(
        "SELECT * FROM findings f WHERE NOT EXISTS (FROM signoffs s WHERE s.file = f.file "
        "AND s.what_en = f.what_en) ORDER BY severity DESC, file, row, rowid"
    )
    if findings.is_empty():
        prose(text("om.packages.no_findings"))
        return
    place = [
        ", ".join(
            part
            for part in (
                row["sheet"],
                text("om.packages.row", row=row["row"]) if row["row"] else None,
                row["column"],
            )
            if part
        )
        for row in findings.iter_rows(named=True)
    ]
    table = Table(
        findings.with_columns(pl.Series("place", place, dtype=pl.String)),
        (
            Column("file", text("om.packages.file")),
            Column("place", text("om.packages.place")),
            Column(f"what_{ctx.lang}", text("om.packages.what")),
            Column(f"mend_{ctx.lang}", text("om.packages.mend")),
        ),
        text("om.packages.findings"),
    )
    put(html_table(table, text, ctx.number, css="kb-quiet"))


def _signed(ctx: Context) -> None:
    """List what might have been a mistake, and who said when and why that it is right."""
    text = ctx.text
    signed = ctx.warehouse.rows(
        "SELECT file, what_da, what_en, reason, accepted_by, "
        "coalesce(accepted_on, released::DATE) AS day FROM signoffs ORDER BY released DESC, rowid"
    )
    if not signed:
        return
    heading(text("om.signed.title"))
    prose(text("om.signed.intro"))
    rows = [
        {
            "file": row["file"],
            "what": ctx.localised(row, "what"),
            "reason": row["reason"] or text("om.signed.no_reason"),
            "when": ", ".join(filter(None, (ctx.number.day(row["day"]), row["accepted_by"]))),
        }
        for row in signed
    ]
    table = Table(
        pl.DataFrame(rows),
        tuple(Column(key, text(f"om.signed.{key}")) for key in ("file", "what", "reason", "when")),
        text("om.signed.title"),
    )
    put(html_table(table, text, ctx.number, css="kb-quiet"))


def _method(ctx: Context) -> None:
    text = ctx.text
    heading(text("om.method.title"))
    prose(text("om.method.text", elsewhere=captions.elsewhere(ctx)))
    heading(text("om.method.disclosure_title"))
    prose(text("om.method.disclosure"))
    reasons = ("suppressed", "suppressed_secondary", "suppressed_by_source", "missing")
    prose("\n".join(f"- {status_text(text, {'status': status})}" for status in reasons))


def _geographies(ctx: Context) -> None:
    text, number = ctx.text, ctx.number
    heading(text("om.geographies.title"))
    prose(text("om.geographies.intro"))
    rows = [
        {
            "name": ctx.localised(row, "title"),
            "areas": len(ctx.reference.areas_of(key)),
            "valid": text(
                "om.geographies.span" if row["valid_to"] else "om.geographies.from",
                start=number.day(row["valid_from"]),
                end=number.day(row["valid_to"]),
            )
            if row["valid_from"]
            else "",
            "source": number.dated(row["source"] or ""),
        }
        for key, row in ctx.reference.geographies.items()
    ]
    show_table(
        ctx,
        Table(
            pl.DataFrame(rows),
            (
                Column("name", text("om.geographies.name")),
                Column("areas", text("om.geographies.areas")),
                Column("valid", text("om.geographies.valid")),
                Column("source", text("om.geographies.source")),
            ),
            text("om.geographies.title"),
        ),
        css="kb-quiet kb-all",
    )
    notes = [
        f"- **{ctx.localised(row, 'title')}:** {note}"
        for row in ctx.reference.geographies.values()
        if (note := ctx.localised(row, "note"))
    ]
    prose("\n".join(notes))
    _memberships(ctx)
    heading(text("om.geographies.boundaries"))
    prose(text("om.geographies.boundaries_text"))


def _memberships(ctx: Context) -> None:
    """List what is estimated in the grouping shown, and the certainty of every membership."""
    text = ctx.text
    heading(f"{text('om.geographies.uncertain')}: {ctx.localised(ctx.geography, 'title')}")
    prose(text("om.geographies.uncertain_intro"))
    members = ctx.warehouse.sql(
        "SELECT a.name AS area, m.name AS municipality, c.share * 100 AS share, c.share_basis, "
        "c.certainty, c.source FROM catchments c JOIN areas a ON a.area_id = c.area_id "
        "JOIN areas m ON m.area_id = c.municipality_id WHERE c.geography = ? "
        "AND (c.share < ? OR c.certainty <> 'stated') "
        "ORDER BY a.sort, a.area_id, c.municipality_id",
        [ctx.selection.geography, _WHOLE],
    )
    if members.is_empty():
        prose(text("om.geographies.certain"))
        return
    said = {
        column: pl.Series([parts.in_words(ctx, phrase) for phrase in members[column]])
        for column in ("share_basis", "certainty")
    }
    said["source"] = pl.Series([ctx.number.dated(s or "") for s in members["source"]])
    show_table(
        ctx,
        Table(
            members.with_columns(**said),
            (
                Column("area", text("common.area")),
                Column("municipality", text("common.municipality")),
                Column("share", f"{text('om.geographies.share')} (%)"),
                Column("share_basis", text("om.geographies.basis")),
                Column("certainty", text("om.geographies.certainty")),
                Column("source", text("om.geographies.source")),
            ),
            text("om.geographies.uncertain"),
        ),
        css="kb-quiet",
    )


def _glossary(ctx: Context) -> None:
    words = [
        sentence.partition("|")[::2]
        for key, sentence in catalogue(ctx.lang).items()
        if key.startswith("om.words.")
    ]
    heading(ctx.text("om.glossary.title"))
    show_table(
        ctx,
        Table(
            pl.DataFrame(words, schema=["term", "meaning"], orient="row").sort("term"),
            (
                Column("term", ctx.text("om.glossary.term")),
                Column("meaning", ctx.text("om.glossary.meaning")),
            ),
            ctx.text("om.glossary.title"),
        ),
        css="kb-quiet kb-all kb-words",
    )


def _wishes(ctx: Context) -> None:
    """Say how a real package comes in, then what the parties have asked to see.

    Of each wish: what exists, what is missing, what would take it.
    """
    text = ctx.text
    heading(text("wishes.bring_title"))
    prose(text("wishes.bring"))
    heading(text("wishes.title"))
    prose(text("wishes.intro"))
    names = [
        key.split(".")[1]
        for key in catalogue(ctx.lang)
        if key.startswith("wishes.") and key.endswith(".what")
    ]
    facts = ("exists", "missing", "layout")
    cards = [
        _card(
            ctx,
            f"wish-{name}",
            text(f"wishes.{name}.what"),
            "",
            {text(f"wishes.{fact}"): text(f"wishes.{name}.{fact}") for fact in facts},
        )
        for name in names
    ]
    put("".join(cards))
