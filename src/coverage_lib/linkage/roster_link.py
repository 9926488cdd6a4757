"""The rosters of a month against the register of its extracts, from files to the roster area.

The store is pseudonymised and can link nobody by name: rosters and register are read once more from the
extracts, by the code that a pull reads them with, into a connection that ends with the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from coverage_lib.config import Profile, Settings
from coverage_lib.errors import SourceError, UsageError
from coverage_lib.indicators.claims.counts import benefit_code
from coverage_lib.intake.checks import REASONS
from coverage_lib.intake.corrections import load_corrections
from coverage_lib.intake.identified import AS_WRITTEN, IdentifiedReader
from coverage_lib.intake.places import load_places
from coverage_lib.intake.pseudonyms import PseudonymKey
from coverage_lib.intake.pull import corrections_file, memory_limit
from coverage_lib.intake.retried import with_retried
from coverage_lib.intake.store import PeriodStore
from coverage_lib.linkage.decisions import NEEDS_A_LOOK, decide
from coverage_lib.linkage.explain import LANGUAGES, reason
from coverage_lib.linkage.link import Links, link
from coverage_lib.linkage.progress import EarlierList, Follower
from coverage_lib.linkage.reviewed import ASIDE, apply_reviews, settle_pairs
from coverage_lib.linkage.reviews import ReviewLog
from coverage_lib.linkage.roster_area import CANDIDATES, FOLLOWED, LINKED, PROGRESS, RosterArea
from coverage_lib.linkage.roster_tables import ROSTERS, duty_column, group_of, listed_under
from coverage_lib.periods import Month
from coverage_lib.reference.regions import Regions
from coverage_lib.sources.access import Access
from coverage_lib.sources.catalogue import Extract, find_extracts
from coverage_lib.sources.fetching import fetcher
from coverage_lib.sources.reading import FILE, LINE, SHEET
from coverage_lib.tables import Table, load_table

REGISTER, CLAIMS = "participants", "claims"
_ROWS, _MEMBERS, _DEATHS = "roster_rows", "register_rows", "death_claims"
#: Death at work is paid from JKK. Funeral costs and periodic benefits alone are not taken for a death.
_DEATH_PROGRAMME, _WORK_INJURY_PROGRAMME = "JKM", "JKK"
_DEATH_BENEFIT = "santunan_kematian"  # of reference/data/benefit_types.yml
_OF_MEMBERS = (
    "nik", "kpj", "name", "birth_date", "village_code_text", "village_name", "subdistrict_name",
    "district_name", "segment", "start_date", "end_date", "paid_through_month", "jkk", "jkm", "jht", "jp", "jkp",
)  # fmt: skip
_OF_ROWS = f"{FILE}, {SHEET}, {LINE}, village_code, position, position_as_written, name, nik_as_written, row.nik AS nik, birth_date, address, sex"

_OF_PAIRS = "rule, nik_relation, birth_relation, name_relation, place_relation, namesakes"
_ORDER = ("list_month", "month", "village_code", "position")


@dataclass(frozen=True)
class Count:
    """How many rows of a roster and group had an outcome by a rule, which is empty where nobody was found.
    `death_benefit_paid` is why rows need a look for whose member one was paid.
    """

    roster: str
    group: str
    outcome: str
    rule: str
    death_benefit_paid: bool
    rows: int


@dataclass(frozen=True)
class RosterAccount:
    """Counts of a run. `refused` are roster rows that `roster check` finds fault with, by file; `key` is
    the fingerprint of the key that earlier lists are followed with, and `not_followed` are the months
    whose lists were made with another.
    """

    register_as_of: date
    memberships: int
    counts: tuple[Count, ...]
    refused: tuple[tuple[str, int], ...]
    simulated: bool
    key: str
    not_followed: tuple[Month, ...]

    def as_document(self) -> dict[str, Any]:
        return {
            "register_as_of": str(self.register_as_of),
            "memberships": self.memberships,
            "counts": [vars(count) for count in self.counts],
            "refused": dict(self.refused),
            "simulated": self.simulated,
            "key": self.key,
        }


def link_rosters(
    settings: Settings,
    profile: Profile,
    period: Month,
    regions: Regions,
    key: PseudonymKey,
    progress: Callable[[str], None],
    *,
    named: Sequence[str] = (),
    access: Access = Access(),  # noqa: B008  frozen
) -> RosterAccount:
    """Link all rosters of a month and leave the result in the roster area.

    The register is that of the latest day in the month or before. What people decided about pairs
    (`reviews.py`) counts. The same extracts and decisions give the same result. Lists of earlier
    months are followed up. Raises UsageError where the profile names no roster or no register, and before
    anything is read where one of the rosters `named`, by name or path, is not there; SourceError where an
    extract cannot be used; the area then stays as it was.
    """
    for wanted in (ROSTERS, (REGISTER,)):
        if not any(profile.provides(name) for name in wanted):
            raise UsageError(
                f"profile {profile.name} has no source of table {' or '.join(wanted)}: linking needs "
                "rosters and the register with names and NIK."
            )
    area = RosterArea(settings.roster, profile.name, period)
    corrections = load_corrections(corrections_file(settings, profile, period), period)
    with PeriodStore(settings.store, profile.name, period).locked(), area.working() as scratch:
        extracts = _extracts(settings, profile, period, scratch, access)
        _refuse_unknown(named, [one.name for one in extracts if one.table in ROSTERS])
        day = _register_day(extracts, period)
        connection = ibis.duckdb.connect(
            temp_directory=str(scratch / "spill"), memory_limit=memory_limit(profile)
        )
        try:
            reader = IdentifiedReader(
                connection, load_places(regions, profile.province), scratch, corrections
            )
            refused = _read_rosters(reader, extracts, progress)
            members = _read_register(reader, _of(extracts, REGISTER), day, progress)
            deaths = _read_deaths(reader, _of(extracts, CLAIMS), progress)
            progress("links")
            reviews = ReviewLog(settings.roster, profile.name).read()
            settle = partial(settle_pairs, connection.con, _ROWS, _MEMBERS, reviews, key)
            links = link(connection.con, _ROWS, _MEMBERS, settle=settle)
            apply_reviews(connection.con, links, _ROWS, _MEMBERS, reviews, key, deaths)
            decisions = decide(connection, links.links, _MEMBERS, day, deaths)
            counts = _write(connection, decisions, links, scratch, deaths)
            progress("progress")
            follower = Follower(connection, _ROWS, decisions, _MEMBERS, deaths)
            not_followed = _follow(follower, area, key, day, scratch)
        finally:
            connection.disconnect()
        simulated = any(extract.simulated for extract in extracts)
        account = RosterAccount(
            day, members, counts, refused, simulated, key.fingerprint, not_followed
        )
        area.put(scratch, account.as_document())
    return account


def _follow(
    follower: Follower, area: RosterArea, key: PseudonymKey, day: date, folder: Path
) -> tuple[Month, ...]:
    """Write this month's list by its keys, and what became of earlier ones so far."""
    follower.prepare(key)
    follower.write_keys(folder / FOLLOWED)
    before = area.earlier()
    known = [one for one in before if one.key() == key.fingerprint]
    lists = [EarlierList(one.period, one.folder / FOLLOWED) for one in known]
    since = follower.since(lists, area.period, day)
    told = pa.concat_tables([*(one.progress() for one in before[-1:]), since])
    pq.write_table(told.sort_by([(name, "ascending") for name in _ORDER]), folder / PROGRESS)
    return tuple(one.period for one in before if one not in known)


