"""From a delivered file to observations: what differs between files stands in their layout."""

from etl.readers.folder import load_folder
from etl.readers.package import LoadedPackages, Package, PackageInfo
from etl.readers.reading import read_package

__all__ = ["LoadedPackages", "Package", "PackageInfo", "load_folder", "read_package"]
