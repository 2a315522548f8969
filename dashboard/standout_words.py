"""What stands out, in words: the same on a page and on paper. Pure."""

from __future__ import annotations

from dashboard import captions
from dashboard.captions import Reader
from dashboard.estimates import mark
from dashboard.standout import LARGE, Finding, Point


def title(reader: Reader, finding: Finding) -> str:
    """Return what a finding is about: the indicator, and the age it is shown for."""
    row = finding.subject.indicator
    said = str(row[f"title_{reader.text.lang}"])
    age = str(row["default_age"])
    return said if age == "all" else f"{said}, {reader.text.age(age)}"


def said(reader: Reader, finding: Finding) -> str:
    """Return the sentences of a finding: the numbers, how sure they are, and what age does.

    No cause is named. That a difference is favourable is said only where ages are out of it.
    """
    text, subject = reader.text, finding.subject
    row = subject.indicator
    way = "higher" if finding.percent > 0 else "lower"
    lines = [
        text(
            "standout.spread" if finding.kind == "spread" else f"standout.{finding.kind}_{way}",
            value=_number(reader, finding, finding.value),
            other=_number(reader, finding, finding.other),
            year=captions.year(reader, row["indicator_id"], finding.value.period),
            first=finding.other.period,
            highest=finding.value.name,
            lowest=finding.other.name,
            percent=_gap(reader, finding),
        )
    ]
    if finding.kind == "change":
        lines.append(_country(reader, finding))
    if subject.is_fair:
        lines.append(text("standout.age_fair"))
    elif subject.age_plays_a_part:
        lines.append(text(f"standout.age_{finding.kind}"))
    if finding.verdict:
        lines.append(text(f"standout.{finding.verdict}_{finding.kind}"))
    lines.append(text(f"standout.{finding.certainty}"))
    return " ".join(filter(None, lines))


def note(reader: Reader) -> str:
    """Return what is asked of a finding before it is told."""
    percent = reader.number.percent
    return reader.text(
        "standout.note", percent=percent(LARGE["level"], 0), apart=percent(LARGE["spread"], 0)
    )


def _number(reader: Reader, finding: Finding, point: Point) -> str:
    row = finding.subject.indicator
    said = reader.number.unit(point.value, row["unit"], row["decimals"])
    # The unit once, with the first number.
    if point is finding.value and row["unit"] not in {"per_cent", "persons"}:
        said = f"{said} {row[f'unit_{reader.text.lang}']}"
    return said + mark(reader.text, estimate=point.is_estimate)


def _gap(reader: Reader, finding: Finding) -> str:
    """Return how far the two numbers lie apart: years of life in years, all else in per cent."""
    row = finding.subject.indicator
    if row["unit"] != "years":
        return reader.number.percent(abs(finding.percent), 0)
    gap = abs(finding.value.value - finding.other.value)
    return reader.text("standout.years", count=reader.number(gap, int(row["decimals"])))


def _country(reader: Reader, finding: Finding) -> str:
    """Say how the country's number has gone over the same years, from unrounded numbers."""
    known = {point.period: point.value for point in finding.subject.country_years}
    first, last = (known.get(point.period) for point in (finding.other, finding.value))
    if not first or last is None:
        return ""
    percent = 100 * (last / first - 1)
    if finding.subject.indicator["unit"] == "years":
        return ""
    way = "same" if abs(percent) < 1 else "higher" if percent > 0 else "lower"
    return reader.text(f"standout.country_{way}", percent=reader.number.percent(abs(percent), 0))
