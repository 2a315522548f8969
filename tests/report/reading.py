"""Reads what a sheet's files hold, with other libraries than those that wrote them."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from pypdf import PdfReader


class Paper:
    """A PDF as a reader and a screen reader meet it."""

    def __init__(self, made: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(made))
        self.root: Any = self.reader.trailer["/Root"]
        self.tags: Counter[str] = Counter()
        self.alternatives: list[str] = []
        self._elements: list[Any] = []
        self._walk(self.root["/StructTreeRoot"]["/K"])

    @property
    def text(self) -> str:
        """All text in one line, with plain spaces."""
        pages = (page.extract_text() for page in self.reader.pages)
        return " ".join(" ".join(pages).replace("\u00a0", " ").split())

    @property
    def bookmarks(self) -> list[str]:
        """The titles in the outline, at any depth."""
        found: list[str] = []

        def walk(items: list[Any]) -> None:
            for item in items:
                if isinstance(item, list):
                    walk(item)
                else:
                    found.append(str(item.title))

        walk(self.reader.outline)
        return found

    def tables(self) -> list[list[list[Any]]]:
        """The cells of every table, row by row, as elements of the structure."""
        return [
            [_below(row) for part in _below(table) for row in _below(part)]
            for table in self._elements
            if table["/S"] == "/Table"
        ]

    def by_id(self, name: str) -> Any:
        """The element an id stands for."""
        names = self.root["/StructTreeRoot"]["/IDTree"]["/Names"]
        ids = [str(i) for i in names[::2]]
        assert ids == sorted(ids)
        return names[2 * ids.index(name) + 1].get_object()

    def fonts(self) -> list[Any]:
        """Every font's descriptor."""
        found = []
        for page in self.reader.pages:
            for font in page["/Resources"]["/Font"].values():
                for part in font.get_object()["/DescendantFonts"]:
                    found.append(part.get_object()["/FontDescriptor"])
        return found

    def _walk(self, node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                self._walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                self.tags[str(node["/S"])] += 1
                self._elements.append(node)
            if "/Alt" in node:
                self.alternatives.append(str(node["/Alt"]))
            if "/K" in node:
                self._walk(node["/K"])


def _below(element: Any) -> list[Any]:
    """Return the elements below one."""
    kids = [kid.get_object() for kid in element["/K"]]
    return [kid for kid in kids if isinstance(kid, dict) and "/S" in kid]
