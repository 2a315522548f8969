"""What stands on the sheet of an area and a theme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from content.topics import Topic, topics
from dashboard import beside, captions, estimates, reference
from dashboard.format import LANGUAGES
from dashboard.view import View
from report import blocks
from report.blocks import Pages
from report.model import Part, Sheet, Words
from warehouse import SelectionError, Warehouse
from warehouse.read.pages import sources

#: Where ``klyngeblik run`` serves unless told; a region gives its own address.
DEFAULT_URL = "http://localhost:8501"
#: The publisher's own code of a table in a source line: ``Danmarks Statistik, FOLK1A Folketal``.
_CODE = re.compile(r", ([A-ZÆØÅ]+\d*[A-Z]?) ")
Row = Mapping[str, Any]
_NOTES = ("residence", "estimate", "hidden", "missing", "projection", "interval", "country")


def themes() -> dict[str, Topic]:
    """Return the topics that have a sheet, by id, in order."""
    return {name: topic for name, topic in topics().items() if topic.sheet}


def sheet_of(
    wh: Warehouse,
    area_id: str,
    theme: str,
    lang: str = "da",
    base_url: str = DEFAULT_URL,
    *,
    demo: bool = False,
) -> Sheet:
    """Return everything that stands on a sheet, for paper, slides and workbook alike.

    Parameters
    ----------
    wh
        The warehouse; the only thing numbers are taken from.
    area_id
        Any area of any geography, by id.
    theme
        A topic that has a sheet, such as ``overview``, ``elderly`` or ``children``.
    lang
        ``da`` or ``en``.
    base_url
        Address of the dashboard, for the link to the live view.
    demo
        Whether made-up figures are taken along, marked; never in sentences or questions.

    Raises
    ------
    warehouse.SelectionError
        When area, theme or language is not known.
    """
    wh = wh.staying()  # all of a sheet is of one edition
    every = reference.reference_of(wh)
    topic = themes().get(theme)
    # In large print nothing is made up.
    known = every if demo and not (topic and topic.large) else every.real
    if area_id not in known.areas:
        raise SelectionError("area", area_id)
    level = known.areas[area_id].level
    if topic is None or not topic.has_sheet(level):
        fitting = [name for name, one in themes().items() if one.has_sheet(level)]
        raise SelectionError("theme", theme, fitting)
    if lang not in LANGUAGES:
        raise SelectionError("lang", lang, LANGUAGES)
    view = View(wh, known, known.areas[area_id], lang)
    seen = blocks.Seen(view, topic, beside.people_of(view))
    pages = blocks.pages(seen)
    if not any(pages):
        pages = ((_nothing(view),), *pages[1:])
    text, released = view.text, _released(wh)
    return Sheet(
        name="-".join(
            ("klyngeblik", area_id, theme, *((lang,) if lang != "da" else ()), *_demo_word(pages))
        ),
        lang=lang,
        title=captions.sheet_title(text, theme),
        area=view.area.name,
        facts=tuple(_facts(view)[:1] if topic.large else _facts(view)),
        pages=pages,
        sources=tuple((_short_sources if topic.large else _sources)(wh, pages)),
        notes=tuple(
            dict.fromkeys(remark for one in seen.five for remark in one.remarks)
            if topic.large
            else (text(f"moedeark.note_{note}") for note in _notes(view))
        ),
        link=_link(view, topic.page or "", base_url),
        link_text=text("moedeark.live"),
        built=text("moedeark.built", day=view.number.day(released)),
        released=released.isoformat(),
        large=topic.large,
    )


def _demo_word(pages: Pages) -> tuple[str, ...]:
    """Return what the name of a file with made-up figures ends with."""
    return ("demo",) if any(part.has_demo for page in pages for part in page) else ()


def _nothing(view: View) -> Part:
    words = Words("", (view.text("parts.no_data"),), "lead")
    return Part(view.text("moedeark.important"), ((words,),))


def _notes(view: View) -> tuple[str, ...]:
    """Return which notes on reading belong here."""
    return (*_NOTES, "split") if estimates.is_split(view.area) else _NOTES


def _facts(view: View) -> list[str]:
    """Return what the area is: its geography, municipalities with their share, hospital."""
    text, area = view.text, view.area
    # The title of a geography is of all its areas; its brackets tell when it is in force.
    title = view.localised(view.reference.geographies[area.geography], "title")
    kind = text(f"moedeark.one.{area.level}") + "".join(title.partition(" (")[1:])
    said = [f"{kind}, {view.region.name}." if view.region else f"{kind}."]
    members = [
        (view.reference.areas[m].name, share)
        for _, a, m, share in view.reference.catchments
        if a == area.id
    ]
    if area.level in ("cluster", "health_council"):
        names = [
            name
            if share >= 1
            else text("moedeark.part", name=name, share=view.number.percent(100 * share, 0))
            for name, share in sorted(members)
        ]
        said.append(text("moedeark.municipalities", names=view.number.listing(names)))
        if reason := estimates.why(text, view.number, view.reference, area):
            said.append(reason)
        if len(members) == 1:
            said.append(text("moedeark.one_municipality"))
    if hospital := area.row.get("acute_hospital"):
        said.append(text("moedeark.hospital", name=hospital))
    return said


def _packages(wh: Warehouse, pages: Pages) -> list[Row]:
    """Return the packages of everything shown."""
    blocks = [b for page in pages for part in page for row in part.rows for b in row]
    shown = {i for b in blocks if not isinstance(b, Words) for i in b.indicators}
    if not shown:
        return []
    found = sources(wh, sorted(shown)).sort("source", "package_id")
    return [*found.unique("package_id", maintain_order=True).to_dicts()]


def _sources(wh: Warehouse, pages: Pages) -> list[str]:
    """Return the source lines of everything shown with their licences."""
    return [
        row["source"] + (f" ({row['licence']})" if row["licence"] else "")
        for row in _packages(wh, pages)
    ]


def _short_sources(wh: Warehouse, pages: Pages) -> list[str]:
    """Return each publisher of what is shown with its tables' codes, for large print."""
    tables: dict[str, list[str]] = {}
    for row in _packages(wh, pages):
        code = _CODE.search(row["source"])
        tables.setdefault(row["publisher"], []).extend([code[1]] if code else [])
    return [
        f"{publisher} ({', '.join(dict.fromkeys(codes))})" if codes else publisher
        for publisher, codes in tables.items()
    ]


def _released(wh: Warehouse) -> date:
    """Return the day the warehouse was built; the file's own day where it does not say."""
    found = wh.sql("SELECT value FROM meta WHERE key = 'built_at'")["value"].to_list()
    if found:
        return date.fromisoformat(str(found[0])[:10])
    return date.fromtimestamp(wh.path.stat().st_mtime)


def _link(view: View, slug: str, base_url: str) -> str:
    """Return the shortest address of the live view: an area alone decides its geography."""
    asked = {"area": view.area.id} | ({} if view.lang == "da" else {"lang": view.lang})
    if view.reference.withheld:
        asked |= {"demo": "0"}  # the reader sees what stands on the sheet
    return f"{base_url.rstrip('/')}/{slug}?{urlencode(asked)}"
