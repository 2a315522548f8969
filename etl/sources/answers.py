"""Reading answers that ought to be JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from etl.sources.errors import GarbledError


def json_in(file: Path) -> Any:
    """Return the JSON in a file.

    Raises
    ------
    GarbledError
        When it holds something else: cut off, or another's page in between.
    """
    raw = file.read_bytes()
    try:
        return json.loads(raw)
    except ValueError:
        if raw.lstrip()[:1] == b"<":
            msg = "a web page came instead of data; a proxy or a sign-in page may stand between"
        else:
            msg = "the answer is not JSON, or is cut off"
        raise GarbledError(msg) from None
