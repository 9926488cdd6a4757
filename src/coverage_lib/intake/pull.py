"""From extracts to the store: read, check, resolve places, pseudonymise, write, switch."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from coverage_lib.config import DuckDBSetting, Profile, Settings
from coverage_lib.errors import CakupanError, SourceError, StoreError
from coverage_lib.fingerprint import package_sha256
from coverage_lib.intake.arrivals import (
    NOTHING_SUPERSEDED,
    Arrival,
    Superseding,
    check_unchanged,
    not_there,
    read_ledger,
    take_in,
    write_ledger,
)
from coverage_lib.intake.corrections import (
    Correction,
    CorrectionAccount,
    fingerprint,
    load_corrections,
    require_tables,
)
from coverage_lib.intake.drift import Drift, find_drift
from coverage_lib.intake.durable import sync_tree
from coverage_lib.intake.places import load_places
from coverage_lib.intake.pseudonyms import PseudonymKey
from coverage_lib.intake.pull_account import PullAccount, SourceAccount, TableAccount
from coverage_lib.intake.quarantine import QuarantineFolder
from coverage_lib.intake.retried import check_retried, with_retried
from coverage_lib.intake.store import PeriodStore, StoredPeriod
from coverage_lib.intake.writing import Progress, TableWriter
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions
from coverage_lib.sources.access import Access
from coverage_lib.sources.catalogue import Extract, find_extracts
from coverage_lib.sources.fetching import fetcher
from coverage_lib.sources.no_room import why_no_room
from coverage_lib.tables import load_table


@dataclass(frozen=True)
class PullOptions:
    """What the user says to one pull. `day` is the day that ledger and history keep of it.

    `superseding` lets changed files take the place of those that came in; `accept_drift` lets
    an extract in whose required column can hardly be right.
    """

    day: date
    superseding: Superseding = NOTHING_SUPERSEDED
    accept_drift: bool = False


def pull(
    settings: Settings,
    profile: Profile,
    period: Month,
    regions: Regions,
    key: PseudonymKey,
    progress: Progress,
    options: PullOptions,
    tell: Progress,
    *,
    access: Access = Access(),  # noqa: B008  frozen
) -> tuple[StoredPeriod, bool]:
    """Bring a month's extracts into the store; the second value says whether anything changed.

    The same files and rows, dictionary and key give the same generation, so a second pull changes
    nothing; a generation that is still kept counts again without being made again. `tell`
    hears of each drift before anything is replaced. Raises SourceError where an extract is
    unusable, changed since it came in or while it was read, or drifts too far, and StoreError
    where there is no room to write; the store then stays as it was.
    """
    corrections = load_corrections(corrections_file(settings, profile, period), period)
    store = PeriodStore(settings.store, profile.name, period)
    quarantine = QuarantineFolder(settings.quarantine, profile.name, period)
    with _room_to_write(), store.pulling(), store.fetching() as fetched:
        extracts = find_extracts(
            _stored(with_retried(profile, settings, period)),
            period,
            settings.project,
            fetcher(period, settings.project, fetched, access),
        )
        of_store = [entry for entry in corrections if load_table(entry.table).is_stored]
        require_tables(of_store, [extract.table for extract in extracts])
        held = [extract for extract in extracts if _came_in(extract, settings)]
        retried = check_retried(extracts, profile, settings, period)
        generation = _generation(extracts, profile, regions, key, corrections)
        quarantine.keep_only(store.folder)
        ledger = take_in(read_ledger(store.folder), held, options.superseding, options.day)
        gone = tuple(map(_told_gone, not_there(ledger, extracts)))
        stored = store.current()
        if stored is not None:
            store.note_current(stored.account.generation, options.day)
        changed = stored is None or stored.account.generation != generation
        for finding in gone if changed else ():
            tell(finding)
        kept = store.kept(generation)
        if kept is not None:
            write_ledger(store.folder, ledger)
            if changed:
                store.make_current(generation, options.day)
                quarantine.keep_only(store.folder)
            return kept, changed
        building = store.start_generation(generation)
        rejected = quarantine.start(generation)
        try:
            places = load_places(regions, profile.province)
            writer = TableWriter(
                regions, places, key, corrections, building, rejected, memory_limit(profile)
            )
            tables, sources, corrected = _write_all(writer, extracts, held, retried, progress)
            before = stored or PeriodStore(settings.store, profile.name, period.plus(-1)).current()
            drift = _drift(profile, before, sources, tell, accept=options.accept_drift)
            account = PullAccount(
                profile.name, str(period), generation, key.fingerprint, tables, sources,
                corrected, (*gone, *map(_told, drift)),
            )  # fmt: skip
            sync_tree(rejected)
            quarantine.finish(rejected, generation)
            write_ledger(store.folder, ledger)
            finished = store.finish_generation(building, account, options.day)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            shutil.rmtree(rejected, ignore_errors=True)
            quarantine.keep_only(store.folder)
            raise
        # Rejected rows are personal data: they go with the generation that they belong to.
        quarantine.keep_only(store.folder)
        return finished, True


def _stored(profile: Profile) -> Profile:
    """Without the sources of tables that are for linking only: the store holds nothing of them."""
    kept = tuple(one for one in profile.sources if load_table(one.table).is_stored)
    return replace(profile, sources=kept)


def memory_limit(profile: Profile) -> str:
    """What the profile gives its engine: a pull takes no more than the measures do."""
    engine = profile.engine
    return (engine if isinstance(engine, DuckDBSetting) else DuckDBSetting()).memory_limit


def _came_in(extract: Extract, settings: Settings) -> bool:
    """Whether an extract is a file that was sent. Reference data are kept here, and may change, as
    may what a database holds.
    """
    return (
        extract.snapshot is None
        and extract.path.is_file()
        and not extract.path.is_relative_to(settings.reference)
    )


def _write_all(
    writer: TableWriter,
    extracts: Sequence[Extract],
    held: Sequence[Extract],
    retried: Collection[str],
    progress: Progress,
) -> tuple[tuple[TableAccount, ...], tuple[SourceAccount, ...], tuple[CorrectionAccount, ...]]:
    """Write all tables, from files that stay the same from the first look to the last. Those that
    are rejected rows corrected are marked so before anybody compares them with others.
    """
    try:
        tables, sources, corrected = writer.write_all(extracts, progress)
    except (CakupanError, duckdb.Error, OSError):
        check_unchanged(held)  # a file cut short while it is read can look wrong in any way
        raise
    check_unchanged(held)
    marked = tuple(replace(source, retried=source.name in retried) for source in sources)
    return tables, marked, corrected


@contextmanager
def _room_to_write() -> Iterator[None]:
    """Raises StoreError where there is no room for what is fetched, unpacked, spilled or stored."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        why = why_no_room(error)
        if why is None and isinstance(error, OSError):
            raise
        raise StoreError(
            f"the store cannot be written ({why or type(error).__name__}): make room on its disk and "
            "pull again; the store is as it was."
        ) from None


