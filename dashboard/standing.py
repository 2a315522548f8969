"""An area's comparable numbers, gathered for what stands out: one read of the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from dashboard.beside import COUNTRY
from dashboard.reference import Place, Reference
from dashboard.standout import Ages, Finding, Point, Subject, findings
from warehouse import Warehouse
from warehouse.ages import age_key
from warehouse.read.slices import Row, Slice, read

_POPULATION: Final = "population"
#: The bands in which the population is known in every year.
_BANDS: Final = ("0-5", "6-16", "17-19", "20-34", "35-64", "65-79", "80+")
#: New cases of a disease say the same as the disease, less surely.
_LEFT_OUT: Final = "_incidence"


def standing_out(warehouse: Warehouse, reference: Reference, area: Place) -> list[Finding]:
    """Return what stands out in an area; see :func:`dashboard.standout.findings`."""
    return findings(subjects(warehouse, reference, area))


def subjects(warehouse: Warehouse, reference: Reference, area: Place) -> list[Subject]:
    """Return every real indicator's numbers of an area, its country and its municipalities.

    Parameters
    ----------
    warehouse, reference
        Where the numbers lie, and the definitions.
    area
        Of any geography.

    Returns
    -------
    list of Subject
        In the list's order. Each by the standardisation, age and sector it is shown by when
        nothing is chosen.
    """
    parts = (
        () if area.level in ("municipality", "country") else reference.municipalities_of(area.id)
    )
    cuts = {
        name: Slice(
            name,
            tuple(dict.fromkeys((area.id, COUNTRY, *parts))),
            age=row["default_age"],
            sector=row["default_sector"],
            standardisation=row["default_standardisation"],
        )
        for name, row in reference.indicators.items()
        if not row["is_demo"] and not name.endswith(_LEFT_OUT)
    }
    people = Slice(_POPULATION, tuple(dict.fromkeys((area.id, COUNTRY, *parts))), age=None)
    found = read(warehouse, [*cuts.values(), people])
    ages = _Ages(found[people])
    return [
        _subject(reference, area, parts, reference.indicators[name], found[cut], ages)
        for name, cut in cuts.items()
    ]


class _Ages:
    """Shares by age of every area and year."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._counts: dict[str, dict[int, dict[str, float]]] = {}
        for row in rows:
            if row["age"] in _BANDS and row["value"] is not None and not row["is_projection"]:
                years = self._counts.setdefault(row["area_id"], {})
                years.setdefault(row["period"], {})[row["age"]] = row["value"]

    def of(self, area: str, period: int, about: Iterable[str]) -> Ages:
        """Return the shares in a year, or the nearest there is; of some bands where not of all."""
        years = self._counts.get(area, {})
        if not years:
            return {}
        counts = years[min(years, key=lambda year: (abs(year - period), year))]
        limits = [age_key(band) for band in about] or [age_key("all")]
        wanted = [
            band
            for band in counts
            if any(age_key(band)[0] <= last and first <= age_key(band)[1] for first, last in limits)
        ]
        total = sum(counts[band] for band in wanted)
        return {band: counts[band] / total for band in wanted} if total else {}


def _subject(  # noqa: PLR0917
    reference: Reference,
    area: Place,
    parts: Iterable[str],
    indicator: Mapping[str, Any],
    rows: Iterable[Row],
    ages: _Ages,
) -> Subject:
    name = indicator["indicator_id"]
    start = max([indicator["trend_from"] or 0, *(indicator["breaks"] or ())])
    unsettled = set(reference.provisional.get(name, ()))
    points: dict[str, list[Point]] = {}
    for row in rows:
        if row["status"] != "ok" or row["is_projection"] or row["period"] in unsettled:
            continue
        own = reference.areas[row["area_id"]]
        point = Point(
            row["value"],
            row["lower"],
            row["upper"],
            row["period"],
            own.name,
            own.id,
            ages.of(own.id, row["period"], indicator["about_ages"] or ()),
            # a hidden part has its range in the limits; a split municipality has none
            bool(row["is_estimate"]) and (bool(own.row["is_split"]) or row["lower"] is None),
        )
        points.setdefault(own.id, []).append(point)
    years = points.get(area.id, [])
    country = {point.period: point for point in points.get(COUNTRY, ())}
    here = next((p for p in reversed(years) if p.period in country), None)
    last = here.period if here else None
    return Subject(
        indicator,
        indicator["default_standardisation"] != "crude",
        here if area.id != COUNTRY else None,
        country.get(last) if last else None,
        [p for p in years if p.period >= start],
        [p for p in country.values() if p.period >= start] if area.id != COUNTRY else [],
        [p for part in parts for p in points.get(part, ()) if p.period == last],
    )
