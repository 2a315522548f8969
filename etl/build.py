"""The build: from the files in ``data/raw`` to a published warehouse, or what is wrong with them.

A build that fails leaves the old warehouse serving; a build with nothing new does nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from etl.collecting import paused
from etl.findings import Finding, PackageError
from etl.fingerprint import boundary_fingerprint, code_fingerprint, fingerprint
from etl.lock import only_one

#: Called with the step's name, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

HIDDEN = ("suppressed", "suppressed_secondary")


@dataclass(frozen=True)
class BuildSummary:
    """What a build did.

    Attributes
    ----------
    packages, rows_in, observations : int
        Files loaded, rows read from them, numbers made of those.
    measures : int
        Rows published.
    suppressed, suppressed_by_source : int
        Published rows whose number Klyngeblik hides, and that the publisher hides.
    refused : int
        Files not used: a newer edition has the same figures.
    findings : tuple of Finding
        Warnings and notes: those `klyngeblik check` gives, and where most had to be hidden.
    seconds : float
    unchanged : bool
        True when nothing was new and the warehouse was left as it is.
    """

    packages: int
    rows_in: int
    observations: int
    measures: int
    suppressed: int
    suppressed_by_source: int
    refused: int
    findings: tuple[Finding, ...]
    seconds: float
    unchanged: bool


def build(
    raw_dir: Path,
    warehouse: Path,
    progress: Progress | None = None,
    *,
    definitions: Path | None = None,
) -> BuildSummary:
    """Build the warehouse from every package of a folder and swap it in.

    Parameters
    ----------
    raw_dir : Path
        Folder of delivered files.
    warehouse : Path
        The file to publish; its folder is made when absent.
    progress : callable, optional
        Called with step, done and total.
    definitions : Path, optional
        Folder with ``layouts`` and ``indicators`` that take the place of the project's own.

    Returns
    -------
    BuildSummary

    Raises
    ------
    etl.findings.PackageError
        When a package or a definition is wrong, with every finding.
    etl.layouts.LayoutError, geo.GeographyError, geo.boundaries.BoundaryError
        When a layout, a geography or the boundaries are wrong.
    etl.publish.PublishError
        When the new file cannot be put in place.

    Notes
    -----
    The old warehouse is untouched by every one of them. A second build on the same file waits for
    the first.
    """
    start = time.perf_counter()
    tell = progress or (lambda step, done, total: None)
    warehouse = Path(warehouse)
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    lock = warehouse.with_name(warehouse.name + ".lock")
    with only_one(lock, waiting=lambda: tell("wait", 0, 1)), paused():
        print_of_all = fingerprint(raw_dir, definitions)
        summary = _unchanged(raw_dir, warehouse, print_of_all, start, definitions)
        if summary is not None:
            return summary
        return _build(raw_dir, warehouse, print_of_all, tell, start, definitions)


def _layouts(definitions: Path | None) -> Path | None:
    return None if definitions is None else definitions / "layouts"


def _unchanged(
    raw_dir: Path, path: Path, wanted: str, start: float, definitions: Path | None
) -> BuildSummary | None:
    """Return the summary of the warehouse there is, when it was made of the same things."""
    from etl.layouts import load_layouts  # noqa: PLC0415 - heavy
    from etl.readers.folder import data_files  # noqa: PLC0415 - heavy
    from warehouse import WarehouseError, connect  # noqa: PLC0415 - heavy

    try:
        with connect(path) as old:
            if old.sql("SELECT value FROM meta WHERE key = 'fingerprint'").rows() != [(wanted,)]:
                return None
            count, rows_in, observations = old.sql(
                "SELECT count(*), coalesce(sum(rows_in), 0), coalesce(sum(observations), 0) "
                "FROM packages"
            ).row(0)
            by_status = dict(old.sql("SELECT status, count(*) FROM measures GROUP BY 1").rows())
            found = [Finding(*row) for row in old.sql("SELECT * FROM findings").rows()]
    except WarehouseError:
        return None
    return BuildSummary(
        packages=int(count),
        rows_in=int(rows_in),
        observations=int(observations),
        measures=sum(by_status.values()),
        suppressed=sum(by_status.get(status, 0) for status in HIDDEN),
        suppressed_by_source=by_status.get("suppressed_by_source", 0),
        refused=len(data_files(raw_dir, load_layouts(_layouts(definitions)))) - int(count),
        findings=tuple(found),
        seconds=time.perf_counter() - start,
        unchanged=True,
    )


def _build(  # noqa: PLR0917
    raw_dir: Path,
    path: Path,
    made_of: str,
    tell: Progress,
    start: float,
    definitions: Path | None,
) -> BuildSummary:
    # imported here: heavy, and not needed when nothing is new
    import geo  # noqa: PLC0415
    from etl import coverage, tables  # noqa: PLC0415
    from etl.checks import check_all, check_package  # noqa: PLC0415
    from etl.indicator import load_indicators  # noqa: PLC0415
    from etl.layouts import Layouts, load_layouts  # noqa: PLC0415
    from etl.loaded import against_loaded  # noqa: PLC0415
    from etl.memory import Memory  # noqa: PLC0415
    from etl.publish import Release  # noqa: PLC0415
    from etl.readers import Package, load_folder  # noqa: PLC0415
    from etl.readers.folder import data_files  # noqa: PLC0415

    layouts = load_layouts(_layouts(definitions))
    indicators = list(load_indicators(definitions and definitions / "indicators").values())
    geographies = geo.load_geographies()
    areas, catchments = geo.areas_frame(geographies), geo.catchments_frame(geographies)
    outlines_of = boundary_fingerprint(raw_dir)
    cache = path.parent / "cache"
    memory = Memory.of(path, cache, code_fingerprint())

    def read(file: Path, layouts: Layouts) -> Package:
        package = memory.read(file, layouts)
        # at once: one file is checked while the next is read
        memory.once(check_package, package)
        return package

    with ThreadPoolExecutor(1) as aside:
        aside.submit(import_module, "etl.compute")
        drawn = aside.submit(tables.boundary_tables, raw_dir, geographies, path, outlines_of)
        loaded = load_folder(
            raw_dir,
            layouts,
            lambda done, total: tell("read", done, total),
            read=read,
        )
        loaded.raise_errors()
        findings = [
            *loaded.findings,
            *check_all(loaded.packages, memory.once),
            *against_loaded(loaded.packages, path, indicators, loaded.unused),
        ]
        if any(finding.severity == "error" for finding in findings):
            raise PackageError(findings)
        from etl.compute import compute  # noqa: PLC0415 - imported aside meanwhile

        computed = compute(
            loaded.packages,
            indicators,
            areas,
            catchments,
            progress=tell,
            cache=cache,
            last_release=path,
            memory=memory,
        )
        with Release(path) as release:
            with closing(computed.pieces()) as pieces:  # nothing is computed on when it fails
                release.fill(pieces, computed.kept)
            tell("boundaries", 0, 1)
            boundaries = drawn.result()
            tell("boundaries", 1, 1)
            counted = release.sql(coverage.COUNTED)
            findings += coverage.mostly_hidden(counted, indicators, loaded.packages)
            by_status = Counter(
                dict(release.sql("SELECT status, count(*) FROM measures GROUP BY 1").rows())
            )
            hidden = sum(by_status[status] for status in HIDDEN)
            measures = by_status.total()
            now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
            log = tables.release_log(
                path, now, made_of, packages=len(loaded.packages), measures=measures, hidden=hidden
            )
            series = release.sql(tables.COVERED)
            tell("publish", 0, 1)
            memory.keep(cache, made_of)
            release.publish(
                {
                    "meta": tables.meta(made_of, outlines_of, now),
                    "geographies": geo.geographies_frame(geographies),
                    "areas": tables.areas(areas, boundaries.facts),
                    "catchments": catchments,
                    "indicators": tables.indicators(indicators, series),
                    "area_caveats": tables.area_caveats(indicators, series),
                    "packages": tables.packages(loaded.packages),
                    "indicator_sources": computed.sources,
                    "maps": boundaries.maps,
                    "insets": boundaries.insets,
                    "boundaries": boundaries.boundaries,
                    "findings": tables.findings(findings),
                    "release_log": log,
                }
            )
    tell("publish", 1, 1)
    infos = [package.info for package in loaded.packages]
    return BuildSummary(
        packages=len(infos),
        rows_in=sum(info.rows_in for info in infos),
        observations=sum(info.observations for info in infos),
        measures=measures,
        suppressed=hidden,
        suppressed_by_source=by_status["suppressed_by_source"],
        refused=len(data_files(raw_dir, layouts)) - len(infos),
        findings=tuple(findings),
        seconds=time.perf_counter() - start,
        unchanged=False,
    )