def _extracts(
    settings: Settings, profile: Profile, period: Month, scratch: Path, access: Access
) -> tuple[Extract, ...]:
    """The month's rosters, registers and claims; claims may be missing, and rosters that may be are."""
    chosen = replace(
        with_retried(profile, settings, period),
        sources=tuple(
            replace(source, required=source.required and source.table != CLAIMS)
            for source in with_retried(profile, settings, period).sources
            if source.table in (*ROSTERS, REGISTER, CLAIMS)
        ),
    )
    fetched = scratch / "fetched"
    fetched.mkdir(mode=0o700)
    return find_extracts(
        chosen, period, settings.project, fetcher(period, settings.project, fetched, access)
    )


def _refuse_unknown(named: Sequence[str], rosters: Sequence[str]) -> None:
    for name in named:
        if not any(is_named(roster, [name]) for roster in rosters):
            there = ", ".join(sorted(Path(roster).name for roster in rosters)) or "none"
            raise UsageError(f"--roster {name}: no such roster is there; there are: {there}.")


def is_named(roster: str, names: Sequence[str]) -> bool:
    """Whether a roster is one of some that are given by name or by path."""
    return roster in names or Path(roster).name in names


def _of(extracts: Sequence[Extract], table: str) -> list[Extract]:
    return [extract for extract in extracts if extract.table == table]


