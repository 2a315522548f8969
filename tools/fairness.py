"""How fair a warehouse is: what it calls better or worse, and what it says stands out.

    python -m tools.fairness [WAREHOUSE]

Prints counts for orientation and ends with status 1 when one that must be nought is not: verdicts
that age standardisation changes, areas with a disease known and no rate standardised over age,
findings that are made up.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import polars as pl

from dashboard.reference import reference_of
from dashboard.standing import standing_out
from dashboard.standout import KINDS
from warehouse import Warehouse, connect

#: Better or worse said of a number, against what is said once ages are taken out of it.
_VERDICTS = """
    WITH said AS (
        SELECT m.*, i.default_standardisation, i.age_effect, i.polarity
        FROM measures m JOIN indicators i USING (indicator_id)
        WHERE m.sex = 'all' AND m.age = i.default_age AND m.sector = i.default_sector
          AND m.period = i.last_period AND m.vs_country IS NOT NULL
    ),
    fair AS (SELECT * FROM said WHERE standardisation = 'age')
    SELECT s.geography,
        count(*) FILTER (WHERE s.vs_country IN ('better', 'worse')) AS judged,
        count(*) FILTER (WHERE s.vs_country IN ('better', 'worse') AND f.vs_country IS NOT NULL
            AND f.vs_country <> s.vs_country) AS changed,
        count(*) FILTER (WHERE s.vs_country IN ('better', 'worse') AND f.vs_country IS NULL
            AND s.age_effect <> 'none') AS crude,
        count(*) FILTER (WHERE s.vs_country IN ('lower', 'higher') AND f.vs_country = 'similar')
            AS withheld
    FROM said s LEFT JOIN fair f USING (indicator_id, area_id, period)
    WHERE s.standardisation = 'crude' OR f.area_id IS NOT NULL
    GROUP BY s.geography ORDER BY s.geography
"""
#: Areas and diseases known over all ages, and those of them without a standardised rate. Below ten
#: cases no rate is made of anything.
_LACKING = """
    SELECT c.geography, count(*) AS known, count(*) FILTER (WHERE f.area_id IS NULL) AS lacking
    FROM measures c JOIN indicators i USING (indicator_id)
    LEFT JOIN (SELECT * FROM measures WHERE standardisation = 'age' AND status = 'ok') f
        USING (indicator_id, area_id, period, sex, age, sector)
    WHERE c.standardisation = 'crude' AND c.status = 'ok' AND c.sex = 'all' AND c.count >= 10
      AND c.age = 'all' AND c.sector = i.default_sector AND i.theme = 'chronic'
      AND c.geography <> 'kommuner'
    GROUP BY c.geography ORDER BY c.geography
"""


def found(warehouse: Warehouse) -> pl.DataFrame:
    """Return what stands out in every area: ``geography, area, kind, indicator, is_demo``."""
    reference = reference_of(warehouse)
    rows = []
    for area in reference.areas.values():
        told = standing_out(warehouse, reference, area)
        for one in told:
            row = one.subject.indicator
            rows.append(
                (area.geography, area.id, one.kind, row["indicator_id"], bool(row["is_demo"]))
            )
        if not told:
            rows.append((area.geography, area.id, None, None, False))
    columns = ["geography", "area", "kind", "indicator", "is_demo"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def main() -> int:
    """Print the counts; return 1 when one that must be nought is not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("warehouse", nargs="?", default="data/warehouse.duckdb", type=Path)
    warehouse = connect(parser.parse_args().warehouse)
    verdicts, lacking, told = warehouse.sql(_VERDICTS), warehouse.sql(_LACKING), found(warehouse)
    print("Better or worse, newest year, both sexes")
    for name, judged, changed, crude, withheld in verdicts.iter_rows():
        print(
            f"  {name}: {judged} said; {changed} of them age standardisation changes; {crude} of "
            f"crude figures; {withheld} crude differences are the ages'"
        )
    print("Diseases known over all ages, every year")
    for name, known, without in lacking.iter_rows():
        print(f"  {name}: {known} known, {without} without a rate standardised over age")
    print("What stands out")
    for (name,), rows in told.group_by("geography", maintain_order=True):
        kinds = Counter(rows["kind"].drop_nulls())
        areas = rows["area"].n_unique()
        none = rows.filter(pl.col("kind").is_null()).height
        counts = ", ".join(f"{kind} {kinds[kind]}" for kind in KINDS)
        print(f"  {name}: {areas} areas, {none} without any; {counts}")
    for kind in KINDS:
        of = Counter(told.filter(pl.col("kind") == kind)["indicator"])
        print(f"  {kind}: {', '.join(f'{name} {n}' for name, n in of.most_common())}")
    made_up = int(told["is_demo"].sum())
    print(f"  made up: {made_up}")
    wrong = int(verdicts["changed"].sum() + verdicts["crude"].sum() + lacking["lacking"].sum())
    return 1 if wrong + made_up else 0


if __name__ == "__main__":
    raise SystemExit(main())
