"""Whether tables that speak of the same cases agree with one another."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import pandas as pd

from coverage_lib.indicators.cards import listed_cards
from coverage_lib.indicators.inputs import Inputs, days_of
from coverage_lib.indicators.quality.receipt import share
from coverage_lib.indicators.rows import Heading, measure_rows, records_of

SUMMARY_CHECK = "participant_summary:equals_participants"


class KeyCheck(NamedTuple):
    """Rows of `table` are looked for in `others` by `key`."""

    table: str
    others: str
    key: str

    @property
    def category(self) -> str:
        return f"{self.table}:in_{self.others}"


KEY_CHECKS = (
    KeyCheck("claims", "participants", "membership_key"),
    KeyCheck("contributions", "participants", "membership_key"),
    KeyCheck("village_roster", "participants", "person_key"),
    KeyCheck("scholarships", "claims", "claim_key"),
)


def consistency_rows(
    inputs: Inputs, participation: pd.DataFrame, version: str
) -> list[pd.DataFrame]:
    """Share of the rows of one table that another bears out, a pair of tables a category.

    A row without a key cannot be found, so it counts as not found. The register is that of
    the period and of the month before, and of claims only those are looked for that it speaks
    of (`ListedCards`): a claim of somebody who had left it before is no contradiction. A pair
    of which a table, or every row to look for, is missing has no row.
    """
    possible = [check for check in KEY_CHECKS if _can_be_made(inputs, check)]
    records = _summary_records(inputs, participation)
    if possible:
        counts = ibis.union(*(_found(inputs, check) for check in possible)).execute()
        sums = counts.groupby(["category", "as_of_date"], as_index=False)[["rows", "found"]].sum()
        records += [
            {"category": row["category"], "as_of": day} | share(int(row["found"]), int(row["rows"]))
            for row, day in zip(records_of(sums), days_of(sums["as_of_date"]), strict=True)
        ]
    if not records:
        return []
    heading = Heading(
        "consistency", "percent", str(inputs.period), inputs.period.last_day, "table_pair"
    )
    frame = pd.DataFrame(records).assign(region_code=inputs.province)
    return [measure_rows(heading, frame, version)]


def rows_with_key_in(rows: ir.Table, others: ir.Table, key: str) -> ir.Table:
    """The rows whose key is in `others`, each once however often it is there; never without a key."""
    return rows.semi_join(others.select(key), key)


def _can_be_made(inputs: Inputs, check: KeyCheck) -> bool:
    return all(
        name in inputs.tables and check.key in inputs.tables[name].columns
        for name in (check.table, check.others)
    )


def _found(inputs: Inputs, check: KeyCheck) -> ir.Table:
    """category, as_of_date, rows, found; rows and found come in lines of their own, to be summed."""
    rows, others = inputs.tables[check.table], inputs.tables[check.others]
    if check.others == "participants" and (listed := listed_cards(inputs)) is not None:
        others = listed.register
        if check.table == "claims":
            rows = rows.filter(listed.speaks_of(rows.paid_date))
    rows = rows.select("as_of_date", check.key)
    found = rows_with_key_in(rows, others, check.key)
    zero = ibis.literal(0, "int64")
    parts = [
        table.group_by("as_of_date")
        .aggregate(counted=table.count())
        .select(
            "as_of_date",
            category=ibis.literal(check.category),
            rows=zero if is_found else ibis._.counted,
            found=ibis._.counted if is_found else zero,
        )
        for table, is_found in ((rows, False), (found, True))
    ]
    return ibis.union(*parts)


def _summary_records(inputs: Inputs, participation: pd.DataFrame) -> list[dict[str, object]]:
    """For each register date that the summary has too: cells that equal the register's own count.

    A cell is a region, at the summary's level, and a segment. A cell that only one of the
    two has counts as 0 in the other.
    """
    summary = inputs.frame("participant_summary")
    if summary is None or participation.empty:
        return []
    cut_offs = days_of(summary["cut_off_date"])
    records: list[dict[str, object]] = []
    for day in inputs.register_labels:
        stated = summary[[cut_off == day for cut_off in cut_offs]]
        if stated.empty:
            continue
        equal, cells = _equal_cells(stated, participation, day)
        records.append({"category": SUMMARY_CHECK, "as_of": day} | share(equal, cells))
    return records


def _equal_cells(stated: pd.DataFrame, participation: pd.DataFrame, day: date) -> tuple[int, int]:
    counted = participation[
        (participation["indicator"] == "active_participants")
        & (participation["dimension"] == "segment")
        & (participation["as_of"] == day)
        & participation["region_code"].str.len().isin(set(stated["region_code"].str.len()))
    ]
    summary = stated.groupby(["region_code", "segment"])["active_participants"].sum()
    register = counted.rename(columns={"category": "segment"})
    own = register.set_index(["region_code", "segment"])["value"]
    cells = pd.concat({"summary": summary, "register": own}, axis=1).fillna(0)
    cells = cells[(cells != 0).any(axis=1)]
    return int((cells["summary"] == cells["register"]).sum()), len(cells)
