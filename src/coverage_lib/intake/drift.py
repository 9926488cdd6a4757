"""How extracts differ from those before them: columns, how usable they are, rows, files.

Pure: accounts in, findings out. What is not known on one side is not compared: a table that
was not there before has no drift. Files of rejected rows that came again are left out.
Where the extracts of a table have several days, the latest day speaks for the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coverage_lib.intake.checks import blamed_columns
from coverage_lib.intake.pull_account import SourceAccount
from coverage_lib.source_settings import SourceSetting
from coverage_lib.sources.columns import nearest
from coverage_lib.tables import Column, Table, load_table, normalise_header

_USABLE_BEFORE, _USABLE_NOW = 0.99, 0.5


@dataclass(frozen=True)
class Drift:
    """One difference in words. `breaks` says that a required column can hardly be right."""

    table: str
    kind: str
    text: str
    breaks: bool = False


def find_drift(
    before: Iterable[SourceAccount],
    now: Iterable[SourceAccount],
    expected_change: Mapping[str, float],
) -> tuple[Drift, ...]:
    """All differences, table by table in the order of `now`.

    `expected_change` says by table by what share its rows may go up or down; the default of
    `SourceSetting` for a table that it does not name.
    """
    earlier, later = list(before), list(now)
    found: list[Drift] = []
    for name in dict.fromkeys(source.table for source in later):
        table = load_table(name)
        old, new = _of_latest_day(earlier, name), _of_latest_day(later, name)
        if old and new:
            found += _columns(table, old, new)
            found += _usability(table, old, new)
            found += _rows(
                table, old, new, expected_change.get(name, SourceSetting.expected_change)
            )
    return tuple(found)


def _of_latest_day(sources: Sequence[SourceAccount], table: str) -> list[SourceAccount]:
    of_table = [source for source in sources if source.table == table and not source.retried]
    latest = max((str(source.as_of) for source in of_table), default="")
    return [source for source in of_table if str(source.as_of) == latest]


def _columns(
    table: Table, old: Sequence[SourceAccount], new: Sequence[SourceAccount]
) -> list[Drift]:
    """Columns of the dictionary that every file had and one has no more, or the reverse; then others."""
    found = []
    were_absent = {name for source in old for name in source.absent_columns}
    are_absent = {name: source.name for source in new for name in source.absent_columns}
    unknown_before = {normalise_header(h) for source in old for h in source.ignored_columns}
    unknown = {
        header: source.name
        for source in new
        for header in source.ignored_columns
        if normalise_header(header) not in unknown_before
    }
    for column in table.columns:
        if not column.is_measured:  # another stands in its place: nothing is lost without it
            continue
        if column.name in are_absent and column.name not in were_absent:
            file = are_absent[column.name]
            near = nearest(column.aliases, [h for h, of_file in unknown.items() if of_file == file])
            meant = next(iter(near), None)
            if meant is None:
                text = f"column {column.aliases[0]} is gone from {file}"
                found.append(Drift(table.name, "gone", text, column.required))
            else:
                unknown.pop(meant)
                text = (
                    f"column {column.aliases[0]} is gone from {file}, where {meant} is new: if it "
                    "was renamed, the dictionary needs the new name"
                )
                found.append(Drift(table.name, "renamed", text, column.required))
        elif column.name in were_absent and column.name not in are_absent:
            text = f"column {column.aliases[0]} is there, which was missing before"
            found.append(Drift(table.name, "added", text))
    found += [
        Drift(table.name, "added", f"column {header} of {file} is new; it is left out")
        for header, file in unknown.items()
    ]
    return found


def _usability(
    table: Table, old: Sequence[SourceAccount], new: Sequence[SourceAccount]
) -> list[Drift]:
    found = []
    for column in table.columns:
        before = _usable(old, table, column)
        if before is None or before <= _USABLE_BEFORE:
            continue
        for source in new:
            now = _usable([source], table, column)
            if now is not None and now < _USABLE_NOW:
                text = (
                    f"column {column.aliases[0]} of {source.name}: {now:.0%} of the values can be "
                    f"used, {before:.0%} before; its type or its form has changed"
                )
                found.append(Drift(table.name, "type", text, column.required))
    return found


def _usable(sources: Sequence[SourceAccount], table: Table, column: Column) -> float | None:
    """The share of rows with a value of the column that is there and without fault."""
    having = [source for source in sources if column.name in dict(source.filled)]
    rows = sum(source.rows for source in having)
    if not rows:
        return None
    filled = sum(dict(source.filled)[column.name] for source in having)
    blamed = sum(
        number
        for source in having
        for faults, number in source.faults
        if column in blamed_columns(faults, table)
    )
    return min(filled, rows - blamed) / rows


def _rows(
    table: Table, old: Sequence[SourceAccount], new: Sequence[SourceAccount], expected: float
) -> list[Drift]:
    """More or fewer rows than the profile expects, or another number of files with whatever rows."""
    before, now = (sum(source.rows for source in sources) for sources in (old, new))
    as_expected = not before or abs(now - before) <= expected * before
    if as_expected and len(new) == len(old):
        return []
    text = (
        f"{now:,} rows in {len(new)} {_files(new)}, {before:,} in {len(old)} {_files(old)} before"
    )
    if not as_expected:
        text += f": {(now - before) / before:+.0%}, up to {expected:.0%} was expected"
    return [Drift(table.name, "rows", text)]


def _files(sources: Sequence[SourceAccount]) -> str:
    return "file" if len(sources) == 1 else "files"
