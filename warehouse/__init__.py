"""The contract between the ETL and everything that reads: schema, reading, one query layer."""

from warehouse.connection import Warehouse, connect
from warehouse.errors import (
    EmptySelectionError,
    ExportError,
    SelectionError,
    WarehouseDamagedError,
    WarehouseError,
    WarehouseForeignError,
    WarehouseMissingError,
    WarehouseVersionError,
)

__all__ = [
    "EmptySelectionError",
    "ExportError",
    "SelectionError",
    "Warehouse",
    "WarehouseDamagedError",
    "WarehouseError",
    "WarehouseForeignError",
    "WarehouseMissingError",
    "WarehouseVersionError",
    "connect",
]
