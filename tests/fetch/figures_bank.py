"""The bank's other tables in small: variables, codes and texts as it has them, people made up."""

from __future__ import annotations

import functools
import itertools
import math
import re
from pathlib import Path
from typing import Any

import polars as pl

from tests.fetch.server import Answer, Asked

#: Code of a variable -> the codes of its values, with what the bank calls them.
Variables = dict[str, list[tuple[str, str]]]

_FIVE = [f"{age}-{age + 4}" for age in range(0, 100, 5)]
_SEXES = [("TOT", "I alt"), ("M", "Mænd"), ("K", "Kvinder")]
_CARE = [("100", "Mænd og kvinder i alt"), ("200", "Mænd"), ("300", "Kvinder")]
_CARE_AGES = [
    ("50", "Alder i alt"), ("100", "Under 65 år"), ("200", "65-66 år"), ("300", "67-69 år"),
    ("850", "67 år og derover"), ("400", "70-74 år"), ("500", "75-79 år"), ("600", "80-84 år"),
    ("700", "85-89 år"), ("800", "90 år og derover"),
]  # fmt: skip
_NURSED = [("050", "Alder i alt"), ("100", "Under 65 år"), ("375", "65-69 år"), *_CARE_AGES[5:]]
_PRACTICE = [("120", "Ydelser i alt"), ("130", "Almen læge i alt"), ("270", "Kiropraktor")]


def _years(first: int, last: int) -> list[tuple[str, str]]:
    return [(str(year), str(year)) for year in range(first, last + 1)]


def _said(codes: list[str]) -> list[tuple[str, str]]:
    return [(code, f"{code} år") for code in codes]


class FiguresBank:
    """Answers TABLES, TABLEINFO and DATA; tables, codes and cells can be taken away."""

    def __init__(self, raw_dir: Path) -> None:
        shipped = pl.read_csv(raw_dir / "SYGP1_2024.csv", separator=";", infer_schema=False)
        places = [(code, f"Kommune {code}") for code in shipped["OMRÅDE"]]
        larger = [("000", "Hele landet"), ("084", "Region Hovedstaden")]
        area = {"OMRÅDE": [*larger, *places, ("411", "Christiansø")]}
        named = {"KOMMUNEDK": area["OMRÅDE"]}
        kinds = [("100", "Praktisk hjælp"), ("450", "Hjælp i alt")]
        self.limit = 1_000_000
        self.unknown: set[tuple[str, ...]] = set()
        self.updated = "2026-04-15T08:00:00"
        self.tables: dict[str, Variables] = {
            "SBR01": named | {
                "OPHOLD": [("200100", "Alle borgere"), ("200110", "Med ophold")],
                "ALDER": [("TOT", "I alt"), ("0", "0 år"), *_said(["1-4", *_FIVE[1:17]]),
                          ("85-", "85 år og derover")],
                "KØN": [("00", "I alt"), *_SEXES[1:]],
                "Tid": _years(2017, 2025),
            },
            "SYGP1": area | {
                "YDELSESART": _PRACTICE,
                "ALERAMS": [("IALT", "I alt"), *_said(_FIVE[:18]), ("9099", "90 år og derover")],
                "KØN": _SEXES,
                "Tid": _years(2006, 2025),
            },
            "HJEMSYG": area | {"ALDER1": _NURSED, "KOEN": _CARE, "Tid": _years(2016, 2025)},
            "AED06": area | {
                "YDELSESTYPE": kinds,
                "TIMEUGE": [("50", "I alt"), ("100", "Under 2 timer")],
                "ALDER": _CARE_AGES, "KOEN": _CARE, "Tid": _years(2008, 2025),
            },
            "AED021": area | {"YDELSESTYPE": kinds, "ALDER": _CARE_AGES, "Tid": _years(2015, 2025)},
            "AED07": area | {"ALDER": _CARE_AGES, "KON": _CARE, "Tid": _years(2010, 2025)},
            "AED10A": area | {
                "HJEMBESOEG": [("380", "Personer"), ("381", "Besøg")],
                "ALDER": [("900", "75 år og derover")], "Tid": _years(2010, 2025),
            },
            "AED16": area | {"MÆNGDE4": [("140", "Ventedage")], "Tid": _years(2010, 2025)},
            "AED21": area | {"SERVYD": [("150", "Plejebolig"), ("160", "Træning")],
                             "Tid": _years(2015, 2025)},
            "FOLK1B": area | {
                "KØN": [("TOT", "I alt"), ("1", "Mænd"), ("2", "Kvinder")],
                "ALDER": [("IALT", "I alt"), *_said(_FIVE), ("100OV", "100 år og derover")],
                "STATSB": [("TOT", "I alt"), ("5100", "Danmark")],
                "Tid": [(f"{y}K{q}", f"{y}K{q}") for y in range(2008, 2027) for q in (1, 2)],
            },
            "FOD207": area | {
                "ALDER": [*_said(_FIVE[:19]), ("95-", "95 år og derover")],
                "KØN": _SEXES[1:], "Tid": _years(2006, 2025),
            },
            "HISBK": area | {
                "KØN": _SEXES,
                "Tid": [(f"{y - 4}:{y}", f"{y - 4}:{y}") for y in range(2004, 2026)],
            },
            "FRKM126": named | {
                "ALDER": [("TOT", "Alder i alt"), *_said([str(a) for a in range(100)]),
                          ("100-", "100 år og derover")],
                "KØN": _SEXES[1:], "Tid": _years(2026, 2050),
            },
            "MEDI1": named | {
                "BNØGLE": [("1100", "Recepter pr. 100")],
                "MEDICINTYPE": [("N06", "Psykoanaleptika")],
                "ALERAMS": [("0000", "I alt")], "Tid": _years(2015, 2024),
            },
            "LABY07": {"KOMGRP": area["OMRÅDE"], "ALDER": [("0117", "0-17 år"), ("IALT", "I alt")],
                       "Tid": _years(2015, 2024)},
            "RAS200": area | {"ALDER": [("16-64", "16-64 år")], "BEREGNING": [("BFK", "Procent")],
                              "Tid": _years(2015, 2024)},
            "SUNDAF01": named | {
                "BNØGLE": [("0010", "Afstand")], "LIVSKONT": [("2005", "Læge")],
                "KØN": [("00", "I alt")], "ALDER": [("IALT", "I alt")], "Tid": _years(2024, 2024),
            },
        }  # fmt: skip
        self.tables["SYGK1"] = self.tables["SYGP1"]

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/tables":
            return Answer([{"id": table, "text": table, "active": True} for table in self.tables])
        if asked.path.startswith("/tableinfo/"):
            return self._info(asked.path.rpartition("/")[2])
        return self._data(asked.body)

    def _info(self, table: str) -> Answer:
        if table not in self.tables:
            return Answer({"errorTypeCode": "TABLE-NOT-FOUND", "message": table}, 404)
        variables = [
            {
                "id": code, "text": code.lower(), "elimination": False, "time": code == "Tid",
                "values": [{"id": value, "text": text} for value, text in values],
            }
            for code, values in self.tables[table].items()
        ]  # fmt: skip
        return Answer(
            {"id": table, "text": f"{table} i ord", "updated": self.updated, "variables": variables}
        )

    def _data(self, body: Any) -> Answer:
        table = body["table"]
        wanted = {v["code"]: v["values"] for v in body["variables"]}
        for code, values in wanted.items():
            if odd := set(values) - {value for value, _ in self.tables[table][code]}:
                return Answer({"errorTypeCode": "EXTRACT-NOTFOUND", "message": str(odd)}, 400)
        if missing := set(self.tables[table]) - set(wanted):
            return Answer({"errorTypeCode": "MISSING-VARIABLE", "message": str(missing)}, 400)
        if math.prod(map(len, wanted.values())) > self.limit:
            return Answer({"errorTypeCode": "REQUEST-LIMIT", "message": "over the limit"}, 400)
        texts = {code: dict(values) for code, values in self.tables[table].items()}
        lines = [";".join([*(code.upper() for code in wanted), "INDHOLD"])]
        for combination in itertools.product(*wanted.values()):
            cell = dict(zip(wanted, combination, strict=True))
            shown = (
                ".." if (table, *combination) in self.unknown else self.figure(table, cell, texts)
            )
            lines.append(";".join([*combination, shown]))
        return Answer("\r\n".join(lines).encode("utf-8-sig"))

    def figure(self, table: str, cell: dict[str, str], texts: dict[str, dict[str, str]]) -> str:
        """Return a cell as the bank writes it: what a table counts, of the people there are."""
        area = next(cell[c] for c in ("OMRÅDE", "KOMMUNEDK", "KOMGRP") if c in cell)
        year = int(re.findall(r"\d{4}", cell["Tid"])[-1])
        age = next((c for c in ("ALDER", "ALERAMS", "ALDER1") if c in cell), None)
        sex = next((c for c in ("KØN", "KOEN", "KON") if c in cell), None)
        if table in _RATES:
            return f"{_RATES[table] + int(area) % 7 / 10:.1f}".replace(".", ",")
        said = "" if age is None else texts[age][cell[age]]
        size, later = int(area) % 9, (year - 2006) // 5
        number = counted(
            table, cell.get("YDELSESART", ""), said, sex and texts[sex][cell[sex]], size, later
        )
        return str(number) if number else "-"


