"""What an address asks for, read strictly: nothing unknown is passed over.

A filter that is misspelt must not be a file of everything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from warehouse import SelectionError
from warehouse.errors import quoted
from warehouse.export.filters import FILTERS, Selection
from warehouse.export.names import nearest
from warehouse.export.recipe import CsvStyle, Recipe

FOLDER: Final = "/data/"
VERSION: Final = f"{FOLDER}v1/"
#: Of an address, apart from the filters: what each may be, and what that means.
OPTIONS: Final[Mapping[str, Mapping[str, object]]] = {
    "wide": {"0": False, "1": True, "false": False, "true": True},
    "csv": {"danish": "danish", "international": "international"},
}


def address(recipe: Recipe, ending: str) -> str:
    """Return the address of one file of an extract.

    Parameters
    ----------
    recipe
        The extract.
    ending
        ``parquet``, ``csv``, ``xlsx``, ``json``, ``ndjson``, ``dictionary.md``,
        ``csv-metadata.json`` or ``toml``; or ``boundaries.parquet``, ``boundaries.geojson``.
    """
    query: list[tuple[str, str]] = [
        (name, value) for name, values in recipe.selection.filters().items() for value in values
    ]
    if ending.startswith("boundaries."):
        name = ending
    else:
        query += [("wide", "1")] * recipe.wide
        query += [("csv", recipe.csv)] * (recipe.csv != Recipe.csv)
        name = f"figures.{ending}"
    return f"{VERSION}{name}" + (f"?{urlencode(query)}" if query else "")


def known_only(params: QueryParams, known: Collection[str], what: str) -> None:
    """Refuse parameters that are not known, with the nearest three.

    Raises
    ------
    SelectionError
    """
    for name in params:
        if name not in known:
            near = nearest(name, [(own, own) for own in known])
            listed = ", ".join(known) or "none"
            message = f"{what} has no “{quoted(name)}”. There are: {listed}."
            raise SelectionError("parameter", name, near, message)


def selection(params: QueryParams, known: Collection[str] = tuple(FILTERS)) -> Selection:
    """Return the filters of an address; a value may be repeated.

    Raises
    ------
    SelectionError
        When one is not written as it must be.
    """
    return Selection.of(**{name: values for name in known if (values := params.getlist(name))})


def recipe(params: QueryParams) -> Recipe:
    """Return the extract an address asks for.

    Raises
    ------
    SelectionError
        On a parameter that is not known, given twice, or whose value is not one of its own.
    """
    known_only(params, (*FILTERS, *OPTIONS), "An extract")
    for name, allowed in OPTIONS.items():
        values = params.getlist(name)
        for value in values:
            if value not in allowed:
                raise SelectionError(name, value, tuple(allowed))
        if len(values) > 1:
            raise SelectionError(
                name, values[1], message=f"“{name}” is given twice: once is meant."
            )
    style: CsvStyle = "international" if params.get("csv") == "international" else "danish"
    wide = bool(OPTIONS["wide"][params.get("wide", "0")])
    return Recipe(selection(params), wide=wide, csv=style)
