"""A first draft of the layout of a file nobody knows yet.

Guesses are made from the labels in a column rather than from its heading: a column whose labels are
municipalities holds areas, whatever it is called. What only a person can know is marked DECIDE.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from etl.findings import Finding, PackageError
from etl.ingest.harmonise import area_of
from etl.ingest.readers.keys import age_band
from etl.ingest.readers.sample import Sample, sample_of
from etl.layouts import FOLDER, Vocabulary, default_vocabulary, folded
from geo.said import escaped

DECIDE: Final = "# DECIDE:"
#: Share of a column's labels that must be understood for it to have a meaning.
_MOST: Final = 0.8
_MARKS: Final = {"..": "missing", ".": "not_applicable", "x": "suppressed", "-": "zero"}
_AS_RATE: Final = re.compile(r"pr\.|per[ _]|procent|%|andel|rate|promille|share", re.IGNORECASE)
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ö": "oe", "ü": "u"})


@dataclass
class _Guess:
    columns: dict[str, str] = field(default_factory=dict)
    ignore: list[str] = field(default_factory=list)
    years: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def draft(path: Path) -> str:
    """Look at a file and write the first draft of its layout.

    Parameters
    ----------
    path
        A workbook (xlsx, xlsb, ods), a text with a delimiter, JSON-stat or Parquet.

    Returns
    -------
    str
        TOML that the loader takes; lines with ``# DECIDE:`` are for a person to settle.

    Raises
    ------
    etl.findings.PackageError
        When the file cannot be opened, or has no table in it.
    """
    sample = sample_of(path)
    words = default_vocabulary()
    guess = _guessed(sample, words)
    if not guess.years and not guess.numbers:
        nothing = Finding.of("error", path.name, "draft_no_numbers", sheet=sample.sheet)
        raise PackageError([nothing])
    lines = [
        f"# First draft of a layout for {path.name}, made by looking at it.",
        f"# Settle every line with {DECIDE.removesuffix(':').removeprefix('# ')}, save the file in "
        f"etl/{FOLDER.name}/, and try it with klyngeblik check.",
        *_head(path, sample),
        *_shape(sample, guess),
    ]
    top, columns = _columns(sample, guess)
    measure, measures = _measures(sample, guess)
    # In TOML everything after the first [table] belongs to one.
    lines += [*top, *measure, *columns, *measures, *_vocabulary(sample, guess, words)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string is a TOML string.
    return escaped(json.dumps(text, ensure_ascii=False))


def _literal(pattern: str) -> str:
    return _quoted(pattern) if "'" in pattern or not pattern.isprintable() else f"'{pattern}'"


def _escaped(text: str) -> str:
    return re.sub(r"([.^$*+?{}\[\]|()\\])", r"\\\1", text)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def slug(label: str) -> str:
    """Return a label as the name of a measure: small letters, digits and underscores."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.casefold().translate(_LETTERS)).strip("_")
    return plain if plain[:1].isalpha() else f"m_{plain}".rstrip("_")


def _guessed(sample: Sample, words: Vocabulary) -> _Guess:
    guess = _Guess()
    level, municipality = (
        any(_most(sample.labels(heading), known) for heading in sample.headings)
        for known in (lambda text: folded(text) in words.level, _is_municipality)
    )
    by_level = level and municipality
    for heading in sample.headings:
        labels = sample.labels(heading)
        role = _role(heading, labels, words, by_level=by_level)
        if re.search(r"(?<!\d)(19|20)\d\d$", heading) and heading in sample.numeric:
            guess.years.append(heading)
        elif role and role not in guess.columns and (role != "area" or not by_level):
            guess.columns[role] = heading
        elif role == "area" and sample.holes(guess.columns[role]) and not sample.holes(heading):
            guess.ignore.append(guess.columns[role])
            guess.columns[role] = heading
        elif role:
            guess.ignore.append(heading)
        elif heading in sample.numeric:
            guess.numbers.append(heading)
        elif labels:
            guess.texts.append(heading)
        else:
            guess.ignore.append(heading)
    if "period" in guess.columns or len({heading[:-4] for heading in guess.years}) != 1:
        guess.numbers += guess.years
        guess.years = []
    if len(guess.texts) > 1:  # a text that is always the same tells nothing
        constant = [h for h in guess.texts if len(sample.labels(h)) == 1]
        guess.ignore += constant
        guess.texts = [h for h in guess.texts if h not in constant]
    return guess


