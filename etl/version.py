"""The release of this code: in every warehouse and every file, and of the package itself."""

from __future__ import annotations

__version__ = "0.2.0"
