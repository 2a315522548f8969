"""The data described for catalogues: Frictionless Data Package, and DCAT-AP as JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from warehouse.connection import Warehouse
from warehouse.export import query
from warehouse.export.columns import EXTRACT_COLUMNS, KEY
from warehouse.export.releases import Release

_TYPES: Final = {
    "code": "string",
    "text": "string",
    "year": "integer",
    "number": "number",
    "flag": "boolean",
}
_TITLE: Final = (
    "Klyngeblik: tal for sundhedsklynger, sundhedsråd og kommuner",
    "Klyngeblik: figures for health clusters, health councils and municipalities",
)
_ABOUT: Final = (
    "Befolkning, sundhed og brug af sundhedsvæsenet i Danmarks kommuner, sundhedsklynger, "
    "sundhedsråd og regioner. Tal, der bygger på få personer, er skjult.",
    "Population, health and use of health care in Denmark's municipalities, health clusters, "
    "health councils and regions. Numbers with few people behind them are hidden.",
)
_PARQUET: Final = "application/vnd.apache.parquet"
_EU: Final = "http://publications.europa.eu/resource/authority/"
_IANA: Final = "https://www.iana.org/assignments/media-types/"
#: Licence as packages write it: its address.
_LICENCES: Final = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "MPL-2.0": "https://www.mozilla.org/MPL/2.0/",
}


def frictionless(wh: Warehouse, address: str, releases: Sequence[Release] = ()) -> dict[str, Any]:
    """Return the description of all figures as a Data Package (frictionlessdata.io, version 1).

    Parameters
    ----------
    wh
        The warehouse.
    address
        Of the data door, ending in a slash: ``https://.../data/``.
    releases
        Those that stay.
    """
    facts, packages = _facts(wh)
    schema = {
        "fields": [
            {
                "name": column.name,
                "type": _TYPES[column.kind],
                "description": column.meaning_en,
                **({"decimalChar": "."} if column.kind == "number" else {}),
                **(
                    {"trueValues": ["true"], "falseValues": ["false"]}
                    if column.kind == "flag"
                    else {}
                ),
            }
            for column in EXTRACT_COLUMNS
        ],
        "missingValues": [""],
        "primaryKey": list(KEY),
    }
    whole = {
        "name": "figures",
        "path": f"{address}v1/figures.csv?csv=international",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }
    kept = [
        {
            "name": release.name.removesuffix(".parquet"),
            "path": f"{address}releases/{release.name}",
            "format": "parquet",
            "mediatype": _PARQUET,
            "bytes": release.bytes,
            "hash": f"sha256:{release.sha256}",
        }
        for release in releases
    ]
    return {
        "profile": "data-package",
        "name": "klyngeblik",
        "id": facts.get("fingerprint", ""),
        "title": _TITLE[1],
        "description": _ABOUT[1],
        "homepage": address,
        "version": facts.get("klyngeblik_version", ""),
        **({"created": f"{facts['built_at'][:19]}Z"} if "built_at" in facts else {}),
        "licenses": [
            {"name": name.replace(" ", "-"), "path": _LICENCES[name], "title": name}
            for name in dict.fromkeys(row["licence"] for row in packages)
            if name in _LICENCES
        ],
        "sources": [{"title": row["source"]} for row in packages],
        "resources": [whole, *kept],
    }


def dcat(wh: Warehouse, address: str, releases: Sequence[Release] = ()) -> dict[str, Any]:
    """Return the same as a catalogue of DCAT-AP (JSON-LD), for data portals.

    Parameters
    ----------
    wh, address, releases
        As in :func:`frictionless`.
    """
    facts, packages = _facts(wh)

    def both(pair: tuple[str, str]) -> list[dict[str, str]]:
        return [
            {"@language": lang, "@value": own} for lang, own in zip(("da", "en"), pair, strict=True)
        ]

    licences = {row["licence"] for row in packages if not row["is_demo"]}
    known = _LICENCES.get(next(iter(licences))) if len(licences) == 1 else None
    # Where sources differ, each package says its own.
    licence = {"dct:license": {"@id": known}} if known else {}

    def distribution(own: str, form: str, media: str, more: dict[str, Any]) -> dict[str, Any]:
        return {
            "@id": own,
            "@type": "dcat:Distribution",
            "dcat:accessURL": {"@id": address},
            "dcat:downloadURL": {"@id": own},
            "dct:format": {"@id": f"{_EU}file-type/{form}"},
            "dcat:mediaType": {"@id": f"{_IANA}{media}"},
            **licence,
            **more,
        }

    made = f"{facts['built_at'][:19]}Z" if "built_at" in facts else None
    publisher = {"@id": f"{address}#publisher", "@type": "foaf:Agent", "foaf:name": "Klyngeblik"}
    distributions = [
        distribution(f"{address}v1/figures.parquet", "PARQUET", _PARQUET, {}),
        distribution(f"{address}v1/figures.csv", "CSV", "text/csv", {}),
        *(
            distribution(
                f"{address}releases/{release.name}",
                "PARQUET",
                _PARQUET,
                {
                    "dct:issued": {"@type": "xsd:dateTime", "@value": f"{release.made[:19]}Z"},
                    "dcat:byteSize": {
                        "@type": "xsd:nonNegativeInteger",
                        "@value": str(release.bytes),
                    },
                    "spdx:checksum": {
                        "@type": "spdx:Checksum",
                        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                        "spdx:checksumValue": release.sha256,
                    },
                },
            )
            for release in releases
        ),
    ]
    dataset = {
        "@id": f"{address}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": "klyngeblik",
        "dct:title": both(_TITLE),
        "dct:description": both(_ABOUT),
        "dct:publisher": publisher,
        "dcat:theme": [{"@id": f"{_EU}data-theme/HEAL"}],
        "dct:spatial": {"@id": f"{_EU}country/DNK"},
        "dct:language": [{"@id": f"{_EU}language/{code}"} for code in ("DAN", "ENG")],
        "dct:accrualPeriodicity": {"@id": f"{_EU}frequency/IRREG"},
        "dct:accessRights": {"@id": f"{_EU}access-right/PUBLIC"},
        "dcat:landingPage": {"@id": address},
        "dct:provenance": [
            {"@type": "dct:ProvenanceStatement", "rdfs:label": row["source"]} for row in packages
        ],
        **({"dct:modified": {"@type": "xsd:dateTime", "@value": made}} if made else {}),
        "dcat:distribution": distributions,
    }
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": both(_TITLE),
        "dct:description": both(_ABOUT),
        "dct:publisher": publisher,
        "dcat:dataset": [dataset],
    }


def _facts(wh: Warehouse) -> tuple[dict[str, str], list[dict[str, Any]]]:
    facts = {row["key"]: row["value"] for row in wh.rows("SELECT key, value FROM meta")}
    return facts, query.packages(wh).to_dicts()
