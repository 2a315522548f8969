"""The user's own boundary file: any format and coordinate system, held against the register."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from geo.boundaries.errors import BoundaryError, fault
from geo.boundaries.files import Geometries
from geo.boundaries.projection import METRES, WGS84
from geo.messages import say
from geo.model import Problem
from geo.register import municipality_names
from geo.said import joined

CHRISTIANSOE = "0411"
#: Fewer known codes than this, and a column does not hold municipality codes.
_ENOUGH_CODES = 49
#: Degrees west, south, east, north around Denmark, wide enough for the coast's generalisation.
_DENMARK = (7.0, 54.0, 16.0, 58.5)


def read(path: Path) -> tuple[gpd.GeoDataFrame, str] | None:
    """Return the file's municipalities and their code column; None when it holds none."""
    ending = path.suffix.lower()
    try:
        if ending.endswith("parquet"):
            if b"geo" not in (pq.read_schema(path).metadata or {}):
                return None
            return _with_codes([gpd.read_parquet(path)])
        if ending == ".json" and not _is_geojson(path):
            return None
        # The official download has a layer for each kind of area; the municipalities' comes first.
        layers = sorted(
            gpd.list_layers(path)["name"], key=lambda name: "kommune" not in name.casefold()
        )
        return _with_codes(gpd.read_file(path, layer=name) for name in layers)
    except (RuntimeError, OSError, ValueError) as error:  # as pyogrio and pyarrow raise them
        if ending.endswith("parquet"):
            return None  # a broken Parquet file may be a data package; its reader reports it
        raise fault("boundaries_unreadable", path.name) from error


def credit(path: Path) -> str:
    """Return whose the boundaries are and their licence, where a GeoJSON file itself says so.

    ``klyngeblik fetch boundaries`` writes it into the file as its description.
    """
    if "json" not in path.suffix.lower():
        return ""
    return str(json.loads(path.read_bytes()).get("description") or "").strip()


def _is_geojson(path: Path) -> bool:
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        return False
    return isinstance(content, dict) and content.get("type") == "FeatureCollection"


def _with_codes(tables: Iterable[gpd.GeoDataFrame]) -> tuple[gpd.GeoDataFrame, str] | None:
    known = set(municipality_names())
    for table in tables:
        if not isinstance(table, gpd.GeoDataFrame):
            continue
        if not table.geom_type.isin(["Polygon", "MultiPolygon", "GeometryCollection"]).any():
            continue
        hits = {
            str(column): len(known & set(_codes(table[column])))
            for column in table.columns
            if column != table.geometry.name
        }
        column = max(hits, key=lambda name: hits[name], default=None)
        if column is not None and hits[column] >= _ENOUGH_CODES:
            return table, column
    return None


def _codes(column: pd.Series) -> list[str | None]:
    """Return a column's values as 4-digit codes; None where a value cannot be one."""

    def code(value: object) -> str | None:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = str(value).strip()
        return text.zfill(4) if text.isdecimal() and len(text) <= 4 else None

    return [code(value) for value in column]


def prepare(path: Path) -> tuple[tuple[str, ...], Geometries, tuple[Problem, ...]]:
    """Return the codes and polygons (metres, a valid coverage) of a file, and what was mended."""
    found = read(path)
    if found is None:
        raise fault("boundaries_none", path.name)
    table, column = found
    notes: list[Problem] = []
    frame = pd.DataFrame(
        {
            "code": _codes(table[column]),
            "name": _names(table),
            "geometry": shapely.force_2d(_in_metres(table, path.name).to_numpy()),
        }
    )
    frame = _known_only(frame, path.name, notes)
    invalid = ~shapely.is_valid(frame["geometry"].to_numpy())
    if invalid.any():
        frame.loc[invalid, "geometry"] = shapely.make_valid(
            frame.loc[invalid, "geometry"].to_numpy(), method="structure", keep_collapsed=False
        )
        mended = _listed(frame.code[invalid])
        notes.append(Problem.of("boundaries_mended", path.name, municipalities=mended))
    codes, polygons = _one_a_municipality(frame, path.name, notes)
    if not shapely.coverage_is_valid(polygons):
        polygons = shapely.coverage_clean(polygons)
        notes.append(Problem.of("boundaries_closed", path.name))
    return codes, polygons, tuple(notes)


