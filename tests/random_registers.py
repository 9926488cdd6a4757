"""Small random registers of all tables of the data dictionary, as the store holds them.

A register is a dictionary of tables, a table a list of rows, a row a dictionary: what the
plain references read. `store_in` writes it as a pull would have, for the engines to open.

What a column may hold comes from the dictionary; `_OWN` says more of single columns, where
anything at all would be refused (the claim of a child that is not at school) or never meet
anything else (the persons of two tables). A new column or table works as it is, as long as
any values may stand side by side in it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from hypothesis import strategies as st

from coverage_lib.indicators.participation.participants import REQUIRED_SEGMENTS
from coverage_lib.intake.pull_account import PullAccount
from coverage_lib.intake.store import StoredPeriod
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions
from coverage_lib.tables import Column, load_table, table_names

Row = dict[str, Any]
Register = dict[str, list[Row]]

PERIOD = Month(2025, 6)
PROVINCE = "19"
AS_OF = date(2025, 6, 17)
SNAPSHOTS = (date(2025, 3, 20), date(2025, 4, 28), date(2025, 6, 1))
#: The months that the summary says the snapshots belong to, and two before them.
SUMMARY = (
    (date(2024, 12, 1), date(2024, 11, 30)),
    (date(2025, 1, 1), date(2024, 12, 31)),
    (date(2025, 4, 1), SNAPSHOTS[0]),
    (date(2025, 5, 1), SNAPSHOTS[1]),
    (date(2025, 6, 1), SNAPSHOTS[2]),
)
DISTRICTS = ("19.01", "19.02", "19.03", "19.04", "19.05", "19.06", "19.71")
VILLAGES = ("19.71.01.1004", "19.71.01.1006", "19.71.02.1001", "19.01.01.1001", "19.05.01.2004")
#: One in each of the districts that no membership is in: they too have workers.
OTHER_VILLAGES = tuple(
    next(code for code in load_regions().by_code if code.startswith(district) and len(code) == 13)
    for district in (*DISTRICTS[1:4], DISTRICTS[5])
)
UNKNOWN_VILLAGES = ("19.71.01.0000", "19.71.00.0000", "19.00.00.0000")
#: Rows a table at most, as multiples of the size of the register, where it is not 1.
_SIZES = {"claims": 2}
_OBSERVATIONS = Path(__file__).parents[1] / "data" / "reference" / "bpjstk_observations.csv"

villages = st.sampled_from(VILLAGES + UNKNOWN_VILLAGES)
#: Dates about which something changes: a month's end, the due day, the days of the extracts.
_turning_days = st.sampled_from(
    [
        date.fromisoformat(day)
        for day in (
            "2020-01-31 2024-02-29 2024-12-31 2025-02-28 2025-03-15 2025-05-31 2025-06-01 2025-06-02"
        ).split()
    ]
)
_months = st.sampled_from([date(2024, 12, 1), *(date(2025, month, 1) for month in range(1, 7))])
_BY_TYPE = {
    # Never empty: the gate stores an empty cell as a missing one.
    "text": st.sampled_from(["Tani", "Nelayan, pesisir", 'Toko "Timah"', "APBD"]),
    "integer": st.integers(0, 1_000_000),
    "decimal": st.decimals(0, 100, places=2).map(float),
    "money": st.integers(1, 9_000_000_000),
    "date": st.dates(date(2024, 1, 1), date(2025, 6, 1)),
    "month": _months,
    "flag": st.booleans(),
    "region": st.sampled_from(DISTRICTS),
}
_OWN: Mapping[tuple[str, str], st.SearchStrategy[Any]] = {
    ("participants", "start_date"): _turning_days,
    ("participants", "end_date"): st.none() | _turning_days,
    ("claims", "paid_date"): st.dates(date(2024, 1, 1), AS_OF),
    ("scholarships", "paid_date"): st.dates(date(2024, 1, 1), AS_OF),
}
_ARROW = {
    "integer": pa.int64(), "money": pa.int64(), "decimal": pa.float64(), "date": pa.date32(),
    "month": pa.date32(), "flag": pa.bool_(),
}  # fmt: skip


@st.composite
def registers(draw: st.DrawFn, size: int = 12, *, complete: bool = False) -> Register:
    """A register of up to `size` memberships, in two or three extracts, and the tables about it.

    Up to two tables are missing, as an office may not have them, and most have few rows,
    unless it is `complete`: then nothing is missing, and half of the size the least.
    """
    least = size // 2 if complete else 1
    snapshots = SNAPSHOTS if complete else draw(st.sampled_from([SNAPSHOTS, SNAPSHOTS[1:]]))
    tables = {
        "participants": draw(_participants(snapshots, least, size)),
        "participant_summary": draw(_summary()),
        **{
            name: draw(_denominators(name))
            for name in table_names()
            if "valid_from" in load_table(name).key
        },
        "coverage_targets": draw(_targets()),
        "zone_summary": draw(_zone()),
        "labour_force": draw(_labour_force()),
    }
    tables["observations"] = draw(
        st.lists(st.sampled_from(_observations()), min_size=1, max_size=size, unique_by=id)
    )
    for name in sorted(set(table_names()) - set(tables)):
        most = _SIZES.get(name, 1) * size
        rows = draw(st.lists(_row(name), min_size=least, max_size=most))
        tables[name] = [{"as_of_date": AS_OF} | row for row in _distinct(name, rows)]
    optional = sorted(set(tables) - {"participants"})
    missing = () if complete else draw(st.lists(st.sampled_from(optional), max_size=2))
    return {name: rows for name, rows in tables.items() if name not in missing}


def store_in(folder: Path, register: Register) -> StoredPeriod:
    """The register as a generation of a store, one file a table and as-of date."""
    for name, rows in register.items():
        (folder / name).mkdir(parents=True)
        for as_of in sorted({row["as_of_date"] for row in rows}, key=str):
            part = pa.Table.from_pylist(
                [row for row in rows if row["as_of_date"] == as_of], arrow_schema(name)
            )
            pyarrow.parquet.write_table(part, folder / name / f"{as_of or 'undated'}.parquet")
    account = PullAccount("random", str(PERIOD), folder.name, "", (), ())
    return StoredPeriod(folder, account)


def arrow_schema(name: str) -> pa.Schema:
    """The columns of a table as the store holds it."""
    table = load_table(name)
    fields = {"as_of_date": pa.date32()}
    if table.region is not None:
        fields[table.region.column] = pa.string()
    for column in _stored(name):
        kept = _ARROW.get(column.type, pa.string())
        fields[column.store_as] = {"year": pa.int64(), "pseudonym": pa.string()}.get(
            column.store, kept
        )
    return pa.schema(list(fields.items()))


def _stored(name: str) -> Sequence[Column]:
    return [column for column in load_table(name).columns if column.store != "drop"]


def _row(name: str, **own: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    """Any row of a table, without its as-of date."""
    region = load_table(name).region
    columns = {} if region is None else {region.column: villages}
    for column in _stored(name):
        place = (name, column.name)
        columns[column.store_as] = _OWN[place] if place in _OWN else _values(column)
    return st.fixed_dictionaries({**columns, **own})


def _values(column: Column) -> st.SearchStrategy[Any]:
    if column.store == "pseudonym":
        # Few of them, so that the rows of tables meet.
        values = st.integers(1, 9).map(lambda number: f"{column.store_as} {number}")
    elif column.store == "year":
        values = st.integers(1950, 2007)
    elif column.codes:
        values = st.sampled_from(sorted(set(column.codes.values())))
    else:
        values = _BY_TYPE[column.type]
    return values if column.not_null else st.none() | values


def _distinct(name: str, rows: list[Row]) -> list[Row]:
    """One row a key, as the gate lets through; a claim's own key is made of its place."""
    stored = {column.name: column.store_as for column in _stored(name)}
    key = [stored[column] for column in load_table(name).key]
    if key == ["claim_key"]:
        return [row | {"claim_key": f"claim {place:03}"} for place, row in enumerate(rows)]
    return list({tuple(row[column] for column in key): row for row in rows}.values())