def _is_municipality(text: str) -> bool:
    return area_of(text, "municipality") is not None


def _most(labels: Sequence[str], known: Callable[[str], object]) -> bool:
    return bool(labels) and sum(bool(known(text)) for text in labels) >= _MOST * len(labels)


def _role(heading: str, labels: Sequence[str], words: Vocabulary, *, by_level: bool) -> str | None:
    named = folded(heading)
    about_age = named.startswith(("ald", "age")) or not all(text.isdigit() for text in labels)
    tests: dict[str, Callable[[str], object]] = {
        "level": lambda text: by_level and folded(text) in words.level,
        "period": lambda text: re.fullmatch(r"(19|20)\d\d([KMH]\d+)?", text),
        "unit": lambda text: named in ("enhed", "unit") or folded(text) in words.unit,
        "sex": lambda text: folded(text) in words.sex,
        "area": lambda text: area_of(text) or area_of(text, "region"),
        "age": lambda text: about_age and age_band(text, words.age),
        "sector": lambda text: folded(text) in words.sector,
    }
    role = next((role for role, known in tests.items() if _most(labels, known)), None)
    if role == "area" and by_level:
        areas = [area_of(text, "region") for text in labels]
        return "region" if any(areas) else "municipality"
    return role


def _head(path: Path, sample: Sample) -> list[str]:
    name = path.name
    digits = re.search(r"(?:\d{8}|\d{4})(?=\D*$)", path.stem)
    if digits:
        before, after = name[: digits.start()], name[digits.end() :]
        pattern = rf"{_escaped(before)}(?P<edition>\d{{{len(digits[0])}}}){_escaped(after)}"
        remark = ""
    else:
        before, after = f"{path.stem}_", path.suffix
        pattern = rf"{_escaped(before)}(?P<edition>\d{{4}}){_escaped(after)}"
        remark = f"  {DECIDE} the name says no edition; call the file {before}2025{after}"
    title = re.sub(r"[\W_]+", " ", before).strip() or "unnamed"
    return [
        f"id = {_quoted(slug(title).replace('_', '-'))}",
        f"title = {_quoted(sample.title or title)}",
        f'publisher = "?"  {DECIDE} who publishes it',
        f'licence = "?"  {DECIDE} under which licence',
        f"file = {_literal(pattern)}{remark}",
        f'format = "{sample.format}"',
        f'made_safe_by = "klyngeblik"  {DECIDE} "publisher" if it hides small counts',
    ]


def _shape(sample: Sample, guess: _Guess) -> list[str]:
    lines = []
    if sample.sheet is not None:
        others = [name for name in sample.sheets if name != sample.sheet]
        remark = f"  # other sheets: {', '.join(others)}" if others else ""
        lines += [f"sheet = {_quoted(sample.sheet)}{remark}"]
        lines += ['published_from = "file"']
    if sample.format in ("workbook", "csv", "statbank_csv"):
        lines.append(f"header_row = {sample.header_row}")
    if sample.delimiter is not None:
        lines += [f"delimiter = {_quoted(sample.delimiter)}", f'encoding = "{sample.encoding}"']
    if sample.format in ("csv", "statbank_csv"):
        lines.append(f'decimal = "{sample.decimal}"')
    if sample.format == "workbook":
        lines.append("known_duplicates = []")
    others = sample.marks([*guess.years, *guess.numbers])
    known = {mark: _MARKS[mark] for mark in others if mark in _MARKS}
    if known:
        meanings = ", ".join(
            f"{meaning} = {_list(m for m in known if known[m] == meaning)}"
            for meaning in sorted(set(known.values()))
        )
        lines.append(f"marks = {{ {meanings} }}  {DECIDE} is this what the marks mean")
    unknown = [mark for mark in others if mark not in _MARKS]
    if unknown:
        shown = ", ".join(map(_quoted, unknown[:5]))
        lines.append(f"{DECIDE} texts among the numbers: {shown}; enter them in marks or footnotes")
    blank = '"error"' if sample.format in ("csv", "statbank_csv") else '"missing"'
    lines.append(f"blank = {blank}  {DECIDE} what an empty cell means (suppressed_by_source?)")
    return lines


