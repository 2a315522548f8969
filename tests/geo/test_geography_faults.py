"""A faulty geography file is refused with its name, the line, the reason and how to mend it."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import geo

FILE = "klynger-2022.csv"
Lines = list[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(geo.__file__).parent / "geographies", tmp_path / "copy"))


def edited(folder: Path, edit: Callable[[Lines], object], file: str = FILE) -> geo.GeographyError:
    path = folder / file
    lines = path.read_text(encoding="utf-8").splitlines()
    edit(lines)
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(geo.GeographyError) as refused:
        geo.load_geographies(folder)
    return refused.value


def at(lines: Lines, text: str) -> int:
    """Return the index of the only line with a text."""
    (index,) = (i for i, line in enumerate(lines) if text in line)
    return index


def swap(anchor: str, old: str, new: str) -> Callable[[Lines], None]:
    def edit(lines: Lines) -> None:
        index = at(lines, anchor)
        assert old in lines[index]
        lines[index] = lines[index].replace(old, new)

    return edit


@pytest.mark.parametrize(
    ("anchor", "change", "what", "mend", "hvad"),
    [
        (
            ",0615,",
            (",0615,", ",0619,"),
            'Unknown municipality code "0619"',
            "Did you mean 0615 (Horsens)?",
            'Kommunekoden "0619" er ukendt. Mente du 0615 (Horsens)?',
        ),
        (
            ",0615,",
            (",0615,", ",615,"),
            'Unknown municipality code "615"',
            "0615",
            "Koder har 4 cifre",
        ),
        (
            ",0615,",
            ("Horsens,1", "Hedensted,1"),
            'is Horsens, not "Hedensted"',
            "name to Horsens, or the code to 0766",
            'er Horsens og ikke "Hedensted". Ret navnet til Horsens eller koden til 0766.',
        ),
        (
            ",0615,",
            ("Horsens,1", "Horsends,1"),
            'is Horsens, not "Horsends"',
            "name to Horsens.",
            "Ret navnet til Horsens.",
        ),
        (
            ",0615,",
            (",1,", ",1.5,"),
            'share "1.5"',
            "1 for a whole municipality",
            '"1.5" er ikke et tal over 0 og højst 1',
        ),
        (",0615,", (",1,", ",0,"), 'share "0"', "Write the share as", "Skriv den som et tal"),
        (",0615,", (",1,", ",nan,"), 'share "nan"', "Write the share", '"nan" er ikke et tal'),
        (",0615,", (",1,", ',"0,5",'), 'share "0,5"', "with a point", "Skriv den med punktum"),
        (
            ",0.45,",
            ("0.45", "0.40"),
            "København add up to 0.95, not 1",
            "Mend the shares",
            "København giver tilsammen 0,95 og ikke 1",
        ),
        (
            ",0.45,",
            ("0.45,Syd", "0.45,"),
            "must name each of its parts",
            "Byen, Syd",
            "skal nævne hver af sine dele én gang",
        ),
        (
            ",0.45,",
            ("0.45,Syd", "0.45,Sud"),
            'Unknown part "Sud"',
            "Use one of Byen, Syd",
            "Brug en af Byen, Syd",
        ),
        (
            ",0615,",
            ("reg07-midtjylland", "reg07-midtjyland"),
            "Unknown region",
            "Did you mean reg07-midtjylland?",
            'Regionen "reg07-midtjyland" er ukendt. Mente du reg07-midtjylland?',
        ),
        (
            ",0766,",
            (",Horsensklyngen", ",Midtklyngen"),
            "here and",
            "Write the same on every row",
            "Skriv det samme på alle rækker",
        ),
        (",0615,", ("stated", ""), '"certainty" is empty', "Fill it in", '"certainty" er tom'),
        (
            ",0615,",
            ("stated", "stated,stated"),
            "13 cells where there are 12",
            "Mend the commas",
            "Der er 13 celler, hvor der er 12 kolonner",
        ),
        (
            "# level",
            ("cluster", "klynge"),
            'Unknown level "klynge"',
            "cluster",
            'Niveauet "klynge" er ukendt',
        ),
        (
            "# valid_from",
            ("2022-07-01", "1. juli 2022"),
            "is not a date",
            "2027-01-01",
            '"1. juli 2022" er ikke en dato',
        ),
        (
            "# valid_to",
            ("2026-12-31", "2020-12-31"),
            "before valid_from",
            "dates",
            "valid_to 2020-12-31 er før valid_from 2022-07-01",
        ),
        ("# sort", ("10", "first"), "not a whole number", "whole number", "er ikke et helt tal"),
        (
            "# id",
            ("klynger-2022", "klynger"),
            "not the name of the file",
            "klynger-2022",
            "er ikke filens navn. Skriv klynger-2022",
        ),
        (
            "# title_en",
            ("title_en:", "titel_en:"),
            'Unknown front-matter key "titel_en"',
            "title_en",
            'Nøglen "titel_en" i filens hoved er ukendt',
        ),
        (
            "# title_en",
            ("title_en:", "title_da:"),
            '"title_da" stands twice',
            "Delete one",
            '"title_da" står to gange',
        ),
        (
            "# title_en",
            ("Health clusters (2022–2026)", ""),
            '"title_en" is empty',
            "value",
            '"title_en" i filens hoved er tom',
        ),
        (
            "# title_en",
            ("# title_en:", "# title"),
            "is not front matter",
            "# key: value",
            'Skriv den som "# nøgle: værdi"',
        ),
        (
            "area_id,name",
            ("share,part", "andel,part"),
            "Missing column share",
            "The columns must be",
            "Disse kolonner mangler: share",
        ),
        (
            "area_id,name",
            ("share,part", "andel,part"),
            "Unknown column andel",
            "The columns must be",
            "Disse kolonner er ukendte: andel",
        ),
        (
            "area_id,name",
            ("name,short_name", "short_name,name"),
            "another order",
            "must be area_id",
            "i en anden rækkefølge. Kolonnerne skal være area_id",
        ),
        (
            "area_id,name",
            (",", ";"),
            "separated by semicolons",
            "The columns must be",
            "adskilt af semikolon",
        ),
    ],
)
def test_a_slip_on_one_line_is_told_with_that_line_in_both_languages(
    folder: Path, *, anchor: str, change: tuple[str, str], what: str, mend: str, hvad: str
) -> None:
    line = at((folder / FILE).read_text(encoding="utf-8").splitlines(), anchor) + 1
    problems = edited(folder, swap(anchor, *change)).problems
    found = [p for p in problems if p.file == FILE and p.line == line and what in p.what.en]
    assert found, problems
    assert any(mend in problem.mend.en for problem in found)
    told = [problem.told("da") for problem in found]
    assert any(one.startswith(f"{FILE}, linje {line}: ") and hvad in one for one in told), told
    assert all(str(p).startswith(f"{FILE}, line {line}: ") for p in found)


COUNCILS = "sundhedsraad-2027.csv"


def moved(lines: Lines, code: str, council: str) -> None:
    """Put a municipality in another council, as somebody does who copies the row above."""
    own, example = at(lines, f",{code},"), next(x for x in lines if x.startswith(f"{council},"))
    header = lines[at(lines, "area_id,name")].split(",")
    cells, others = (next(csv.reader([line])) for line in (lines[own], example))
    for column in ("area_id", "name", "short_name", "region_id", "regional_seats"):
        cells[header.index(column)] = others[header.index(column)]
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    lines[own] = written.getvalue()


def test_two_municipalities_in_each_others_place_break_the_seats_of_their_councils(
    folder: Path,
) -> None:
    """Middelfart in Fyn and Billund in Lillebælt, as the list once had it."""

    def edit(lines: Lines) -> None:
        moved(lines, "0410", "r27-fyn")
        moved(lines, "0530", "r27-lillebaelt")

    problems = edited(folder, edit, COUNCILS).problems
    said = {p.what.en.partition(":")[0]: p for p in problems}
    assert said.keys() == {"Sundhedsråd Fyn", "Sundhedsråd Sydvestjylland"}
    fyn, west = said["Sundhedsråd Fyn"], said["Sundhedsråd Sydvestjylland"]
    assert "the region has 11 seats and the municipalities together 11" in fyn.what.en
    assert "Regionen har 7 pladser og kommunerne tilsammen 5" in west.what.da
    assert "Middelfart" in fyn.mend.da
    assert "mangler i rådet eller hører til et andet" in west.mend.da
    assert all(p.file == COUNCILS and p.line is not None for p in problems)


@pytest.mark.parametrize(
    ("anchor", "change", "what", "mend", "hvad"),
    [
        (
            ",0410,",
            (",1,7,40625", ",2,7,40625"),
            "Seats of Middelfart in the council: 2. With 40,625 residents there must be 1.",
            "2 from 80,000 residents",
            "Pladser til Middelfart i rådet: 2. Med 40.625 borgere skal der være 1. "
            "Ret municipal_seats eller residents.",
        ),
        (
            ",0410,",
            (",1,7,40625", ",1,7,80000"),
            "With 80,000 residents there must be 2.",
            "Mend municipal_seats or residents",
            "Med 80.000 borgere skal der være 2",
        ),
        (
            ",0751,",
            (",3,5,378361", ",3,5,299999"),
            "With 299,999 residents there must be 2.",
            "3 from 300,000",
            "Med 299.999 borgere skal der være 2",
        ),
        (
            ",0410,",
            (",1,7,40625", ",en,7,40625"),
            'municipal_seats "en" is not a whole number above 0',
            "digits alone",
            'municipal_seats "en" er ikke et helt tal over 0',
        ),
        (
            ",0410,",
            (",1,7,40625", ",1,7,40.625"),
            'residents "40.625" is not a whole number above 0',
            "digits alone",
            "Skriv det med cifre alene",
        ),
        (
            ",0621,",
            (",2,7,96214", ",2,8,96214"),
            'r27-lillebaelt has regional_seats "8" here and "7" on line',
            "Write the same on every row",
            'har regional_seats "8" her',
        ),
        (
            ",0410,",
            (",1,7,40625", ",1,7,"),
            '"residents" is empty',
            "Fill it in",
            '"residents" er tom',
        ),
        (
            "area_id,name",
            (",regional_seats", ""),
            "Missing column regional_seats",
            "municipal_seats,regional_seats,residents",
            "Disse kolonner mangler: regional_seats",
        ),
    ],
)
def test_a_slip_in_the_seats_is_told_with_its_line(
    folder: Path, *, anchor: str, change: tuple[str, str], what: str, mend: str, hvad: str
) -> None:
    line = at((folder / COUNCILS).read_text(encoding="utf-8").splitlines(), anchor) + 1
    problems = edited(folder, swap(anchor, *change), COUNCILS).problems
    found = [p for p in problems if (p.file, p.line) == (COUNCILS, line) and what in p.what.en]
    assert found, problems
    assert any(mend in p.mend.en and hvad in p.told("da") for p in found)


def test_a_region_with_a_seat_too_many_is_told_with_the_lines_of_its_council(
    folder: Path,
) -> None:
    def edit(lines: Lines) -> None:
        for index, line in enumerate(lines):
            if line.startswith("r27-aarhus,"):
                lines[index] = line.replace(",5,", ",6,")

    (problem,) = edited(folder, edit, COUNCILS).problems
    assert "Sundhedsråd Aarhus: the region has 6 seats" in problem.what.en
    lines = (folder / COUNCILS).read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines, 1) if line.startswith("r27-aarhus,"))
    assert problem.line == first
    assert f"on lines {first} to {first + 1}" in problem.mend.en
    assert "Samsø, Aarhus" in problem.mend.en


def test_another_share_of_the_same_districts_is_refused(folder: Path) -> None:
    """Half each in the 2019 list, where the clusters have 55 and 45 for the same districts."""

    def edit(lines: Lines) -> None:
        for part, share in (("Byen", "0.55"), ("Syd", "0.45")):
            index = at(lines, f",{share},{part},")
            lines[index] = lines[index].replace(share, "0.5")

    problems = edited(folder, edit, "klynger-2019.csv").problems
    assert len(problems) == 2
    assert "is not the one geo/districts.csv gives for" in problems[0].what.en
    assert {p.mend.en.partition(".  ")[0][:10] for p in problems} == {"Write 0.55", "Write 0.45"}
    assert "bruger de samme andele" in problems[0].told("da")


def test_a_municipality_left_out_is_named(folder: Path) -> None:
    error = edited(folder, lambda lines: lines.pop(at(lines, ",0615,")))
    assert "municipality 0615 Horsens is left out" in str(error)
    assert "Kommunen 0615 Horsens mangler." in error.problems[0].told("da")
    assert len(error.problems) == 1


def test_a_municipality_twice_in_one_area_is_told_with_both_lines(folder: Path) -> None:
    place = []

    def edit(lines: Lines) -> None:
        place.append(at(lines, ",0615,") + 1)
        lines.insert(place[0], lines[place[0] - 1])

    problems = edited(folder, edit).problems
    (twice,) = (p for p in problems if "stands twice in k22-horsensklyngen" in p.what.en)
    assert twice.line == place[0] + 1
    assert f"line {place[0]}" in twice.what.en
    assert f"linje {place[0]}" in twice.what.da


def test_one_name_for_two_areas_is_refused(folder: Path) -> None:
    def edit(lines: Lines) -> None:
        for index, line in enumerate(lines):
            lines[index] = line.replace(",Horsensklyngen,Horsens", ",Randersklyngen,Horsens")

    error = edited(folder, edit)
    assert '"Randersklyngen" is the name of both' in str(error)


def test_an_area_id_of_another_geography_is_refused(folder: Path) -> None:
    def edit(lines: Lines) -> None:
        for index, line in enumerate(lines):
            lines[index] = line.replace("r27-horsens,", "k22-horsensklyngen,")

    (problem,) = edited(folder, edit, "sundhedsraad-2027.csv").problems
    assert problem.file == "sundhedsraad-2027.csv"
    assert f"already used in {FILE}" in problem.what.en
    assert f"allerede brugt i {FILE}" in problem.what.da


def test_a_missing_front_matter_key_is_named(folder: Path) -> None:
    (problem,) = edited(folder, lambda lines: lines.pop(at(lines, "# valid_to"))).problems
    assert problem.file == FILE
    assert '"valid_to" is missing' in problem.what.en
    assert '"valid_to" mangler' in problem.what.da


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"", 1, "The file is empty"),
        (b"\n\n", 1, "The file is empty"),
        ("# id: klynger-2022\n# title_da: København\n".encode("latin-1"), 2, "not UTF-8"),
    ],
)
def test_a_file_that_is_no_text_is_refused(
    folder: Path, content: bytes, line: int, what: str
) -> None:
    (folder / FILE).write_bytes(content)
    with pytest.raises(geo.GeographyError) as refused:
        geo.load_geographies(folder)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == (FILE, line)
    assert what in problem.what.en


def test_a_file_without_rows_is_refused(folder: Path) -> None:
    def edit(lines: Lines) -> None:
        del lines[at(lines, "area_id,name") + 1 :]

    (problem,) = edited(folder, edit).problems
    assert "no membership rows" in problem.what.en


def test_every_fault_of_every_file_is_told_at_once(folder: Path) -> None:
    def edit(lines: Lines) -> None:
        lines.pop(at(lines, ",0615,"))
        lines.pop(at(lines, "# sort"))

    (folder / "land.csv").write_bytes(b"")
    error = edited(folder, edit)
    assert {problem.file for problem in error.problems} == {FILE, "land.csv"}
    assert len(error.problems) == 3
    assert str(error).count("\n") == 2


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(geo.GeographyError, match="no geography files"):
        geo.load_geographies(tmp_path)


def test_a_file_saved_by_a_spreadsheet_still_reads(folder: Path) -> None:
    """Spreadsheets add a byte-order mark, Windows line ends and commas to fill up short lines."""
    path = folder / FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    padded = [line + ",,," if line.startswith("#") else line for line in lines]
    path.write_text("\r\n".join([*padded, ",,,,,,,,,,,"]), encoding="utf-8-sig", newline="")
    assert geo.load_geographies(folder) == geo.load_geographies()