def _register_day(extracts: Sequence[Extract], period: Month) -> date:
    days = [one.as_of for one in _of(extracts, REGISTER) if one.as_of is not None]
    usable = [day for day in days if day <= period.last_day]
    if not usable or not any(one.table in ROSTERS for one in extracts):
        missing = "roster" if usable else f"register as of {period} or before"
        raise SourceError(f"no {missing} was found for {period}: put the extract in place.")
    return max(usable)


def _read_rosters(
    reader: IdentifiedReader, extracts: Sequence[Extract], progress: Callable[[str], None]
) -> tuple[tuple[str, int], ...]:
    """The table of usable rows of all rosters, numbered in the order of files, sheets and lines."""
    parts = []
    for name in ROSTERS:
        of_table = _of(extracts, name)
        if of_table:
            progress(name)
            parts.append(_roster_rows(reader, of_table, load_table(name)))
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    refused = rows.filter(rows[REASONS] != "").group_by(FILE).aggregate(rows=ibis._.count())
    good = rows.filter(rows[REASONS] == "")
    numbered = good.mutate(
        row_id=ibis.row_number().over(ibis.window(order_by=[FILE, SHEET, LINE])) + 1
    )
    reader.connection.create_table(_ROWS, numbered, temp=True)
    found = refused.order_by(FILE).to_pyarrow().to_pylist()
    return tuple((str(row[FILE]), int(row["rows"])) for row in found)


def _roster_rows(reader: IdentifiedReader, extracts: Sequence[Extract], table: Table) -> ir.Table:
    """What linking and lists need of a roster; `position` is what its rows are listed under."""
    rows = reader.read(extracts, table, as_written=["nik", duty_column(table)])
    known = [column.name for column in table.columns]
    return rows.select(
        FILE, SHEET, LINE, REASONS, "village_code", "name", "nik_as_written", "nik",
        birth_date=rows.birth_date.cast("date"),
        position=rows[listed_under(table)],
        position_as_written=rows[AS_WRITTEN.format(duty_column(table))],
        address=rows.address if "address" in known else ibis.null("string"),
        sex=rows.sex if "sex" in known else ibis.null("string"),
    )  # fmt: skip


def _read_register(
    reader: IdentifiedReader,
    extracts: Sequence[Extract],
    day: date,
    progress: Callable[[str], None],
) -> int:
    """The table of usable memberships of a day; how many there are."""
    progress(REGISTER)
    table = _only(load_table(REGISTER), _OF_MEMBERS)
    rows = reader.read(extracts, table, day)
    _keep_good(reader.connection, rows, _MEMBERS)
    return int(reader.connection.table(_MEMBERS).count().execute())


