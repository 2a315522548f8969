"""Every number of the sheets that were looked at is the warehouse's, asked for in plain SQL."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

import report
from dashboard.format import number
from report.model import Chart, Line, Point, Series, Sheet, Table
from tests.report.reading import Paper
from warehouse import Warehouse

AREAS = ("k22-horsensklyngen", "k22-bornholm", "k22-hovedstaden-byen", "r27-limfjorden")
THEMES = ("overview", "elderly", "children")
AGES = {"65–79 år": "65-79", "80 år og derover": "80+", "0–5 år": "0-5", "6–16 år": "6-16"}
AGES |= {"17–19 år": "17-19", "20–34 år": "20-34", "35–64 år": "35-64"}


class Asked:
    """Answers of the warehouse for one area and those it is compared with."""

    def __init__(self, wh: Warehouse, area: str) -> None:
        self.wh = wh
        self.area = area
        # A municipality and a cluster may share a name: who is meant follows from what is drawn.
        self.ids = {
            row["name"]: row["area_id"]
            for row in wh.sql(
                "SELECT name, area_id FROM areas WHERE geography IN "
                "('land', 'regioner-2007', 'regioner-2027', 'klynger-2022', 'sundhedsraad-2027', "
                "'kommuner') ORDER BY geography = 'kommuner'"
            ).iter_rows(named=True)
        }
        self.region = wh.sql("SELECT region_id FROM areas WHERE area_id = ?", [area])["region_id"][
            0
        ]

    def id_of(self, label: str, who: str) -> str:
        known = {"area": self.area, "region": self.region, "country": "dk"}
        return known.get(who) or self.ids[label]

    def of(self, indicator: str, area: str, year: int, age: str | None = None) -> dict:
        row = self.known(indicator).get((area, year, age))
        return row or {"status": "missing", "value": None}

    @functools.cache  # noqa: B019
    def known(self, indicator: str) -> dict:
        """Return the rows of an indicator by area, year and age; None for its default age."""
        rows = self.wh.sql(
            "SELECT m.area_id, m.period, m.age, m.value, m.lower, m.upper, m.status, "
            "m.is_estimate, m.is_demo, i.decimals, i.default_age "
            "FROM measures m JOIN indicators i USING (indicator_id) WHERE indicator_id = ? "
            "AND sex = 'all' AND sector = i.default_sector AND standardisation = 'crude' "
            "AND geography IN (SELECT geography FROM areas WHERE list_contains(?, area_id))",
            [indicator, list(self.ids.values())],
        ).to_dicts()
        found = {(r["area_id"], r["period"], r["age"]): r for r in rows}
        assert len(found) == len(rows)
        default = {(a, y, None): r for (a, y, age), r in found.items() if age == r["default_age"]}
        return found | default

    def last(self, indicator: str) -> int:
        found = self.wh.sql(
            "SELECT last_period FROM indicators WHERE indicator_id = ?", [indicator]
        )
        return int(found["last_period"][0])


def expected(chart: Chart, series: Series, point: Point, ask: Asked) -> dict:
    """Return what the warehouse says of a point."""
    indicator = chart.indicators[0]
    if chart.kind == "ranked":
        return ask.of(indicator, ask.id_of(point.label, point.who), ask.last(indicator))
    if chart.kind == "trend":
        return ask.of(indicator, ask.id_of(series.name, series.who), int(point.label))
    if chart.kind == "later":
        return ask.of(indicator, ask.area, int(point.label), AGES[series.name])
    area = ask.id_of(series.name, series.who)
    part, whole = (ask.of(indicator, area, 2026, age) for age in (AGES[point.label], "all"))
    return {**part, "value": 100 * part["value"] / whole["value"], "decimals": 1}


def key_figures(table: Table, ask: Asked) -> Iterator[tuple[float | None, dict]]:
    lines = [line for line in table.lines if not line.is_group]
    for indicator, line in zip(table.indicators, lines, strict=True):
        # figures of several years name the first and the last
        year = int(line.cells[1].text[-4:])
        assert year == ask.last(indicator)
        for cell, area in zip(line.cells[2:5], (ask.area, ask.region, "dk"), strict=True):
            row = ask.of(indicator, area, year)
            yield cell.value, row
            if row["status"] == "ok":
                assert cell.text == number(row["value"], row["decimals"])
        own = ask.of(indicator, ask.area, year)
        if own["status"] == "ok":
            limits = [own["lower"], own["upper"]]
            said = "–".join(number(x, own["decimals"]) for x in limits) if limits[0] else ""
            assert line.cells[2].small == said
            assert line.cells[2].note == ("skøn" if own["is_estimate"] else "")
            # A mean of whole municipalities is worked out, not estimated.
            assert not own["is_estimate"] or ask.area == "k22-hovedstaden-byen" or own["is_demo"]


def people(table: Table, line: Line, ask: Asked) -> None:
    area = ask.area if line.is_strong else ask.ids[line.cells[0].text]
    counts = [ask.of("population", area, int(year), "80+")["value"] for year in table.columns[1:5]]
    assert [cell.value for cell in line.cells[1:5]] == counts
    assert line.cells[5].value == pytest.approx(100 * (counts[-1] / counts[0] - 1))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("area", AREAS)
def test_every_number_is_the_warehouses(shipped: Warehouse, area: str, theme: str) -> None:
    ask, content = Asked(shipped, area), report.sheet_of(shipped, area, theme, demo=True)
    text = Paper(report.FORMATS[".pdf"](content)).text
    seen = 0
    for _, block in content.blocks():
        if isinstance(block, Chart):
            for series in block.series:
                for point in series.points:
                    row = expected(block, series, point, ask)
                    assert point.value == pytest.approx(row["value"]), (block.title, point)
                    shown = block.kind != "trend" or point is series.points[-1]
                    if row["status"] == "ok" and shown:
                        assert number(row["value"], row["decimals"]).replace("\xa0", " ") in text
                        assert ("skøn" in point.text) == row["is_estimate"], (block.title, point)
                    seen += 1
        elif isinstance(block, Table) and "keyfigures" not in block.title:
            if block.indicators == ("population",):
                for line in block.lines:
                    people(block, line, ask)
                    assert line.cells[1].text in text
                    seen += 1
            else:
                for value, row in key_figures(block, ask):
                    assert value == pytest.approx(row["value"])
                    seen += 1
    assert seen > 40


def test_what_is_said_of_people_is_the_warehouses(shipped: Warehouse) -> None:
    for area in AREAS:
        ask = Asked(shipped, area)
        content: Sheet = report.sheet_of(shipped, area, "elderly")
        said = " ".join(next(b for _, b in content.blocks()).items).replace("\xa0", " ")  # type: ignore[union-attr]
        for age in ("65+", "80+"):
            now = ask.of("population", area, 2026, age)["value"]
            share = 100 * now / ask.of("population", area, 2026, "all")["value"]
            mark = " (skøn)" if area == "k22-hovedstaden-byen" else ""
            assert f"{number(now)} personer{mark}" in said
            assert f"Det er {number(share, 1)} %{mark} af alle indbyggere." in said
            then = ask.of("population", area, 2040, age)["value"]
            assert f"I 2040 ventes der at være {number(then)} personer{mark}." in said
            change = number(abs(100 * (then / now - 1)), 0)
            assert f"Det er {change} % {'flere' if then > now else 'færre'} end i 2026." in said
