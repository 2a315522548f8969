"""The contract between the ETL and everything that reads: schema, reading, one query layer."""

from warehouse.connection import Warehouse, connect
from warehouse.errors import (
    EmptySelectionError,
    SelectionError,
    WarehouseError,
    WarehouseMissingError,
)

__all__ = [
    "EmptySelectionError",
    "SelectionError",
    "Warehouse",
    "WarehouseError",
    "WarehouseMissingError",
    "connect",
]
