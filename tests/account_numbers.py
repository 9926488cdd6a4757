"""The numbers that an account of a pull gives: as they stand in it, and summed as a reader sums them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from coverage_lib.intake.pull_account import PullAccount


def numbers_of_account(account: PullAccount) -> set[float]:
    """Counts of rows by table and file, of faults and repairs by table, column and rule."""
    counts: Counter[tuple[str, ...]] = Counter()
    shares: set[float] = set()
    for key, rows in _counts(account):
        counts[key] += rows
    whole: Counter[str] = Counter()
    for table in account.tables:
        for kind in ("received", "accepted", "rejected", "duplicates"):
            whole[kind] += getattr(table, kind)
    whole["held"] = whole["rejected"] + whole["duplicates"]
    if whole["received"]:
        shares = {100 * whole[kind] / whole["received"] for kind in whole}
    return {float(rows) for rows in (*counts.values(), *whole.values())} | shares


def _counts(account: PullAccount) -> Iterator[tuple[tuple[str, ...], int]]:
    for table in account.tables:
        yield ("received", table.table), table.received
        yield ("accepted", table.table), table.accepted
        yield ("rejected", table.table), table.rejected
        yield ("duplicates", table.table), table.duplicates
        for reasons, rows in table.reasons:
            for reason in reasons.split("; "):
                yield ("reason", table.table, reason), rows
    for file in account.sources:
        yield ("rows", file.name), file.rows
        yield ("accepted", file.name), file.rows - file.rejected - file.duplicates
        yield ("rejected", file.name), file.rejected
        yield ("duplicates", file.name), file.duplicates
        yield ("expected", file.name), file.expected_rows or 0
        for faults, rows in file.faults:
            for fault in faults.split("; "):
                yield ("fault", file.table, fault), rows
        for column, rows in file.filled:
            yield ("filled", file.table, column), rows
        for column, rule, rows in file.repairs:
            yield ("repair", file.table, column, rule), rows
            yield ("repairs",), rows
            yield ("repairs", file.table), rows
