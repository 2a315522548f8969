"""Statistics Denmark's bank in small: the shipped figures, spread over single years of age."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import polars as pl

from tests.fetch.server import Answer, Asked

BANDS = {
    "0-5": range(6),
    "6-16": range(6, 17),
    "17-19": range(17, 20),
    "20-34": range(20, 35),
    "35-64": range(35, 65),
    "65-79": range(65, 80),
    "80-": range(80, 101),
}


#: What is fetched beside 80-: its label in the file and the single years it is made of.
OLDEST = {"80-89": range(80, 90), "90-": range(90, 101)}


def _age(number: int, last: str) -> str:
    return last if number == 100 else str(number)


class Bank:
    """Answers as the bank's functions TABLES, TABLEINFO and DATA do."""

    def __init__(self, raw_dir: Path, first_year: int) -> None:
        self.limit = 1_000_000
        self.may_leave_out = True
        self.gone: set[str] = set()
        self.unknown: set[tuple[str, ...]] = set()
        self.tables = ["FOLK1A", "FRDK126", "FRKM124", "FRKM126", "FRKM226", "BEF5"]
        measured = _shipped(raw_dir / "FOLK1A_20260211.csv")
        projected = _shipped(raw_dir / "FRKM126_20260601.csv")
        self.municipalities = sorted({area for area, _, _ in measured})
        places = ["000", "084", *self.municipalities, "411"]
        ages = [str(age) for age in range(100)]
        #: Per table: last change, variables with their values (in the bank's order), figures.
        self.updated = {"FOLK1A": "2026-02-11T08:00:00", "FRKM126": "2026-06-01T08:00:00"}
        self.variables: dict[str, dict[str, list[str]]] = {
            "FOLK1A": {
                "OMRÅDE": places,
                "KØN": ["TOT", "1", "2"],
                "ALDER": ["IALT", *ages, "100-"],
                "CIVILSTAND": ["TOT", "U", "G"],
                "Tid": [f"{year}K{q}" for year in range(first_year, 2027) for q in (1, 2, 3, 4)][
                    :-3
                ],
            },
            "FRKM126": {
                "KOMMUNEDK": [*self.municipalities, "411"],
                "ALDER": ["TOT", *ages, "100-"],
                "KØN": ["M", "K"],
                "Tid": [str(year) for year in range(2026, 2051)],
            },
        }
        self.figures = {"FOLK1A": _singles(measured), "FRKM126": _by_sex(_singles(projected))}

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/tables":
            return Answer([{"id": table, "text": table, "active": True} for table in self.tables])
        if asked.path.startswith("/tableinfo/"):
            return self._info(asked.path.rpartition("/")[2])
        if asked.path == "/data":
            return self._data(asked)
        return Answer("", 404)

    def _info(self, table: str) -> Answer:
        variables = [
            {
                "id": code,
                "text": code.lower(),
                "elimination": self.may_leave_out and code != "Tid",
                "time": code == "Tid",
                "values": [{"id": value, "text": value} for value in values],
            }
            for code, values in self.variables[table].items()
        ]
        updated = self.updated[table]
        return Answer({"id": table, "text": "Folk", "updated": updated, "variables": variables})

    def _data(self, asked: Asked) -> Answer:
        body = asked.body
        table = body["table"]
        if table in self.gone:
            return Answer("no such thing", 404)
        wanted = {v["code"]: v["values"] for v in body["variables"]}
        known = self.variables[table]
        for code, values in wanted.items():
            if odd := set(values) - set(known[code]):
                return Answer({"errorTypeCode": "EXTRACT-NOTFOUND", "message": str(odd)}, 400)
        # The bank counts more than it sends.
        if math.prod(map(len, wanted.values())) > self.limit:
            message = "The request of up to 1,598,856 cells is over the limit."
            return Answer({"errorTypeCode": "REQUEST-LIMIT", "message": message}, 400)
        assert (body["format"], body["valuePresentation"]) == ("CSV", "Code")
        figures = self.figures[table]
        lines = [";".join([*(code.upper() for code in wanted), "INDHOLD"])]
        for combination in itertools.product(*wanted.values()):
            cell = dict(zip(wanted, combination, strict=True))
            area = cell.get("OMRÅDE") or cell["KOMMUNEDK"]
            key: tuple[str, ...] = (area, cell["ALDER"], cell["Tid"])
            if table == "FRKM126":
                key = (*key, cell["KØN"])
            figure = ".." if key in self.unknown else str(figures.get(key, 0))
            lines.append(";".join([*combination, figure]))
        return Answer("\r\n".join(lines).encode("utf-8-sig"))


def _shipped(path: Path) -> dict[tuple[str, str, str], int]:
    frame = pl.read_csv(path, separator=";", infer_schema=False)
    return {(area, age, time): int(people) for area, age, time, people in frame.rows()}


def _singles(shipped: dict[tuple[str, str, str], int]) -> dict[tuple[str, ...], int]:
    spread: dict[tuple[str, ...], int] = {}
    for (area, band, time), people in shipped.items():
        if band == "IALT":
            spread[area, band, time] = people
            continue
        ages = BANDS[band]
        share, rest = divmod(people, len(ages))
        for n, age in enumerate(ages):
            spread[area, _age(age, "100-"), time] = share + (n < rest)
    return spread


def _by_sex(figures: dict[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    halves: dict[tuple[str, ...], int] = {}
    for key, people in figures.items():
        halves[(*key, "M")] = people // 2
        halves[(*key, "K")] = people - people // 2
    return halves
