"""Measures of a month: computed once for all regions, kept beside the data, read by slice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import metadata
from pathlib import Path

import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from coverage_lib.config import Profile, Settings, find_project, load_settings
from coverage_lib.disclosure import Releasable, SourceNote, Versions
from coverage_lib.engines.opening import open_tables
from coverage_lib.fingerprint import package_sha256
from coverage_lib.indicators.compute import Measures, compute_measures
from coverage_lib.indicators.definitions import definitions_version
from coverage_lib.indicators.inputs import Inputs, register_date, registers_in_use
from coverage_lib.indicators.participation.participants import active_memberships
from coverage_lib.indicators.published.reconciliation import COLUMNS as PAIR_COLUMNS
from coverage_lib.indicators.published.reconciliation import reconcile
from coverage_lib.indicators.quality.agreement import agreement_rows
from coverage_lib.indicators.rows import join_rows
from coverage_lib.intake.holding import Hold
from coverage_lib.intake.pull_account import PullAccount
from coverage_lib.intake.store import PeriodStore, StoredPeriod
from coverage_lib.linkage.national_id import mark_registered
from coverage_lib.linkage.roster_area import RosterArea
from coverage_lib.linkage.roster_tables import of_ecosystem
from coverage_lib.mart_folder import (
    MEASURES,
    RECONCILIATION,
    building_mart,
    computing_alone,
    hold_mart,
    let_go_of_others,
    library_versions,
    mart_folder,
)
from coverage_lib.office import Office
from coverage_lib.periods import Month
from coverage_lib.receipts import pull_receipt
from coverage_lib.reference.regions import Region, Regions, load_regions
from coverage_lib.roster_figures import read_roster_figures
from coverage_lib.service_points import ServicePoint
from coverage_lib.suppression.small_counts import protect_small_counts
from coverage_lib.tables import load_table

_ROW_GROUP = 2048


@dataclass(frozen=True)
class Mart:
    """The measures of a profile and month, after disclosure control, with what they came from.

    `version` names the code, the rules and the libraries that computed them, and the lists that were
    followed where there are any; `rules_sha256` the rules alone.
    `held` is the generation that it lies in: neither that nor this mart is removed while this value is held.
    """

    measures: Path
    reconciliation: Path
    account: PullAccount
    version: str
    rules_sha256: str
    held: StoredPeriod | None = None
    hold: Hold | None = field(default=None, compare=False, repr=False)

    @property
    def simulated(self) -> bool:
        """Whether any source of the pull is simulated: all that is made of it then says so."""
        return self.account.simulated


def open_mart(
    settings: Settings,
    profile: Profile,
    period: Month,
    regions: Regions,
    address: str | None = None,
) -> Mart:
    """The mart of the current pull, computed now if this code has not computed it before.

    Its name says nothing of the engine, since every engine gives the same figures; `address`
    is that of the profile's database, which only computing needs. Where another run computes it just
    now, that one's is waited for. Marts of other versions that nobody reads go. Raises StoreError before
    the first pull, and what `open_tables` and `compute_measures` raise.
    """
    stored = PeriodStore(settings.store, profile.name, period).require_current()
    # Of other groups than the village ecosystem nothing is published.
    progress = of_ecosystem(RosterArea(settings.roster, profile.name, period).progress())
    version = _code_version(regions) + _progress_name(progress)
    folder = mart_folder(stored.folder, version)
    hold = hold_mart(folder)
    if hold is None:
        with computing_alone(stored.folder):
            hold = hold_mart(folder)
            if hold is None:
                measures = _measures(stored, profile, period, regions, progress, address)
                _keep(measures, folder, profile.province, period)
                hold = hold_mart(folder)
            let_go_of_others(folder)
    return Mart(
        folder / MEASURES,
        folder / RECONCILIATION,
        stored.account,
        version,
        computing_code().rules_sha256,
        stored,
        hold,
    )


def _measures(
    stored: StoredPeriod,
    profile: Profile,
    period: Month,
    regions: Regions,
    progress: pa.Table,
    address: str | None,
) -> Measures:
    days = _registers_in_use(stored, period)
    # A register that is left out as a whole has no days: `compute_measures` does without it.
    in_use = {"participants": days} if days else {}
    with open_tables(profile.engine, stored, in_use, address) as tables:
        return measures_of(
            Inputs(
                tables,
                regions,
                profile.province,
                period,
                stored.account,
                days,
                progress.to_pandas() if progress.num_rows else None,
            )
        )


def read_releasable(
    mart: Mart,
    period: Month,
    region: Region,
    regions: Regions,
    office: Office,
    service_points: tuple[ServicePoint, ...] = (),
) -> Releasable:
    """The slice of one region: its own rows, its children's and its ancestors'.

    Of its grandchildren it holds the coverage of the period and what it is made of.
    """
    ancestors = tuple(regions.get(code) for code in regions.ancestors(region.code)[:-1])
    known = regions.children(region.code)
    width = {"provinsi": 5, "kabupaten": 8, "kecamatan": 13, "desa": 0}[region.level]
    codes = [region.code, *(child.code for child in known), *(parent.code for parent in ancestors)]
    unknown_child = region.code + {5: ".00", 8: ".00", 13: ".0000", 0: ""}[width]
    wanted = [("region_code", "in", [*codes, unknown_child])]
    rows = pd.read_parquet(mart.measures, filters=wanted, use_threads=False)
    children = list(known)
    if width and (rows["region_code"] == unknown_child).any():
        children.append(regions.get(unknown_child))
    below = _rows_of_grandchildren(mart, period, children)
    pairs = pd.read_parquet(mart.reconciliation, use_threads=False)
    of_pair = pairs["region_code"].astype(str)
    reconciliation = pairs[(of_pair == region.code) | of_pair.str.startswith(f"{region.code}.")]
    return Releasable(
        rows=rows if below.empty else pd.concat([rows, below], ignore_index=True),
        reconciliation=reconciliation.reset_index(drop=True),
        region=region,
        children=tuple(children),
        ancestors=ancestors,
        period=period,
        profile=mart.account.profile,
        simulated=mart.simulated,
        sources=_source_notes(mart.account),
        office=office,
        receipt=pull_receipt(mart.account),
        versions=Versions(
            metadata.version("cakupan"), definitions_version(), mart.rules_sha256, mart.version
        ),
        service_points=service_points,
        grandchildren=tuple(regions.get(code) for code in sorted(set(below["region_code"]))),
    )


def _rows_of_grandchildren(mart: Mart, period: Month, children: list[Region]) -> pd.DataFrame:
    """Coverage of the regions below the children in total, with persons and eligible workers."""
    if not children:  # a village: nothing to look for among the rows of all regions
        return pd.DataFrame(columns=["region_code"])
    rows = pd.read_parquet(
        mart.measures,
        filters=[
            ("indicator", "in", ["active_participants", "coverage", "eligible_workers"]),
            ("dimension", "==", "total"),
            ("period", "==", str(period)),
        ],
        use_threads=False,
    )
    parents = rows["region_code"].str.rpartition(".")[0]
    return rows[parents.isin([child.code for child in children])]


def read_measures(
    period: str, region: str, profile: str, *, project: Path | None = None
) -> Releasable:
    """What a notebook starts with: the measures of a region and month, safe to show.

    `project` is the folder of cakupan.toml, found from the working folder upwards where it
    is not given. Figures of a link run of rosters are among them where there was one. Raises the
    user errors of the parts it is made of.
    """
    settings = load_settings(project or find_project(Path.cwd()))
    regions = load_regions(settings.regions)
    month = Month.parse(period)
    mart = open_mart(settings, settings.profile(profile), month, regions)
    releasable = read_releasable(
        mart, month, regions.get(region), regions, settings.office, settings.service_points
    )
    of_rosters = read_roster_figures(RosterArea(settings.roster, profile, month))
    shown = {releasable.region.code, *(child.code for child in releasable.children)}
    own = of_rosters[of_rosters["region_code"].isin(shown)]
    return replace(releasable, rows=join_rows([releasable.rows, own])) if len(own) else releasable


def measures_of(inputs: Inputs) -> Measures:
    """All measures of a store's tables, on whatever engine these are; not yet safe to publish.

    Raises what `compute_measures` raises.
    """
    return compute_measures(_with_linked_roster(inputs))


def _keep(measures: Measures, folder: Path, province: str, period: Month) -> None:
    rows = protect_small_counts(measures.rows)
    pairs = (
        pd.DataFrame(columns=list(PAIR_COLUMNS))
        if measures.observations is None
        else reconcile(measures.observations, rows[rows["origin"] == "computed"])
    )
    agreement = agreement_rows(pairs, province, period, definitions_version())
    # In the order of regions and in small groups, so that a briefing reads little besides its own.
    ordered = join_rows([rows, *agreement]).sort_values(
        "region_code", kind="stable", ignore_index=True
    )
    with building_mart(folder) as building:
        pairs.to_parquet(building / RECONCILIATION, index=False)
        ordered.to_parquet(building / MEASURES, index=False, row_group_size=_ROW_GROUP)


def _registers_in_use(stored: StoredPeriod, period: Month) -> tuple[date, ...] | None:
    """The days of the register's extracts that the period needs; None without a register."""
    if "participants" not in stored.tables:
        return None
    has_summary = "participant_summary" in stored.tables
    summary = pd.read_parquet(stored.folder / "participant_summary") if has_summary else None
    return tuple(registers_in_use(stored.days("participants"), summary, period))


