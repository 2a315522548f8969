"""From a delivered file to observations: what differs between files stands in their layout."""

from etl.ingest.readers.folder import load_folder
from etl.ingest.readers.package import LoadedPackages, Package, PackageInfo
from etl.ingest.readers.reading import read_package

__all__ = ["LoadedPackages", "Package", "PackageInfo", "load_folder", "read_package"]