@st.composite
def _participants(draw: st.DrawFn, snapshots: Sequence[date], least: int, size: int) -> list[Row]:
    """Memberships that stay, move, change segment, fall into arrears, end, come and go.

    Every extract has somebody in every district, as the measures demand where there are workers.
    """
    state = st.none() | _row("participants")
    history = st.tuples(_row("participants"), st.tuples(*(state for _ in snapshots)))
    # What a membership is stays; where it is, whether paid and until when may change.
    changing = ("village_code", "segment", "end_date", "paid_through_month", "jht", "worker_group")
    rows = []
    for first, states in draw(st.lists(history, min_size=least, max_size=size)):
        rows += [
            first | {name: now[name] for name in changing} | {"as_of_date": day}
            for day, now in zip(snapshots, states, strict=True)
            if now is not None
        ]
    key = ("person_key", "membership_key", "segment", "as_of_date")
    distinct = {tuple(row[name] for name in key): row for row in rows}
    anchor = draw(_row("participants")) | {"segment": "PU", "start_date": date(2020, 1, 1)}
    anchors = [
        anchor | {"person_key": f"anchor {code}", "village_code": code, "as_of_date": day}
        for day in snapshots
        for code in (VILLAGES[0], *VILLAGES[3:], *OTHER_VILLAGES)
    ]
    return [*anchors, *distinct.values()]


