"""A package index on the disk: made wheels that stand in for the locked packages.

Every package is there in the locked version and in a newer one, asks for the next with an extra,
and holds nothing else. A lock is written for them, with their own hashes.
"""

from __future__ import annotations

import hashlib
import re
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.markers import Marker
from uv import find_uv_bin

PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$", re.MULTILINE)
NEWER = "9999"
#: Runs the real uv, so that its stand-in weighs nothing.
RUNS_UV = f"import subprocess, sys\nsys.exit(subprocess.call([{find_uv_bin()!r}, *sys.argv[1:]]))\n"
CANNOT_RUN = "raise SystemExit('cannot execute binary file')\n"
#: A build of the project that needs nothing: hands out the wheel that lies beside it.
BACKEND = """
import pathlib, shutil
def build_editable(folder, settings=None, metadata=None):
    [wheel] = pathlib.Path(__file__).parent.glob("*.whl")
    return pathlib.Path(shutil.copy(wheel, folder)).name
"""


WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class Pin:
    """A locked package."""

    name: str
    version: str
    marker: str | None = None

    @property
    def is_for_here(self) -> bool:
        return self.marker is None or Marker(self.marker).evaluate()


def pins(lock: Path) -> list[Pin]:
    """Read a lock."""
    text = lock.read_text(encoding="utf-8")
    found = [Pin(**match.groupdict()) for match in PIN.finditer(text)]
    assert len(found) == text.count("==") - text.count(" == "), f"{lock.name} is read in part"
    return found


@dataclass
class Index:
    """An index in the form of PEP 503, below ``folder``."""

    folder: Path
    uv: str = RUNS_UV
    hashes: dict[Pin, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return (self.folder / "simple").as_uri()

    def add(self, pin: Pin, requires: Iterable[str] = ()) -> None:
        """Add a package in the pinned version and in a newer one, once."""
        if pin in self.hashes:
            return
        place = self.folder / "simple" / re.sub(r"[-_.]+", "-", pin.name).lower()
        place.mkdir(parents=True, exist_ok=True)
        for version in (pin.version, NEWER):
            path = wheel(place, pin.name, version, requires, self._files(pin.name))
            with (place / "index.html").open("a", encoding="utf-8") as page:
                page.write(f'<a href="{path.name}">{path.name}</a><br>\n')
            if version == pin.version:
                self.hashes[pin] = hashlib.sha256(path.read_bytes()).hexdigest()

    def add_all(self, wanted: Iterable[Pin]) -> None:
        """Add packages of which each asks for the next with an extra, in any version."""
        here = [pin for pin in wanted if pin.is_for_here]
        for pin, following in zip(here, [*here[1:], here[0]], strict=True):
            self.add(pin, [f"{following.name}[more]>=0"])

    def lock(self, path: Path, wanted: Iterable[Pin]) -> Path:
        """Write a lock of the stand-ins; one that is not for this machine has any hash."""
        lines = (
            f"{pin.name}=={pin.version}{f' ; {pin.marker}' if pin.marker else ''} \\\n"
            f"    --hash=sha256:{self.hashes.get(pin, '0' * 64)}\n"
            for pin in wanted
        )
        path.write_text("".join(lines), encoding="utf-8")
        return path

    def _files(self, name: str) -> dict[str, bytes]:
        if name == "uv":
            return {"uv/__init__.py": b"", "uv/__main__.py": self.uv.encode()}
        if name == "hatchling":
            project = wheel(self.folder, "klyngeblik", "1", ())
            files = {"__init__.py": b"", "build.py": BACKEND.encode()}
            files[project.name] = project.read_bytes()
            return {f"hatchling/{file}": content for file, content in files.items()}
        return {}


def wheel(
    folder: Path,
    name: str,
    version: str,
    requires: Iterable[str] = (),
    files: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a wheel for any Python, with the extra ``more``."""
    stem = f"{re.sub(r'[-_.]+', '_', name).lower()}-{version}"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    content = {
        **(files or {}),
        f"{stem}.dist-info/METADATA": "\n".join([*metadata, ""]).encode(),
        f"{stem}.dist-info/WHEEL": WHEEL.encode(),
    }
    record = "".join(f"{file},,\n" for file in [*content, f"{stem}.dist-info/RECORD"])
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, data in {**content, f"{stem}.dist-info/RECORD": record.encode()}.items():
            archive.writestr(file, data)
    return path


def python_of(environment: Path) -> Path:
    """Return an environment's interpreter."""
    place = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    return environment / place


def packages_of(environment: Path) -> Path:
    """Return the folder an environment's packages lie in."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))