_RATES = {"AED021": 3.2, "AED16": 20.0, "AED21": 8.0, "HISBK": 80.5, "MEDI1": 65.0, "LABY07": 4.0,
          "RAS200": 77.0, "SUNDAF01": 2.5}  # fmt: skip


@functools.cache
def counted(  # noqa: PLR0917
    table: str, kind: str, ages: str, sex: str | None, size: int, later: int
) -> int:
    """Return how many of the people of some ages and sex a table counts."""
    sexes = {"Mænd": ("M",), "Kvinder": ("K",)}.get(sex or "", ("M", "K"))
    return sum(
        people(age, one, size, later) // 20 * _of_twenty(table, kind, age)
        for age in _span(ages)
        for one in sexes
    )


def people(age: int, sex: str, size: int, later: int) -> int:
    """Return how many people there are of an age and sex, a multiple of twenty."""
    many = 3 + size + (sex == "K") + later
    return 20 * max(many * (105 - age) // 45 if age > 60 else many, 0)


def _of_twenty(table: str, kind: str, age: int) -> int:
    """Return how many of twenty people of an age a table counts."""
    return {
        "SBR01": 9, "SYGP1": 16 + 2 * (kind == "120"), "SYGK1": 160 + 40 * (kind == "120"),
        "HJEMSYG": 1 if age < 65 else 3, "AED06": 0 if age < 65 else 4, "AED10A": 5,
        "AED07": 0 if age < 80 else 2, "FOD207": 0 if age < 50 else 1 if age < 90 else 5,
    }.get(table, 20)  # fmt: skip


def _span(text: str) -> range:
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if not numbers:
        return range(200)
    if text.startswith("Under"):
        return range(numbers[0])
    return range(
        numbers[0],
        numbers[1] + 1 if len(numbers) > 1 else 200 if "over" in text else numbers[0] + 1,
    )
