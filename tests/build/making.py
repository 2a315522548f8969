"""Small made-up observations, packages and catchments for the tests of the build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from etl.indicators.compute import Computed
from etl.indicators.definition import Indicator
from etl.ingest.observations import OBSERVATION_SCHEMA
from etl.ingest.readers.package import Package, PackageInfo
from etl.layouts import load_layouts

CATCHMENT = ["geography", "area_id", "municipality_id", "share"]


def catchments(*memberships: tuple[str, str, str, float]) -> pl.DataFrame:
    """Return a catchment frame of (geography, area, municipality, share)."""
    return pl.DataFrame(list(memberships), schema=CATCHMENT, orient="row")


#: Two regions of two municipalities; 0001 is split between the clusters a and b.
SMALL = catchments(
    *(("kommuner", m, m, 1.0) for m in ("0001", "0002", "0003", "0004")),
    *(("land", "dk", m, 1.0) for m in ("0001", "0002", "0003", "0004")),
    ("regioner-2007", "reg07-x", "0001", 1.0),
    ("regioner-2007", "reg07-x", "0002", 1.0),
    ("regioner-2007", "reg07-y", "0003", 1.0),
    ("regioner-2007", "reg07-y", "0004", 1.0),
    ("klynger-2022", "k22-a", "0001", 0.6),
    ("klynger-2022", "k22-b", "0001", 0.4),
    ("klynger-2022", "k22-b", "0002", 1.0),
    ("klynger-2022", "k22-c", "0003", 1.0),
    ("klynger-2022", "k22-c", "0004", 1.0),
)
_LEVELS = {"dk": "country", "reg07": "region", "k22": "cluster"}


def areas(frame: pl.DataFrame = SMALL) -> pl.DataFrame:
    """Return the areas of a catchment frame with level and region."""
    region = {
        "0001": "reg07-x", "0002": "reg07-x", "0003": "reg07-y", "0004": "reg07-y",
        "k22-a": "reg07-x", "k22-b": "reg07-x", "k22-c": "reg07-y",
    }  # fmt: skip
    found = frame.select("geography", "area_id").unique(maintain_order=True)
    level = (
        found["area_id"].str.split("-").list.first().replace_strict(_LEVELS, default="municipality")
    )
    return found.with_columns(
        level=level,
        region_id=pl.col("area_id").replace_strict(region, default=None, return_dtype=pl.String),
    )


def observe(rows: Iterable[dict[str, Any]], package_id: str = "p-2025") -> pl.DataFrame:
    """Return observations; a value of None is hidden by the publisher unless a status is given."""
    full = []
    for row in rows:
        area = row["area_id"]
        level = {"dk": "country", "reg07": "region"}.get(area.split("-")[0], "municipality")
        value = row.get("value")
        full.append(
            {
                "package_id": package_id,
                "measure": "cases",
                "area_level": level,
                "period": 2025,
                "sex": "all",
                "age": "all",
                "sector": "all",
                "kind": "count",
                "standardisation": "crude",
                "sheet": "Hovedresultater",
                "row": 4,
                "status": "ok" if value is not None else "suppressed_by_source",
            }
            | row
            | {"value": None if value is None else float(value)}
        )
    return pl.DataFrame(full, schema=OBSERVATION_SCHEMA, orient="row")


def counts(measure: str, values: Mapping[str, float | None], **more: Any) -> list[dict[str, Any]]:
    """Return one row an area."""
    return [{"measure": measure, "area_id": a, "value": v} | more for a, v in values.items()]


def package(
    rows: Sequence[dict[str, Any]],
    *,
    layout: str = "made-up",
    edition: str = "2025",
    safe: bool = True,
    demo: bool = False,
    published: dt.date | None = dt.date(2025, 11, 28),
    provisional: tuple[int, ...] = (),
    threshold: int = 5,
) -> Package:
    """Return a package of made-up rows, safe by its publisher or with true small counts."""
    observations = observe(rows, f"{layout}-{edition}")
    status = observations["status"]
    info = PackageInfo(
        package_id=f"{layout}-{edition}",
        layout=layout,
        title="Opdigtet",
        publisher="Ingen",
        published=published,
        licence="CC0",
        source="Ingen",
        edition=edition,
        file=f"{layout}_{edition}.xlsx",
        sha256="0" * 64,
        bytes=1,
        rows_in=len(observations),
        observations=len(observations),
        suppressed=int((status == "suppressed_by_source").sum()),
        missing=int((status == "missing").sum()),
        is_demo=demo,
        made_safe_by="publisher" if safe else "klyngeblik",
        rounding_base=None,
        threshold=threshold,
        hidden_low=0,
        hidden_high=None,
        provisional=provisional,
        note_da=None,
        note_en=None,
    )
    kind = load_layouts().by_id["und2"]
    names = {m: m for m in observations["measure"].unique()}
    return Package(info, observations, (), kind, names)


def measures_of(computed: Computed) -> pl.DataFrame:
    """Return all pieces of what was computed as one table."""
    pieces = [piece for _, piece in computed.pieces() if len(piece)]
    return pl.concat(pieces) if pieces else pl.DataFrame()


def indicator(id: str = "case_share", **more: Any) -> Indicator:
    """Return a definition; by default cases per 100 residents."""
    text = {
        f"{field}_{language}": f"{field} {language}"
        for field in ("title", "short", "definition", "unit")
        for language in ("da", "en")
    }
    fields = {
        "theme": "elderly",
        "sort": 1,
        "kind": "proportion",
        "multiplier": 100,
        "unit": "per_cent",
        "polarity": "high_bad",
        "decimals": 1,
        "numerator": "cases",
        "denominator": "population",
    }
    return Indicator.model_validate(text | fields | {"id": id} | more)