def _columns(sample: Sample, guess: _Guess) -> tuple[list[str], list[str]]:
    """Return what stands above the tables, and the tables of columns."""
    columns = dict(guess.columns)
    lines = []
    if "unit" not in columns:
        kind = "rate" if sample.decimals([*guess.years, *guess.numbers]) else "count"
        lines.append(f'kind = "{kind}"  {DECIDE} count or rate')
    if not guess.years:
        if "period" not in columns and len(guess.numbers) == 1:
            lines.append(f'year = "edition"  {DECIDE} no column says the year')
    else:
        prefix = re.sub(r"\d{4}$", "", guess.years[0])
        pattern = "^" + _escaped(prefix) + r"(?P<year>\d{4})$"
        lines.append(f"period = {_literal(pattern)}")
        guess.ignore += guess.numbers
    if not {"area", "municipality"} & set(columns):
        columns.pop("level", None)
        lines.append(f'area = "Hele landet"  {DECIDE} no column says the area')
    if "level" in columns and "region" not in columns:
        columns["area"] = columns.pop("municipality")
        guess.ignore.append(columns.pop("level"))
    tables = []
    if len(guess.numbers) > 1 and not guess.years:
        tables = _value_columns(guess)
    elif not guess.years:
        columns["value"] = guess.numbers[0]
    measure = guess.texts[:2]
    columns |= dict(zip(("measure", "topic"), measure, strict=False))
    guess.ignore += guess.texts[2:]
    guess.texts = measure
    guess.columns = columns
    if not _all_there(sample, columns):
        lines.append("all_municipalities = false")
    if guess.ignore:
        lines.append(f"ignore = {_list(guess.ignore)}  {DECIDE} is nothing of this needed")
    inherited = {"measure", "topic", "level", "region", "municipality", "unit", "sex", "age"}
    inherited |= {"area", "period", "value"}
    named = "[columns]\n" + "\n".join(f"{r} = {_quoted(h)}" for r, h in columns.items())
    absent = "\n".join(f'{r} = ""' for r in sorted(inherited - set(columns)))
    return lines, [named, absent, *tables]


def _value_columns(guess: _Guess) -> list[str]:
    lines = []
    for heading in guess.numbers:
        year = re.search(r"(19|20)\d\d", heading)
        labels = [f"measure = {_quoted(heading)}"]
        if "period" not in guess.columns:
            labels.append(f'period = "{year[0] if year else "2025"}"')
        lines.append(f"{_quoted(heading)} = {{ {', '.join(labels)} }}")
    return [f"[values]  {DECIDE} what each column of numbers is\n" + "\n".join(lines)]


def _all_there(sample: Sample, columns: dict[str, str]) -> bool:
    heading = columns.get("municipality") or columns.get("area")
    if heading is None:
        return False
    found = {area_of(text) for text in sample.labels(heading)}
    return sum(area is not None and area.level == "municipality" for area in found) >= 98


def _measures(sample: Sample, guess: _Guess) -> tuple[list[str], list[str]]:
    if len(guess.numbers) > 1 and not guess.years:
        labels = guess.numbers
    elif guess.texts:
        rows = sample.frame.select(guess.texts).unique(maintain_order=True).drop_nulls()
        labels = [" / ".join(map(str, row)) for row in rows.rows()]
    else:
        return [f'measure = "figures"  {DECIDE} the name of the measure'], []
    return [], [
        f"[measures]  {DECIDE} the names of the measures; add part_of where one is among another",
        *(f"{_quoted(label)} = {_quoted(slug(label))}" for label in labels),
    ]


def _vocabulary(sample: Sample, guess: _Guess, words: Vocabulary) -> list[str]:
    lines = []
    for role in ("sex", "age", "level", "sector"):
        if role not in guess.columns:
            continue
        labels = sample.labels(guess.columns[role])
        known = getattr(words, role)
        unknown = [
            text
            for text in labels
            if folded(text) not in known and (role != "age" or age_band(text, known) is None)
        ]
        if unknown:
            lines += [f"{DECIDE} in [vocabulary.{role}], what these mean: {_list(unknown)}"]
    if "unit" in guess.columns:
        labels = sample.labels(guess.columns["unit"])
        unknown = [text for text in labels if folded(text) not in words.unit]
        lines += [f"[vocabulary.unit]  {DECIDE} count or rate"] if unknown else []
        for text in unknown:
            kind = "rate" if _AS_RATE.search(text) else "count"
            lines.append(f'{_quoted(text)} = {{ kind = "{kind}" }}')
    return lines
