"""The account of a pull: what became of every row, and what was wrong with it, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd

from coverage_lib.intake.checks import LEFT_OUT, REASONS, REPAIRS, listed_repairs
from coverage_lib.intake.place_lookup import Lookup
from coverage_lib.intake.pull_account import SourceAccount, TableAccount
from coverage_lib.sources.files import RawTable
from coverage_lib.sources.reading import FILE
from coverage_lib.tables import Table

DUPLICATE = "an earlier row has the same key"


Counts = Mapping[str, Mapping[str, int]]  # file -> what is counted -> rows
Repairs = Mapping[str, Counter[tuple[str, str]]]  # file -> (column, rule) -> rows


def count_rows(judged: ir.Table, table: Table) -> Counts:
    """What became of each file's rows, and in how many of them each column has a usable value."""
    filled = {f"filled_{column.name}": judged[column.name].count() for column in table.columns}
    counts = (
        judged.group_by(FILE)
        .aggregate(
            received=judged.count(),
            refused=(judged[REASONS] != "").sum(),
            duplicates=judged[REASONS].startswith(DUPLICATE).sum(),
            left_out=(judged[LEFT_OUT] != "").sum(),
            repaired=(judged[REPAIRS] != "").sum(),
            **filled,
        )
        .execute()
    )
    return {
        str(row[FILE]): {name: int(rows) for name, rows in row.items() if name != FILE}
        | {"rejected": int(row["refused"] - row["duplicates"])}
        for row in counts.to_dict("records")
    }


def count_faults(judged: ir.Table, counts: Counts) -> pd.DataFrame:
    """The lists of faults of each file's rows, with how many rows have them."""
    if not any(of_file["refused"] or of_file["left_out"] for of_file in counts.values()):
        return pd.DataFrame(columns=[FILE, REASONS, LEFT_OUT, "rows"])
    bad = judged.filter((judged[REASONS] != "") | (judged[LEFT_OUT] != ""))
    found: pd.DataFrame = (
        bad.group_by(FILE, REASONS, LEFT_OUT).aggregate(rows=bad.count()).execute()
    )
    return found


def count_repairs(judged: ir.Table, counts: Counts, lookup: Lookup | None) -> Repairs:
    """How many rows of each file a rule read a column of, or led to the region of."""
    found: dict[str, Counter[tuple[str, str]]] = {}
    if lookup is not None:
        for (file, rule), rows in lookup.rules.items():
            found.setdefault(file, Counter())[lookup.column, rule] += rows
    if not any(of_file["repaired"] for of_file in counts.values()):
        return found
    repaired = judged.filter(judged[REPAIRS] != "")
    lists = repaired.group_by(FILE, REPAIRS).aggregate(rows=repaired.count()).execute()
    for row in lists.to_dict("records"):
        of_file = found.setdefault(row[FILE], Counter())
        for column, rule in listed_repairs(row[REPAIRS]):
            of_file[column, rule] += int(row["rows"])
    return found


def table_account(table: Table, counts: Counts, faults: pd.DataFrame) -> TableAccount:
    """All files of a table together; only what cost a row is a reason, not what cost a value."""
    received, rejected, duplicates = (
        sum(of_file[name] for of_file in counts.values())
        for name in ("received", "rejected", "duplicates")
    )
    reasons = faults[faults[REASONS] != ""]
    return TableAccount(
        table.name,
        received,
        received - rejected - duplicates,
        rejected,
        duplicates,
        _commonest_first(reasons[REASONS], reasons["rows"]),
    )


def source_account(
    raw: RawTable, table: Table, counts: Counts, faults: pd.DataFrame, repairs: Repairs
) -> SourceAccount:
    """One file of those that `counts`, `faults` and `repairs` tell of."""
    extract = raw.extract
    own = counts[extract.name]
    bad = faults[faults[FILE] == extract.name]
    return SourceAccount(
        name=extract.name,
        table=extract.table,
        producer=extract.producer,
        as_of=extract.as_of,
        received=extract.received,
        simulated=extract.simulated,
        sha256=extract.sha256,
        rows=own["received"],
        ignored_columns=raw.ignored,
        absent_columns=raw.absent,
        expected_rows=extract.expected_rows,
        rejected=own["rejected"],
        duplicates=own["duplicates"],
        faults=_commonest_first(bad[REASONS] + bad[LEFT_OUT], bad["rows"]),
        filled=tuple(
            (column.name, own[f"filled_{column.name}"])
            for column in table.columns
            if column.name not in raw.absent
        ),
        reading=raw.reading,
        region_codes=extract.region_codes,
        repairs=tuple(
            (column, rule, rows)
            for (column, rule), rows in sorted(
                repairs.get(extract.name, {}).items(), key=lambda pair: (-pair[1], pair[0])
            )
        ),
    )


def _commonest_first(texts: pd.Series, rows: pd.Series) -> tuple[tuple[str, int], ...]:
    """Each text once, without its last separator, with its rows."""
    sums: dict[str, int] = {}
    for text, number in zip(texts, rows, strict=True):
        bare = str(text).rstrip("; ")
        sums[bare] = sums.get(bare, 0) + int(number)
    return tuple(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))
