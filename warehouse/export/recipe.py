"""How an extract is made again: as a file, as a command, as Python."""

from __future__ import annotations

import json
import shlex
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from warehouse.errors import ExportError, SelectionError, quoted
from warehouse.export.filters import FILTERS, Selection
from warehouse.export.names import nearest

CsvStyle = Literal["danish", "international"]

_HEAD: Final = "# Klyngeblik: klyngeblik export --recipe THIS_FILE --out FILE\n"


@dataclass(frozen=True)
class Recipe:
    """What decides the bytes of an extract, beside the warehouse and the ending of the file.

    Attributes
    ----------
    selection
        What to take.
    wide
        One column a year instead of one row a number.
    csv
        ``danish``: semicolon, decimal comma and a byte order mark, as Excel in Denmark reads it.
        ``international``: comma and decimal point, no mark.
    partition
        Columns a Parquet dataset is split by into folders; empty for one file.
    """

    selection: Selection = field(default_factory=Selection)
    wide: bool = False
    csv: CsvStyle = "danish"
    partition: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.csv not in get_args(CsvStyle):
            raise ExportError(f"CSV style “{self.csv}” is neither danish nor international.")

    @property
    def command(self) -> str:
        """The command that makes the extract again; ``FILE`` stands for the file's name."""
        words = ["klyngeblik", "export", "--out", "FILE"]
        for name, values in self.selection.filters().items():
            words += [word for value in values for word in (f"--{name}", shlex.quote(value))]
        words += ["--wide"] * self.wide
        words += ["--csv", self.csv] if self.csv != "danish" else []
        words += [word for column in self.partition for word in ("--partition", column)]
        return " ".join(words)

    @property
    def python(self) -> str:
        """The Python that gives the rows again."""
        filters = [f"{name}={values!r}" for name, values in self.selection.filters().items()]
        return f"klyngeblik.extract({', '.join(filters + ['wide=True'] * self.wide)})"

    @property
    def toml(self) -> str:
        """The recipe as the text of a file, read again by :func:`read`."""
        lines = ["wide = true"] * self.wide
        lines += [f'csv = "{self.csv}"'] if self.csv != "danish" else []
        lines += [f"partition = {_listed(self.partition)}"] if self.partition else []
        lines += ["[select]"]
        lines += [f"{name} = {_listed(v)}" for name, v in self.selection.filters().items()]
        return _HEAD + "\n".join(lines) + "\n"


def read(path: Path | str) -> Recipe:
    """Return the recipe in a file.

    Parameters
    ----------
    path
        A TOML file: ``wide``, ``csv``, ``partition`` and a table ``[select]`` with the filters
        under the names the command uses; everything may be left out.

    Raises
    ------
    ExportError
        When the file cannot be read, or is no recipe: with what is wrong and how to mend it.
    SelectionError
        When a period in it is not one.
    """
    place = Path(path)
    try:
        content = tomllib.loads(place.read_text("utf-8"))
    except OSError as error:
        raise ExportError(f"{place} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise ExportError(f"{place} is not a text file in UTF-8; save it as one.") from None
    except tomllib.TOMLDecodeError as error:
        raise ExportError(f"{place} is not a recipe, which is written as TOML: {error}.") from None
    known = {"select", *(f.name for f in fields(Recipe) if f.name != "selection")}
    _only(place, content, known)
    select = content.pop("select", {})
    if not isinstance(select, dict):
        raise ExportError(f"{place}: write the filters as a table, [select].")
    _only(place, select, set(FILTERS))
    for name, values in select.items():
        one = (str, int) if name == "period" else (str,)
        listed = values if isinstance(values, list) else [values]
        # bool is an int in Python, but no year.
        if not all(isinstance(v, one) and not isinstance(v, bool) for v in listed):
            raise ExportError(f"{place}: {name} must be a text or a list of texts.")
    if not isinstance(content.get("wide", False), bool):
        raise ExportError(f"{place}: wide must be true or false.")
    partition = content.get("partition", [])
    if not isinstance(partition, list) or not all(isinstance(c, str) for c in partition):
        raise ExportError(f"{place}: partition must be a list of columns.")
    return Recipe(
        Selection.of(**select),
        wide=content.get("wide", False),
        csv=cast(CsvStyle, content.get("csv", "danish")),
        partition=tuple(partition),
    )


def _only(place: Path, found: dict[str, Any], known: set[str]) -> None:
    for name in found:
        if name not in known:
            near = nearest(name, [(k, k) for k in sorted(known)])
            hint = f" Did you mean: {'; '.join(near)}?" if near else ""
            raise SelectionError(
                "recipe", name, near, message=f"{place}: a recipe has no “{quoted(name)}”.{hint}"
            )


def _listed(values: tuple[str, ...] | list[str]) -> str:
    # A JSON text with its escapes is a TOML text too.
    return json.dumps(list(values), ensure_ascii=False)
