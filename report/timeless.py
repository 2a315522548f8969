"""An Office file without the clock: made again, it has the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Final

_WRITTEN: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
#: The earliest day that a zip archive can name.
_ZERO: Final = (1980, 1, 1, 0, 0, 0)


def timeless(content: bytes, day: datetime) -> bytes:
    """Return an Office file as it would be had it been made on a given day.

    Parameters
    ----------
    content
        The file; workbooks embedded in it, as those behind charts, are done likewise.
    day
        What it says of when it was made.
    """
    stamp = day.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again,
    ):
        for part in made.infolist():
            body = made.read(part)
            if part.filename.endswith(".xlsx"):
                body = timeless(body, day)
            elif part.filename == "docProps/core.xml":
                body = _WRITTEN.sub(rb"\g<1>" + stamp + rb"\g<2>", body)
            again.writestr(
                zipfile.ZipInfo(part.filename, _ZERO), body, compress_type=zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
