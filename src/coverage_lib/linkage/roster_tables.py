"""The rosters that are linked, and what a row of them is listed under: a position of the village
ecosystem, or a group of workers. Both come from the data dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from coverage_lib.tables import Table, load_table

ECOSYSTEM_ROSTER, GROUP_ROSTER = ROSTERS = ("village_roster", "group_roster")
#: The village ecosystem among the groups of workers, as the dictionary calls it.
ECOSYSTEM = "village_official"
_ECOSYSTEM_LABEL = "village_official (village ecosystem)"


def listed_under(table: Table) -> str:
    """The column of a roster by which its rows are counted and listed."""
    return "worker_group" if table.name == GROUP_ROSTER else "position"


def duty_column(table: Table) -> str:
    """The column of a roster that says in its own words what somebody does."""
    return "duty" if table.name == GROUP_ROSTER else "position"


def ecosystem_positions() -> tuple[str, ...]:
    """In the order of the dictionary: heads first."""
    return _codes(ECOSYSTEM_ROSTER)


def worker_groups() -> tuple[str, ...]:
    """The groups that have rosters of their own; none of them is the name of a position."""
    return _codes(GROUP_ROSTER)


def group_words() -> tuple[str, ...]:
    """One word of lists for each group, the first of the dictionary."""
    codes = load_table(GROUP_ROSTER).column("worker_group").codes
    return tuple(
        next(word for word, code in codes.items() if code == one) for one in worker_groups()
    )


def group_of(position: str) -> str:
    """The group of workers that a row belongs to by what it is listed under."""
    return ECOSYSTEM if position in ecosystem_positions() else position


def group_label(group: str) -> str:
    """A group as terminals show it: the ecosystem's name is that of one of its positions too."""
    return _ECOSYSTEM_LABEL if group == ECOSYSTEM else group


def of_ecosystem(progress: pa.Table) -> pa.Table:
    """The rows of lists that are of the village ecosystem: of these alone counts are published."""
    return progress.filter(pc.is_in(progress["position"], pa.array(ecosystem_positions())))


def groups_there(counts: Mapping[str, int]) -> tuple[str, ...]:
    """The groups that have rows, the village ecosystem first, by rows a position or group."""
    there = {group_of(position) for position, rows in counts.items() if rows}
    return tuple(group for group in (ECOSYSTEM, *worker_groups()) if group in there)


def _codes(table: str) -> tuple[str, ...]:
    column = load_table(table).column(listed_under(load_table(table)))
    return tuple(dict.fromkeys(column.codes.values()))
