"""What to ask the bank for: one TOML file a table in ``etl/sources/tables``, found by its place.

Keys of a file
--------------
``table``
    Id of the table. Where it carries a vintage, a regular expression: the last id is asked.
``file``
    What the fetched file is called before its date; the layout that reads it knows the name.
``gives``
    What it brings, in a few words of English.
``first_year``, ``years``
    The first year asked for; or, of a projection, the years.
``variables``
    Code of a variable -> which of its values: a list of codes, or ``municipalities`` (the 98),
    ``ages`` (every age there is), ``five_years`` (the same, single years put together to 0-4 ...
    85-89 and 90 and over) or ``sexes``. Time needs no line. Any other variable of the table is
    asked for its total, or left to the bank to sum away.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etl.definitions import all_wrong, not_toml
from etl.findings import Finding, PackageError
from etl.ingest import harmonise
from etl.ingest.readers.keys import age_band
from etl.sources.errors import FetchError
from etl.sources.statbank import TableInfo, Variable

FOLDER = Path(__file__).parent / "tables"

Which = Literal["municipalities", "ages", "five_years", "sexes"]
#: Label in the file -> the codes that are summed to it. Several labels may share a code.
Labels = dict[str, tuple[str, ...]]

_PERIOD = re.compile(r"(?P<first>\d{4})(?:K1|:(?P<last>\d{4}))?")
_TOTAL = re.compile(r"i alt|alle|total|begge", re.IGNORECASE)
_UNDER = re.compile(r"(?:under|-)\s*(\d{1,3})(?:\s*år)?", re.IGNORECASE)
_OVER = re.compile(r"(\d{1,3})\s*OV", re.IGNORECASE)
_TOTAL_CODES = ("TOT", "IALT")
_FIVE_YEARS = tuple(f"{age}-{age + 4}" for age in range(0, 90, 5))
_OLDER = "Look for a newer version of Klyngeblik."


class Description(BaseModel):
    """One table as its file describes it; see the module's docstring."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    table: str
    file: str = Field(pattern=r"^[A-Z][A-Za-z0-9_]*$")
    gives: str = Field(min_length=3)
    first_year: int = 2015
    years: tuple[int, ...] = ()
    variables: dict[str, Which | tuple[str, ...]]

    def among(self, tables: list[str]) -> str:
        """Return the id of the table in the bank, the newest vintage of it.

        Raises
        ------
        FetchError
            When the bank has none.
        """
        found = [table for table in tables if re.fullmatch(self.table, table)]
        if not found:
            raise FetchError(f"The bank has no table {self.table} any more.", _OLDER)
        return max(found)

    def labels(self, info: TableInfo) -> dict[str, Labels]:
        """Return which values of each variable are asked for, and what the file calls them.

        Parameters
        ----------
        info
            What the bank says of the table.

        Raises
        ------
        FetchError
            With everything the description wants and the bank does not know.
        """
        by_code = {variable.code.upper(): variable for variable in info.variables}
        unknown = [f"no variable {code}" for code in self.variables if code.upper() not in by_code]
        found: dict[str, Labels] = {}
        for variable in info.variables:
            wanted = self._wanted(variable)
            if variable.is_time:
                found[variable.code] = self._periods(variable)
                missing = [] if found[variable.code] else ["none of the years"]
            elif wanted is None:
                total = _total(variable)
                missing = [] if total or variable.may_be_left_out else ["a total"]
                found |= {variable.code: {code: (code,) for code in total}} if total else {}
            else:
                found[variable.code], missing = _values(variable, wanted)
            unknown += [f"{variable.code} has not {one}" for one in missing]
        if unknown:
            some = "; ".join(unknown[:5]) + (" ..." if len(unknown) > 5 else "")
            raise FetchError(f"{info.table} is not as described: {some}.", _OLDER)
        return found

    def _wanted(self, variable: Variable) -> Which | tuple[str, ...] | None:
        by_code = {code.upper(): which for code, which in self.variables.items()}
        return by_code.get(variable.code.upper())

    def _periods(self, variable: Variable) -> Labels:
        found: dict[str, tuple[str, ...]] = {}
        for value in variable.values:
            match = _PERIOD.fullmatch(value)
            if match is None:
                continue
            year = int(match["last"] or match["first"])
            if year in self.years if self.years else year >= self.first_year:
                found[value] = (value,)
        return found


def _values(variable: Variable, which: Which | tuple[str, ...]) -> tuple[Labels, list[str]]:
    """Return labels and codes, and what of them the variable has not."""
    if which == "municipalities":
        which = tuple(sorted(code[1:] for code in harmonise.municipality_ids()))
    if which == "sexes":
        sexes = _sexes(variable)
        return sexes, [] if {"M", "K"} <= set(sexes) else ["men and women"]
    if which in ("ages", "five_years"):
        ages = _ages(variable)
        if which == "ages":
            return ages, [] if ages else ["ages"]
        made: Labels = {}
        for band in (*_FIVE_YEARS, "90-"):
            low, _, high = band.partition("-")
            inside = range(int(low), int(high or 199) + 1)
            made[band] = tuple(code for label, (code,) in ages.items() if _first(label) in inside)
        return made, [band for band, codes in made.items() if not codes]
    return {c: (c,) for c in which}, [code for code in which if code not in variable.values]


def _total(variable: Variable) -> tuple[str, ...]:
    """Return the code for everybody whatever the variable says of them, none when there is none."""
    for value in variable.values:
        if value in _TOTAL_CODES:
            return (value,)
    return ()


def _sexes(variable: Variable) -> Labels:
    found: Labels = {}
    for value, text in zip(variable.values, variable.texts, strict=True):
        said = text.casefold()
        men, women = "mænd" in said, "kvinder" in said
        if value in ("M", "K") or men != women:
            found["M" if value == "M" or (men and not women) else "K"] = (value,)
        elif value == "TOT" or _TOTAL.search(said) or men:
            found["TOT"] = (value,)
    return found


def _ages(variable: Variable) -> Labels:
    """Return the ages there are as every file of ours writes them: ``IALT``, ``65-69``, ``90-``."""
    found: Labels = {}
    for value, text in zip(variable.values, variable.texts, strict=True):
        band = _age(text) or _age(value)
        if band:
            label = "IALT" if band == "all" else band.replace("+", "-")
            found.setdefault(label, (value,))
    return found


def _age(said: str) -> str | None:
    if match := _UNDER.fullmatch(said.strip()):
        return f"0-{int(match[1]) - 1}"
    if match := _OVER.fullmatch(said.strip()):
        return f"{int(match[1])}+"
    band = age_band(said, {})
    return "all" if band is None and _TOTAL.search(said) else band


def _first(label: str) -> int | None:
    """Return the age a label of one year, or of the last open ones, begins with."""
    single = re.fullmatch(r"(\d{1,3})-?", label)
    return int(single[1]) if single else None


def load_descriptions(folder: Path | None = None) -> dict[str, Description]:
    """Load and check every description, in the order of their ids (the files' names).

    Raises
    ------
    PackageError
        With one finding per wrong field, naming file and field.
    """
    found: dict[str, Description] = {}
    problems: list[Finding] = []
    for path in sorted((folder or FOLDER).glob("*.toml")):
        try:
            fields = tomllib.loads(path.read_text(encoding="utf-8"))
            found[path.stem] = Description(id=path.stem, **fields)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(not_toml(path.name, error))
        except ValidationError as error:
            problems += all_wrong(error, path.name)
    if problems:
        raise PackageError(problems)
    return found
