"""A small warehouse of made-up rows, so that reading can be tested without an ETL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product
from pathlib import Path

import duckdb
import polars as pl

from warehouse import schema
from warehouse.export.columns import KEY

GEOGRAPHIES = [
    ("land", "country"),
    ("regioner-2007", "region"),
    ("regioner-2027", "region"),
    ("klynger-2022", "cluster"),
    ("kommuner", "municipality"),
]
AREAS = [
    ("dk", "land", "Danmark", "Danmark"),
    ("reg07-nordjylland", "regioner-2007", "Region Nordjylland", "Nordjylland"),
    ("reg07-midtjylland", "regioner-2007", "Region Midtjylland", "Midtjylland"),
    ("reg27-nordjylland", "regioner-2027", "Region Nordjylland", "Nordjylland"),
    ("k22-horsensklyngen", "klynger-2022", "Horsensklyngen", "Horsens"),
    ("k22-nordjylland-nord", "klynger-2022", "Klynge Nord (Nordjylland)", "Nord"),
    ("k22-hovedstaden-nord", "klynger-2022", "Sundhedsklynge Nord (Hovedstaden)", "Nord"),
    ("k22-hovedstaden-bornholm", "klynger-2022", "Sundhedsklynge Bornholm", "Bornholm"),
    ("0101", "kommuner", "København", "København"),
    ("0400", "kommuner", "Bornholm", "Bornholm"),
    ("0615", "kommuner", "Horsens", "Horsens"),
    ("0766", "kommuner", "Hedensted", "Hedensted"),
]
CATCHMENTS = [
    ("klynger-2022", "k22-horsensklyngen", "0615", 1.0),
    ("klynger-2022", "k22-horsensklyngen", "0766", 1.0),
    ("klynger-2022", "k22-hovedstaden-bornholm", "0400", 1.0),
    ("klynger-2022", "k22-hovedstaden-nord", "0101", 0.45),
    ("klynger-2022", "k22-nordjylland-nord", "0101", 0.55),
    *[("kommuner", code, code, 1.0) for code in ("0101", "0400", "0615", "0766")],
    *[("land", "dk", code, 1.0) for code in ("0101", "0400", "0615", "0766")],
]
#: id: theme, title, ages, sexes, sectors, demo, package. One title would be a formula in a sheet.
INDICATORS = {
    "population": ("population", "Indbyggere", ["all", "80+"], ["all"], ["all"], False, "folk"),
    "gp_contact_share": (
        "sectors",
        "Borgere med kontakt til egen læge",
        ["all"],
        ["all"],
        ["general_practice"],
        False,
        "sygp",
    ),
    "contact_share": (
        "sectors",
        "Borgere med kontakt",
        ["all", "0-17", "80+"],
        ["all", "female", "male"],
        ["all", "somatic_hospital"],
        True,
        "demo",
    ),
    "copd_prevalence": (
        "chronic",
        '=HYPERLINK("x";"KOL")',
        ["all", "80+"],
        ["all", "female", "male"],
        ["all"],
        True,
        "demo",
    ),
}
PACKAGES = {"folk": "FOLK1A", "sygp": "SYGP1", "demo": "DEMO: @Populationsoverblik; +1"}
YEARS = (2021, 2022, 2023)
#: Years of a new level, by indicator; years the publisher will replace, by package.
BREAKS = {"contact_share": [2022]}
PROVISIONAL = {"sygp": [2023]}
#: Every age there is, in order.
AGES = ("all", "0-17", "80+")
HIDDEN = ("suppressed", "suppressed_secondary", "suppressed_by_source", "missing")


def measures() -> list[dict[str, object]]:
    """Every row of the table ``measures``, in the order a build publishes them."""
    rows = []
    levels = dict(GEOGRAPHIES)
    for number, (area, (key, indicator), year) in enumerate(
        product(AREAS, INDICATORS.items(), YEARS)
    ):
        _, _, ages, sexes, sectors, demo, package = indicator
        standardisations = ["crude", "age_sex"] if key == "copd_prevalence" else ["crude"]
        for cell, (age, sex, sector, standard) in enumerate(
            product(ages, sexes, sectors, standardisations)
        ):
            mark = (number * 7 + cell * 3) % 11
            status = HIDDEN[mark] if mark < len(HIDDEN) else "ok"
            value = 10.0 + number + cell / 7
            ok = status == "ok"
            interval = ok and key != "population"
            rows.append(
                {
                    "indicator_id": key,
                    "geography": area[1],
                    "level": levels[area[1]],
                    "area_id": area[0],
                    "period": year,
                    "sex": sex,
                    "age": age,
                    "sector": sector,
                    "standardisation": standard,
                    "standard": None if standard == "crude" else "ESP2013: 0-39, 40+",
                    "value": value if ok else None,
                    "lower": value - 1 if interval else None,
                    "upper": value + 1 if interval else None,
                    "count": round(value * 3) if ok else None,
                    "population": 300.0 + number,
                    "status": status,
                    "is_estimate": area[0].startswith("k22-hovedstaden"),
                    "is_projection": False,
                    "is_demo": demo,
                    "vs_region": "similar" if interval else None,
                    "vs_country": "lower" if interval else None,
                    "trend": "no_change" if ok else None,
                    "package_id": package,
                }
            )
    return sorted(rows, key=in_order)


def in_order(row: Mapping[str, object]) -> tuple[object, ...]:
    """Return what rows are sorted by: the key as text, but ages by their place in ``AGES``."""
    return tuple(AGES.index(str(row[column])) if column == "age" else row[column] for column in KEY)


def tables() -> dict[str, list[dict[str, object]]]:
    """Every table's rows."""
    levels = dict(GEOGRAPHIES)
    return {
        "meta": [
            {"key": "schema_version", "value": str(schema.SCHEMA_VERSION)},
            {"key": "klyngeblik_version", "value": "0.2.0"},
            {"key": "fingerprint", "value": "abc"},
        ],
        "geographies": [
            {"geography": g, "level": level, "title_da": g, "title_en": g, "sort": number}
            for number, (g, level) in enumerate(GEOGRAPHIES)
        ],
        "areas": [
            {
                "area_id": area,
                "geography": geography,
                "level": levels[geography],
                "name": name,
                "short_name": short,
                "region_id": "reg07-midtjylland" if "orsens" in name else None,
                "is_split": False,
                "sort": number,
            }
            for number, (area, geography, name, short) in enumerate(AREAS)
        ],
        "catchments": [
            {"geography": g, "area_id": a, "municipality_id": m, "share": share}
            for g, a, m, share in CATCHMENTS
        ],
        "indicators": [
            {
                "indicator_id": key,
                "theme": theme,
                "sort": number,
                "title_da": title,
                "title_en": f"{key} in English",
                "short_da": title,
                "short_en": key,
                "definition_da": f"Definition af {key}; med æøå",
                "definition_en": f"Definition of {key}",
                "kind": "count" if key == "population" else "proportion",
                "multiplier": 100.0,
                "unit": "persons" if key == "population" else "per_cent",
                "unit_da": "personer" if key == "population" else "procent",
                "unit_en": "persons" if key == "population" else "per cent",
                "polarity": "neutral",
                "decimals": 1,
                "has_interval": key != "population",
                "is_demo": demo,
                "ages": ages,
                "sexes": sexes,
                "sectors": sectors,
                "default_age": "all",
                "default_sector": sectors[0],
                "first_period": YEARS[0],
                "last_period": YEARS[-1],
                "trend_from": YEARS[0],
                "breaks": BREAKS.get(key, []),
                "period_years": 1,
                "default_standardisation": "crude",
                "age_effect": "unknown",
                "is_full_count": False,
                "counted_by": "institution" if key == "gp_contact_share" else "residence",
            }
            for number, (key, (theme, title, ages, sexes, sectors, demo, _)) in enumerate(
                INDICATORS.items()
            )
        ],
        "packages": [
            {
                "package_id": key,
                "layout": key,
                "title": source,
                "publisher": "Udgiver",
                "published": date(2026, 2, 11),
                "licence": "CC BY 4.0",
                "source": source,
                "edition": "2026",
                "file": f"{key}.csv",
                "sha256": key * 8,
                "bytes": 10,
                "rows_in": 10,
                "observations": 10,
                "suppressed": 0,
                "missing": 0,
                "is_demo": key == "demo",
                "made_safe_by": "publisher",
                "provisional": PROVISIONAL.get(key, []),
            }
            for key, source in PACKAGES.items()
        ],
        "indicator_sources": [
            {"indicator_id": key, "package_id": row[6], "delivered_as": key}
            for key, row in INDICATORS.items()
        ],
        "measures": measures(),
    }


