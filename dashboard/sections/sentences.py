"""One sentence an indicator: the area, then the country. Only real figures are said."""

from __future__ import annotations

from dashboard import captions
from dashboard.estimates import marked
from dashboard.hidden import status_text
from dashboard.pages import _parts as parts
from dashboard.pages._key_figures import newest_rows
from dashboard.prose import prose
from dashboard.sections import Shown


def draw(shown: Shown) -> None:
    """Draw the sentences as a list."""
    prose("\n".join(f"- {said}" for said in sentences(shown)))


def sentences(shown: Shown) -> list[str]:
    """Return the sentences; the texts are ``<page>.<indicator>`` and ``<page>.<indicator>_none``.

    An indicator without a text of its own has no sentence.
    """
    ctx, rows, said = shown.ctx, newest_rows(shown.ctx), []
    for indicator in shown.indicators:
        row, key = rows.get(indicator), shown.key(indicator)
        if row is None or row["is_demo"] or not ctx.text.has(key):
            continue
        if row["value"] is None:
            said.append(ctx.text(f"{key}_none", why=status_text(ctx.text, row).lower()))
            continue
        decimals = row["decimals"]
        sentence = ctx.text(
            key,
            value=marked(ctx.number.unit(row["value"], row["unit"], decimals), row, ctx.text),
            year=captions.year(ctx, indicator, row["period"]),
        )
        if row["country_value"] is not None and ctx.area.id != parts.COUNTRY:
            value = ctx.number.unit(row["country_value"], row["unit"], decimals)
            sentence += " " + ctx.text(shown.key("country"), value=value)
        said.append(sentence)
    return said
