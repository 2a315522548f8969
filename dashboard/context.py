"""What a page is, and what it is given. See the package's docstring for how to write one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import streamlit as st

from dashboard import captions, estimates, prose, url
from dashboard.beside import Peers, peers
from dashboard.format import Numbers
from dashboard.reference import Place, Reference, Row
from dashboard.rows import Store
from dashboard.selection import KEYS, Selection
from dashboard.text import Text
from dashboard.theme import Palette
from warehouse import Warehouse

#: Address of the front page, which names no place.
FRONT = ""


@dataclass(frozen=True)
class Page:
    """How a page presents itself: its address, its place in the list, the text key of its title.

    Attributes
    ----------
    slug
        Address without the slash; empty for the front page.
    order
        Place in the list of pages.
    title
        Text key of the title, e.g. ``kort.title``; ``<name>.intro`` beside it is shown below it.
    listed
        Whether the sidebar lists it; one that is not is reached by links.
    big
        Whether it draws the switch of big letters itself, and looks different in them.
    """

    slug: str
    order: int
    title: str
    listed: bool = True
    big: bool = False


@dataclass(frozen=True)
class Context:
    """Everything a page reads; made anew for each run of the script."""

    warehouse: Warehouse
    reference: Reference
    selection: Selection
    text: Text
    number: Numbers
    palette: Palette
    page: Page
    #: Names of the charts drawn in this run.
    drawn: set[str] = field(default_factory=set)

    @cached_property
    def store(self) -> Store:
        """The numbers read in this run."""
        return Store(self.warehouse, self.reference)

    def forget(self) -> None:
        """Let go of the numbers: Streamlit keeps the context, with the widgets, until the next run.

        Measured: most of a megabyte for every reader who looks at the page.
        """
        vars(self).pop("store", None)

    @cached_property
    def peers(self) -> Peers:
        """What is compared with each other for the area shown; see ``dashboard.beside``."""
        return peers(self.reference, self.area)

    @property
    def lang(self) -> str:
        """Language of the page, ``da`` or ``en``."""
        return self.selection.lang

    @property
    def area(self) -> Place:
        """The area shown."""
        return self.reference.areas[self.selection.area]

    @property
    def geography(self) -> Row:
        """The warehouse row of the geography shown."""
        return self.reference.geographies[self.selection.geography]

    @property
    def region(self) -> Place | None:
        """The region of the area shown, ``None`` for a region or the country."""
        return self.reference.areas.get(self.area.region_id or "")

    @property
    def country(self) -> Place:
        """Denmark."""
        return self.reference.areas["dk"]

    def localised(self, row: Row, column: str) -> str:
        """Return ``<column>_da`` or ``<column>_en`` of a warehouse row; empty when null."""
        return str(row[f"{column}_{self.lang}"] or "")

    def sector(self, sector: str) -> str:
        """Return the name of a sector id."""
        return self.text(f"common.sectors.{sector}")

    def age(self, age: str) -> str:
        """Return the name of an age band: ``80 år og derover``, ``65–79 år``, ``alle aldre``."""
        return self.text.age(age)

    def age_label(self, age: str) -> str:
        """Return an age where it stands alone: over a bar, in a column, in a list of choices."""
        said = self.age(age)
        return said[0].upper() + said[1:]

    def sex(self, sex: str) -> str:
        """Return the name of a sex id."""
        return self.text(f"common.sexes.{sex}")

    def unit(self, indicator: str) -> str:
        """Return the unit of an indicator in the chosen language."""
        return self.localised(self.reference.indicators[indicator], "unit")

    def direction(self, indicator: str) -> str:
        """Return in words whether high is good or bad; empty when it is neither."""
        return self.text.direction(str(self.reference.indicators[indicator]["polarity"]))

    def source(self, indicator: str) -> str:
        """Return the source line of an indicator: its packages' sources."""
        return self.number.dated(self.reference.sources.get(indicator, ""))

    @property
    def boundaries(self) -> str:
        """Return whose the boundaries on maps are, and their licence; empty without any."""
        return captions.boundaries(self)

    def heading(self, intro: str | None = None, **values: object) -> None:
        """Write the page's h1 (title and area) and, below it, an introduction by text key.

        Where the area's numbers are estimates, a line below says why, once on the page.
        """
        prose.heading(f"{self.text(self.page.title)}: {self.area.name}", level=1)
        if intro:
            prose.prose(self.text(intro, **values))
        if why := estimates.why(self.text, self.number, self.reference, self.area):
            prose.note(why)

    def chosen(self, key: str, options: Sequence[str], default: str | None = None) -> str:
        """Return what ``pick`` will return, for what must be read before the choice is drawn.

        ``default`` as in ``pick``; one the page does not have counts for nothing.
        """
        for value in (self.selection.get(key), default):
            if value is not None and value in options:
                return value
        return options[0]

    def pick(
        self,
        key: str,
        options: Sequence[str],
        *,
        label: str,
        format_func: Callable[[str], str] = str,
        default: str | None = None,
        widget: str = "select",
        elsewhere: Collection[str] = (),
    ) -> str:
        """Draw a choice that lives in the URL, and return what is chosen.

        Parameters
        ----------
        key
            URL key: one of ``selection.KEYS``' values (``indicator``, ``year``, ``sex``, ``age``,
            ``sector``, ``compare``) or a page's own short lower-case word (``view``).
        options
            What can be chosen on this page, as the URL writes it; must not be empty.
        label
            Text key of the label.
        format_func
            From option to what the reader sees.
        default
            Used when the URL says nothing; the first option otherwise.
        widget
            ``select`` (searchable box), ``radio`` (few, side by side), or ``slider`` (ordered).
        elsewhere
            What the page shows without this choice: a link that asks for it is not told no.

        Returns
        -------
        str
            The option in force. When the URL asks for one this page does not have, the default,
            and a line below says so.
        """
        return url.pick(
            self,
            key,
            options,
            label=self.text(label),
            format_func=format_func,
            value=self.chosen(key, options, default),
            widget=widget,
            elsewhere=elsewhere,
        )

    def pick_many(
        self,
        key: str,
        options: Sequence[str],
        *,
        label: str,
        format_func: Callable[[str], str] = str,
        default: Sequence[str] = (),
        empty: str = "common.any",
    ) -> list[str]:
        """Draw a choice of several that lives in the URL, comma-separated; none means any.

        Parameters
        ----------
        key, options, label, format_func
            As in ``pick``.
        default
            Chosen when the URL says nothing.
        empty
            Text key of what an empty box says.

        Returns
        -------
        list of str
            The options chosen, in the options' order; empty for any.
        """
        return url.pick_many(
            self,
            key,
            options,
            label=self.text(label),
            format_func=format_func,
            default=[d for d in default if d in options],
            empty=self.text(empty),
        )

    def link(self, slug: str | None = None, **changes: object) -> str:
        """Return the address of a page with the whole selection in it.

        Parameters
        ----------
        slug
            The page; this one when left out.
        changes
            Parts to change, named as in ``Selection`` (``area="k22-…"``) or by a page's own key.
        """
        own = slug is None or slug == self.page.slug
        to = self.page.slug if slug is None else slug
        selection = (self.selection if own else self.selection.shared()).with_values(**changes)
        query = replace(selection, placed=to != FRONT).query()
        return f"/{to}?{query}" if query else f"/{to}"

    def go(self, changes: Mapping[str, object]) -> None:
        """Change the selection in the URL and run the page again (after a click on a map)."""
        names = {v: k for k, v in KEYS.items()}
        url.write(self.selection.with_values(**{names.get(k, k): v for k, v in changes.items()}))
        st.rerun()

    def map_url(self, geography: str, detail: str = "country") -> str | None:
        """Return the address of a geography's boundaries, ``None`` when there are none."""
        sha = self.reference.maps.get((geography, detail))
        return None if sha is None else f"/geo/{geography}-{detail}-{sha[:16]}.geojson"