def _drift(
    profile: Profile,
    before: StoredPeriod | None,
    sources: Sequence[SourceAccount],
    tell: Progress,
    *,
    accept: bool,
) -> tuple[Drift, ...]:
    """What changed since the pull before, told; refused where it breaks a required column."""
    if before is None:
        return ()
    expected = {source.table: source.expected_change for source in profile.sources}
    drift = find_drift(before.account.sources, sources, expected)
    for finding in drift:
        tell(_told(finding))
    if not accept:
        _refuse_drift(drift)
    return drift


def _told_gone(arrival: Arrival) -> str:
    return f"file {arrival.name} that came in on {arrival.arrived} is not there any more"


def _told(finding: Drift) -> str:
    return f"{finding.table}: {finding.text}"


def _refuse_drift(drift: Sequence[Drift]) -> None:
    breaking = [finding for finding in drift if finding.breaks]
    if breaking:
        raise SourceError(
            f"table {breaking[0].table}: {breaking[0].text}. Ask its producer, or pull again with "
            "--accept-drift if it is right; the store is as it was."
        )


def corrections_file(settings: Settings, profile: Profile, period: Month) -> Path | None:
    """A file of the month's own may be missing: then the month has nothing to correct."""
    if profile.corrections is None:
        return None
    path = settings.project / profile.corrections.replace("{period}", str(period))
    return None if "{period}" in profile.corrections and not path.exists() else path


def _generation(
    extracts: Sequence[Extract],
    profile: Profile,
    regions: Regions,
    key: PseudonymKey,
    corrections: Sequence[Correction],
) -> str:
    """A name made of everything that the stored rows depend on, this library's intake included."""
    code = package_sha256("intake", "sources", "tables", "reference")
    places = sorted((region.code, region.name) for region in regions.by_code.values())
    inputs = [
        (extract.name, extract.sha256, extract.table, extract.producer, str(extract.as_of),
         str(extract.received), extract.simulated, extract.expected_rows, extract.region_codes)
        for extract in extracts
    ]  # fmt: skip
    text = json.dumps(
        [profile.name, profile.province, key.fingerprint, code, places, inputs,
         fingerprint(corrections)]
    )  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()[:16]