def _read_deaths(
    reader: IdentifiedReader, extracts: Sequence[Extract], progress: Callable[[str], None]
) -> str | None:
    """The card numbers of memberships for which a death benefit was paid; None without claims."""
    if not extracts:
        return None
    progress(CLAIMS)
    table = _only(load_table(CLAIMS), ("kpj", "programme", "benefit_type", "village_code_text"))
    rows = reader.read(extracts, table)
    at_work = (rows.programme == _WORK_INJURY_PROGRAMME) & (
        benefit_code(rows.benefit_type) == _DEATH_BENEFIT
    )
    is_death = (rows.programme == _DEATH_PROGRAMME) | at_work
    died = rows.filter(rows[REASONS] == "", is_death, rows.kpj.notnull())
    reader.connection.create_table(_DEATHS, died.select("kpj").distinct(), temp=True)
    return _DEATHS


def _only(table: Table, names: Sequence[str]) -> Table:
    """A table with fewer columns: what is not needed is neither read nor held."""
    return replace(table, columns=tuple(one for one in table.columns if one.name in names))


def _keep_good(connection: Backend, rows: ir.Table, name: str) -> None:
    connection.create_table(name, rows.filter(rows[REASONS] == ""), temp=True)


def _write(
    connection: Backend, decisions: str, links: Links, folder: Path, deaths: str | None
) -> tuple[Count, ...]:
    """Both tables of the roster area, and the counts."""
    con = connection.con
    rows = con.sql(f"""
        SELECT row_id, {_OF_ROWS}, decision.* EXCLUDE (row_id, nik), decision.nik AS member_nik
        FROM {_ROWS} AS row JOIN {decisions} AS decision USING (row_id) ORDER BY row_id
    """).to_arrow_table()
    said = rows.select(
        [
            name
            for name in rows.column_names
            if name not in ("name", "nik_as_written", "nik", "address")
        ]
    ).to_pylist()
    for language in LANGUAGES:
        texts = pa.array([reason(row, language) for row in said], pa.string())
        rows = rows.append_column(f"reason_{language}", texts)
    pq.write_table(rows, folder / LINKED)
    _write_candidates(con, links, folder / CANDIDATES, deaths)
    counted = con.execute(f"""
        SELECT {FILE}, position, outcome, coalesce(rule, ''),
            outcome = '{NEEDS_A_LOOK}' AND coalesce(death_benefit_paid, false), count(*)
        FROM {_ROWS} JOIN {decisions} USING (row_id) GROUP BY ALL ORDER BY ALL
    """).fetchall()
    summed: Counter[tuple[str, str, str, str, bool]] = Counter()
    for file, position, outcome, rule, died, number in counted:
        summed[file, group_of(position), outcome, rule, died] += number
    return tuple(Count(*of, number) for of, number in sorted(summed.items()))


def _write_candidates(
    con: duckdb.DuckDBPyConnection, links: Links, path: Path, deaths: str | None
) -> None:
    """Whom rows may be, best first, then pairs that are no candidates and have no place."""
    died = f"coalesce(bool_or(kpj IN (SELECT kpj FROM {deaths})), false)" if deaths else "false"
    con.execute(f"""
        COPY (
            WITH asked AS (
                SELECT row_id, nik, pair, place_in_row, members, weight, {_OF_PAIRS} FROM {links.candidates}
                UNION ALL BY NAME
                SELECT row_id, nik, pair, NULL AS place_in_row, 1 AS members, weight, {_OF_PAIRS} FROM {ASIDE}
            )
            SELECT asked.* EXCLUDE (nik), member.*
            FROM asked JOIN (
                SELECT nik, min(name) AS name, min(birth_date) AS birth_date,
                    min(village_code) AS village_code, {died} AS death_benefit_paid
                FROM {_MEMBERS} WHERE nik IN (SELECT nik FROM asked) GROUP BY nik
            ) AS member USING (nik)
            ORDER BY row_id, place_in_row NULLS LAST, pair
        ) TO '{str(path).replace("'", "''")}' (FORMAT parquet)
    """)
