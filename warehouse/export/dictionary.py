"""What every column, status, indicator and source means: for people, and for programs.

Made from the definitions in the warehouse, so that it cannot say anything else than they do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from warehouse.export.encode import FOREIGN_TEXT
from warehouse.export.provenance import DISCLOSURE, STATUS_MEANINGS, Provenance

#: A number of the CSV file: no sign for thousands, and as many decimals as it has.
_NUMBER: Final = "#0." + "#" * 15
_DATATYPES: Final = {
    "code": "string",
    "text": "string",
    "year": "integer",
    "number": "number",
    "flag": "boolean",
}


def markdown(about: Provenance) -> str:
    """Return the data dictionary of an extract as Markdown, in Danish and English.

    Parameters
    ----------
    about
        What is known about the extract; of everything, for the whole warehouse.
    """
    parts = [
        "# Dataordbog / Data dictionary",
        f"Klyngeblik {about.version}, warehouse {about.fingerprint[:12]}.",
        "## Kolonner / Columns",
        _table(
            ("Kolonne", "Betydning", "Meaning"),
            ((f"`{c.name}`", c.meaning_da, c.meaning_en) for c in about.columns),
        ),
        "## Status",
        _table(
            ("Status", "Betydning", "Meaning"),
            ((f"`{status}`", *meaning) for status, meaning in STATUS_MEANINGS.items()),
        ),
        "## Små tal / Small numbers",
        *DISCLOSURE,
        "## Måltal / Indicators",
        *(_indicator(row) for row in about.indicators),
        "## Kilder / Sources",
        _table(
            ("Kilde", "Udgave", "Licens", "Fil", "Kontrolsum / Checksum"),
            (
                (p["source"], p["edition"], p["licence"], p["file"], f"`{p['sha256']}`")
                for p in about.packages
            ),
        ),
        "## Lav det igen / Make it again",
        f"```sh\n{about.recipe.command}\n```",
        f"```python\n{about.recipe.python}\n```",
        f"```toml\n{about.recipe.toml}```",
    ]
    return "\n\n".join(parts) + "\n"


def csvw(about: Provenance, name: str) -> str:
    """Return the description of a CSV file for programs: CSV on the Web (W3C), as JSON.

    Parameters
    ----------
    about
        What is known about the extract.
    name
        The file's name; the description belongs beside it as ``NAME-metadata.json``.
    """
    danish = about.recipe.csv == "danish"
    # Not "number": no format may belong to that, and then a decimal comma is no number.
    number: dict[str, Any] = {"base": "decimal"}
    if danish:
        number["format"] = {"decimalChar": ",", "pattern": _NUMBER}
    quoting = {"da": " (' foran tegn som =)", "en": " (' before signs like =)"}
    columns = []
    for column in about.columns:
        extra = quoting if column.name in FOREIGN_TEXT else {"da": "", "en": ""}
        columns.append(
            {
                "name": column.name,
                "titles": column.name,
                "dc:description": {
                    "da": column.meaning_da + extra["da"],
                    "en": column.meaning_en + extra["en"],
                },
                "datatype": number if column.kind == "number" else _DATATYPES[column.kind],
                "null": "",
            }
        )
    facts = about.metadata()
    structured = ("statuses", "definitions", "sources")
    description = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dc:title": facts["title"],
        "dc:license": about.licence,
        "dc:bibliographicCitation": about.citation,
        "dialect": {
            "encoding": "utf-8",
            "delimiter": ";" if danish else ",",
            "header": True,
            "doubleQuote": True,
        },
        "tableSchema": {"columns": columns},
        "notes": [
            {key: json.loads(facts[key]) for key in structured}
            | {key: facts[key] for key in ("command", "python", "recipe", "warehouse_fingerprint")}
            | {"disclosure": dict(zip(("da", "en"), DISCLOSURE, strict=True))}
        ],
    }
    return json.dumps(description, ensure_ascii=False, indent=2) + "\n"


def _indicator(row: dict[str, Any]) -> str:
    lines = [
        f"### {_inline(row['title_da'])} / {_inline(row['title_en'])}{' (DEMO)' * row['is_demo']}",
        f"`{row['indicator_id']}` · {row['unit_da']} / {row['unit_en']} · `{row['unit']}`",
    ]
    texts = ("definition_da", "caveat_da", "definition_en", "caveat_en")
    return "\n\n".join(lines + [_inline(row[text]) for text in texts if row[text]])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_inline, line)) + " |" for line in lines)


def _inline(text: object) -> str:
    # One line, and no cell more than it is.
    return re.sub(r"\s+", " ", "" if text is None else str(text)).replace("|", "\\|")
