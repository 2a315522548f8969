"""Where an extract comes from and what it means: the facts that travel inside the file.

Nothing here depends on the clock or the machine, so that the same selection of the same warehouse
gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from warehouse.connection import Warehouse
from warehouse.export.batches import Plan
from warehouse.export.columns import EXTRACT_COLUMNS, ExtractColumn
from warehouse.export.recipe import Recipe

TITLE = "Klyngeblik: udtræk / extract"

#: Status id: meaning in Danish and English.
STATUS_MEANINGS = {
    "ok": ("tallet vises", "the number is shown"),
    "suppressed": (
        "skjult af Klyngeblik: få personer bag tallet",
        "hidden by Klyngeblik: few people behind the number",
    ),
    "suppressed_secondary": (
        "skjult af Klyngeblik, så et andet skjult tal ikke kan regnes ud",
        "hidden by Klyngeblik so that another hidden number cannot be worked out",
    ),
    "suppressed_by_source": (
        "skjult, eller delvist skjult, af udgiveren",
        "hidden, or partly hidden, by the publisher",
    ),
    "missing": ("ikke leveret; det er ikke nul", "not delivered; it is not zero"),
    "not_applicable": ("giver ikke mening her", "has no meaning here"),
}


_SOURCE_FACTS = (
    *("source", "publisher", "published", "edition", "file", "sha256", "licence", "is_demo"),
    *("made_safe_by", "rounding_base", "threshold", "hidden_low", "hidden_high"),
)
#: How people behind small numbers are protected, in Danish and English.
DISCLOSURE = (
    "Tal, der bygger på få personer, er skjult, før de kom hertil, og så mange andre tal med dem, "
    "at de skjulte ikke kan regnes ud. Et skjult tal er tomt med en status; det er aldrig nul. "
    "Om udgiveren eller Klyngeblik har skjult, hvor få der er for få, hvad et tal, som udgiveren "
    "har skjult, kan være, og om tallene er afrundet, står ved hver kilde (made_safe_by, "
    "threshold, hidden_low, hidden_high, rounding_base).",
    "Numbers with few people behind them were hidden before they came here, and as many others "
    "with them as it takes that the hidden ones cannot be worked out. A hidden number is null "
    "with a status; it is never zero. Whether the publisher or Klyngeblik hid them, how few "
    "are too few, what a count the publisher hid can be, and whether counts are rounded, stands "
    "at each source (made_safe_by, threshold, hidden_low, hidden_high, rounding_base).",
)


@dataclass(frozen=True)
class Provenance:
    """What is known about one extract.

    Attributes
    ----------
    recipe
        How it is made again; its selection is resolved.
    columns
        The columns of its rows.
    version, fingerprint
        Klyngeblik's version and the fingerprint of the build that made the warehouse.
    indicators
        Rows of the table ``indicators`` that occur in the extract.
    packages
        Rows of the table ``packages`` that the extract's numbers come from.
    """

    recipe: Recipe
    columns: tuple[ExtractColumn, ...]
    version: str
    fingerprint: str
    indicators: list[dict[str, Any]]
    packages: list[dict[str, Any]]

    @property
    def licence(self) -> str:
        """The licences of the figures, one after the other."""
        return "; ".join(dict.fromkeys(p["licence"] for p in self.packages if p["licence"]))

    @property
    def has_demo(self) -> bool:
        """Whether some of the figures are made up."""
        return any(p["is_demo"] for p in self.packages)

    @property
    def citation(self) -> str:
        """How to cite the extract: the sources, and what put them together."""
        sources = "; ".join(dict.fromkeys(p["source"] for p in self.packages))
        return f"{sources}. Klyngeblik {self.version}, warehouse {self.fingerprint[:12]}."

    def metadata(self) -> dict[str, str]:
        """Return the facts as key and text, the structured ones as JSON."""
        definitions = ("title", "definition", "caveat", "unit")
        return {
            "title": TITLE,
            "generator": f"Klyngeblik {self.version}",
            "warehouse_fingerprint": self.fingerprint,
            "selection": _json(self.recipe.selection.filters()),
            "command": self.recipe.command,
            "python": self.recipe.python,
            "recipe": self.recipe.toml,
            "columns": _json({c.name: [c.meaning_da, c.meaning_en] for c in self.columns}),
            "statuses": _json(STATUS_MEANINGS),
            "disclosure": _json(DISCLOSURE),
            "definitions": _json(
                {
                    row["indicator_id"]: {
                        f"{name}_{lang}": row[f"{name}_{lang}"]
                        for name in definitions
                        for lang in ("da", "en")
                    }
                    for row in self.indicators
                }
            ),
            "sources": _json(
                [
                    {
                        name: value if value is None else str(value)
                        for name, value in row.items()
                        if name in _SOURCE_FACTS
                    }
                    for row in self.packages
                ]
            ),
            "licence": self.licence,
            "citation": self.citation,
            "has_demo_figures": str(self.has_demo).lower(),
        }


def provenance(
    wh: Warehouse,
    recipe: Recipe,
    plan: Plan,
    columns: tuple[ExtractColumn, ...] = EXTRACT_COLUMNS,
) -> Provenance:
    """Return the facts about an extract.

    Parameters
    ----------
    wh
        The warehouse.
    recipe
        How the extract is made; its selection is resolved.
    plan
        What occurs in the rows.
    columns
        The columns of the rows.
    """
    meta = dict(wh.sql("SELECT key, value FROM meta").rows())
    return Provenance(
        recipe=recipe,
        columns=columns,
        version=meta.get("klyngeblik_version", ""),
        fingerprint=meta.get("fingerprint", ""),
        indicators=wh.sql(
            "SELECT * FROM indicators WHERE list_contains($ids, indicator_id) "
            "ORDER BY theme, sort, indicator_id",
            {"ids": plan.indicators},
        ).to_dicts(),
        packages=wh.sql(
            "SELECT * FROM packages WHERE list_contains($ids, package_id) "
            "ORDER BY is_demo, package_id",
            {"ids": plan.packages},
        ).to_dicts(),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