def _names(table: gpd.GeoDataFrame) -> list[str | None]:
    """Return the municipality's name on each row, from the column that holds the most of them."""
    known = set(municipality_names().values())
    best: list[str | None] = [None] * len(table)
    most = 0
    for column in table.columns:
        if column == table.geometry.name:
            continue
        texts = ("" if pd.isna(value) else str(value) for value in table[column])
        names = [text.strip().removesuffix(" Kommune") for text in texts]
        hits = len(known & set(names))
        if hits > most:
            best, most = list(names), hits
    return best


def _in_metres(table: gpd.GeoDataFrame, file: str) -> gpd.GeoSeries:
    """Return the geometries in EPSG:25832, wherever the file's coordinates are from."""
    geometry = table.geometry
    west, south, east, north = geometry.total_bounds
    in_degrees = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
    if geometry.crs is None or (geometry.crs.is_geographic and not in_degrees):
        # No system given, or GeoJSON's default on coordinates that are plainly metres.
        geometry = geometry.set_crs(WGS84 if in_degrees else METRES, allow_override=True)
    west, south, east, north = geometry.to_crs(WGS84).total_bounds
    inside = _DENMARK[0] < west < east < _DENMARK[2] and _DENMARK[1] < south < north < _DENMARK[3]
    if not inside:
        raise fault("boundaries_outside", file)
    return geometry.to_crs(METRES)


def _known_only(frame: pd.DataFrame, file: str, notes: list[Problem]) -> pd.DataFrame:
    """Drop Christiansø; refuse unknown codes and codes that stand at another's name."""
    names = municipality_names()
    if (frame.code == CHRISTIANSOE).any():
        notes.append(Problem.of("boundaries_christiansoe", file))
        frame = frame[frame.code != CHRISTIANSOE]
    unknown = frame[~frame.code.isin(list(names))]
    if len(unknown):
        raise BoundaryError(
            Problem.of(
                "boundaries_code_unknown",
                file,
                number=number + 1,
                code=joined(
                    "",
                    [
                        code if isinstance(code, str) else say("no_code"),
                        f" ({name})" if name and isinstance(name, str) else "",
                    ],
                ),
            )
            for number, code, name in zip(
                unknown.index, unknown["code"], unknown["name"], strict=True
            )
        )
    swapped = frame[frame.name.isin(list(names.values())) & (frame.name != frame.code.map(names))]
    if len(swapped):
        raise BoundaryError(
            Problem.of(
                "boundaries_name_differs",
                file,
                number=number + 1,
                code=code,
                right=names[code],
                name=name,
            )
            for number, code, name in zip(
                swapped.index, swapped["code"], swapped["name"], strict=True
            )
        )
    return frame[~(shapely.is_missing(frame.geometry) | shapely.is_empty(frame.geometry))]


def _one_a_municipality(
    frame: pd.DataFrame, file: str, notes: list[Problem]
) -> tuple[tuple[str, ...], Geometries]:
    names = municipality_names()
    missing = sorted(set(names) - set(frame.code))
    if missing:
        raise fault("boundaries_missing", file, municipalities=_listed(missing))
    several = frame.code[frame.code.duplicated()]
    if len(several):
        notes.append(Problem.of("boundaries_joined", file, municipalities=_listed(several)))
    polygons = [
        shapely.union_all(group.to_numpy()) if len(group) > 1 else group.iloc[0]
        for _, group in frame.groupby("code", sort=True)["geometry"]
    ]
    return tuple(sorted(names)), np.array(polygons, dtype=object)


def _listed(codes: Iterable[str]) -> str:
    names = municipality_names()
    return ", ".join(f"{code} {names[code]}" for code in sorted(set(codes)))