def write(path: Path, meta: Mapping[str, str] | None = None) -> Path:
    """Publish the warehouse at ``path`` as a build does: beside it, then swapped in."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{fresh}' AS w (STORAGE_VERSION 'v1.5.0')")
        con.execute("USE w")
        for statement in schema.ddl():
            con.execute(statement)
        for table, rows in tables().items():
            con.register("frame", pl.DataFrame(rows, infer_schema_length=None))
            con.execute(f"INSERT INTO {table} BY NAME FROM frame")
        for key, value in (meta or {}).items():
            con.execute("UPDATE meta SET value = ? WHERE key = ?", [value, key])
    fresh.replace(path)
    return path


def crowd(small: Path, path: Path, *, twins: int = 299, row_group: int = 20_480) -> Path:
    """Write a warehouse of many rows in many small row groups, as a national one has.

    Parameters
    ----------
    small
        As :func:`write` made it.
    path
        The file to write.
    twins
        How many areas like it stand after each area, with the same numbers.
    row_group
        Rows that lie together in the file; one thread reads such a group at a time.
    """
    twin = "CASE WHEN n = 0 THEN {0} ELSE {0} || printf('-%03d', n) END AS {0}"
    age = f"list_position({list(AGES)}, age)"
    key = ", ".join(age if column == "age" else column for column in KEY)
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{small}' AS small (READ_ONLY)")
        con.execute(f"ATTACH '{path}' AS w (STORAGE_VERSION 'v1.5.0', ROW_GROUP_SIZE {row_group})")
        con.execute("USE w")
        for statement in schema.ddl():
            con.execute(statement)
        for table in schema.TABLES:
            many = f"FROM small.{table.name}, range({twins + 1}) t(n)"
            if table.name == "measures":
                con.execute(
                    f"INSERT INTO measures SELECT * EXCLUDE n REPLACE ({twin.format('area_id')}) "
                    f"{many} ORDER BY {key}"
                )
            elif table.name == "areas":
                con.execute(
                    f"INSERT INTO areas SELECT * EXCLUDE n REPLACE ({twin.format('area_id')}, "
                    f"{twin.format('name')}) {many} ORDER BY sort, n"
                )
            else:
                con.execute(f"INSERT INTO {table.name} FROM small.{table.name}")
        con.execute(
            "INSERT INTO boundaries SELECT geography, area_id, "
            "from_hex('010100000000000000000022400000000000804B40'), 'Kort' FROM areas ORDER BY ALL"
        )
    return path


def damage(path: Path, table: str) -> None:
    """Change one byte in the middle of what a warehouse holds of a table, as a bad disk does."""
    with duckdb.connect(str(path), read_only=True) as con:
        found = con.execute(
            "SELECT block_id FROM pragma_storage_info(?) WHERE block_id >= 0 ORDER BY count DESC",
            [table],
        ).fetchone()
        (size,) = con.execute("SELECT block_size FROM pragma_database_size()").fetchone() or (0,)
    assert found is not None
    content = bytearray(path.read_bytes())
    # three headers of 4 kB lie before the blocks
    content[3 * 4096 + found[0] * size + 100] ^= 0xFF
    path.write_bytes(content)
