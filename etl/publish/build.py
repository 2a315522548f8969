"""The build: from the files in ``data/raw`` to a published warehouse, or what is wrong with them.

A build that fails leaves the old warehouse serving; a build with nothing new does nothing.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from etl.disclosure.ledger import FILE, Ledger, held
from etl.disclosure.previous_release import given_away, ledger_lost, told_lost
from etl.findings import Finding, PackageError
from etl.publish.fingerprint import boundary_fingerprint, code_fingerprint, fingerprint
from etl.publish.gc_paused import paused
from etl.publish.last_release import LastRelease
from etl.publish.lock import only_one
from etl.quality.signoff import SignOff, SignOffs

if TYPE_CHECKING:
    from etl.indicators.compute import Computed
    from etl.indicators.definition import Indicator
    from etl.ingest.readers.package import LoadedPackages
    from etl.publish.incremental_cache import Memory
    from etl.publish.swap import Release

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
        Warnings, notes and questions that somebody said yes to: those `klyngeblik check` gives,
        where most had to be hidden, and what the last release had more.
    accepted : frozenset of str
        Ids of those that somebody said yes to.
    unmatched : tuple of Finding
        A warning for each yes given with the call that fits nothing that was found.
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
    accepted: frozenset[str]
    unmatched: tuple[Finding, ...]
    seconds: float
    unchanged: bool


def build(
    raw_dir: Path,
    warehouse: Path,
    progress: Progress | None = None,
    *,
    definitions: Path | None = None,
    accept: Sequence[SignOff] = (),
    ask: bool = True,
    ledger: Path | None = None,
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
        Folder with ``layouts`` and ``indicators``, and perhaps ``geographies``, that take the
        place of the project's own.
    accept : sequence of SignOff, optional
        Questions that somebody says yes to, beside those in ``accepted.toml`` of the folder.
    ask : bool
        False to go on whatever is asked: for a warehouse that is looked at and thrown away.
    ledger : Path, optional
        What earlier releases said of true small counts; ``releases.ledger`` of the folder by
        default. Written when there are such counts.

    Returns
    -------
    BuildSummary

    Raises
    ------
    etl.findings.PackageError
        When a package or a definition is wrong, with every finding.
    etl.quality.signoff.UnansweredError
        When there are questions that nobody has said yes to.
    etl.layouts.LayoutError, geo.GeographyError, geo.boundaries.BoundaryError
        When a layout, a geography or the boundaries are wrong.
    etl.publish.swap.PublishError
        When the new file cannot be put in place.
    warehouse.WarehouseError
        When the old file may be sound and cannot be looked at: locked, not permitted, a folder.

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
    ledger = raw_dir / FILE if ledger is None else ledger
    with only_one(lock, waiting=lambda: tell("wait", 0, 1)), paused():
        last = LastRelease.of(warehouse)
        given = _Given(
            raw_dir,
            warehouse,
            last,
            fingerprint(raw_dir, definitions),
            definitions,
            tuple(accept),
            ask,
            ledger,
            ledger_lost(ledger, last.path),
        )
        return _unchanged(given, start) or _build(given, tell, start)


@dataclass(frozen=True)
class _Given:
    """What a build is made from."""

    raw_dir: Path
    warehouse: Path
    last: LastRelease
    fingerprint: str
    definitions: Path | None
    accept: tuple[SignOff, ...]
    ask: bool
    ledger: Path
    lost: str


def _geographies(definitions: Path | None) -> Path | None:
    folder = None if definitions is None else definitions / "geographies"
    return folder if folder is not None and folder.is_dir() else None


def _layouts(definitions: Path | None) -> Path | None:
    return None if definitions is None else definitions / "layouts"


def _unchanged(given: _Given, start: float) -> BuildSummary | None:
    """Return the summary of the warehouse there is, when it was made of the same things."""
    from etl.ingest.readers.folder import data_files  # noqa: PLC0415 - heavy
    from etl.layouts import load_layouts  # noqa: PLC0415 - heavy
    from warehouse import WarehouseError, connect  # noqa: PLC0415 - heavy

    raw_dir, path = given.raw_dir, given.last.path
    if path is None or given.lost:
        return None
    try:
        with connect(path) as old:
            made_of = old.sql("SELECT value FROM meta WHERE key = 'fingerprint'").item()
            if made_of != given.fingerprint and (
                made_of != Ledger.of(given.ledger).sealed(given.fingerprint)
            ):
                return None
            count, rows_in, observations = old.sql(
                "SELECT count(*), coalesce(sum(rows_in), 0), coalesce(sum(observations), 0) "
                "FROM packages"
            ).row(0)
            by_status = dict(old.sql("SELECT status, count(*) FROM measures GROUP BY 1").rows())
            found = [Finding(*row) for row in old.sql("SELECT * FROM findings").rows()]
    except WarehouseError:
        return None  # of an earlier version
    signed = SignOffs.of([raw_dir], path)
    return BuildSummary(
        packages=int(count),
        rows_in=int(rows_in),
        observations=int(observations),
        measures=sum(by_status.values()),
        suppressed=sum(by_status.get(status, 0) for status in HIDDEN),
        suppressed_by_source=by_status.get("suppressed_by_source", 0),
        refused=len(data_files(raw_dir, load_layouts(_layouts(given.definitions)))) - int(count),
        findings=tuple(found),
        accepted=signed.accepted(found),
        unmatched=tuple(SignOffs(given.accept).unmatched(found, standing=False)),
        seconds=time.perf_counter() - start,
        unchanged=True,
    )


def _build(given: _Given, tell: Progress, start: float) -> BuildSummary:
    # imported here: heavy, and not needed when nothing is new
    import geo  # noqa: PLC0415
    from etl.indicators.definition import load_indicators  # noqa: PLC0415
    from etl.ingest.readers import Package  # noqa: PLC0415
    from etl.ingest.readers.folder import data_files, load_folder  # noqa: PLC0415
    from etl.layouts import Layouts, load_layouts  # noqa: PLC0415
    from etl.publish import tables  # noqa: PLC0415
    from etl.publish.incremental_cache import Memory  # noqa: PLC0415
    from etl.publish.swap import Release  # noqa: PLC0415
    from etl.quality.checks import check_package  # noqa: PLC0415

    raw_dir, path, definitions = given.raw_dir, given.warehouse, given.definitions
    last, signed = given.last, SignOffs.of([raw_dir], given.last.path, given.accept)
    layouts = load_layouts(_layouts(definitions))
    indicators = list(load_indicators(definitions and definitions / "indicators").values())
    geographies = geo.load_geographies(_geographies(definitions))
    areas, catchments = geo.areas_frame(geographies), geo.catchments_frame(geographies)
    outlines_of, cache = boundary_fingerprint(raw_dir), path.parent / "cache"
    # without the ledger every count is looked at again
    memory = Memory.of(None if given.lost else last.path, cache, code_fingerprint())

    def read(file: Path, layouts: Layouts) -> Package:
        package = memory.read(file, layouts)
        # at once: one file is checked while the next is read
        memory.once(check_package, package)
        return package

    with ThreadPoolExecutor(1) as aside, ExitStack() as stack:
        aside.submit(import_module, "etl.indicators.compute")
        drawn = aside.submit(tables.boundary_tables, raw_dir, geographies, last.path, outlines_of)
        loaded = load_folder(
            raw_dir,
            layouts,
            lambda done, total: tell("read", done, total),
            read=read,
            once=memory.once,
        )
        ledger = stack.enter_context(_ledger(given, loaded, tell))
        findings = [
            *last.findings,
            *told_lost(given.ledger, given.lost),
            *_checked(loaded, last, memory, indicators, ledger),
        ]
        from etl.indicators.compute import compute  # noqa: PLC0415 - imported aside meanwhile

        computed = compute(
            loaded.packages,
            indicators,
            areas,
            catchments,
            progress=tell,
            ledger=ledger,
            last_release=last.path if given.lost else None,
            memory=memory,
        )
        with Release(path, last) as release:
            with closing(computed.pieces()) as pieces:  # nothing is computed on when it fails
                release.fill(pieces, computed.kept)
            tell("boundaries", 0, 1)
            boundaries = drawn.result()
            tell("boundaries", 1, 1)
            findings += _found(given, release, computed, loaded, indicators)
            findings += signed.unmatched(findings, standing=True)
            if given.ask:
                signed.ask(findings, cache)
            by_status = Counter(
                dict(release.sql("SELECT status, count(*) FROM measures GROUP BY 1").rows())
            )
            hidden = sum(by_status[status] for status in HIDDEN)
            made_of = _made_of(given, loaded, ledger)
            now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
            log = tables.release_log(
                last.path,
                now,
                made_of,
                packages=len(loaded.packages),
                measures=by_status.total(),
                hidden=hidden,
            )
            series = release.sql(tables.COVERED)
            tell("publish", 0, 1)
            memory.keep(cache, made_of)
            ledger.write()  # before anybody can see what it tells of
            release.publish(
                {
                    "meta": tables.meta(made_of, outlines_of, now),
                    "geographies": geo.geographies_frame(geographies),
                    "areas": tables.areas(areas, boundaries.facts),
                    "catchments": catchments,
                    "indicators": tables.indicators(indicators, series),
                    "area_caveats": tables.area_caveats(indicators, series),
                    "packages": tables.packages(loaded.packages, ledger),
                    "indicator_sources": computed.sources,
                    "maps": boundaries.maps,
                    "insets": boundaries.insets,
                    "boundaries": boundaries.boundaries,
                    "findings": tables.findings(findings),
                    "release_log": log,
                    "signoffs": signed.table(findings, now),
                }
            )
    tell("publish", 1, 1)
    return BuildSummary(
        packages=len(loaded.packages),
        rows_in=sum(package.info.rows_in for package in loaded.packages),
        observations=sum(package.info.observations for package in loaded.packages),
        measures=by_status.total(),
        suppressed=hidden,
        suppressed_by_source=by_status["suppressed_by_source"],
        refused=len(data_files(raw_dir, layouts)) - len(loaded.packages),
        findings=tuple(findings),
        accepted=signed.accepted(findings),
        unmatched=tuple(signed.unmatched(findings, standing=False)),
        seconds=time.perf_counter() - start,
        unchanged=False,
    )


def _checked(
    loaded: LoadedPackages,
    last: LastRelease,
    memory: Memory,
    indicators: Sequence[Indicator],
    ledger: Ledger,
) -> list[Finding]:
    """Return what is found in the packages, before anything is made of them.

    Raises
    ------
    etl.findings.PackageError
        When an error is among it.
    """
    from etl.quality.against_release import against_loaded  # noqa: PLC0415
    from etl.quality.capped import above_whole  # noqa: PLC0415
    from etl.quality.checks import check_all  # noqa: PLC0415

    loaded.raise_errors()
    findings = [*loaded.findings, *check_all(loaded.packages, memory.once)]
    findings += above_whole(loaded.packages, indicators, memory.once)
    findings += against_loaded(loaded.packages, last.path, indicators, loaded.unused, ledger)
    if any(finding.severity == "error" for finding in findings):
        raise PackageError(findings)
    return findings


def _found(
    given: _Given,
    release: Release,
    computed: Computed,
    loaded: LoadedPackages,
    indicators: Sequence[Indicator],
) -> list[Finding]:
    """Return what is found in the measures once they are made."""
    from etl.quality import coverage  # noqa: PLC0415
    from etl.quality.removed import taken_away  # noqa: PLC0415
    from geo import areas_frame  # noqa: PLC0415

    counted = release.sql(coverage.COUNTED)
    findings = coverage.mostly_hidden(counted, indicators, loaded.packages)
    findings += coverage.whole_groups(release.sql(coverage.DISCLOSING), loaded.packages)
    findings += given_away(computed.given_away())
    if given.last.path is not None:
        there = {*loaded.unused, *(package.info.file for package in loaded.packages)}
        name = given.warehouse.name
        findings += taken_away(release, computed.kept, areas_frame(), name, there)
    return findings


def _ledger(
    given: _Given, loaded: LoadedPackages, tell: Progress
) -> AbstractContextManager[Ledger]:
    """Return the ledger of releases; one that is forgotten where nothing is ours to make safe."""
    if any(one.info.made_safe_by == "klyngeblik" for one in loaded.packages):
        return held(given.ledger, partial(tell, "wait", 0, 1))
    return nullcontext(Ledger())


def _made_of(given: _Given, loaded: LoadedPackages, ledger: Ledger) -> str:
    """Return the fingerprint as it is published: sealed where true counts went into it."""
    infos = [one.info for one in loaded.packages]
    real = any(info.made_safe_by == "klyngeblik" and not info.is_demo for info in infos)
    return ledger.sealed(given.fingerprint) if real else given.fingerprint
