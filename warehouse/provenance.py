"""Where an extract comes from and what it means: the facts that travel inside the file.

Nothing here depends on the clock or the machine, so that the same selection of the same warehouse
gives the same bytes.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any

from warehouse.connection import Warehouse
from warehouse.query import EXTRACT_COLUMNS, condition
from warehouse.selection import Selection

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


@dataclass(frozen=True)
class Provenance:
    """What is known about one extract.

    Attributes
    ----------
    selection
        The selection, resolved.
    version, fingerprint
        Klyngeblik's version and the fingerprint of the build that made the warehouse.
    indicators
        Rows of the table ``indicators`` that occur in the extract.
    packages
        Rows of the table ``packages`` that the extract's numbers come from.
    """

    selection: Selection
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
    def command(self) -> str:
        """The command that makes the extract again."""
        words = ["klyngeblik", "export", "--out", "FILE"]
        for name, values in self.selection.filters().items():
            words += [word for value in values for word in (f"--{name}", shlex.quote(value))]
        return " ".join(words)

    @property
    def python(self) -> str:
        """The Python that makes the extract again."""
        filters = ", ".join(f"{n}={v!r}" for n, v in self.selection.filters().items())
        return f"klyngeblik.extract({filters})"

    def metadata(self) -> dict[str, str]:
        """Return the facts as key and text, the structured ones as JSON."""
        definitions = ("title", "definition", "caveat", "unit")
        return {
            "title": TITLE,
            "generator": f"Klyngeblik {self.version}",
            "warehouse_fingerprint": self.fingerprint,
            "selection": _json(self.selection.filters()),
            "command": self.command,
            "python": self.python,
            "columns": _json({c.name: [c.meaning_da, c.meaning_en] for c in EXTRACT_COLUMNS}),
            "statuses": _json(STATUS_MEANINGS),
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
                        name: str(row[name])
                        for name in ("source", "edition", "file", "sha256", "licence", "is_demo")
                    }
                    for row in self.packages
                ]
            ),
            "licence": self.licence,
            "has_demo_figures": str(self.has_demo).lower(),
        }


def provenance(wh: Warehouse, selection: Selection) -> Provenance:
    """Return the facts about the extract of a selection already resolved."""
    text, values = condition(selection)
    inside = f"FROM measures m JOIN indicators i USING (indicator_id) WHERE {text}"
    meta = dict(wh.sql("SELECT key, value FROM meta").rows())
    return Provenance(
        selection=selection,
        version=meta.get("klyngeblik_version", ""),
        fingerprint=meta.get("fingerprint", ""),
        indicators=wh.sql(
            f"SELECT * FROM indicators WHERE indicator_id IN (SELECT m.indicator_id {inside}) "  # noqa: S608
            "ORDER BY theme, sort, indicator_id",
            values,
        ).to_dicts(),
        packages=wh.sql(
            f"SELECT * FROM packages WHERE package_id IN (SELECT m.package_id {inside}) "  # noqa: S608
            "ORDER BY is_demo, package_id",
            values,
        ).to_dicts(),
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
