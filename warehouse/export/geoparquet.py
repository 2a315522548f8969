"""The boundaries of an extract's areas as GeoParquet (the 1.1 specification of geoparquet.org)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from warehouse.connection import Warehouse
from warehouse.export.boundaries import COLUMNS, rows
from warehouse.export.files import beside
from warehouse.export.filters import Selection


def write(wh: Warehouse, selection: Selection, path: Path | str) -> int:
    """Write the boundaries of the areas that occur in an extract.

    Parameters
    ----------
    wh
        The warehouse.
    selection
        As for the extract.
    path
        The file; the geometry is WKB in longitude and latitude (WGS84), as GeoParquet expects.

    Returns
    -------
    int
        Areas written.

    Raises
    ------
    SelectionError
        When the selection names something unknown.
    EmptySelectionError
        When no area of the extract has a boundary.
    ExportError
        When the file cannot be written; nothing half-written is left.
    """
    target = Path(path)
    frame = rows(wh, selection)
    fields = [
        pa.field(
            name,
            pa.binary() if name == "geometry" else pa.string(),
            metadata={"da": meaning_da, "en": meaning_en},
        )
        for name, (_, meaning_da, meaning_en) in COLUMNS.items()
    ]
    about = {
        "geo": json.dumps(_geo(frame["geometry"].to_list())),
        "source": "; ".join(frame["source"].unique(maintain_order=True)),
    }
    table = frame.to_arrow().cast(pa.schema(fields)).replace_schema_metadata(about)
    with beside(target) as folder:
        pq.write_table(table, folder / target.name, compression="zstd")
        (folder / target.name).replace(target)
    return frame.height


def _geo(wkb: list[bytes]) -> dict[str, Any]:
    shapes = shapely.from_wkb(wkb)
    return {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": sorted({shape.geom_type for shape in shapes}),
                "bbox": shapely.total_bounds(shapes).tolist(),
            }
        },
    }