@st.composite
def _summary(draw: st.DrawFn) -> list[Row]:
    counts = draw(st.lists(st.integers(0, 5_000), min_size=3, max_size=9))
    return [
        {"as_of_date": SNAPSHOTS[-1], "month": month, "cut_off_date": cut_off, "region_code": code,
         "segment": segment, "active_participants": counts[place % len(counts)]}
        for month, cut_off in SUMMARY
        for place, (code, segment) in enumerate(
            (code, segment) for code in DISTRICTS for segment in ("PU", "BPU", "JAKON")
        )
    ]  # fmt: skip


@st.composite
def _denominators(draw: st.DrawFn, name: str) -> list[Row]:
    """Of all districts, or of villages in all of them; a vintage that ended with 2024, and the next.

    The measures refuse a denominator that some districts or segments lack.
    """
    places = ("vintage", "valid_from", "region_code")
    kind, number = (
        next(column for column in _stored(name) if is_wanted(column))
        for is_wanted in (
            lambda column: column.name in set(load_table(name).key) - set(places),
            lambda column: column.type == "integer",
        )
    )
    kinds = st.sampled_from(sorted(set(kind.codes.values())))
    chosen = draw(st.lists(kinds, min_size=1, max_size=3, unique=True))
    if name == "eligible_workers":
        chosen = sorted({*chosen, *REQUIRED_SEGMENTS})
    codes = draw(st.sampled_from([DISTRICTS, (*VILLAGES, *OTHER_VILLAGES)]))
    counts = draw(st.lists(st.integers(0, 90), min_size=3, max_size=9))
    spans = [("2024", date(2022, 1, 1), date(2024, 12, 31)), ("2025", date(2025, 1, 1), None)]
    return [
        {"as_of_date": SNAPSHOTS[-1], "vintage": vintage, "valid_from": first, "valid_to": last,
         "source": "Sakernas", "region_code": code, kind.store_as: value,
         number.store_as: counts[place % len(counts)]}
        for vintage, first, last in spans
        for place, (code, value) in enumerate((code, value) for code in codes for value in chosen)
    ]  # fmt: skip


@st.composite
def _targets(draw: st.DrawFn) -> list[Row]:
    codes = draw(st.lists(st.sampled_from(DISTRICTS), unique=True, max_size=3))
    return [
        {"as_of_date": SNAPSHOTS[-1], "year": year, "region_code": code, "scope": "excl_jakon",
         "target_pct": draw(_BY_TYPE["decimal"]), "authority": "Pergub"}
        for year in (2024, 2025, 2026)
        for code in (PROVINCE, *codes)
    ]  # fmt: skip


@st.composite
def _zone(draw: st.DrawFn) -> list[Row]:
    """Some provinces on some dates, the one of the register among them or not."""
    days = st.sampled_from([date(2024, 12, 31), date(2025, 5, 31), date(2025, 6, 1)])
    place = st.tuples(
        days,
        st.sampled_from(["11", "12", "13", PROVINCE, "21"]),
        st.sampled_from(["excl_jakon", "incl_jakon"]),
    )
    return [
        {"as_of_date": SNAPSHOTS[-1], "zone": "Sumatera", "cut_off_date": day, "region_code": code,
         "scope": scope, "active_participants": draw(st.integers(0, 40)),
         "eligible_workers": draw(st.sampled_from([20, 30, 40]))}
        for day, code, scope in draw(st.lists(place, min_size=1, max_size=12, unique=True))
    ]  # fmt: skip


@st.composite
def _labour_force(draw: st.DrawFn) -> list[Row]:
    """Surveys of the province, of one part of it and of another province; the last one is too late."""
    persons = st.integers(1, 900).map(float)
    return [
        {"as_of_date": SNAPSHOTS[-1], "date": day, "region_code": code, "indicator": name,
         "value": draw(persons), "unit": "persons", "source_title": "BPS", "source_url": None,
         "published": None, "note": None}
        for day in (date(2024, 2, 29), date(2025, 2, 28), date(2025, 8, 31))
        for code in (PROVINCE, DISTRICTS[-1], "21")
        for name in ("employed", "labour_force")
    ]  # fmt: skip


@cache
def _observations() -> list[Row]:
    """The published figures of the project itself, which nobody needs to invent."""
    with _OBSERVATIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        {"as_of_date": None, **{name: cell or None for name, cell in row.items()}}
        | {"date": date.fromisoformat(row["date"]), "value": float(row["value"])}
        for row in rows
    ]