def _progress_name(progress: pa.Table) -> str:
    """What the progress of lists adds to the version of a mart: nothing where no list is followed."""
    if not progress.num_rows:
        return ""
    rows = repr(progress.to_pylist()).encode()
    return f"-{hashlib.sha256(rows).hexdigest()[:8]}"


def _with_linked_roster(inputs: Inputs) -> Inputs:
    roster: ir.Table | None = inputs.tables.get("village_roster")
    as_of = register_date(inputs)
    if roster is None or as_of is None:
        return inputs
    covering = active_memberships(inputs.tables["participants"], as_of)
    tables: Mapping[str, ir.Table] = {
        **inputs.tables,
        "linked_roster": mark_registered(roster, covering),
    }
    return replace(inputs, tables=tables)


def _source_notes(account: PullAccount) -> tuple[SourceNote, ...]:
    """One note a table, producer and as-of date, in the order of the profile."""
    notes: dict[tuple[str, date | None, str], SourceNote] = {}
    for source in account.sources:
        note = SourceNote(
            table=source.table,
            title=load_table(source.table).title["id"],
            producer=source.producer,
            as_of=source.as_of,
            received=source.received,
            simulated=source.simulated,
        )
        notes.setdefault((note.table, note.as_of, note.producer), note)
    return tuple(notes.values())


@dataclass(frozen=True)
class ComputingCode:
    """What computes measures: hashes of this code with its data files and of the rules alone; the libraries."""

    sha256: str
    rules_sha256: str
    libraries: str


@cache
def computing_code() -> ComputingCode:
    """As this process found it: what it has imported is not read anew either."""
    return ComputingCode(
        package_sha256(
            "engines", "indicators", "linkage", "suppression", "reference", "periods.py", "marts.py"
        ),
        package_sha256("reference/data/rules"),
        library_versions(),
    )


def _code_version(regions: Regions) -> str:
    """A name made of all that measures depend on besides the data: this code, rules, regions, libraries."""
    code = computing_code()
    names = "\n".join(
        f"{region.code} {region.name} {region.kind}" for region in regions.by_code.values()
    )
    return hashlib.sha256((code.sha256 + names + code.libraries).encode()).hexdigest()[:16]
