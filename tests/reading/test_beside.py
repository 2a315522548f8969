"""What lies beside the packages and looks as if it were to be read is told, and stops nothing."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from etl.findings import Finding
from etl.ingest.readers import Package, load_folder, read_package
from etl.layouts import Layouts

PACKAGE = "SYGP1_2024.csv"
posix = pytest.mark.skipif(os.name != "posix", reason="made as POSIX makes it")


@pytest.fixture
def raw(raw_dir: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    shutil.copy(raw_dir / PACKAGE, folder)
    return folder


def told(raw: Path) -> dict[str, Finding]:
    """Return what is found beside the one sound package, which is read all the same."""
    loaded = load_folder(raw)
    assert [package.info.file for package in loaded.packages] == [PACKAGE]
    return {one.file: one for one in loaded.findings if one.file != PACKAGE}


def test_nothing_is_told_of_what_belongs_there(raw: Path) -> None:
    for name in ("README.md", "README", "LICENSE", ".gitattributes", "~$SYGP1_2024.xlsx",
                 "accepted.toml", "guide.pdf", "kommuner.geojson"):  # fmt: skip
        (raw / name).write_text("x")
    (raw / "empty").mkdir()
    (raw / ".hidden").mkdir()
    (raw / ".hidden" / "SYGP1_2025.csv").write_text("x")
    assert told(raw) == {}


@pytest.mark.parametrize(
    "name", ["a.zip", "a.ZIP", "SYGP1_2025.csv.gz", "a.7z", "a.rar", "a.tar", "a.tgz", "a.csv.bz2"]
)
def test_an_archive_is_told(raw: Path, name: str) -> None:
    (raw / name).write_bytes(b"PK")
    found = told(raw)[name]
    assert (found.severity, "Archives are not read" in found.what_en) == ("warning", True)


def test_a_folder_with_packages_is_told(raw: Path, raw_dir: Path) -> None:
    below = raw / "2025" / "maj"
    below.mkdir(parents=True)
    shutil.copy(raw_dir / PACKAGE, below)
    (below / "b.zip").write_bytes(b"PK")
    found = told(raw)["2025"]
    assert (found.severity, "2 files" in found.what_en) == ("warning", True)


def test_a_folder_named_as_a_package_is_told(raw: Path) -> None:
    (raw / "UND2_2025.csv").mkdir()
    assert told(raw)["UND2_2025.csv"].severity == "warning"


@posix
@pytest.mark.parametrize("name", ["UND2_2025.csv", "pipe"])
def test_a_pipe_is_told_and_not_waited_for(raw: Path, name: str) -> None:
    os.mkfifo(raw / name)
    assert "not a file" in told(raw)[name].what_en


@posix
def test_a_socket_is_told(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(raw)  # a socket's path may not be long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.csv")
        assert "not a file" in told(raw)["s.csv"].what_en


@posix
@pytest.mark.parametrize(
    ("name", "target", "severity"),
    [
        ("UND2_2025.csv", "/etc/hostname", "error"),
        ("UND2_2025.csv", "nowhere", "error"),
        ("UND2_2025.csv", "UND2_2025.csv", "error"),  # in a circle
        ("data.zip", "/etc/hostname", "warning"),
        ("older", "/etc", "warning"),
        ("older", "nowhere", "warning"),
    ],
)
def test_a_link_is_told(raw: Path, name: str, target: str, severity: str) -> None:
    (raw / name).symlink_to(target)
    found = told(raw)[name]
    assert (found.severity, "link" in found.what_en) == (severity, True)


def test_a_file_whose_ending_says_nothing_is_noted(raw: Path) -> None:
    for name in ("SYGP1_2025", "SYGP1_2025.csv.crdownload", "SYGP1_2025.html"):
        (raw / name).write_text("x")
    found = told(raw)
    assert len(found) == 3
    assert {one.severity for one in found.values()} == {"note"}


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(13, "Permission denied"),
        OSError(5, "Input/output error"),
        FileNotFoundError(2, "No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_stops_only_itself(
    raw: Path, raw_dir: Path, error: OSError
) -> None:
    def read(path: Path, layouts: Layouts) -> Package:
        if path.name == "UND2_2025.csv":  # root may open any file, so rights alone do not do it
            raise error
        return read_package(path, layouts)

    shutil.copy(raw_dir / "UND2_2025.csv", raw)
    loaded = load_folder(raw, read=read)
    assert [package.info.file for package in loaded.packages] == [PACKAGE]
    (found,) = (one for one in loaded.findings if one.file == "UND2_2025.csv")
    assert found.severity == "error"
    assert error.strerror in found.what_en
