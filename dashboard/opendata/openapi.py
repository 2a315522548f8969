"""The description of the data door for programs: OpenAPI 3.1, with what may be asked listed."""

from __future__ import annotations

import json
from typing import Any, Final

from dashboard.opendata.asked import OPTIONS, VERSION
from dashboard.opendata.figures import BOUNDARIES, FIGURES
from warehouse import Warehouse
from warehouse.export.columns import EXTRACT_COLUMNS
from warehouse.export.filters import FILTERS
from warehouse.export.lists import LISTS
from warehouse.export.names import KNOWN

_MEANINGS: Final = {
    "geography": "One versioned way to group municipalities, by id or title.",
    "area": "Area, by id or name: 0615, Horsens, Horsensklyngen. Of areas with one name the one "
    "in force is taken; the header Klyngeblik-Note says so.",
    "level": "Level of the area, by id or label.",
    "indicator": "Indicator, by id or title.",
    "theme": "Theme, by id or label (elderly, ældre).",
    "sector": "Sector, by id or label.",
    "period": "A year, or years: 2019:2025, 2019:, :2025.",
    "sex": "Sex, by id or label (female, kvinder).",
    "age": "Age band: all, 0-17, 80+ (written 80%2B).",
    "standardisation": "crude, age or age_sex.",
    "status": "ok, or why there is no number.",
}
_TYPES: Final = {
    "code": "string",
    "text": "string",
    "year": "integer",
    "number": "number",
    "flag": "boolean",
}
_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}


def described(wh: Warehouse) -> bytes:
    """Return the description, as JSON.

    Parameters
    ----------
    wh
        The warehouse: its geographies, areas and indicators are the examples.
    """
    paths: dict[str, Any] = {}
    for name, own in LISTS.items():
        schema = {"type": "array", "items": {"type": "object"}}
        paths[f"/{name}"] = _got(name, own.title_en, own.filters, {"application/json": schema})
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}
    for ending, media in FIGURES.items():
        held = rows if ending == "json" else {"type": "string"}
        title = f"An extract of the figures as {ending}"
        filters = (*FILTERS, *OPTIONS)
        paths[f"/figures.{ending}"] = _got(f"figures_{ending}", title, filters, {media: held})
    for ending, media in BOUNDARIES.items():
        held = {"type": "object"} if ending == "geojson" else {"type": "string"}
        title = f"The boundaries of an extract's areas as {ending}"
        paths[f"/boundaries.{ending}"] = _got(
            f"boundaries_{ending}", title, tuple(FILTERS), {media: held}
        )
    for name in ("datapackage.json", "dcat.jsonld"):
        told = {"application/json": {"type": "object"}}
        paths[f"/{name}"] = _got(name, "A description for catalogues", (), told)
    paths["/openapi.json"] = _got(
        "openapi", "This description", (), {"application/json": {"type": "object"}}
    )
    versions = wh.rows("SELECT value FROM meta WHERE key = 'klyngeblik_version'")
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Klyngeblik",
            "version": versions[0]["value"] if versions else "",
            "description": "Figures for Denmark's health clusters and health councils. Nothing "
            "unsafe is in them: where status is not ok there is no number, which is not zero. "
            "Unknown parameters and values are refused with the nearest three.",
        },
        "servers": [{"url": VERSION.rstrip("/")}],
        "paths": paths,
        "components": {
            "parameters": {name: _parameter(wh, name) for name in (*FILTERS, *OPTIONS)},
            "schemas": {"Row": _row(), "Problem": _problem()},
        },
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _got(name: str, title: str, filters: tuple[str, ...], held: dict[str, Any]) -> dict[str, Any]:
    content = {media.partition(";")[0]: {"schema": schema} for media, schema in held.items()}
    refused = {"application/problem+json": {"schema": _PROBLEM}}
    reasons = {
        "400": "A parameter or value that is not known",
        "404": "No row fits",
        "413": "Larger than one request may be",
        "416": "No such part of the file",
        "429": "Too many at once: see Retry-After",
        "503": "There are no figures yet",
    }
    return {
        "get": {
            "operationId": name.replace("-", "_").replace(".", "_"),
            "summary": title,
            "parameters": [{"$ref": f"#/components/parameters/{own}"} for own in filters],
            "responses": {
                "200": {"description": title, "content": content},
                "206": {"description": "The part asked for with Range"},
                "304": {"description": "What you have is still the same"},
                **{
                    status: {"description": why, "content": refused}
                    for status, why in reasons.items()
                },
            },
        }
    }


def _parameter(wh: Warehouse, name: str) -> dict[str, Any]:
    if name in OPTIONS:
        about = {
            "wide": "Years beside each other instead of one row a number.",
            "csv": "How numbers are written in a CSV file.",
        }
        schema: dict[str, Any] = {"type": "string", "enum": list(OPTIONS[name])}
        return {"name": name, "in": "query", "description": about[name], "schema": schema}
    item: dict[str, Any] = {"type": "string", "maxLength": 80}
    tables = {"geography": "geographies", "area": "areas", "indicator": "indicators"}
    if name in KNOWN:
        item["examples"] = list(KNOWN[name])
    elif name in tables:
        column = {"area": "area_id", "indicator": "indicator_id"}.get(name, name)
        found = wh.rows(f"SELECT DISTINCT {column} AS id FROM {tables[name]} ORDER BY 1")  # noqa: S608
        item["examples"] = [row["id"] for row in found]
    elif name == "period":
        item["examples"] = ["2025", "2019:2025", "2019:"]
    else:
        item["examples"] = ["all", "80+"]
    return {
        "name": name,
        "in": "query",
        "description": _MEANINGS[name],
        "explode": True,
        "schema": {"type": "array", "items": item, "maxItems": 1000},
    }


def _row() -> dict[str, Any]:
    properties = {
        column.name: {
            "type": [_TYPES[column.kind], "null"],
            "description": column.meaning_en,
        }
        for column in EXTRACT_COLUMNS
    }
    return {"type": "object", "properties": properties}


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "What went wrong (RFC 9457)",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "parameter": text,
            "value": text,
            "nearest": {"type": "array", "items": text, "maxItems": 3},
        },
    }
